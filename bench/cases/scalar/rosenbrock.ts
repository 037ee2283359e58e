import type { Random } from "../../random.ts";

/** @differentiable */
export function rosenbrock(x: number, y: number): number {
  const valley = y - x * x;
  const slope = 1 - x;
  return slope * slope + 100 * valley * valley;
}

export function hand(x: number, y: number): { value: number; dx: number; dy: number } {
  const valley = y - x * x;
  const slope = 1 - x;
  const dy = 200 * valley;
  return { value: slope * slope + 100 * valley * valley, dx: -2 * slope - 2 * x * dy, dy };
}

export function inputs(random: Random): Parameters<typeof rosenbrock>[] {
  return random.list(16, () => [random.uniform(-2, 2), random.uniform(-1, 3)]);
}
