// Activation functions: values, derivatives, plots; saturation and dead units counted; a slope learned.
import { max, random, randn, scale, sub, sum, zeros } from "@retrograd/runtime";
import {
  grad_elu,
  grad_gelu,
  grad_leakyRelu,
  grad_maxout,
  grad_prelu,
  grad_relu,
  grad_sigmoid,
  grad_softplus,
  grad_swish,
  grad_tanh,
  grad_tanhBySigmoid,
} from "./activations.grad.js";
import { hidden, type Params } from "./layer.js";
import { grad_loss, grad_slopeLoss } from "./layer.grad.js";
import { between, plot, savePlot } from "../plot.js";

type Activation = (x: number) => { readonly value: number; readonly dx: number };

const activations: Readonly<Record<string, Activation>> = {
  sigmoid: grad_sigmoid,
  tanh: grad_tanh,
  ReLU: grad_relu,
  "leaky ReLU": grad_leakyRelu,
  PReLU: (x) => grad_prelu(x, 0.25),
  maxout: (x) => grad_maxout(x, -0.5, 0, 1, 0),
  ELU: grad_elu,
  softplus: grad_softplus,
  swish: grad_swish,
  GELU: grad_gelu,
};

const at = [-2, -0.5, 0, 0.5, 2];
const row = (name: string, numbers: readonly number[]): string =>
  `  ${name.padEnd(12)}${numbers.map((n) => n.toFixed(4).replace("-0.0000", "0.0000").padStart(9)).join("")}`;
console.log(`Values and, below them, derivatives

  ${"x".padEnd(12)}${at.map((x) => String(x).padStart(9)).join("")}`);
for (const [name, f] of Object.entries(activations)) {
  const points = at.map(f);
  console.log(`${row(name, points.map((p) => p.value))}\n${row("", points.map((p) => p.dx))}`); // prettier-ignore
}

const apart = (a: Activation, b: Activation): number =>
  Math.max(...between(-5, 5, 101).map((x) => Math.max(Math.abs(a(x).value - b(x).value), Math.abs(a(x).dx - b(x).dx))));
console.log(`
tanh(x) = 2·σ(2x) - 1: values and derivatives on [-5, 5] differ by at most ${apart(grad_tanh, grad_tanhBySigmoid).toExponential(1)}`);

console.log(`
Saturation: of 1000 scores with the given deviation, for how many is the derivative below 0.01?

  deviation       1       5      25`);
const draws = randn(random(5), 1, 1000).data;
for (const name of ["sigmoid", "tanh", "ReLU", "leaky ReLU", "softplus"]) {
  const f = activations[name] ?? grad_relu;
  const counts = [1, 5, 25].map((deviation) => draws.filter((x) => Math.abs(f(deviation * x).dx) < 0.01).length);
  console.log(`  ${name.padEnd(12)}${counts.map((n) => String(n).padStart(5)).join("   ")}`);
}

// A layer of 50 ReLUs learns to add its inputs. One that is 0 for every input has no gradient and never comes back: it is dead.
console.log("\nDead units of 50 after 200 steps of gradient descent, by learning rate");
for (const rate of [0.01, 0.05, 0.15]) {
  const rng = random(6);
  const X = randn(rng, 100, 5);
  const target = sum(X, "cols");
  const p: Params = { W1: scale(randn(rng, 5, 50), 0.6), b1: zeros(1, 50), W2: scale(randn(rng, 50, 1), 0.2) };
  let last = 0;
  for (let step = 0; step < 200; step++) {
    const { value, dp } = grad_loss(p, X, target);
    p.W1 = sub(p.W1, scale(dp.W1, rate));
    p.b1 = sub(p.b1, scale(dp.b1, rate));
    p.W2 = sub(p.W2, scale(dp.W2, rate));
    last = value;
  }
  const dead = max(hidden(p, X), "rows").data.filter((largest) => largest === 0).length;
  console.log(`  rate ${String(rate).padEnd(5)} ${String(dead).padStart(3)} dead, loss ${last.toFixed(4)}`);
}

// The slope of a PReLU is found from data that were made with slope 0.3.
const xs = between(-3, 3, 25);
const ys = xs.map((x) => (x > 0 ? x : 0.3 * x));
let slope = 0;
for (let step = 0; step < 50; step++) slope -= 0.2 * grad_slopeLoss(slope, xs, ys).dslope;
console.log(`\nA learned slope: from 0 to ${slope.toFixed(4)}, the data have 0.3`);

const grid = between(-4, 4, 161);
savePlot(
  "activations.svg",
  plot(
    Object.entries(activations).map(([title, f]) => ({
      title,
      range: [-1.2, 3] as const,
      curves: [
        { label: "value", xs: grid, ys: grid.map((x) => f(x).value) },
        { label: "derivative", xs: grid, ys: grid.map((x) => f(x).dx) },
      ],
    })),
    5,
  ),
);
