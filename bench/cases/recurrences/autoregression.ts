import type { Random } from "../../random.ts";

/**
 * Negative log-likelihood of an AR(2) process with the errors' moving average.
 *
 * @differentiable wrt phi1, phi2, theta, sigma
 */
export function autoregression(
  phi1: number,
  phi2: number,
  theta: number,
  sigma: number,
  series: readonly number[],
): number {
  const variance = sigma * sigma;
  let error = 0;
  let total = 0;
  for (let t = 2; t < series.length; t++) {
    error = series[t]! - phi1 * series[t - 1]! - phi2 * series[t - 2]! - theta * error;
    total += (error * error) / variance + Math.log(variance);
  }
  return 0.5 * total;
}

export function inputs(random: Random): Parameters<typeof autoregression>[] {
  return random.list(4, () => [
    random.uniform(0.1, 0.6),
    random.uniform(-0.3, 0.3),
    random.uniform(-0.4, 0.4),
    random.uniform(0.5, 1.5),
    random.list(400, () => random.normal()),
  ]);
}
