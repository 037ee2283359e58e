import {
  add as sum,
  logSoftmax as logProbabilities,
  matmul,
  maximum,
  relu as rectified,
  type Matrix,
} from "@retrograd/runtime";

/** Each module is a function; what goes backward through it is written by retrograd, as `vjp_linear` and so on. */

/** @differentiable */
export function linear(X: Matrix, W: Matrix, b: Matrix): Matrix {
  return sum(matmul(X, W), b);
}

/** @differentiable */
export function relu(X: Matrix): Matrix {
  return rectified(X);
}

/**
 * One in, two out: on the way back the two gradients are added.
 *
 * @differentiable
 */
export function duplicate(X: Matrix): [Matrix, Matrix] {
  return [X, X];
}

/**
 * Two in, one out: on the way back both get the gradient.
 *
 * @differentiable
 */
export function add(A: Matrix, B: Matrix): Matrix {
  return sum(A, B);
}

/**
 * The larger of two, element by element: on the way back it gets the gradient, the other nothing.
 *
 * @differentiable
 */
export function max(A: Matrix, B: Matrix): Matrix {
  return maximum(A, B);
}

/** @differentiable */
export function logSoftmax(X: Matrix): Matrix {
  return logProbabilities(X);
}
