// The neuron as a classifier: binary softmax and SVM, with L2 and L1 regularisation and weight decay.
import { random, type Rng } from "@retrograd/runtime";
import { firingRate, score } from "./losses.js";
import { grad_crossEntropy, grad_hinge } from "./losses.grad.js";
import { grad_l1, grad_l2 } from "./penalties.grad.js";

const rate = firingRate([2, -3], -3, [-1, -2]);
console.log(`The neuron, w = [2, -3], b = -3, x = [-1, -2]: firing rate ${rate.toFixed(4)}\n`);

/** Points of two classes that two of six features tell apart; the other four are noise. */
function samples(rng: Rng, count: number): { xs: number[][]; labels: number[] } {
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const noise = (): number => rng() + rng() + rng() - 1.5;
  const xs = labels.map((label) => [label - 0.5 + noise(), 0.5 - label + noise(), noise(), noise(), noise(), noise()]);
  return { xs, labels };
}

const { xs, labels } = samples(random(3), 40);
const heldOut = samples(random(4), 1000);

type Loss = typeof grad_crossEntropy;
type Penalty = typeof grad_l2;

/** Gradient descent from zero on loss + penalty. */
function fit(loss: Loss, penalty: Penalty, strength: number): { w: number[]; b: number; value: number } {
  let w = [0, 0, 0, 0, 0, 0];
  let b = 0;
  let value = 0;
  for (let step = 0; step < 3000; step++) {
    const data = loss(w, b, xs, labels);
    const price = penalty(w, strength);
    w = w.map((weight, j) => weight - 0.05 * ((data.dw[j] ?? 0) + (price.dw[j] ?? 0)));
    b -= 0.05 * data.db;
    value = data.value;
  }
  return { w, b, value };
}

console.log(`${labels.length} points, ${heldOut.labels.length} held out; features 3 to 6 are noise

                       loss   held out   weights`);
for (const [name, loss, penalty, strength] of [
  ["softmax", grad_crossEntropy, grad_l2, 0],
  ["softmax, L2 0.1", grad_crossEntropy, grad_l2, 0.1],
  ["softmax, L1 0.1", grad_crossEntropy, grad_l1, 0.1],
  ["SVM", grad_hinge, grad_l2, 0],
  ["SVM, L2 0.1", grad_hinge, grad_l2, 0.1],
  ["SVM, L1 0.1", grad_hinge, grad_l1, 0.1],
] as const) {
  const { w, b, value } = fit(loss, penalty, strength);
  const right = heldOut.xs.filter((x, i) => score(w, b, x) > 0 === (heldOut.labels[i] === 1)).length;
  const weights = w.map((weight) => weight.toFixed(2).replace("-0.00", "0.00").padStart(6)).join("");
  const percent = `${((100 * right) / heldOut.labels.length).toFixed(1)} %`;
  console.log(`  ${name.padEnd(17)}${value.toFixed(4).padStart(8)}${percent.padStart(11)}  ${weights}`);
}

// Steps down the gradient of loss + L2, and steps down that of the loss alone with weights that shrink first.
const [stepSize, decay] = [0.05, 0.1];
let byGradient = [0.9, -0.4, 0.3, 0.2, -0.7, 0.1];
let byDecay = byGradient;
for (let step = 0; step < 100; step++) {
  const data = grad_crossEntropy(byGradient, 0, xs, labels);
  const price = grad_l2(byGradient, decay);
  byGradient = byGradient.map((w, j) => w - stepSize * ((data.dw[j] ?? 0) + (price.dw[j] ?? 0)));
  const { dw } = grad_crossEntropy(byDecay, 0, xs, labels);
  byDecay = byDecay.map((w, j) => (1 - stepSize * decay) * w - stepSize * (dw[j] ?? 0));
}
const apart = Math.max(...byGradient.map((w, j) => Math.abs(w - (byDecay[j] ?? NaN))));
console.log(`
Weight decay is the L2 gradient step: w - η·(dw + λ·w) = (1 - η·λ)·w - η·dw
  after 100 steps both ways the weights differ by at most ${apart.toExponential(1)}`);
