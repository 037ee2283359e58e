import type { Random } from "../../random.ts";

/** @differentiable wrt scale, rate, offset */
export function decayFit(scale: number, rate: number, offset: number, ts: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < ts.length; i++) {
    const model = scale * Math.exp(-rate * ts[i]!) + offset;
    sum += (model - ys[i]!) ** 2;
  }
  return sum / ts.length;
}

export function hand(
  scale: number,
  rate: number,
  offset: number,
  ts: number[],
  ys: number[],
): { value: number; dscale: number; drate: number; doffset: number } {
  let sum = 0;
  let sumE = 0;
  let sumTE = 0;
  let sumR = 0;
  for (let i = 0; i < ts.length; i++) {
    const t = ts[i]!;
    const e = Math.exp(-rate * t);
    const r = scale * e + offset - ys[i]!;
    sum += r * r;
    const re = r * e;
    sumE += re;
    sumTE += t * re;
    sumR += r;
  }
  const factor = 2 / ts.length;
  return { value: sum / ts.length, dscale: factor * sumE, drate: -factor * scale * sumTE, doffset: factor * sumR };
}

export function inputs(random: Random): Parameters<typeof decayFit>[] {
  return random.list(4, () => {
    const ts = random.list(500, (i) => 0.01 * i);
    return [
      random.uniform(1, 3),
      random.uniform(0.3, 1),
      random.uniform(-0.5, 0.5),
      ts,
      ts.map((t) => 2 * Math.exp(-0.6 * t) + 0.05 * random.normal()),
    ];
  });
}
