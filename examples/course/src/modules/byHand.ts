import { type Matrix } from "@retrograd/runtime";
import { vjp_add, vjp_duplicate, vjp_linear, vjp_logSoftmax, vjp_max, vjp_relu } from "./modules.grad.js";
import { add, duplicate, linear, max, relu } from "./modules.js";
import type { Params } from "./network.js";

/** What a framework of modules does: forward through all of them keeping the inputs of each, then backward through all of them. */
export function backward(dscores: Matrix, X: Matrix, p: Params): { dX: Matrix; dp: Params } {
  const [left, right] = duplicate(X);
  const scores1 = linear(left, p.W1, p.b1);
  const h = relu(scores1);
  const [past, again] = duplicate(right);
  const sum = add(h, past);
  const both = max(sum, again);
  const scores2 = linear(both, p.W2, p.b2);

  const dscores2 = vjp_logSoftmax(dscores, scores2).dX;
  const output = vjp_linear(dscores2, both, p.W2, p.b2);
  const larger = vjp_max(output.dX, sum, again);
  const added = vjp_add(larger.dA, h, past);
  const dright = vjp_duplicate([added.dB, larger.dB], right).dX;
  const dscores1 = vjp_relu(added.dA, scores1).dX;
  const hidden = vjp_linear(dscores1, left, p.W1, p.b1);
  const { dX } = vjp_duplicate([hidden.dX, dright], X);
  return { dX, dp: { W1: hidden.dW, b1: hidden.db, W2: output.dW, b2: output.db } };
}
