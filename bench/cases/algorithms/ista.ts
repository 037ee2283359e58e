import type { Random } from "../../random.ts";

function soften(x: number, by: number): number {
  return x > by ? x - by : x < -by ? x + by : 0;
}

/**
 * How well some steps of iterative soft thresholding (for ½ |a x - y|² + lambda |x|₁) find a sparse vector.
 *
 * @differentiable wrt a, y, lambda, rate
 */
export function ista(a: number[][], y: number[], lambda: number, rate: number, steps: number, truth: number[]): number {
  const x = new Float64Array(truth.length);
  const residual = new Float64Array(y.length);
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < y.length; i++) {
      const row = a[i]!;
      let s = -y[i]!;
      for (let j = 0; j < x.length; j++) s += row[j]! * x[j]!;
      residual[i] = s;
    }
    for (let j = 0; j < x.length; j++) {
      let slope = 0;
      for (let i = 0; i < y.length; i++) slope += a[i]![j]! * residual[i]!;
      x[j] = soften(x[j]! - rate * slope, rate * lambda);
    }
  }
  let error = 0;
  for (let j = 0; j < x.length; j++) error += (x[j]! - truth[j]!) ** 2;
  return error;
}

export function inputs(random: Random): Parameters<typeof ista>[] {
  return random.list(2, () => {
    const truth = random.list(30, (j) => (j % 6 === 0 ? random.normal() : 0));
    const a = random.list(20, () => random.list(30, () => random.normal() / Math.sqrt(20)));
    const y = a.map((row) => row.reduce((sum, aij, j) => sum + aij * truth[j]!, 0.05 * random.normal()));
    return [a, y, 0.05, 0.2, 50, truth];
  });
}
