import type { Random } from "../../random.ts";

/** @differentiable */
export function blackScholes(spot: number, strike: number, rate: number, volatility: number, years: number): number {
  const total = volatility * Math.sqrt(years); // standard deviation of the log price
  const d1 = (Math.log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / total;
  const d2 = d1 - total;
  // the normal distribution function by its usual tanh approximation
  const n1 = 0.5 * (1 + Math.tanh(0.7978845608028654 * (d1 + 0.044715 * d1 * d1 * d1)));
  const n2 = 0.5 * (1 + Math.tanh(0.7978845608028654 * (d2 + 0.044715 * d2 * d2 * d2)));
  return spot * n1 - strike * Math.exp(-rate * years) * n2;
}

export function hand(
  spot: number,
  strike: number,
  rate: number,
  volatility: number,
  years: number,
): { value: number; dspot: number; dstrike: number; drate: number; dvolatility: number; dyears: number } {
  const root = Math.sqrt(years);
  const total = volatility * root;
  const drift = rate + 0.5 * volatility * volatility;
  const d1 = (Math.log(spot / strike) + drift * years) / total;
  const d2 = d1 - total;
  const t1 = Math.tanh(0.7978845608028654 * (d1 + 0.044715 * d1 * d1 * d1));
  const t2 = Math.tanh(0.7978845608028654 * (d2 + 0.044715 * d2 * d2 * d2));
  const n1 = 0.5 * (1 + t1);
  const n2 = 0.5 * (1 + t2);
  const discount = Math.exp(-rate * years);
  const present = strike * discount;
  const dd2 = -present * 0.5 * (1 - t2 * t2) * 0.7978845608028654 * (1 + 0.134145 * d2 * d2);
  const dd1 = spot * 0.5 * (1 - t1 * t1) * 0.7978845608028654 * (1 + 0.134145 * d1 * d1) + dd2;
  const dnumerator = dd1 / total;
  const dtotal = -dd2 - d1 * dnumerator;
  const dpresent = -n2;
  return {
    value: spot * n1 - strike * discount * n2,
    dspot: n1 + dnumerator / spot,
    dstrike: dpresent * discount - dnumerator / strike,
    drate: dnumerator * years - dpresent * present * years,
    dvolatility: dtotal * root + dnumerator * years * volatility,
    dyears: (dtotal * 0.5 * volatility) / root + dnumerator * drift - dpresent * present * rate,
  };
}

export function inputs(random: Random): Parameters<typeof blackScholes>[] {
  return random.list(16, () => [
    random.uniform(80, 120),
    random.uniform(80, 120),
    random.uniform(0.01, 0.05),
    random.uniform(0.1, 0.4),
    random.uniform(0.2, 2),
  ]);
}
