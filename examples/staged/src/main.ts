import { readFileSync } from "node:fs";
import { f } from "./staged.js";
import { grad_f } from "./staged.grad.js";

const read = (name: string): string => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8").trimEnd();

console.log(`A function, as you write it (examples/staged/src/staged.ts):

${read("staged.ts")}

Its gradient, as retrograd wrote it (examples/staged/src/staged.grad.ts):

${read("staged.grad.ts")}
`);

const { value, dx, dy } = grad_f(3, -4);
console.log(`f(3, -4)      = ${f(3, -4)}
grad_f(3, -4) = { value: ${value}, dx: ${dx}, dy: ${dy} }`);
