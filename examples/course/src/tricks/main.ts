// Tricks of training: minibatches, normalisation, schedule, momentum, Adam, L1 and L2, Kaiming initialisation, dropout.
import { matmul, random, randn, relu, scale, variance } from "@retrograd/runtime";
import { plot, savePlot, type Curve } from "../plot.js";
import { normalise, rings } from "./data.js";
import { accuracy, train, type Recipe } from "./train.js";
import { adam, momentum, plain } from "./updates.js";

const raw = rings(1, 300);
const rawHeldOut = rings(2, 600);
const samples = { ...raw, X: normalise(raw.X, raw.X) };
const heldOut = { ...rawHeldOut, X: normalise(rawHeldOut.X, raw.X) };

const base: Recipe = {
  update: plain,
  rate: () => 0.1,
  epochs: 40,
  batch: 20,
  initial: (inputs) => Math.sqrt(2 / inputs),
  penalty: { l1: 0, l2: 0 },
  keep: 1,
};

console.log(`Three rings of points, 300 to learn from and 600 held out; a network 2-32-3, 40 epochs

                                  loss   held out   small weights`);
const curves = new Map<string, Curve>();
function show(name: string, recipe: Recipe, learn = samples, test = heldOut): void {
  const { p, losses } = train(learn, recipe);
  const small = [...p.W1.data, ...p.W2.data].filter((w) => Math.abs(w) < 0.01).length;
  const loss = losses[losses.length - 1] ?? NaN;
  const right = `${(100 * accuracy(p, test)).toFixed(1)} %`;
  console.log(`  ${name.padEnd(28)}${loss.toFixed(4).padStart(8)}${right.padStart(11)}${String(small).padStart(11)}`);
  curves.set(name, { label: name, xs: losses.map((_, i) => i + 1), ys: losses });
}

show("all samples in one step", { ...base, batch: 300 });
show("minibatches of 20", base);
show("  not normalised", { ...base, rate: () => 1e-5 }, raw, rawHeldOut);
show("  rate 3, too large", { ...base, rate: () => 3 });
show("  rate falls from 1", { ...base, rate: (epoch) => 1 * 0.9 ** epoch });
show("  momentum", { ...base, update: momentum });
show("  Adam", { ...base, update: adam, rate: () => 0.01 });
show("  tiny initial weights", { ...base, initial: () => 0.001 });
show("  L2 0.01", { ...base, penalty: { l1: 0, l2: 0.01 } });
show("  L1 0.005", { ...base, penalty: { l1: 0.005, l2: 0 } });
show("  dropout, 3 of 4 stay on", { ...base, keep: 0.75 });

console.log(`
Kaiming initialisation: the variance after 10 layers of 100 ReLUs, from inputs of variance 1`);
for (const [name, size] of [
  ["weights · 0.01", 0.01],
  ["weights · √(1/100)", Math.sqrt(1 / 100)],
  ["weights · √(2/100), Kaiming", Math.sqrt(2 / 100)],
  ["weights · 1", 1],
] as const) {
  const rng = random(12);
  let h = randn(rng, 200, 100);
  for (let layer = 0; layer < 10; layer++) h = relu(matmul(h, scale(randn(rng, 100, 100), size)));
  console.log(`  ${name.padEnd(28)}${variance(h).toExponential(1).padStart(8)}`);
}

const picked = (...names: string[]): Curve[] => names.flatMap((name) => curves.get(name) ?? []);
savePlot(
  "tricks.svg",
  plot(
    [
      { title: "batches", curves: picked("all samples in one step", "minibatches of 20") },
      { title: "updates", curves: picked("minibatches of 20", "  momentum", "  Adam") },
      { title: "learning rate", curves: picked("minibatches of 20", "  rate 3, too large", "  rate falls from 1") },
      { title: "initial weights", curves: picked("minibatches of 20", "  tiny initial weights") },
    ].map((panel) => ({ ...panel, xLabel: "epoch", range: [0, 2] as const })),
    2,
  ),
);
