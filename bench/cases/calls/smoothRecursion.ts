import type { Random } from "../../random.ts";

/** Two-argument recursion in the manner of Ackermann's function, tamed: B-spline basis by Cox and de Boor. */
function basis(i: number, degree: number, x: number, knots: readonly number[]): number {
  if (degree === 0) return knots[i]! <= x && x < knots[i + 1]! ? 1 : 0;
  const left = (x - knots[i]!) / (knots[i + degree]! - knots[i]!);
  const right = (knots[i + degree + 1]! - x) / (knots[i + degree + 1]! - knots[i + 1]!);
  return left * basis(i, degree - 1, x, knots) + right * basis(i + 1, degree - 1, x, knots);
}

/**
 * Value of a cubic spline, summed over points.
 *
 * @differentiable wrt weights, xs
 */
export function smoothRecursion(weights: readonly number[], xs: readonly number[], knots: readonly number[]): number {
  let sum = 0;
  for (const x of xs) {
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * basis(i, 3, x, knots);
  }
  return sum;
}

export function inputs(random: Random): Parameters<typeof smoothRecursion>[] {
  return random.list(4, () => [
    random.list(6, () => random.normal()),
    random.list(10, () => random.uniform(3, 6)),
    random.list(10, (i) => i),
  ]);
}
