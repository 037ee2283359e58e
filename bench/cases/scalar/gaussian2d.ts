import type { Random } from "../../random.ts";

/**
 * Density of a correlated normal distribution in the plane.
 *
 * @differentiable
 */
export function gaussian2d(
  x: number,
  y: number,
  meanX: number,
  meanY: number,
  sigmaX: number,
  sigmaY: number,
  rho: number,
): number {
  const u = (x - meanX) / sigmaX;
  const v = (y - meanY) / sigmaY;
  const rest = 1 - rho * rho;
  const q = (u * u - 2 * rho * u * v + v * v) / rest;
  return Math.exp(-0.5 * q) / (2 * Math.PI * sigmaX * sigmaY * Math.sqrt(rest));
}

export function inputs(random: Random): Parameters<typeof gaussian2d>[] {
  return random.list(16, () => [
    random.normal(),
    random.normal(),
    0.3 * random.normal(),
    0.3 * random.normal(),
    random.uniform(0.5, 2),
    random.uniform(0.5, 2),
    random.uniform(-0.8, 0.8),
  ]);
}
