// Networks: two and three layers, their sizes counted, any depth, and one that depends on the length of its input.
import { fromArray, ones, random, randn, scale, zeros, type Matrix } from "@retrograd/runtime";
import { type Layer } from "./networks.js";
import { vjp_perceptron, vjp_threeLayers, vjp_twoLayers } from "./networks.grad.js";
import { grad_read } from "./chosen.grad.js";

const shape = ({ rows, cols }: Matrix): string => `${rows}×${cols}`;
const row = ({ data }: Matrix): string => `[${[...data].map((n) => n.toFixed(4)).join(", ")}]`;

const two = { W1: fromArray(2, 2, [1, -1, 2, 0.5]), W2: fromArray(1, 2, [3, -2]) };
const x = fromArray(2, 1, [1, 2]);
const { value, dp, dx } = vjp_twoLayers(ones(1, 1), two, x);
console.log(`Two layers, s = W2·max(0, W1·x), W1 = [1, -1; 2, 0.5], W2 = [3, -2], x = [1, 2]

  W1·x = [-1, 3], of which the ReLU leaves [0, 3]; s = -6
  s    ${row(value)}
  dW2  ${row(dp.W2)}
  dW1  ${row(dp.W1)}   nothing for the unit that was off
  dx   ${row(dx)}`);

const rng = random(8);
const three = { W1: randn(rng, 100, 3072), W2: randn(rng, 50, 100), W3: randn(rng, 10, 50) };
const picture = randn(rng, 3072, 1);
const s = vjp_threeLayers(ones(10, 1), three, picture);
console.log(`
Three layers, s = W3·max(0, W2·max(0, W1·x)), for pictures of 32·32·3 numbers and 10 classes

  x ${shape(picture)}, W1 ${shape(s.dp.W1)}, W2 ${shape(s.dp.W2)}, W3 ${shape(s.dp.W3)}, s ${shape(s.value)}`);

/** A perceptron with layers of these sizes, of small random weights. */
function makeLayers(sizes: readonly number[]): Layer[] {
  return sizes.slice(1).map((size, i) => ({ W: scale(randn(rng, sizes[i] ?? 0, size), 0.5), b: zeros(1, size) }));
}

console.log("\nHow large is a network? Its gradient has a number for each parameter");
for (const sizes of [
  [3, 4, 2],
  [3, 4, 4, 1],
  [3, 4, 4, 2],
  [3, 8, 8, 8, 8, 8, 8, 2],
]) {
  const outputs = sizes[sizes.length - 1] ?? 0;
  const { dlayers } = vjp_perceptron(ones(1, outputs), makeLayers(sizes), randn(rng, 1, 3));
  const weights = dlayers.reduce((sum, { W }) => sum + W.data.length, 0);
  const biases = dlayers.reduce((sum, { b }) => sum + b.data.length, 0);
  const neurons = sizes.slice(1).join(" + ");
  console.log(
    `  ${sizes.join("-").padEnd(17)}${neurons} neurons, ${weights} weights + ${biases} biases = ${weights + biases} parameters`,
  );
}

console.log("\nA network chosen by the length of its input");
const reader = { a: 2, b: 1, w: 0.5, u: 0.8, out: 3 };
for (const input of [[0.7], [0.7, -0.2], [0.7, -0.2, 0.4, 1]]) {
  const result = grad_read(reader, input);
  const gradient = Object.entries(result.dp).map(([name, d]) => `${name} ${Number(d.toFixed(4))}`);
  console.log(`  ${`[${input.join(", ")}]`.padEnd(20)}${result.value.toFixed(4)}   gradient: ${gradient.join(", ")}`);
}
