import type { Random } from "../../random.ts";

interface Point {
  x: number;
  y: number;
}

/** The point of the Bézier curve at t, by de Casteljau's algorithm. */
function pointAt(controls: Point[], t: number): Point {
  const points = controls.map(({ x, y }) => ({ x, y }));
  for (let left = points.length - 1; left > 0; left--) {
    for (let i = 0; i < left; i++) {
      const p = points[i]!;
      const q = points[i + 1]!;
      p.x = (1 - t) * p.x + t * q.x;
      p.y = (1 - t) * p.y + t * q.y;
    }
  }
  return points[0]!;
}

/**
 * Squared distances between points and a Bézier curve at given parameters.
 *
 * @differentiable wrt controls, ts
 */
export function bezier(controls: Point[], ts: number[], targets: Point[]): number {
  let total = 0;
  for (let k = 0; k < ts.length; k++) {
    const p = pointAt(controls, ts[k]!);
    const target = targets[k]!;
    total += (p.x - target.x) ** 2 + (p.y - target.y) ** 2;
  }
  return total;
}

export function hand(
  controls: Point[],
  ts: number[],
  targets: Point[],
): { value: number; dcontrols: Point[]; dts: number[] } {
  const n = controls.length;
  const dcontrols: Point[] = controls.map(() => ({ x: 0, y: 0 }));
  const dts = new Array<number>(ts.length).fill(0);
  // all rows of the triangle one after the other: row r begins at first[r]
  const xs = new Float64Array((n * (n + 1)) / 2);
  const ys = new Float64Array(xs.length);
  const dxs = new Float64Array(n);
  const dys = new Float64Array(n);
  let total = 0;
  for (let k = 0; k < ts.length; k++) {
    const t = ts[k]!;
    for (let i = 0; i < n; i++) {
      xs[i] = controls[i]!.x;
      ys[i] = controls[i]!.y;
    }
    let from = 0;
    let to = n;
    for (let left = n - 1; left > 0; left--) {
      for (let i = 0; i < left; i++) {
        xs[to + i] = (1 - t) * xs[from + i]! + t * xs[from + i + 1]!;
        ys[to + i] = (1 - t) * ys[from + i]! + t * ys[from + i + 1]!;
      }
      from = to;
      to += left;
    }
    const ex = xs[from]! - targets[k]!.x;
    const ey = ys[from]! - targets[k]!.y;
    total += ex ** 2 + ey ** 2;

    let dt = 0;
    dxs.fill(0);
    dys.fill(0);
    dxs[0] = 2 * ex;
    dys[0] = 2 * ey;
    for (let left = 1; left < n; left++) {
      from -= left + 1;
      for (let i = left - 1; i >= 0; i--) {
        const dx = dxs[i]!;
        const dy = dys[i]!;
        dt += dx * (xs[from + i + 1]! - xs[from + i]!) + dy * (ys[from + i + 1]! - ys[from + i]!);
        dxs[i + 1]! += t * dx;
        dys[i + 1]! += t * dy;
        dxs[i] = (1 - t) * dx;
        dys[i] = (1 - t) * dy;
      }
    }
    dts[k] = dt;
    for (let i = 0; i < n; i++) {
      const d = dcontrols[i]!;
      d.x += dxs[i]!;
      d.y += dys[i]!;
    }
  }
  return { value: total, dcontrols, dts };
}

export function inputs(random: Random): Parameters<typeof bezier>[] {
  return random.list(2, () => [
    random.list(6, (i) => ({ x: i + 0.2 * random.normal(), y: random.normal() })),
    random.list(100, (k) => (k + 0.5) / 100),
    random.list(100, (k) => ({ x: 0.05 * k, y: random.normal() })),
  ]);
}
