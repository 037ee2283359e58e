import { add, argmax, crossEntropy, matmul, relu, square, sum, type Matrix } from "@retrograd/runtime";

export interface Network {
  W1: Matrix;
  b1: Matrix;
  W2: Matrix;
  b2: Matrix;
}

/** @differentiable wrt p */
export function loss(p: Network, X: Matrix, labels: Int32Array, decay: number): number {
  const h = relu(add(matmul(X, p.W1), p.b1));
  const scores = add(matmul(h, p.W2), p.b2);
  return crossEntropy(scores, labels) + 0.5 * decay * (sum(square(p.W1)) + sum(square(p.W2)));
}

export function guess(p: Network, X: Matrix): Int32Array {
  return argmax(add(matmul(relu(add(matmul(X, p.W1), p.b1)), p.W2), p.b2), "cols");
}
