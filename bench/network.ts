/**
 * npx tsx bench/network.ts [--rounds N]: the gradient of a 784-100-10 network at batch 64, generated against a backward pass written by
 * hand over the same functions of the runtime. Ratios are of rounds that alternate.
 */
import { parseArgs } from "node:util";
import * as runtime from "../packages/runtime/src/index.ts";
import type { Matrix } from "../packages/runtime/src/index.ts";
import { differentiate } from "../packages/transformer/src/index.ts";
import { usePlain, useWasm } from "../packages/runtime/src/wasm.ts";
import ts from "typescript";

const source = `import { add, crossEntropy, matmul, relu, type Matrix } from "@retrograd/runtime";
export interface Net { W1: Matrix; b1: Matrix; W2: Matrix; b2: Matrix }
/** @differentiable wrt p */
export function loss(p: Net, X: Matrix, labels: Int32Array): number {
  const h = relu(add(matmul(X, p.W1), p.b1));
  const scores = add(matmul(h, p.W2), p.b2);
  return crossEntropy(scores, labels);
}
`;

interface Net { readonly W1: Matrix; readonly b1: Matrix; readonly W2: Matrix; readonly b2: Matrix }
type Gradient = (p: Net, X: Matrix, labels: Int32Array) => { readonly value: number; readonly dp: Net };

const { code, diagnostics } = differentiate(source, { fileName: "network.ts" });
if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => d.message).join("\n"));
const script = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText;
const exported: Record<string, unknown> = {};
new Function("exports", "require", script)(exported, () => runtime);
const generated = exported["grad_loss"] as Gradient; // what the text above is compiled to

const { add, crossEntropy, crossEntropyGradient, matmul, matmulNT, matmulTN, relu, reluGradient, sum } = runtime;
const byHand: Gradient = (p, X, labels) => {
  const h = relu(add(matmul(X, p.W1), p.b1));
  const scores = add(matmul(h, p.W2), p.b2);
  const value = crossEntropy(scores, labels);
  const dscores = crossEntropyGradient(scores, labels);
  const dz = reluGradient(h, matmulNT(dscores, p.W2));
  return { value, dp: { W1: matmulTN(X, dz), b1: sum(dz, "rows"), W2: matmulTN(h, dscores), b2: sum(dscores, "rows") } };
};

const { values } = parseArgs({ options: { rounds: { type: "string", default: "21" } } });
const rng = runtime.random(1), batch = 64;
const p: Net = { W1: runtime.scale(runtime.randn(rng, 784, 100), 0.05), b1: runtime.zeros(1, 100), W2: runtime.scale(runtime.randn(rng, 100, 10), 0.1), b2: runtime.zeros(1, 10) };
const X = runtime.uniform(rng, batch, 784), labels = Int32Array.from({ length: batch }, () => Math.floor(10 * rng()));

const a = generated(p, X, labels), b = byHand(p, X, labels);
if (a.value !== b.value || (["W1", "b1", "W2", "b2"] as const).some((k) => a.dp[k].data.some((e, i) => Math.abs(e - b.dp[k].data[i]!) > 1e-12))) throw new Error("the gradients differ");

const time = (f: Gradient): number => {
  const start = performance.now();
  for (let n = 0; n < 10; n++) f(p, X, labels);
  return (performance.now() - start) / 10;
};
const median = (list: readonly number[]): number => [...list].sort((x, y) => x - y)[list.length >> 1]!;
for (const [name, use] of [["plain TypeScript", usePlain], ["WebAssembly", useWasm]] as const) {
  use();
  for (let n = 0; n < 5; n++) { time(generated); time(byHand); }
  const rounds = Array.from({ length: Number(values.rounds) }, (_, n) => {
    const first = n % 2 === 0 ? time(generated) : NaN, hand = time(byHand);
    return { made: Number.isNaN(first) ? time(generated) : first, hand };
  });
  console.log(`784-100-10, batch ${batch}, ${name}: generated ${median(rounds.map((r) => r.made)).toFixed(2)} ms, by hand ${median(rounds.map((r) => r.hand)).toFixed(2)} ms, ratio ${median(rounds.map((r) => r.made / r.hand)).toFixed(3)}`);
}
