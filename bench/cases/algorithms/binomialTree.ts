import type { Random } from "../../random.ts";

/**
 * An American put on the binomial tree of Cox, Ross and Rubinstein: values of the nodes of one time in one array, from the
 * last time back to the first.
 *
 * @differentiable wrt spot, strike, volatility, rate, years
 */
export function binomialTree(
  spot: number,
  strike: number,
  volatility: number,
  rate: number,
  years: number,
  steps: number,
): number {
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

export function hand(
  spot: number,
  strike: number,
  volatility: number,
  rate: number,
  years: number,
  steps: number,
): { value: number; dspot: number; dstrike: number; dvolatility: number; drate: number; dyears: number } {
  const dt = years / steps;
  const root = Math.sqrt(dt);
  const up = Math.exp(volatility * root);
  const down = 1 / up;
  const discount = Math.exp(-rate * dt);
  const p = (1 / discount - down) / (up - down);
  const prices = new Float64Array(steps + 1);
  // the values of all times, the last time first
  const values = new Float64Array(((steps + 1) * (steps + 2)) / 2);
  const first = spot * down ** steps;
  let price = first;
  for (let j = 0; j <= steps; j++) {
    prices[j] = price;
    values[j] = Math.max(strike - price, 0);
    price *= up * up;
  }
  const kept = new Uint8Array(values.length);
  let from = 0;
  for (let i = steps - 1; i >= 0; i--) {
    const to = from + i + 2;
    for (let j = 0; j <= i; j++) {
      const keep = discount * (p * values[from + j + 1]! + (1 - p) * values[from + j]!);
      const now = prices[j]! * up;
      prices[j] = now;
      const exercise = strike - now;
      if (keep >= exercise) {
        kept[to + j] = 1;
        values[to + j] = keep;
      } else values[to + j] = exercise;
    }
    from = to;
  }
  const value = values[from]!;

  let dstrike = 0;
  let ddiscount = 0;
  let dp = 0;
  let dup = 0;
  const dvalues = new Float64Array(steps + 1);
  const dprices = new Float64Array(steps + 1);
  dvalues[0] = 1;
  let to = from;
  for (let i = 0; i < steps; i++) {
    from = to - i - 2;
    for (let j = i; j >= 0; j--) {
      const d = dvalues[j]!;
      if (kept[to + j] === 1) {
        const high = values[from + j + 1]!;
        const low = values[from + j]!;
        ddiscount += d * (p * high + (1 - p) * low);
        const dsum = d * discount;
        dp += dsum * (high - low);
        dvalues[j + 1]! += dsum * p;
        dvalues[j] = dsum * (1 - p);
      } else {
        dstrike += d;
        dprices[j]! -= d;
        dvalues[j] = 0;
      }
      const before = prices[j]! * down;
      dup += dprices[j]! * before;
      dprices[j]! *= up;
      prices[j] = before;
    }
    to = from;
  }
  // the last time: price[j + 1] = price[j] up²
  let dprice = 0;
  for (let j = steps; j >= 0; j--) {
    dup += 2 * dprice * prices[j]! * up;
    dprice = dprice * up * up + dprices[j]!;
    if (values[j]! > 0) {
      dstrike += dvalues[j]!;
      dprice -= dvalues[j]!;
    }
  }
  const dspot = dprice * down ** steps;
  let ddown = (dprice * first * steps) / down;
  // p = (1 / discount - down) / (up - down)
  const width = up - down;
  dup -= (dp * p) / width;
  ddown += (dp * (p - 1)) / width;
  ddiscount -= dp / (width * discount * discount);
  dup -= ddown * down * down;
  // up = exp(volatility √dt), discount = exp(-rate dt)
  const dexponent = dup * up;
  const ddt = (dexponent * volatility) / (2 * root) - ddiscount * discount * rate;
  return {
    value,
    dspot,
    dstrike,
    dvolatility: dexponent * root,
    drate: -ddiscount * discount * dt,
    dyears: ddt / steps,
  };
}

export function inputs(random: Random): Parameters<typeof binomialTree>[] {
  return random.list(2, () => [
    100,
    random.uniform(90, 110),
    random.uniform(0.15, 0.4),
    random.uniform(0.02, 0.06),
    1,
    100,
  ]);
}
