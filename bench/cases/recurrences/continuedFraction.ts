import type { Random } from "../../random.ts";

/**
 * tan x by its continued fraction, from the inside out.
 *
 * @differentiable wrt x
 */
export function continuedFraction(x: number, terms: number): number {
  const x2 = x * x;
  let tail = 2 * terms + 1;
  for (let k = terms - 1; k >= 0; k--) tail = 2 * k + 1 - x2 / tail;
  return x / tail;
}

export function hand(x: number, terms: number): { value: number; dx: number } {
  const x2 = x * x;
  const tails = new Array<number>(terms);
  let tail = 2 * terms + 1;
  for (let k = terms - 1; k >= 0; k--) {
    tails[k] = tail;
    tail = 2 * k + 1 - x2 / tail;
  }
  const value = x / tail;
  let dtail = -value / tail;
  let dx2 = 0;
  for (let k = 0; k < terms; k++) {
    const inner = 1 / tails[k]!;
    dx2 -= dtail * inner;
    dtail *= x2 * inner * inner;
  }
  return { value, dx: 1 / tail + 2 * x * dx2 };
}

export function inputs(random: Random): Parameters<typeof continuedFraction>[] {
  return random.list(16, () => [random.uniform(0.1, 1.4), 20]);
}
