import type { Random } from "../../random.ts";

/**
 * Sum over all points of the squared distance to the nearest centroid.
 *
 * @differentiable wrt centroids
 */
export function kMeans(centroids: number[][], points: number[][]): number {
  let total = 0;
  for (const point of points) {
    let best = Infinity;
    for (const centroid of centroids) {
      let squared = 0;
      for (let j = 0; j < point.length; j++) {
        const d = point[j]! - centroid[j]!;
        squared += d * d;
      }
      if (squared < best) best = squared;
    }
    total += best;
  }
  return total;
}

export function hand(centroids: number[][], points: number[][]): { value: number; dcentroids: number[][] } {
  const dcentroids = centroids.map((row) => new Array<number>(row.length).fill(0));
  let total = 0;
  for (let i = 0; i < points.length; i++) {
    const point = points[i]!;
    let best = Infinity;
    let nearest = 0;
    for (let k = 0; k < centroids.length; k++) {
      const centroid = centroids[k]!;
      let squared = 0;
      for (let j = 0; j < point.length; j++) {
        const d = point[j]! - centroid[j]!;
        squared += d * d;
      }
      if (squared < best) {
        best = squared;
        nearest = k;
      }
    }
    total += best;
    const centroid = centroids[nearest]!;
    const dcentroid = dcentroids[nearest]!;
    for (let j = 0; j < point.length; j++) dcentroid[j]! += 2 * (centroid[j]! - point[j]!);
  }
  return { value: total, dcentroids };
}

export function inputs(random: Random): Parameters<typeof kMeans>[] {
  return random.list(2, () => [
    random.list(20, () => random.list(8, () => random.normal())),
    random.list(500, () => random.list(8, () => random.normal())),
  ]);
}
