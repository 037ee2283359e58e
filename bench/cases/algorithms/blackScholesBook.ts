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
      kind === "call" ? spot * normal(d1) - discounted * normal(d2) : discounted * normal(-d2) - spot * normal(-d1);
    worth += amount * price;
  }
  return worth;
}

/** Set by `normalWithSlope`: the derivative at its argument. */
let slope = 0;

function normalWithSlope(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const bell = 0.3989422804014327 * Math.exp(-0.5 * x * x);
  const p = 0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429)));
  const kp = 0.31938153 + k * (2 * -0.356563782 + k * (3 * 1.781477937 + k * (4 * -1.821255978 + k * 5 * 1.330274429)));
  const tail = bell * k * p;
  slope = Math.abs(x) * tail + bell * kp * 0.2316419 * k * k;
  return x >= 0 ? 1 - tail : tail;
}

export function hand(
  spot: number,
  volatility: number,
  rate: number,
  book: Option[],
): { value: number; dspot: number; dvolatility: number; drate: number } {
  let worth = 0;
  let dspot = 0;
  let dvolatility = 0;
  let drate = 0;
  for (let i = 0; i < book.length; i++) {
    const { kind, strike, years, amount } = book[i]!;
    const root = Math.sqrt(years);
    const spread = volatility * root;
    const d1 = (Math.log(spot / strike) + (rate + 0.5 * volatility ** 2) * years) / spread;
    const d2 = d1 - spread;
    const discounted = strike * Math.exp(-rate * years);
    const side = kind === "call" ? 1 : -1;
    const n1 = normalWithSlope(side * d1);
    const slope1 = slope;
    const n2 = normalWithSlope(side * d2);
    const slope2 = slope;
    worth += amount * (kind === "call" ? spot * n1 - discounted * n2 : discounted * n2 - spot * n1);
    const dd2 = -amount * discounted * slope2;
    const dd1 = amount * spot * slope1 + dd2;
    dspot += amount * side * n1 + dd1 / (spread * spot);
    drate += amount * side * discounted * n2 * years + (dd1 * years) / spread;
    dvolatility += dd1 * ((volatility * years - d1 * root) / spread) - dd2 * root;
  }
  return { value: worth, dspot, dvolatility, drate };
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
