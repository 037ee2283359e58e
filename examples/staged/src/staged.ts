/** @differentiable */
export function f(x: number, y: number): number {
  const sigy = 1.0 / (1 + Math.exp(-y)); // sigmoid in numerator
  const num = x + sigy; // numerator
  const sigx = 1.0 / (1 + Math.exp(-x)); // sigmoid in denominator
  const xpy = x + y;
  const xpysqr = xpy ** 2;
  const den = sigx + xpysqr; // denominator
  const invden = 1.0 / den;
  return num * invden;
}
