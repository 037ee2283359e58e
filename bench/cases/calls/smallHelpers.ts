import type { Random } from "../../random.ts";

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function lerp(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

function square(x: number): number {
  return x * x;
}

/**
 * A smooth step between two levels, fitted to points.
 *
 * @differentiable wrt low, high, centre, slope
 */
export function smallHelpers(
  low: number,
  high: number,
  centre: number,
  slope: number,
  xs: number[],
  ys: number[],
): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    sum += square(lerp(low, high, sigmoid(slope * (xs[i]! - centre))) - ys[i]!);
  }
  return sum;
}

export function hand(
  low: number,
  high: number,
  centre: number,
  slope: number,
  xs: number[],
  ys: number[],
): { value: number; dlow: number; dhigh: number; dcentre: number; dslope: number } {
  let sum = 0;
  let sumR = 0;
  let sumRS = 0;
  let sumD = 0;
  let sumDX = 0;
  const range = high - low;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]! - centre;
    const s = 1 / (1 + Math.exp(-(slope * x)));
    const r = low + range * s - ys[i]!;
    sum += r * r;
    sumR += r;
    sumRS += r * s;
    const d = r * s * (1 - s);
    sumD += d;
    sumDX += d * x;
  }
  return {
    value: sum,
    dlow: 2 * (sumR - sumRS),
    dhigh: 2 * sumRS,
    dcentre: -2 * range * slope * sumD,
    dslope: 2 * range * sumDX,
  };
}

export function inputs(random: Random): Parameters<typeof smallHelpers>[] {
  return random.list(4, () => {
    const xs = random.list(500, () => random.uniform(-3, 3));
    return [
      random.normal(),
      1 + random.normal(),
      0.3 * random.normal(),
      random.uniform(1, 3),
      xs,
      xs.map((x) => Math.tanh(x) + 0.1 * random.normal()),
    ];
  });
}
