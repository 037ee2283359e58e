// A real data set: which iris is it? Logistic regression by gradient descent.
import { irisSplit } from "./data.js";
import { accuracy, fit } from "./fit.js";
import { loss } from "./loss.js";

const species = "virginica";
const [steps, rate, decay] = [20_000, 0.5, 1e-4];
const { train, heldOut } = irisSplit(species);
console.log(
  `Is an iris a ${species}? Logistic regression on ${train.xs.length} flowers, ${heldOut.xs.length} held out, ${steps} steps of gradient descent.`,
);

const started = performance.now();
const isTerminal = process.stdout.isTTY === true;
const model = fit(train, steps, rate, decay, (step, value) => {
  const line = `  step ${String(step).padStart(6)}  loss ${value.toFixed(6)}`;
  if (isTerminal && step % 100 === 0) process.stdout.write(`\r${line}`);
  else if (!isTerminal && step % (steps / 5) === 0) console.log(line);
});
if (isTerminal) process.stdout.write("\r");
const seconds = (performance.now() - started) / 1000;

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
const start = loss(
  model.weights.map(() => 0),
  0,
  train.xs,
  train.labels,
  decay,
);
const end = loss(model.weights, model.bias, train.xs, train.labels, decay);
const names = ["sepal length", "sepal width", "petal length", "petal width"];
const strongest = model.weights.reduce(
  (best, weight, j) => (Math.abs(weight) > Math.abs(model.weights[best] ?? 0) ? j : best),
  0,
);
console.log(`  step ${String(steps).padStart(6)}  loss ${end.toFixed(6)}

The loss fell from ${start.toFixed(4)} to ${end.toFixed(4)}: ${steps} calls of the compiled grad_loss took ${seconds.toFixed(2)} s.
Right answers: ${percent(accuracy(model, train))} of the flowers it was fitted to, ${percent(accuracy(model, heldOut))} of those it had never seen.
What speaks most for (or against) ${species}: ${names[strongest] ?? "?"}.`);
