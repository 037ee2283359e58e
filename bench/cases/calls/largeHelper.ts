import type { Random } from "../../random.ts";

/** The normal distribution function (Abramowitz and Stegun 26.2.17). */
function normalDistribution(x: number): number {
  const a = Math.abs(x);
  const t = 1 / (1 + 0.2316419 * a);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804014327 * Math.exp(-0.5 * a * a) * poly;
  return x >= 0 ? 1 - tail : tail;
}

function callPrice(spot: number, strike: number, rate: number, volatility: number, years: number): number {
  const total = volatility * Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate + 0.5 * volatility ** 2) * years) / total;
  return spot * normalDistribution(d1) - strike * Math.exp(-rate * years) * normalDistribution(d1 - total);
}

/**
 * Squared pricing error of a volatility smile (parabola in the log strike) against market prices.
 *
 * @differentiable wrt level, skew, curvature
 */
export function largeHelper(
  level: number,
  skew: number,
  curvature: number,
  spot: number,
  strikes: readonly number[],
  prices: readonly number[],
): number {
  let error = 0;
  for (let i = 0; i < strikes.length; i++) {
    const k = Math.log(strikes[i]! / spot);
    const volatility = level + skew * k + curvature * k * k;
    error += (callPrice(spot, strikes[i]!, 0.02, volatility, 0.5) - prices[i]!) ** 2;
  }
  return error;
}

export function inputs(random: Random): Parameters<typeof largeHelper>[] {
  return random.list(4, () => {
    const strikes = random.list(100, (i) => 60 + 0.8 * i);
    return [
      random.uniform(0.2, 0.3),
      random.uniform(-0.2, 0),
      random.uniform(0.1, 0.3),
      random.uniform(95, 105),
      strikes,
      strikes.map((strike) => Math.max(100 - strike, 0) + 5),
    ];
  });
}
