import type { Random } from "../../random.ts";

/**
 * Least squares of a polynomial of high degree, powers built up as they are needed.
 *
 * @differentiable wrt coefficients
 */
export function polynomialFit(coefficients: number[], xs: Float64Array, ys: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    let y = 0;
    let power = 1;
    for (let k = 0; k < coefficients.length; k++) {
      y += coefficients[k]! * power;
      power *= xs[i]!;
    }
    const r = y - ys[i]!;
    sum += r * r;
  }
  return sum / xs.length;
}

export function hand(
  coefficients: number[],
  xs: Float64Array,
  ys: Float64Array,
): { value: number; dcoefficients: number[] } {
  const n = xs.length;
  const m = coefficients.length;
  const dcoefficients = new Array<number>(m).fill(0);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const x = xs[i]!;
    let y = 0;
    let power = 1;
    for (let k = 0; k < m; k++) {
      y += coefficients[k]! * power;
      power *= x;
    }
    const r = y - ys[i]!;
    sum += r * r;
    let term = (2 * r) / n;
    for (let k = 0; k < m; k++) {
      dcoefficients[k]! += term;
      term *= x;
    }
  }
  return { value: sum / n, dcoefficients };
}

export function inputs(random: Random): Parameters<typeof polynomialFit>[] {
  return random.list(2, () => {
    const xs = Float64Array.from(random.list(1024, () => random.uniform(-1, 1)));
    return [random.list(128, () => random.normal()), xs, xs.map((x) => Math.cos(3 * x) + 0.1 * random.normal())];
  });
}
