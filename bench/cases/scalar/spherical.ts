import type { Random } from "../../random.ts";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/**
 * Squared distance of a point in spherical coordinates from a Cartesian one.
 *
 * @differentiable wrt radius, polar, azimuth
 */
export function spherical(radius: number, polar: number, azimuth: number, target: Point): number {
  const sinPolar = Math.sin(polar);
  const dx = radius * sinPolar * Math.cos(azimuth) - target.x;
  const dy = radius * sinPolar * Math.sin(azimuth) - target.y;
  const dz = radius * Math.cos(polar) - target.z;
  return dx ** 2 + dy ** 2 + dz ** 2;
}

export function inputs(random: Random): Parameters<typeof spherical>[] {
  return random.list(16, () => [
    random.uniform(0.5, 2),
    random.uniform(0.2, 3),
    random.uniform(-3, 3),
    { x: random.normal(), y: random.normal(), z: random.normal() },
  ]);
}
