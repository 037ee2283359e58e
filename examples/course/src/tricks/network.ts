import { add, crossEntropy, matmul, mul, relu, square, sum, abs, type Matrix } from "@retrograd/runtime";

export interface Params {
  W1: Matrix;
  b1: Matrix;
  W2: Matrix;
  b2: Matrix;
}

export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** The scores of each class, for a row of X each. The mask switches hidden units off: dropout. */
export function scores(p: Params, X: Matrix, mask: Matrix): Matrix {
  const h = mul(relu(add(matmul(X, p.W1), p.b1)), mask);
  return add(matmul(h, p.W2), p.b2);
}

/** @differentiable wrt p */
export function loss(p: Params, X: Matrix, labels: Int32Array, mask: Matrix, { l1, l2 }: Penalty): number {
  const data = crossEntropy(scores(p, X, mask), labels);
  const large = sum(square(p.W1)) + sum(square(p.W2));
  const all = sum(abs(p.W1)) + sum(abs(p.W2));
  return data + 0.5 * l2 * large + l1 * all;
}
