import type { Random } from "../../random.ts";

/**
 * Squared residual of the least-squares problem a x ≈ b, by Householder reflections in copies of a and b: what is left of b
 * below the first columns.
 *
 * @differentiable
 */
export function qrLeastSquares(a: number[][], b: number[]): number {
  const m = a.length;
  const n = a[0]!.length;
  const r = a.map((row) => [...row]);
  const y = [...b];
  for (let k = 0; k < n; k++) {
    let square = 0;
    for (let i = k; i < m; i++) square += r[i]![k]! * r[i]![k]!;
    const length = Math.sqrt(square);
    const alpha = r[k]![k]! > 0 ? -length : length;
    // the reflection's vector stays in column k
    const head = r[k]![k]! - alpha;
    r[k]![k] = head;
    const beta = 1 / (square - alpha * (head + alpha));
    for (let j = k + 1; j < n; j++) {
      let s = 0;
      for (let i = k; i < m; i++) s += r[i]![k]! * r[i]![j]!;
      s *= beta;
      for (let i = k; i < m; i++) r[i]![j]! -= s * r[i]![k]!;
    }
    let s = 0;
    for (let i = k; i < m; i++) s += r[i]![k]! * y[i]!;
    s *= beta;
    for (let i = k; i < m; i++) y[i]! -= s * r[i]![k]!;
  }
  let residual = 0;
  for (let i = n; i < m; i++) residual += y[i]! * y[i]!;
  return residual;
}

export function hand(a: number[][], b: number[]): { value: number; da: number[][]; db: number[] } {
  const m = a.length;
  const n = a[0]!.length;
  const r = a.map((row) => [...row]);
  const y = [...b];
  const alphas = new Array<number>(n).fill(0);
  const betas = new Array<number>(n).fill(0);
  const lengths = new Array<number>(n).fill(0);
  const factors = new Array<number>(n * (n + 1)).fill(0); // by which each reflection changes each column, and y
  for (let k = 0; k < n; k++) {
    let square = 0;
    for (let i = k; i < m; i++) square += r[i]![k]! * r[i]![k]!;
    const length = Math.sqrt(square);
    const alpha = r[k]![k]! > 0 ? -length : length;
    const head = r[k]![k]! - alpha;
    r[k]![k] = head;
    const beta = 1 / (square - alpha * (head + alpha));
    for (let j = k + 1; j < n; j++) {
      let s = 0;
      for (let i = k; i < m; i++) s += r[i]![k]! * r[i]![j]!;
      s *= beta;
      for (let i = k; i < m; i++) r[i]![j]! -= s * r[i]![k]!;
      factors[k * (n + 1) + j] = s;
    }
    let s = 0;
    for (let i = k; i < m; i++) s += r[i]![k]! * y[i]!;
    s *= beta;
    for (let i = k; i < m; i++) y[i]! -= s * r[i]![k]!;
    factors[k * (n + 1) + n] = s;
    alphas[k] = alpha;
    betas[k] = beta;
    lengths[k] = length;
  }
  let residual = 0;
  for (let i = n; i < m; i++) residual += y[i]! * y[i]!;

  const dr = r.map(() => new Array<number>(n).fill(0));
  const dy = y.map((yi, i) => (i < n ? 0 : 2 * yi));
  const dv = new Array<number>(m).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const alpha = alphas[k]!;
    const beta = betas[k]!;
    // after = before - s v with s = beta (v · before); before is got back from after
    let s = factors[k * (n + 1) + n]!;
    let across = 0;
    for (let i = k; i < m; i++) across += r[i]![k]! * dy[i]!;
    let dbeta = -across * (s / beta);
    let share = across * beta;
    for (let i = k; i < m; i++) {
      const v = r[i]![k]!;
      y[i]! += s * v;
      dv[i] = -s * dy[i]! - share * y[i]!;
      dy[i]! -= share * v;
    }
    for (let j = n - 1; j > k; j--) {
      s = factors[k * (n + 1) + j]!;
      across = 0;
      for (let i = k; i < m; i++) across += r[i]![k]! * dr[i]![j]!;
      dbeta -= across * (s / beta);
      share = across * beta;
      for (let i = k; i < m; i++) {
        const row = r[i]!;
        const drow = dr[i]!;
        const v = row[k]!;
        row[j]! += s * v;
        dv[i]! -= s * drow[j]! + share * row[j]!;
        drow[j]! -= share * v;
      }
    }
    // beta = 1 / (square - alpha (head + alpha)), head = r[k][k] - alpha
    const head = r[k]![k]!;
    const first = head + alpha;
    const dD = -beta * beta * dbeta;
    const dhead = dv[k]! - dD * alpha;
    const dalpha = -dD * (first + alpha) - dhead;
    const dsquare = dD + (alpha < 0 ? -dalpha : dalpha) / (2 * lengths[k]!);
    dr[k]![k] = dhead + 2 * first * dsquare;
    r[k]![k] = first;
    for (let i = k + 1; i < m; i++) dr[i]![k] = dv[i]! + 2 * r[i]![k]! * dsquare;
  }
  return { value: residual, da: dr, db: dy };
}

export function inputs(random: Random): Parameters<typeof qrLeastSquares>[] {
  return random.list(2, () => [
    random.list(40, () => random.list(8, () => random.normal())),
    random.list(40, () => random.normal()),
  ]);
}
