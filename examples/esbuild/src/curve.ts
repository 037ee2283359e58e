/**
 * How far the decay a · exp(-b t) is from measurements: the mean of the squares.
 * @differentiable wrt a, b
 */
export function misfit(a: number, b: number, ts: readonly number[], ys: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < ts.length; i++) {
    const r = a * Math.exp(-b * ts[i]!) - ys[i]!; // residual
    sum += r * r;
  }
  return sum / ts.length;
}
