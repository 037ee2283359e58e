import { type Matrix } from "@retrograd/runtime";
import { add, duplicate, linear, logSoftmax, max, relu } from "./modules.js";

export interface Params {
  W1: Matrix;
  b1: Matrix;
  W2: Matrix;
  b2: Matrix;
}

/**
 * All modules in one network: the input goes through a layer with ReLU and past it, the two are added; the larger of that and the
 * input again goes to the output layer.
 *
 * @differentiable
 */
export function network(input: Matrix, p: Params): Matrix {
  const [left, right] = duplicate(input);
  const h = relu(linear(left, p.W1, p.b1));
  const [past, again] = duplicate(right);
  const both = max(add(h, past), again);
  return logSoftmax(linear(both, p.W2, p.b2));
}
