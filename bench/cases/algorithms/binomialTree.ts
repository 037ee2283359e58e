import type { Random } from "../../random.ts";

/**
 * An American put on the binomial tree of Cox, Ross and Rubinstein: values of the nodes of one time in one array, from the
 * last time back to the first.
 *
 * @differentiable wrt spot, strike, volatility, rate, years
 */
export function binomialTree(spot: number, strike: number, volatility: number, rate: number, years: number, steps: number): number {
  const dt = years / steps;
  const up = Math.exp(volatility * Math.sqrt(dt));
  const down = 1 / up;
  const discount = Math.exp(-rate * dt);
  const p = (1 / discount - down) / (up - down);
  const prices = new Float64Array(steps + 1);
  const values = new Float64Array(steps + 1);
  let price = spot * down ** steps;
  for (let j = 0; j <= steps; j++) {
    prices[j] = price;
    values[j] = Math.max(strike - price, 0);
    price *= up * up;
  }
  for (let i = steps - 1; i >= 0; i--) {
    for (let j = 0; j <= i; j++) {
      const kept = discount * (p * values[j + 1]! + (1 - p) * values[j]!);
      prices[j]! *= up;
      values[j] = Math.max(kept, strike - prices[j]!);
    }
  }
  return values[0]!;
}

export function inputs(random: Random): Parameters<typeof binomialTree>[] {
  return random.list(2, () => [100, random.uniform(90, 110), random.uniform(0.15, 0.4), random.uniform(0.02, 0.06), 1, 100]);
}
