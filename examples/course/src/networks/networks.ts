import { add, matmul, matvec, relu, type Matrix } from "@retrograd/runtime";

export interface TwoLayers {
  W1: Matrix;
  W2: Matrix;
}

/**
 * The 2-layer network s = W2·max(0, W1·x), without biases.
 *
 * @differentiable
 */
export function twoLayers(p: TwoLayers, x: Matrix<number, 1>): Matrix {
  return matvec(p.W2, relu(matvec(p.W1, x)));
}

export interface ThreeLayers {
  W1: Matrix;
  W2: Matrix;
  W3: Matrix;
}

/**
 * The 3-layer network s = W3·max(0, W2·max(0, W1·x)).
 *
 * @differentiable
 */
export function threeLayers(p: ThreeLayers, x: Matrix<number, 1>): Matrix {
  const h1 = relu(matvec(p.W1, x));
  const h2 = relu(matvec(p.W2, h1));
  return matvec(p.W3, h2);
}

export interface Layer {
  W: Matrix;
  b: Matrix;
}

/**
 * A multilayer perceptron of any depth: a row of X for each input. The last layer has no ReLU.
 *
 * @differentiable wrt layers
 */
export function perceptron(layers: Layer[], X: Matrix): Matrix {
  let h = X;
  for (let i = 0; i < layers.length; i++) {
    const { W, b } = layers[i]!;
    const scores = add(matmul(h, W), b);
    h = i < layers.length - 1 ? relu(scores) : scores;
  }
  return h;
}
