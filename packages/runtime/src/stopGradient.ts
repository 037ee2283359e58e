/**
 * Returns its argument; no gradient flows through it, and no warning is given for a parameter it cuts off.
 *
 * @example
 * const target = stopGradient(bootstrapped); // a constant, as far as the derivative is concerned
 */
export function stopGradient<T>(value: T): T {
  return value;
}
