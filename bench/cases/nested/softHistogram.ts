import type { Random } from "../../random.ts";

/**
 * Distance of a histogram with tent-shaped bins from a wanted one.
 *
 * @differentiable wrt xs
 */
export function softHistogram(xs: number[], wanted: number[], low: number, width: number): number {
  let total = 0;
  for (let b = 0; b < wanted.length; b++) {
    const centre = low + b * width;
    let count = 0;
    for (let i = 0; i < xs.length; i++) {
      const away = Math.abs(xs[i]! - centre) / width;
      if (away < 1) count += 1 - away;
    }
    const r = count / xs.length - wanted[b]!;
    total += r * r;
  }
  return total;
}

export function hand(xs: number[], wanted: number[], low: number, width: number): { value: number; dxs: number[] } {
  const n = xs.length;
  const dxs = new Array<number>(n).fill(0);
  let total = 0;
  for (let b = 0; b < wanted.length; b++) {
    const centre = low + b * width;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const away = Math.abs(xs[i]! - centre) / width;
      if (away < 1) count += 1 - away;
    }
    const r = count / n - wanted[b]!;
    total += r * r;
    const slope = (2 * r) / n / width;
    for (let i = 0; i < n; i++) {
      const offset = xs[i]! - centre;
      if (Math.abs(offset) / width < 1) dxs[i]! -= offset > 0 ? slope : -slope;
    }
  }
  return { value: total, dxs };
}

export function inputs(random: Random): Parameters<typeof softHistogram>[] {
  return random.list(4, () => [
    random.list(200, () => random.uniform(-0.5, 10.5)),
    random.list(11, () => random.uniform(0, 0.2)),
    0,
    1,
  ]);
}
