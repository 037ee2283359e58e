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

export function inputs(random: Random): Parameters<typeof bezier>[] {
  return random.list(2, () => [
    random.list(6, (i) => ({ x: i + 0.2 * random.normal(), y: random.normal() })),
    random.list(100, (k) => (k + 0.5) / 100),
    random.list(100, (k) => ({ x: 0.05 * k, y: random.normal() })),
  ]);
}
