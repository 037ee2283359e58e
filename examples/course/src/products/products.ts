import { matmul, matvec, type Matrix } from "@retrograd/runtime";

/** @differentiable */
export function product(W: Matrix<5, 10>, X: Matrix<10, 3>): Matrix<5, 3> {
  return matmul(W, X);
}

/**
 * One vector instead of a matrix of columns.
 *
 * @differentiable
 */
export function applied(W: Matrix<5, 10>, x: Matrix<10, 1>): Matrix<5, 1> {
  return matvec(W, x);
}
