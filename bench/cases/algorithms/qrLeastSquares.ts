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

export function inputs(random: Random): Parameters<typeof qrLeastSquares>[] {
  return random.list(2, () => [
    random.list(40, () => random.list(8, () => random.normal())),
    random.list(40, () => random.normal()),
  ]);
}
