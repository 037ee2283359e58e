import {
  grad_add,
  grad_exponential,
  grad_multiply,
  grad_reciprocal,
  grad_shift,
  grad_stretch,
} from "../gates/gates.grad.js";

/** A wire of the circuit: the value that went forward on it and the gradient that came back. */
export interface Wire {
  readonly name: string;
  readonly value: number;
  readonly gradient: number;
}

/** The sigmoid neuron gate by gate: each gate knows its own derivative only, and multiplies it by the gradient that comes back to it. */
export function neuronByPieces(w: readonly [number, number, number], x: readonly [number, number]): Wire[] {
  // forward: every gate hands its value to the next
  const first = grad_multiply(w[0], x[0]);
  const second = grad_multiply(w[1], x[1]);
  const products = grad_add(first.value, second.value);
  const score = grad_add(products.value, w[2]);
  const negated = grad_stretch(-1, score.value);
  const power = grad_exponential(negated.value);
  const denominator = grad_shift(1, power.value);
  const output = grad_reciprocal(denominator.value);

  // backward: the chain rule, from the output to the inputs
  const doutput = 1;
  const ddenominator = output.dx * doutput;
  const dpower = denominator.dx * ddenominator;
  const dnegated = power.dx * dpower;
  const dscore = negated.dx * dnegated;
  const dproducts = score.dx * dscore;
  const dw2 = score.dy * dscore;
  const dfirst = products.dx * dproducts;
  const dsecond = products.dy * dproducts;

  return [
    { name: "w0", value: w[0], gradient: first.dx * dfirst },
    { name: "x0", value: x[0], gradient: first.dy * dfirst },
    { name: "w1", value: w[1], gradient: second.dx * dsecond },
    { name: "x1", value: x[1], gradient: second.dy * dsecond },
    { name: "w2", value: w[2], gradient: dw2 },
    { name: "w0·x0", value: first.value, gradient: dfirst },
    { name: "w1·x1", value: second.value, gradient: dsecond },
    { name: "w0·x0 + w1·x1", value: products.value, gradient: dproducts },
    { name: "score", value: score.value, gradient: dscore },
    { name: "-score", value: negated.value, gradient: dnegated },
    { name: "exp(-score)", value: power.value, gradient: dpower },
    { name: "1 + exp(-score)", value: denominator.value, gradient: ddenominator },
    { name: "output", value: output.value, gradient: doutput },
  ];
}
