import type { Random } from "../../random.ts";

/**
 * Depth of a picture of a sphere, marched along each ray until the surface is near; rays that miss count as far away.
 *
 * @differentiable wrt x, y, z, radius
 */
export function rayMarch(x: number, y: number, z: number, radius: number, size: number): number {
  let total = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const u = (2 * column + 1) / size - 1;
      const v = (2 * row + 1) / size - 1;
      const scale = 1 / Math.sqrt(u * u + v * v + 4);
      let t = 0;
      for (let step = 0; step < 40; step++) {
        const px = t * u * scale - x;
        const py = t * v * scale - y;
        const pz = t * 2 * scale - z;
        const distance = Math.sqrt(px * px + py * py + pz * pz) - radius;
        t += distance;
        if (distance < 1e-4 || t > 10) break;
      }
      total += t > 10 ? 10 : t;
    }
  }
  return total / (size * size);
}

export function inputs(random: Random): Parameters<typeof rayMarch>[] {
  return random.list(4, () => [
    random.uniform(-0.3, 0.3),
    random.uniform(-0.3, 0.3),
    random.uniform(3, 4),
    random.uniform(0.8, 1.2),
    12,
  ]);
}
