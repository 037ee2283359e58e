/**
 * L2: half the sum of the squares. Its gradient is w itself.
 *
 * @differentiable wrt w
 */
export function l2(w: number[], strength: number): number {
  let sum = 0;
  for (let j = 0; j < w.length; j++) sum += w[j]! ** 2;
  return 0.5 * strength * sum;
}

/**
 * L1: the sum of the sizes. Its gradient is the sign: small weights are pulled as hard as large ones, down to 0.
 *
 * @differentiable wrt w
 */
export function l1(w: number[], strength: number): number {
  let sum = 0;
  for (let j = 0; j < w.length; j++) sum += Math.abs(w[j]!);
  return strength * sum;
}
