import type { Random } from "../../random.ts";

/** @differentiable wrt w, b */
export function huberRegression(w: number, b: number, delta: number, xs: number[], ys: number[]): number {
  let loss = 0;
  for (let i = 0; i < xs.length; i++) {
    const r = w * xs[i]! + b - ys[i]!;
    const a = Math.abs(r);
    if (a <= delta) loss += 0.5 * r * r;
    else loss += delta * (a - 0.5 * delta);
  }
  return loss;
}

export function hand(
  w: number,
  b: number,
  delta: number,
  xs: number[],
  ys: number[],
): { value: number; dw: number; db: number } {
  let loss = 0;
  let dw = 0;
  let db = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const r = w * x + b - ys[i]!;
    const a = Math.abs(r);
    if (a <= delta) {
      loss += 0.5 * r * r;
      dw += r * x;
      db += r;
    } else {
      loss += delta * (a - 0.5 * delta);
      const dr = r > 0 ? delta : -delta;
      dw += dr * x;
      db += dr;
    }
  }
  return { value: loss, dw, db };
}

export function inputs(random: Random): Parameters<typeof huberRegression>[] {
  return random.list(4, () => {
    const xs = random.list(1000, () => random.normal());
    return [random.normal(), random.normal(), 0.5, xs, xs.map((x) => 0.7 * x + 0.2 + random.normal())];
  });
}
