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

export function hand(
  xs: number[],
  ys: number[],
  samples: { x: number; y: number }[],
): { value: number; dxs: number[]; dys: number[] } {
  const n = xs.length;
  const upper = new Array<number>(n).fill(0);
  const swept = new Array<number>(n).fill(0);
  const pivots = new Array<number>(n).fill(0);
  for (let i = 1; i < n - 1; i++) {
    const before = xs[i]! - xs[i - 1]!;
    const after = xs[i + 1]! - xs[i]!;
    const slope = (ys[i + 1]! - ys[i]!) / after - (ys[i]! - ys[i - 1]!) / before;
    const pivot = 2 * (before + after) - before * upper[i - 1]!;
    pivots[i] = pivot;
    upper[i] = after / pivot;
    swept[i] = (6 * slope - before * swept[i - 1]!) / pivot;
  }
  const m = swept.slice();
  for (let i = n - 2; i > 0; i--) m[i]! -= upper[i]! * m[i + 1]!;

  // a sample's reverse needs nothing of other samples
  const dxs = new Array<number>(n).fill(0);
  const dys = new Array<number>(n).fill(0);
  const dm = new Array<number>(n).fill(0);
  let loss = 0;
  let k = 0;
  for (let i = 0; i < samples.length; i++) {
    const { x, y } = samples[i]!;
    while (k < n - 2 && x > xs[k + 1]!) k++;
    const h = xs[k + 1]! - xs[k]!;
    const a = (xs[k + 1]! - x) / h;
    const b = (x - xs[k]!) / h;
    const wa = a * a * a - a;
    const wb = b * b * b - b;
    const bend = wa * m[k]! + wb * m[k + 1]!;
    const e = a * ys[k]! + b * ys[k + 1]! + (bend * h * h) / 6 - y;
    loss += e * e;
    const ds = 2 * e;
    const dbend = (ds * h * h) / 6;
    const da = ds * ys[k]! + dbend * (3 * a * a - 1) * m[k]!;
    const db = ds * ys[k + 1]! + dbend * (3 * b * b - 1) * m[k + 1]!;
    const dh = (ds * bend * h) / 3 - (da * a + db * b) / h;
    dys[k]! += ds * a;
    dys[k + 1]! += ds * b;
    dm[k]! += dbend * wa;
    dm[k + 1]! += dbend * wb;
    dxs[k + 1]! += da / h + dh;
    dxs[k]! -= db / h + dh;
  }

  const dupper = new Array<number>(n).fill(0);
  for (let i = 1; i < n - 1; i++) {
    dupper[i] = -dm[i]! * m[i + 1]!;
    dm[i + 1]! -= upper[i]! * dm[i]!;
  }
  for (let i = n - 2; i > 0; i--) {
    const before = xs[i]! - xs[i - 1]!;
    const after = xs[i + 1]! - xs[i]!;
    const pivot = pivots[i]!;
    const dt = dm[i]! / pivot;
    const dpivot = -(dupper[i]! * upper[i]! + dm[i]! * swept[i]!) / pivot;
    const slopeAfter = (6 * dt) / after;
    const slopeBefore = (6 * dt) / before;
    const dafter = dupper[i]! / pivot + 2 * dpivot - (slopeAfter * (ys[i + 1]! - ys[i]!)) / after;
    const dbefore = dpivot * (2 - upper[i - 1]!) - dt * swept[i - 1]! + (slopeBefore * (ys[i]! - ys[i - 1]!)) / before;
    dupper[i - 1]! -= dpivot * before;
    dm[i - 1]! -= dt * before;
    dys[i + 1]! += slopeAfter;
    dys[i]! -= slopeAfter + slopeBefore;
    dys[i - 1]! += slopeBefore;
    dxs[i + 1]! += dafter;
    dxs[i]! += dbefore - dafter;
    dxs[i - 1]! -= dbefore;
  }
  return { value: loss, dxs, dys };
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
