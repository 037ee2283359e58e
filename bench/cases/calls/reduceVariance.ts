import type { Random } from "../../random.ts";

/**
 * Skewness written with `reduce`.
 *
 * @differentiable
 */
export function reduceVariance(xs: readonly number[]): number {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length;
  const third = xs.reduce((sum, x) => sum + (x - mean) * (x - mean) * (x - mean), 0) / xs.length;
  return third / (variance * Math.sqrt(variance));
}

export function hand(xs: readonly number[]): { value: number; dxs: number[] } {
  const n = xs.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += xs[i]!;
  mean /= n;
  let variance = 0;
  let third = 0;
  for (let i = 0; i < n; i++) {
    const d = xs[i]! - mean;
    variance += d * d;
    third += d * d * d;
  }
  variance /= n;
  third /= n;
  const scale = variance * Math.sqrt(variance);
  const value = third / scale;
  const dthird = 1 / scale;
  const dvariance = (-1.5 * value) / variance;
  const a = (3 * dthird) / n;
  const b = (2 * dvariance) / n;
  const c = -a * variance; // through the mean; the deviations themselves sum to zero
  const dxs = new Array<number>(n);
  for (let i = 0; i < n; i++) {
    const d = xs[i]! - mean;
    dxs[i] = a * d * d + b * d + c;
  }
  return { value, dxs };
}

export function inputs(random: Random): Parameters<typeof reduceVariance>[] {
  return random.list(4, () => [random.list(200, () => Math.exp(0.5 * random.normal()))]);
}
