import type { Random } from "../../random.ts";

/**
 * A portfolio's mean return less a penalty for its variance, over past days; `weights` of each asset.
 *
 * @differentiable wrt weights
 */
export function meanVariance(weights: number[], days: number[][], aversion: number): number {
  let mean = 0;
  for (const day of days) {
    let gain = 0;
    for (let j = 0; j < weights.length; j++) gain += weights[j]! * day[j]!;
    mean += gain;
  }
  mean /= days.length;
  let variance = 0;
  for (const day of days) {
    let gain = 0;
    for (let j = 0; j < weights.length; j++) gain += weights[j]! * day[j]!;
    variance += (gain - mean) ** 2;
  }
  variance /= days.length;
  return mean - aversion * variance;
}

export function hand(weights: number[], days: number[][], aversion: number): { value: number; dweights: number[] } {
  const d = weights.length;
  const n = days.length;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const day = days[i]!;
    let gain = 0;
    for (let j = 0; j < d; j++) gain += weights[j]! * day[j]!;
    mean += gain;
  }
  mean /= n;
  // the deviations sum to zero, so the mean's own gradient is 1 / n a day and nothing else
  const dweights = new Array<number>(d).fill(0);
  let variance = 0;
  for (let i = 0; i < n; i++) {
    const day = days[i]!;
    let gain = 0;
    for (let j = 0; j < d; j++) gain += weights[j]! * day[j]!;
    const deviation = gain - mean;
    variance += deviation * deviation;
    const dgain = (1 - 2 * aversion * deviation) / n;
    for (let j = 0; j < d; j++) dweights[j]! += dgain * day[j]!;
  }
  variance /= n;
  return { value: mean - aversion * variance, dweights };
}

export function inputs(random: Random): Parameters<typeof meanVariance>[] {
  return random.list(4, () => [
    random.list(10, () => random.uniform(0, 0.2)),
    random.list(250, () => random.list(10, () => 0.01 * random.normal())),
    3,
  ]);
}
