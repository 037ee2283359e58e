import { dropoutMask, randn, scale, zeros, type Matrix, type Rng } from "@retrograd/runtime";
import { adam } from "@retrograd/runtime/optim";
import { pixels, type Split } from "./data.js";
import { guess, type Network } from "./network.js";
import type { BatchGradient } from "./parallel.js";

export interface Settings {
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** The share of hidden units that a step keeps. */
  readonly keep: number;
}

export interface Epoch {
  readonly loss: number;
  readonly accuracy: number;
}

/** Kaiming initialisation: a signal keeps its size from layer to layer. */
export function initial(rng: Rng, hidden: number): Network {
  const layer = (from: number, to: number): Matrix => scale(randn(rng, from, to), Math.sqrt(2 / from));
  return { W1: layer(pixels, hidden), b1: zeros(1, hidden), W2: layer(hidden, 10), b2: zeros(1, 10) };
}

export const accuracy = (p: Network, { X, labels }: Split): number => guess(p, X).filter((digit, i) => digit === labels[i]).length / labels.length;

/** Adam over shuffled minibatches. `onStep` is told how far the training is. */
export async function train(
  rng: Rng,
  samples: number,
  gradientOf: BatchGradient,
  test: Split,
  { hidden, epochs, batch, rate, keep }: Settings,
  onStep: (done: number, of: number, loss: number, accuracy: number) => void,
): Promise<{ readonly network: Network; readonly epochs: readonly Epoch[] }> {
  const order = Int32Array.from({ length: samples }, (_, i) => i), steps = Math.floor(samples / batch);
  const optimiser = adam({ rate: (step) => rate * (step < 0.7 * epochs * steps ? 1 : 0.2) });
  let network = initial(rng, hidden), right = accuracy(network, test);
  const history: Epoch[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = samples - 1; i > 0; i--) {
      const j = Math.floor(rng() * (i + 1)), t = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = t;
    }
    let total = 0;
    for (let k = 1; k <= steps; k++) {
      const { value, dp } = await gradientOf(network, order.slice((k - 1) * batch, k * batch), dropoutMask(rng, batch, hidden, keep));
      network = optimiser.step(network, () => ({ value, gradient: dp })).parameters;
      total += value;
      if (k === steps) right = accuracy(network, test);
      onStep(epoch * steps + k, epochs * steps, total / k, right);
    }
    history.push({ loss: total / steps, accuracy: right });
  }
  return { network, epochs: history };
}
