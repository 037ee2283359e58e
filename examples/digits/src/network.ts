import { add, argmax, crossEntropy, matmul, mul, relu, type Matrix } from "@retrograd/runtime";

/** A multilayer perceptron with one hidden layer. */
export interface Network {
  W1: Matrix;
  b1: Matrix;
  W2: Matrix;
  b2: Matrix;
}

/**
 * The cross-entropy of a batch. `mask` is 0 where dropout leaves a hidden unit out.
 *
 * @differentiable wrt p
 */
export function loss(p: Network, X: Matrix, labels: Int32Array, mask: Matrix): number {
  const z = add(matmul(X, p.W1), p.b1);
  const h = mul(relu(z), mask);
  const scores = add(matmul(h, p.W2), p.b2);
  return crossEntropy(scores, labels);
}

/** The digit that each row is taken for. */
export function guess(p: Network, X: Matrix): Int32Array {
  const h = relu(add(matmul(X, p.W1), p.b1));
  return argmax(add(matmul(h, p.W2), p.b2), "cols");
}
