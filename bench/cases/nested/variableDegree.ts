import type { Random } from "../../random.ts";

/**
 * Each point has a polynomial of its own degree; terms that overflow a bound are cut off.
 *
 * @differentiable wrt coefficients
 */
export function variableDegree(coefficients: number[], degrees: Int32Array, xs: number[], bound: number): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    let y = 0;
    let power = 1;
    for (let k = 0; k <= degrees[i]!; k++) {
      const term = coefficients[k]! * power;
      y += term > bound ? bound : term < -bound ? -bound : term;
      power *= x;
    }
    sum += y * y;
  }
  return sum;
}

export function inputs(random: Random): Parameters<typeof variableDegree>[] {
  return random.list(4, () => [
    random.list(12, () => random.normal()),
    Int32Array.from(random.list(200, () => 1 + random.integer(11))),
    random.list(200, () => random.uniform(-1.4, 1.4)),
    4,
  ]);
}
