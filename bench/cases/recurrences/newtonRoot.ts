import type { Random } from "../../random.ts";

/** @differentiable */
export function newtonRoot(a: number, tolerance: number): number {
  let x = a;
  while (Math.abs(x * x - a) > tolerance) x = 0.5 * (x + a / x);
  return x;
}

export function inputs(random: Random): Parameters<typeof newtonRoot>[] {
  return random.list(16, () => [random.uniform(2, 2000), 1e-12 * 2000]);
}
