import type { Random } from "../../random.ts";

/** @differentiable */
export function goldsteinPrice(x: number, y: number): number {
  const sum = x + y + 1;
  const first = 1 + sum ** 2 * (19 - 14 * x + 3 * x ** 2 - 14 * y + 6 * x * y + 3 * y ** 2);
  const difference = 2 * x - 3 * y;
  const second = 30 + difference ** 2 * (18 - 32 * x + 12 * x ** 2 + 48 * y - 36 * x * y + 27 * y ** 2);
  return Math.log(first * second);
}

export function inputs(random: Random): Parameters<typeof goldsteinPrice>[] {
  return random.list(16, () => [random.uniform(-2, 2), random.uniform(-2, 2)]);
}
