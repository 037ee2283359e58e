import type { Random } from "../../random.ts";

/**
 * Mean smooth escape time of z → z² + c around a point of the plane.
 *
 * @differentiable wrt centreX, centreY, zoom
 */
export function escapeTime(centreX: number, centreY: number, zoom: number, size: number, limit: number): number {
  let total = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const cx = centreX + zoom * (column / size - 0.5);
      const cy = centreY + zoom * (row / size - 0.5);
      let x = 0;
      let y = 0;
      for (let n = 0; n < limit; n++) {
        const next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
        const r2 = x * x + y * y;
        if (r2 > 1000) {
          total += n + 1 - Math.log2(0.5 * Math.log(r2));
          break;
        }
      }
    }
  }
  return total / (size * size);
}

export function inputs(random: Random): Parameters<typeof escapeTime>[] {
  return random.list(4, () => [random.uniform(0.5, 0.7), random.uniform(0.6, 0.8), random.uniform(0.2, 0.3), 16, 60]);
}
