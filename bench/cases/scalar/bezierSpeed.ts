import type { Random } from "../../random.ts";

/**
 * Speed of a cubic Bézier curve at `t`: the integrand of its length.
 *
 * @differentiable
 */
export function bezierSpeed(
  t: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
): number {
  const u = 1 - t;
  const a = 3 * u * u;
  const b = 6 * u * t;
  const c = 3 * t * t;
  const vx = a * (x1 - x0) + b * (x2 - x1) + c * (x3 - x2);
  const vy = a * (y1 - y0) + b * (y2 - y1) + c * (y3 - y2);
  return Math.sqrt(vx * vx + vy * vy);
}

export function inputs(random: Random): Parameters<typeof bezierSpeed>[] {
  return random.list(16, () => [
    random.uniform(0, 1),
    random.normal(),
    random.normal(),
    1 + random.normal(),
    1 + random.normal(),
    2 + random.normal(),
    random.normal(),
    3 + random.normal(),
    random.normal(),
  ]);
}
