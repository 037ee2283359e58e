/** @differentiable */
export function multiply(x: number, y: number): number {
  return x * y;
}

/** @differentiable */
export function add(x: number, y: number): number {
  return x + y;
}

/** @differentiable */
export function max(x: number, y: number): number {
  return Math.max(x, y);
}

/** @differentiable */
export function reciprocal(x: number): number {
  return 1 / x;
}

/** @differentiable wrt x - c is a constant */
export function shift(c: number, x: number): number {
  return c + x;
}

/** @differentiable */
export function exponential(x: number): number {
  return Math.exp(x);
}

/** @differentiable wrt x - a is a constant */
export function stretch(a: number, x: number): number {
  return a * x;
}
