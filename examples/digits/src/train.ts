import { dropoutMask, gatherRows, randn, scale, zeros, type Matrix, type Rng } from "@retrograd/runtime";
import { adam } from "@retrograd/runtime/optim";
import { pixels, type Split } from "./data.js";
import { guess, type Network } from "./network.js";
import { grad_loss } from "./network.grad.js";

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
export function train(rng: Rng, data: Split, test: Split, { hidden, epochs, batch, rate, keep }: Settings, onStep: (done: number, of: number, loss: number, accuracy: number) => void): { readonly network: Network; readonly epochs: readonly Epoch[] } {
  const n = data.labels.length, order = Int32Array.from({ length: n }, (_, i) => i), steps = Math.floor(n / batch);
  const optimiser = adam({ rate: (step) => rate * (step < 0.7 * epochs * steps ? 1 : 0.2) });
  let network = initial(rng, hidden), last = accuracy(network, test);
  const history: Epoch[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(rng() * (i + 1)), t = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = t;
    }
    let total = 0;
    for (let k = 0; k < steps; k++) {
      const rows = order.subarray(k * batch, (k + 1) * batch), X = gatherRows(data.X, rows), labels = rows.map((i) => data.labels[i] ?? 0), mask = dropoutMask(rng, batch, hidden, keep);
      const made = optimiser.step(network, (p) => {
        const { value, dp } = grad_loss(p, X, labels, mask);
        return { value, gradient: dp };
      });
      network = made.parameters;
      total += made.value;
      onStep(epoch * steps + k + 1, epochs * steps, total / (k + 1), last);
    }
    last = accuracy(network, test);
    history.push({ loss: total / steps, accuracy: last });
  }
  return { network, epochs: history };
}
