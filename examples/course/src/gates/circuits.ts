/** @differentiable */
export function circuit(x: number, y: number, z: number): number {
  const q = x + y;
  return q * z;
}

/**
 * One gate of each kind.
 *
 * @differentiable
 */
export function mixed(x: number, y: number, z: number, w: number): number {
  const product = x * y;
  const larger = Math.max(z, w);
  const sum = product + larger;
  return 2 * sum;
}

/**
 * A wire that forks: x is used twice.
 *
 * @differentiable
 */
export function fork(x: number): number {
  const upper = 3 * x;
  const lower = Math.exp(x);
  return upper * lower;
}
