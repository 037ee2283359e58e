import type { Split } from "./data.js";
import { grad_loss } from "./loss.grad.js";

export interface Model {
  readonly weights: number[];
  readonly bias: number;
}

/** Gradient descent from zero: each step calls the compiled gradient once. `onStep` sees the loss before each step. */
export function fit(
  { xs, labels }: Split,
  steps: number,
  rate: number,
  decay: number,
  onStep: (step: number, loss: number) => void,
): Model {
  let weights = (xs[0] ?? []).map(() => 0);
  let bias = 0;
  for (let step = 0; step < steps; step++) {
    const { value, dweights, dbias } = grad_loss(weights, bias, xs, labels, decay);
    onStep(step, value);
    weights = weights.map((weight, j) => weight - rate * (dweights[j] ?? 0));
    bias -= rate * dbias;
  }
  return { weights, bias };
}

/** The share of flowers for which the model's answer is right. */
export function accuracy({ weights, bias }: Model, { xs, labels }: Split): number {
  const right = xs.filter((x, i) => {
    const score = x.reduce((sum, value, j) => sum + value * (weights[j] ?? 0), bias);
    return score > 0 === (labels[i] === 1);
  });
  return right.length / xs.length;
}
