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

export function hand(
  a: number[][],
  y: number[],
  lambda: number,
  rate: number,
  steps: number,
  truth: number[],
): { value: number; da: number[][]; dy: number[]; dlambda: number; drate: number } {
  const n = truth.length;
  const m = y.length;
  const xs = new Float64Array(n * (steps + 1));
  const residuals = new Float64Array(m * steps);
  const slopes = new Float64Array(n * steps);
  for (let step = 0; step < steps; step++) {
    const x0 = step * n;
    const r0 = step * m;
    for (let i = 0; i < m; i++) {
      const row = a[i]!;
      let s = -y[i]!;
      for (let j = 0; j < n; j++) s += row[j]! * xs[x0 + j]!;
      residuals[r0 + i] = s;
    }
    for (let j = 0; j < n; j++) {
      let slope = 0;
      for (let i = 0; i < m; i++) slope += a[i]![j]! * residuals[r0 + i]!;
      slopes[x0 + j] = slope;
      xs[x0 + n + j] = soften(xs[x0 + j]! - rate * slope, rate * lambda);
    }
  }
  let error = 0;
  const dx = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const e = xs[steps * n + j]! - truth[j]!;
    error += e ** 2;
    dx[j] = 2 * e;
  }

  const da = a.map((row) => new Array<number>(row.length).fill(0));
  const dy = new Array<number>(m).fill(0);
  const dslope = new Float64Array(n);
  let dlambda = 0;
  let drate = 0;
  for (let step = steps - 1; step >= 0; step--) {
    const x0 = step * n;
    const r0 = step * m;
    for (let j = 0; j < n; j++) {
      const after = xs[x0 + n + j]!;
      if (after === 0) dx[j] = 0;
      const sign = after > 0 ? 1 : -1;
      dlambda -= sign * rate * dx[j]!;
      drate -= dx[j]! * (slopes[x0 + j]! + sign * lambda);
      dslope[j] = -rate * dx[j]!;
    }
    for (let i = 0; i < m; i++) {
      const row = a[i]!;
      const drow = da[i]!;
      const residual = residuals[r0 + i]!;
      let dr = 0;
      for (let j = 0; j < n; j++) dr += row[j]! * dslope[j]!;
      dy[i]! -= dr;
      for (let j = 0; j < n; j++) {
        drow[j]! += dslope[j]! * residual + dr * xs[x0 + j]!;
        dx[j]! += dr * row[j]!;
      }
    }
  }
  return { value: error, da, dy, dlambda, drate };
}

export function inputs(random: Random): Parameters<typeof ista>[] {
  return random.list(2, () => {
    const truth = random.list(30, (j) => (j % 6 === 0 ? random.normal() : 0));
    const a = random.list(20, () => random.list(30, () => random.normal() / Math.sqrt(20)));
    const y = a.map((row) => row.reduce((sum, aij, j) => sum + aij * truth[j]!, 0.05 * random.normal()));
    return [a, y, 0.05, 0.2, 50, truth];
  });
}
