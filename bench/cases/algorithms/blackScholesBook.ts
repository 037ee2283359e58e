import type { Random } from "../../random.ts";

interface Option {
  kind: "call" | "put";
  strike: number;
  years: number;
  amount: number;
}

/** The normal distribution, by Abramowitz and Stegun's formula 26.2.17. */
function normal(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    0.3989422804014327 *
    Math.exp(-0.5 * x * x) *
    k *
    (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}

/**
 * What a book of European options is worth.
 *
 * @differentiable wrt spot, volatility, rate
 */
export function blackScholesBook(spot: number, volatility: number, rate: number, book: Option[]): number {
  let worth = 0;
  for (const { kind, strike, years, amount } of book) {
    const spread = volatility * Math.sqrt(years);
    const d1 = (Math.log(spot / strike) + (rate + 0.5 * volatility ** 2) * years) / spread;
    const d2 = d1 - spread;
    const discounted = strike * Math.exp(-rate * years);
    const price =
      kind === "call"
        ? spot * normal(d1) - discounted * normal(d2)
        : discounted * normal(-d2) - spot * normal(-d1);
    worth += amount * price;
  }
  return worth;
}

export function inputs(random: Random): Parameters<typeof blackScholesBook>[] {
  return random.list(2, () => [
    100,
    random.uniform(0.1, 0.4),
    random.uniform(0.01, 0.05),
    random.list(100, (k) => ({
      kind: k % 3 === 0 ? ("put" as const) : ("call" as const),
      strike: random.uniform(70, 130),
      years: random.uniform(0.1, 2),
      amount: random.normal(),
    })),
  ]);
}
