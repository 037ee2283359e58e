/** @differentiable */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** @differentiable */
export function tanh(x: number): number {
  return Math.tanh(x);
}

/**
 * The same by way of the sigmoid.
 *
 * @differentiable
 */
export function tanhBySigmoid(x: number): number {
  return 2 * sigmoid(2 * x) - 1;
}

/** @differentiable */
export function relu(x: number): number {
  return Math.max(0, x);
}

/** @differentiable */
export function leakyRelu(x: number): number {
  return Math.max(0.1 * x, x);
}

/**
 * A leaky ReLU whose slope is learned: it has a gradient, too.
 *
 * @differentiable
 */
export function prelu(x: number, slope: number): number {
  return x > 0 ? x : slope * x;
}

/**
 * The larger of two lines; with w1 = b1 = 0 it is a ReLU.
 *
 * @differentiable
 */
export function maxout(x: number, w1: number, b1: number, w2: number, b2: number): number {
  return Math.max(w1 * x + b1, w2 * x + b2);
}

/** @differentiable */
export function elu(x: number): number {
  return x > 0 ? x : Math.exp(x) - 1;
}

/** @differentiable */
export function softplus(x: number): number {
  return Math.log(1 + Math.exp(x));
}

/** @differentiable */
export function swish(x: number): number {
  return x * sigmoid(x);
}

/** @differentiable */
export function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}
