// Outputs and costs: why cross-entropy and not squared error on a sigmoid; softmax and log-softmax at ±1000.
import {
  grad_crossEntropy,
  grad_logSoftmax,
  grad_naiveSoftmax,
  grad_softmax,
  grad_squaredError,
} from "./costs.grad.js";

const few = (n: number): string => String(Number(n.toPrecision(4)));

console.log(`A sigmoid that is wrong and sure of it: z = -50 (σ = ${few(1 / (1 + Math.exp(50)))}), and y is 1

                     cost   gradient by z`);
for (const [name, cost] of [
  ["squared error", grad_squaredError],
  ["cross-entropy", grad_crossEntropy],
] as const) {
  const { value, dz } = cost(-50, 1);
  console.log(`  ${name}  ${few(value).padStart(8)}   ${few(dz)}`);
}
console.log(`  The squared error has no gradient left to learn from; that of cross-entropy is σ(z) - y = ${few(1 / (1 + Math.exp(50)) - 1)}

Both from z = -50, 100 steps of size 1`);
for (const [name, cost] of [
  ["squared error", grad_squaredError],
  ["cross-entropy", grad_crossEntropy],
] as const) {
  let z = -50;
  for (let step = 0; step < 100; step++) z -= cost(z, 1).dz;
  console.log(`  ${name}  z = ${few(z)}`);
}

console.log("\nScores [1000, 0, -1000], by class");
const scores = [1000, 0, -1000];
for (const [name, output] of [
  ["softmax as the formula says", grad_naiveSoftmax],
  ["softmax", grad_softmax],
  ["log-softmax", grad_logSoftmax],
] as const) {
  console.log(`  ${name}`);
  scores.forEach((_, k) => {
    const { value, dscores } = output(scores, k);
    console.log(`    class ${k}: ${few(value).padStart(6)}   gradient [${dscores.map(few).join(", ")}]`);
  });
}
console.log(`  log of softmax of class 2: ${Math.log(grad_softmax(scores, 2).value)}`);
