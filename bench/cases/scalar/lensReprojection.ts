import type { Random } from "../../random.ts";

/**
 * Squared pixel error of one point seen through a lens with radial distortion.
 *
 * @differentiable wrt x, y, z, focal, k1, k2
 */
export function lensReprojection(
  x: number,
  y: number,
  z: number,
  focal: number,
  k1: number,
  k2: number,
  seenX: number,
  seenY: number,
): number {
  const px = x / z;
  const py = y / z;
  const r2 = px * px + py * py;
  const distortion = 1 + r2 * (k1 + k2 * r2);
  const ex = focal * distortion * px - seenX;
  const ey = focal * distortion * py - seenY;
  return ex * ex + ey * ey;
}

export function hand(
  x: number,
  y: number,
  z: number,
  focal: number,
  k1: number,
  k2: number,
  seenX: number,
  seenY: number,
): { value: number; dx: number; dy: number; dz: number; dfocal: number; dk1: number; dk2: number } {
  const inverse = 1 / z;
  const px = x / z;
  const py = y / z;
  const r2 = px * px + py * py;
  const distortion = 1 + r2 * (k1 + k2 * r2);
  const ex = focal * distortion * px - seenX;
  const ey = focal * distortion * py - seenY;
  const along = 2 * (ex * px + ey * py);
  const ddistortion = focal * along;
  const dk1 = r2 * ddistortion;
  const dr2 = (k1 + 2 * k2 * r2) * ddistortion;
  const scale = 2 * focal * distortion;
  const dx = (scale * ex + 2 * px * dr2) * inverse;
  const dy = (scale * ey + 2 * py * dr2) * inverse;
  return {
    value: ex * ex + ey * ey,
    dx,
    dy,
    dz: -(dx * px + dy * py),
    dfocal: distortion * along,
    dk1,
    dk2: r2 * dk1,
  };
}

export function inputs(random: Random): Parameters<typeof lensReprojection>[] {
  return random.list(16, () => [
    random.normal(),
    random.normal(),
    random.uniform(3, 6),
    random.uniform(300, 500),
    random.uniform(-0.2, 0.2),
    random.uniform(-0.05, 0.05),
    60 * random.normal(),
    60 * random.normal(),
  ]);
}
