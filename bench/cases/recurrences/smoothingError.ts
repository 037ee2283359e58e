import type { Random } from "../../random.ts";

/**
 * One-step forecast error of double exponential smoothing (level and trend).
 *
 * @differentiable wrt alpha, beta
 */
export function smoothingError(alpha: number, beta: number, series: readonly number[]): number {
  let level = series[0]!;
  let trend = series[1]! - series[0]!;
  let total = 0;
  for (let t = 1; t < series.length; t++) {
    const forecast = level + trend;
    const error = series[t]! - forecast;
    total += error * error;
    const next = forecast + alpha * error;
    trend = beta * (next - level) + (1 - beta) * trend;
    level = next;
  }
  return total / (series.length - 1);
}

export function inputs(random: Random): Parameters<typeof smoothingError>[] {
  return random.list(4, () => [
    random.uniform(0.2, 0.8),
    random.uniform(0.1, 0.5),
    random.list(300, (t) => 0.05 * t + random.normal()),
  ]);
}
