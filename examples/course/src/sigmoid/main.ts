// The sigmoid neuron, as one function and gate by gate.
import { grad_neuron, grad_sigmoid } from "./neuron.grad.js";
import { neuronByPieces } from "./pieces.js";

const w = [2, -3, -3] as const;
const x = [-1, -2] as const;
const two = (n: number): string => n.toFixed(2).padStart(6);

const { value, dw, dx } = grad_neuron([...w], [...x]);
console.log(`The sigmoid neuron, w = [${w.join(", ")}], x = [${x.join(", ")}]

  output  ${value.toFixed(2)}
  dw     ${dw.map(two).join(",")}
  dx     ${dx.map(two).join(",")}

The sigmoid as one gate: its local gradient is (1 - σ)·σ = (1 - ${value.toFixed(2)}) · ${value.toFixed(2)} = ${grad_sigmoid(1).dscore.toFixed(2)}

The same neuron gate by gate

  wire              value  gradient`);
const wires = neuronByPieces(w, x);
for (const { name, value: forward, gradient } of wires) {
  console.log(`  ${name.padEnd(16)}${two(forward).padStart(7)}${two(gradient).padStart(10)}`);
}

const inputs = new Map(wires.map(({ name, gradient }) => [name, gradient]));
const whole = new Map([...dw.map((d, i) => [`w${i}`, d] as const), ...dx.map((d, i) => [`x${i}`, d] as const)]);
const apart = Math.max(...[...whole].map(([name, d]) => Math.abs(d - (inputs.get(name) ?? NaN))));
console.log(`\nWhole and by pieces differ by at most ${apart.toExponential(1)}`);
