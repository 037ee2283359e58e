import type { Random } from "../../random.ts";

/**
 * Energy of a signal after a second-order recursive filter.
 *
 * @differentiable wrt b0, b1, a1, a2
 */
export function iirFilter(b0: number, b1: number, a1: number, a2: number, signal: readonly number[]): number {
  let y1 = 0;
  let y2 = 0;
  let last = 0;
  let energy = 0;
  for (const x of signal) {
    const y = b0 * x + b1 * last - a1 * y1 - a2 * y2;
    y2 = y1;
    y1 = y;
    last = x;
    energy += y * y;
  }
  return energy;
}

export function hand(
  b0: number,
  b1: number,
  a1: number,
  a2: number,
  signal: readonly number[],
): { value: number; db0: number; db1: number; da1: number; da2: number } {
  const n = signal.length;
  const ys = new Float64Array(n + 2); // two zeros in front
  let energy = 0;
  for (let i = 0; i < n; i++) {
    const y = b0 * signal[i]! + b1 * (i > 0 ? signal[i - 1]! : 0) - a1 * ys[i + 1]! - a2 * ys[i]!;
    ys[i + 2] = y;
    energy += y * y;
  }
  let db0 = 0;
  let db1 = 0;
  let da1 = 0;
  let da2 = 0;
  let next1 = 0; // adjoints of the two outputs after this one
  let next2 = 0;
  for (let i = n - 1; i >= 0; i--) {
    const dy = 2 * ys[i + 2]! - a1 * next1 - a2 * next2;
    db0 += signal[i]! * dy;
    if (i > 0) db1 += signal[i - 1]! * dy;
    da1 -= ys[i + 1]! * dy;
    da2 -= ys[i]! * dy;
    next2 = next1;
    next1 = dy;
  }
  return { value: energy, db0, db1, da1, da2 };
}

export function inputs(random: Random): Parameters<typeof iirFilter>[] {
  return random.list(4, () => [
    random.uniform(0.5, 1),
    random.uniform(-0.5, 0.5),
    random.uniform(-0.8, 0.2),
    random.uniform(0, 0.3),
    random.list(500, () => random.normal()),
  ]);
}
