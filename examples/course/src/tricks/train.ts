import { argmax, dropoutMask, ones, random, randn, scale, zeros, type Rng } from "@retrograd/runtime";
import { pick, shuffled, type Samples } from "./data.js";
import { scores, type Params, type Penalty } from "./network.js";
import { grad_loss } from "./network.grad.js";
import type { Update } from "./updates.js";

export interface Recipe {
  readonly update: () => Update;
  /** The learning rate at each epoch. */
  readonly rate: (epoch: number) => number;
  readonly epochs: number;
  readonly batch: number;
  /** Multiplies the initial weights, which are standard normal; Kaiming takes √(2 / inputs). */
  readonly initial: (inputs: number) => number;
  readonly penalty: Penalty;
  /** The share of hidden units that stay on in a step. */
  readonly keep: number;
}

export const hiddenUnits = 32;

function start(rng: Rng, initial: (inputs: number) => number): Params {
  return {
    W1: scale(randn(rng, 2, hiddenUnits), initial(2)),
    b1: zeros(1, hiddenUnits),
    W2: scale(randn(rng, hiddenUnits, 3), initial(hiddenUnits)),
    b2: zeros(1, 3),
  };
}

/** Minibatch descent: every epoch goes once through all samples, in a new order. */
export function train(samples: Samples, recipe: Recipe): { p: Params; losses: number[] } {
  const rng = random(11);
  const p = start(rng, recipe.initial);
  const count = samples.labels.length;
  const update = { W1: recipe.update(), b1: recipe.update(), W2: recipe.update(), b2: recipe.update() };
  const losses: number[] = [];
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    const order = shuffled(rng, count);
    let sum = 0;
    for (let first = 0; first < count; first += recipe.batch) {
      const { X, labels } = pick(samples, order.subarray(first, first + recipe.batch));
      const mask = recipe.keep < 1 ? dropoutMask(rng, X.rows, hiddenUnits, recipe.keep) : ones(X.rows, hiddenUnits);
      const { value, dp } = grad_loss(p, X, labels, mask, recipe.penalty);
      const rate = recipe.rate(epoch);
      p.W1 = update.W1(p.W1, dp.W1, rate);
      p.b1 = update.b1(p.b1, dp.b1, rate);
      p.W2 = update.W2(p.W2, dp.W2, rate);
      p.b2 = update.b2(p.b2, dp.b2, rate);
      sum += value * labels.length;
    }
    losses.push(sum / count);
  }
  return { p, losses };
}

/** The share of samples whose class has the highest score. All units are on. */
export function accuracy(p: Params, { X, labels }: Samples): number {
  const chosen = argmax(scores(p, X, ones(X.rows, hiddenUnits)), "cols");
  return chosen.filter((label, i) => label === labels[i]).length / labels.length;
}
