import type { Random } from "../../random.ts";

function polynomial(coefficients: readonly number[], x: number): number {
  let y = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) y = y * x + coefficients[k]!;
  return y;
}

/**
 * Squared error of a rational function, numerator and denominator each by Horner's rule.
 *
 * @differentiable wrt top, bottom
 */
export function polynomialHelper(
  top: readonly number[],
  bottom: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const r = polynomial(top, x) / (1 + polynomial(bottom, x) ** 2) - ys[i]!;
    sum += r * r;
  }
  return sum;
}

export function hand(
  top: readonly number[],
  bottom: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
): { value: number; dtop: number[]; dbottom: number[] } {
  const dtop = new Array<number>(top.length).fill(0);
  const dbottom = new Array<number>(bottom.length).fill(0);
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    let p = 0;
    for (let k = top.length - 1; k >= 0; k--) p = p * x + top[k]!;
    let q = 0;
    for (let k = bottom.length - 1; k >= 0; k--) q = q * x + bottom[k]!;
    const d = 1 + q ** 2;
    const f = p / d;
    const r = f - ys[i]!;
    sum += r * r;
    // by a coefficient a polynomial's derivative is a power of x: its partial sums are not needed
    const dp = (2 * r) / d;
    let power = dp;
    for (let k = 0; k < top.length; k++) {
      dtop[k]! += power;
      power *= x;
    }
    power = -2 * q * f * dp;
    for (let k = 0; k < bottom.length; k++) {
      dbottom[k]! += power;
      power *= x;
    }
  }
  return { value: sum, dtop, dbottom };
}

export function inputs(random: Random): Parameters<typeof polynomialHelper>[] {
  return random.list(4, () => {
    const xs = random.list(150, () => random.uniform(-1, 1));
    return [
      random.list(6, () => random.normal()),
      random.list(4, () => random.normal()),
      xs,
      xs.map((x) => Math.exp(x) + 0.05 * random.normal()),
    ];
  });
}
