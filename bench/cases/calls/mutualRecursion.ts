import type { Random } from "../../random.ts";

/** Arithmetic–geometric mean, the two means in functions of their own. */
function arithmetic(a: number, b: number, depth: number): number {
  if (depth === 0) return 0.5 * (a + b);
  return geometric(0.5 * (a + b), b, depth - 1);
}

function geometric(a: number, b: number, depth: number): number {
  if (depth === 0) return Math.sqrt(a * b);
  return arithmetic(a, Math.sqrt(a * b), depth - 1);
}

/** @differentiable wrt as, b */
export function mutualRecursion(as: readonly number[], b: number): number {
  let sum = 0;
  for (const a of as) sum += arithmetic(a, b, 8);
  return sum;
}

export function inputs(random: Random): Parameters<typeof mutualRecursion>[] {
  return random.list(4, () => [random.list(50, () => random.uniform(0.5, 4)), random.uniform(0.5, 4)]);
}
