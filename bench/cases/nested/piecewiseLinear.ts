import type { Random } from "../../random.ts";

/**
 * Squared error of a piecewise-linear curve through (knots, values) over points.
 *
 * @differentiable wrt values
 */
export function piecewiseLinear(knots: number[], values: number[], xs: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    let k = 0;
    while (k < knots.length - 2 && x > knots[k + 1]!) k++;
    const t = (x - knots[k]!) / (knots[k + 1]! - knots[k]!);
    const y = (1 - t) * values[k]! + t * values[k + 1]!;
    sum += (y - ys[i]!) ** 2;
  }
  return sum;
}

export function hand(
  knots: number[],
  values: number[],
  xs: number[],
  ys: number[],
): { value: number; dvalues: number[] } {
  const dvalues = new Array<number>(values.length).fill(0);
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    let k = 0;
    while (k < knots.length - 2 && x > knots[k + 1]!) k++;
    const t = (x - knots[k]!) / (knots[k + 1]! - knots[k]!);
    const r = (1 - t) * values[k]! + t * values[k + 1]! - ys[i]!;
    sum += r * r;
    dvalues[k]! += 2 * r * (1 - t);
    dvalues[k + 1]! += 2 * r * t;
  }
  return { value: sum, dvalues };
}

export function inputs(random: Random): Parameters<typeof piecewiseLinear>[] {
  const knots = random.list(12, (i) => i / 11);
  return random.list(4, () => {
    const xs = random.list(300, () => random.uniform(0, 1));
    return [knots, random.list(12, () => random.normal()), xs, xs.map((x) => Math.sin(5 * x) + 0.1 * random.normal())];
  });
}
