/**
 * The squared error of a sigmoid.
 *
 * @differentiable wrt z
 */
export function squaredError(z: number, y: number): number {
  const s = 1 / (1 + Math.exp(-z));
  return (s - y) ** 2;
}

/**
 * The cross-entropy of a sigmoid, -y·log σ(z) - (1 - y)·log(1 - σ(z)), in the form that never takes the log of 0.
 *
 * @differentiable wrt z
 */
export function crossEntropy(z: number, y: number): number {
  return Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
}

/**
 * The softmax of class k as the formula says it. The exponentials overflow.
 *
 * @differentiable wrt scores
 */
export function naiveSoftmax(scores: number[], k: number): number {
  let total = 0;
  for (const score of scores) total += Math.exp(score);
  return Math.exp(scores[k]!) / total;
}

/**
 * The same, with the largest score taken off first: no exponential is above 1.
 *
 * @differentiable wrt scores
 */
export function softmax(scores: number[], k: number): number {
  const largest = Math.max(...scores);
  let total = 0;
  for (const score of scores) total += Math.exp(score - largest);
  return Math.exp(scores[k]! - largest) / total;
}

/**
 * The logarithm of the softmax of class k, without the softmax: what is too small for a number is none too small for its logarithm.
 *
 * @differentiable wrt scores
 */
export function logSoftmax(scores: number[], k: number): number {
  const largest = Math.max(...scores);
  let total = 0;
  for (const score of scores) total += Math.exp(score - largest);
  return scores[k]! - largest - Math.log(total);
}
