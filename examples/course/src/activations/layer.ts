import { add, matmul, mse, relu, type Matrix } from "@retrograd/runtime";

export interface Params {
  W1: Matrix;
  b1: Matrix;
  W2: Matrix;
}

/** The hidden layer: a row for each input, a column for each unit. */
export function hidden(p: Params, X: Matrix): Matrix {
  return relu(add(matmul(X, p.W1), p.b1));
}

/** @differentiable wrt p */
export function loss(p: Params, X: Matrix, target: Matrix): number {
  return mse(matmul(hidden(p, X), p.W2), target);
}

/** @differentiable wrt slope */
export function slopeLoss(slope: number, xs: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const y = xs[i]! > 0 ? xs[i]! : slope * xs[i]!;
    sum += (y - ys[i]!) ** 2;
  }
  return sum / xs.length;
}
