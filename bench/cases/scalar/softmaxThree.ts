import type { Random } from "../../random.ts";

/**
 * Cross-entropy of three scores against the first class.
 *
 * @differentiable
 */
export function softmaxThree(a: number, b: number, c: number): number {
  const top = Math.max(a, b, c);
  const ea = Math.exp(a - top);
  const eb = Math.exp(b - top);
  const ec = Math.exp(c - top);
  const pa = ea / (ea + eb + ec);
  return -Math.log(pa);
}

export function inputs(random: Random): Parameters<typeof softmaxThree>[] {
  return random.list(16, () => [random.uniform(-3, 3), random.uniform(-3, 3), random.uniform(-3, 3)]);
}
