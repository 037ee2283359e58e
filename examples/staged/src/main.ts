// Value and gradient of (x + σ(y)) / (σ(x) + (x + y)²), stage by stage.
import { readFileSync } from "node:fs";
import { f } from "./staged.js";
import { grad_f } from "./staged.grad.js";
import { none, type Stages } from "./stages.js";
import { grad_nudged } from "./stages.grad.js";

const read = (name: string): string => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8").trimEnd();

console.log(`A function, as you write it (examples/staged/src/staged.ts):

${read("staged.ts")}

Its gradient, as retrograd wrote it (examples/staged/src/staged.grad.ts):

${read("staged.grad.ts")}
`);

const { value, dx, dy } = grad_f(3, -4);
console.log(`f(3, -4)      = ${f(3, -4)}
grad_f(3, -4) = { value: ${value}, dx: ${dx}, dy: ${dy} }`);

const seen = { ...none };
const { dnudge } = grad_nudged(3, -4, none, seen);
const stages: readonly (readonly [name: string, value: number, adjoint: number])[] = [
  ["x", 3, dx],
  ["y", -4, dy],
  ...Object.keys(none).map((name) => [name, seen[name as keyof Stages], dnudge[name as keyof Stages]] as const),
  ["f", value, 1],
];
console.log(`
All stages at (3, -4): the value going forward, and the adjoint coming back (what f changes by when the stage is nudged)

  stage         value      adjoint
${stages.map(([name, forward, adjoint]) => `  ${name.padEnd(8)}${forward.toFixed(8).padStart(13)}${adjoint.toFixed(8).padStart(13)}`).join("\n")}`);
