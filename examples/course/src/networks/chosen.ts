export interface Reader {
  /** For an input of one number: a line. */
  a: number;
  b: number;
  /** For a longer one: a neuron that reads it number by number, and remembers. */
  w: number;
  u: number;
  out: number;
}

/**
 * The network depends on the input: one number goes through a line, a longer input through as many neurons as it has numbers.
 *
 * @differentiable wrt p
 */
export function read(p: Reader, x: number[]): number {
  if (x.length === 1) return p.a * x[0]! + p.b;
  let h = 0;
  for (const value of x) h = Math.tanh(p.w * value + p.u * h);
  return p.out * h;
}
