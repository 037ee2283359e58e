import type { Random } from "../../random.ts";

/** @differentiable wrt w, b */
export function leastSquares(w: number, b: number, xs: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const r = w * xs[i]! + b - ys[i]!; // residual
    sum += r * r;
  }
  return sum / xs.length;
}

export function hand(w: number, b: number, xs: number[], ys: number[]): { value: number; dw: number; db: number } {
  let sum = 0;
  let dw = 0;
  let db = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const r = w * x + b - ys[i]!;
    sum += r * r;
    dw += r * x;
    db += r;
  }
  const scale = 2 / xs.length;
  return { value: sum / xs.length, dw: scale * dw, db: scale * db };
}

export function inputs(random: Random): Parameters<typeof leastSquares>[] {
  return random.list(4, () => {
    const xs = random.list(1000, () => random.normal());
    return [random.normal(), random.normal(), xs, xs.map((x) => 0.7 * x + 0.2 + 0.1 * random.normal())];
  });
}
