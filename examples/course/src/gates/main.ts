// Gates: each knows its own derivative only; the circuits (x + y)·z and 2·(x·y + max(z, w)).
import { grad_circuit, grad_fork, grad_mixed } from "./circuits.grad.js";
import {
  grad_add,
  grad_exponential,
  grad_max,
  grad_multiply,
  grad_reciprocal,
  grad_shift,
  grad_stretch,
} from "./gates.grad.js";

/** One line: what was computed, and the gradient by each input. */
function show(call: string, { value, ...gradient }: { value: number; [input: string]: number }, remark = ""): void {
  const parts = Object.entries(gradient).map(([name, d]) => `${name} = ${Number(d.toFixed(4))}`);
  console.log(
    `  ${`${call} = ${Number(value.toFixed(4))}`.padEnd(28)}${parts.join(", ").padEnd(34)}${remark}`.trimEnd(),
  );
}

console.log("Gates: the value going forward, the gradient coming back");
show("3 · -4", grad_multiply(3, -4), "multiply switches: each input gets the other one");
show("3 + -4", grad_add(3, -4), "add distributes: both get all of it");
show("max(3, -4)", grad_max(3, -4), "max routes: the larger one gets all of it");
show("1 / 2", grad_reciprocal(2), "-1/x²");
show("5 + 2", grad_shift(5, 2), "a constant that is added changes nothing");
show("exp(2)", grad_exponential(2), "its own value");
show("5 · 2", grad_stretch(5, 2), "the constant");

console.log("\nThe circuit (x + y)·z at x = -2, y = 5, z = -4");
show("circuit(-2, 5, -4)", grad_circuit(-2, 5, -4));

console.log("\nOne gate of each kind: 2·(x·y + max(z, w)) at x = 3, y = -4, z = 2, w = -1");
show("mixed(3, -4, 2, -1)", grad_mixed(3, -4, 2, -1));

console.log("\nA wire that forks: 3x·exp(x) at x = 1. What comes back on the two branches is added");
const { value, dx } = grad_fork(1);
const upper = 3 * Math.exp(1); // through 3x
const lower = 3 * Math.exp(1); // through exp(x)
show("fork(1)", { value, dx }, `${upper.toFixed(4)} + ${lower.toFixed(4)}`);
