import type { Random } from "../../random.ts";

/** Second derivatives at the knots of the natural spline through the points. */
function curvatures(xs: number[], ys: number[]): number[] {
  const n = xs.length;
  const upper = new Array<number>(n).fill(0);
  const m = new Array<number>(n).fill(0);
  for (let i = 1; i < n - 1; i++) {
    const before = xs[i]! - xs[i - 1]!;
    const after = xs[i + 1]! - xs[i]!;
    const slope = (ys[i + 1]! - ys[i]!) / after - (ys[i]! - ys[i - 1]!) / before;
    const pivot = 2 * (before + after) - before * upper[i - 1]!;
    upper[i] = after / pivot;
    m[i] = (6 * slope - before * m[i - 1]!) / pivot;
  }
  for (let i = n - 2; i > 0; i--) m[i]! -= upper[i]! * m[i + 1]!;
  return m;
}

/**
 * Squared error of the natural cubic spline through knots at samples (both in ascending order).
 *
 * @differentiable wrt xs, ys
 */
export function cubicSpline(xs: number[], ys: number[], samples: { x: number; y: number }[]): number {
  const m = curvatures(xs, ys);
  let loss = 0;
  let k = 0;
  for (const { x, y } of samples) {
    while (k < xs.length - 2 && x > xs[k + 1]!) k++;
    const h = xs[k + 1]! - xs[k]!;
    const a = (xs[k + 1]! - x) / h;
    const b = (x - xs[k]!) / h;
    const s = a * ys[k]! + b * ys[k + 1]! + (((a * a * a - a) * m[k]! + (b * b * b - b) * m[k + 1]!) * h * h) / 6;
    loss += (s - y) ** 2;
  }
  return loss;
}

export function inputs(random: Random): Parameters<typeof cubicSpline>[] {
  return random.list(2, () => {
    const xs = random.list(30, (i) => i + random.uniform(-0.3, 0.3));
    return [
      xs,
      xs.map((x) => Math.cos(0.3 * x)),
      random.list(300, (i) => ({ x: 0.5 + 0.09 * i, y: Math.cos(0.027 * i) + 0.1 * random.normal() })),
    ];
  });
}
