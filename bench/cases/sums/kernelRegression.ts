import type { Random } from "../../random.ts";

/**
 * Nadaraya–Watson estimate at (x, y): a weighted mean over all points.
 *
 * @differentiable wrt x, y, width
 */
export function kernelRegression(
  x: number,
  y: number,
  width: number,
  points: readonly (readonly [number, number])[],
  values: readonly number[],
): number {
  let weights = 0;
  let total = 0;
  for (let i = 0; i < points.length; i++) {
    const [px, py] = points[i]!;
    const squared = (x - px) ** 2 + (y - py) ** 2;
    const weight = Math.exp(-squared / (2 * width * width));
    weights += weight;
    total += weight * values[i]!;
  }
  return total / weights;
}

export function hand(
  x: number,
  y: number,
  width: number,
  points: readonly (readonly [number, number])[],
  values: readonly number[],
): { value: number; dx: number; dy: number; dwidth: number } {
  // For each sum of weights · q the gradient needs the sums of weights · q · (offset) and of weights · q · squared.
  let weights = 0;
  let total = 0;
  let wx = 0;
  let wy = 0;
  let ws = 0;
  let tx = 0;
  let ty = 0;
  let ts = 0;
  const denominator = 2 * width * width;
  for (let i = 0; i < points.length; i++) {
    const point = points[i]!;
    const ox = x - point[0];
    const oy = y - point[1];
    const squared = ox * ox + oy * oy;
    const weight = Math.exp(-squared / denominator);
    const term = weight * values[i]!;
    weights += weight;
    total += term;
    wx += weight * ox;
    wy += weight * oy;
    ws += weight * squared;
    tx += term * ox;
    ty += term * oy;
    ts += term * squared;
  }
  const value = total / weights;
  const scale = -1 / (weights * width * width);
  return {
    value,
    dx: scale * (tx - value * wx),
    dy: scale * (ty - value * wy),
    dwidth: (-scale / width) * (ts - value * ws),
  };
}

export function inputs(random: Random): Parameters<typeof kernelRegression>[] {
  return random.list(4, () => {
    const points = random.list(500, (): [number, number] => [random.normal(), random.normal()]);
    return [
      0.5 * random.normal(),
      0.5 * random.normal(),
      random.uniform(0.3, 1),
      points,
      points.map(([a, b]) => Math.sin(a) + b),
    ];
  });
}
