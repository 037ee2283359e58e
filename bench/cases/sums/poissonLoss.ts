import type { Random } from "../../random.ts";

/** @differentiable wrt a, b, c */
export function poissonLoss(a: number, b: number, c: number, xs: number[], counts: number[]): number {
  let loss = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const logRate = a + b * x + c * x * x;
    loss += Math.exp(logRate) - counts[i]! * logRate;
  }
  return loss;
}

export function hand(
  a: number,
  b: number,
  c: number,
  xs: number[],
  counts: number[],
): { value: number; da: number; db: number; dc: number } {
  let loss = 0;
  let da = 0;
  let db = 0;
  let dc = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const count = counts[i]!;
    const logRate = a + b * x + c * x * x;
    const rate = Math.exp(logRate);
    loss += rate - count * logRate;
    const dlogRate = rate - count;
    const xd = x * dlogRate;
    da += dlogRate;
    db += xd;
    dc += x * xd;
  }
  return { value: loss, da, db, dc };
}

export function inputs(random: Random): Parameters<typeof poissonLoss>[] {
  return random.list(4, () => [
    random.uniform(0, 1),
    random.uniform(-0.5, 0.5),
    random.uniform(-0.3, 0.1),
    random.list(500, () => random.normal()),
    random.list(500, () => random.integer(6)),
  ]);
}
