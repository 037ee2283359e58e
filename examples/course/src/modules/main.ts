// Modules: Linear, ReLU, Duplicate, Add, Max and LogSoftmax, forward and backward, and a network of them.
import { fromRows, norm, random, randn, sub, type Matrix } from "@retrograd/runtime";
import { backward } from "./byHand.js";
import { vjp_add, vjp_duplicate, vjp_linear, vjp_logSoftmax, vjp_max, vjp_relu } from "./modules.grad.js";
import type { Params } from "./network.js";
import { vjp_network } from "./network.grad.js";

const show = ({ rows, cols, data }: Matrix): string =>
  Array.from({ length: rows }, (_, i) =>
    [...data.subarray(i * cols, i * cols + cols)].map((n) => Number(n.toFixed(3))).join(", "),
  ).join("; ");

const X = fromRows([[1, -2]]);
const Y = fromRows([[0.5, 3]]);
const incoming = fromRows([[10, 20]]);
const linear = vjp_linear(incoming, X, fromRows([[1, 2], [3, 4]]), fromRows([[0.5, -0.5]])); // prettier-ignore
const relu = vjp_relu(incoming, X);
const duplicate = vjp_duplicate([incoming, Y], X);
const add = vjp_add(incoming, X, Y);
const max = vjp_max(incoming, X, Y);
const logSoftmax = vjp_logSoftmax(incoming, X);

console.log(`X = [${show(X)}], Y = [${show(Y)}], and [${show(incoming)}] comes back

  Linear      [${show(linear.value)}]; dX [${show(linear.dX)}], dW [${show(linear.dW)}], db [${show(linear.db)}]
  ReLU        [${show(relu.value)}]; dX [${show(relu.dX)}]
  Duplicate   [${show(duplicate.value[0])}] twice; [${show(incoming)}] and Y come back: dX [${show(duplicate.dX)}]
  Add         [${show(add.value)}]; dX [${show(add.dA)}], dY [${show(add.dB)}]
  Max         [${show(max.value)}]; dX [${show(max.dA)}], dY [${show(max.dB)}]
  LogSoftmax  [${show(logSoftmax.value)}]; dX [${show(logSoftmax.dX)}]`);

const rng = random(9);
const p: Params = { W1: randn(rng, 4, 4), b1: randn(rng, 1, 4), W2: randn(rng, 4, 3), b2: randn(rng, 1, 3) };
const [input, dscores] = [randn(rng, 5, 4), randn(rng, 5, 3)];
const whole = vjp_network(dscores, input, p);
const byHand = backward(dscores, input, p);
const apart = Math.max(
  norm(sub(whole.dinput, byHand.dX)),
  ...(["W1", "b1", "W2", "b2"] as const).map((name) => norm(sub(whole.dp[name], byHand.dp[name]))),
);
console.log(`
A network of all of them: the gradient of the whole, as retrograd writes it, and module by module, by hand
  the two differ by at most ${apart.toExponential(1)}`);
