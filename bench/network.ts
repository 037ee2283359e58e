/**
 * npx tsx bench/network.ts [--rounds N]: a network 784-100-10 at batch 64. First its gradient, generated against a backward pass written by hand over the
 * same functions of the runtime; then a training step (gradient, and p −= rate · gradient) against other libraries, if they are
 * installed in bench/peers. Everything is timed in one process, in rounds that alternate; ratios are taken within a round.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import * as runtime from "../packages/runtime/src/index.ts";
import type { Matrix } from "../packages/runtime/src/index.ts";
import { gradientDescent } from "../packages/runtime/src/optim.ts";
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
/** Runs so many training steps; the last loss. */
type Training = (steps: number) => number | Promise<number>;

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
const rounds = Number(values.rounds), batch = 64, hidden = 100, rate = 0.01, rng = runtime.random(1);
const single = <M extends Matrix>(m: M): M => ({ ...m, data: Float32Array.from(m.data) as unknown as Float64Array });
const p: Net = {
  W1: runtime.scale(runtime.randn(rng, 784, hidden), 0.05),
  b1: runtime.zeros(1, hidden),
  W2: runtime.scale(runtime.randn(rng, hidden, 10), 0.1),
  b2: runtime.zeros(1, 10),
};
const X = runtime.uniform(rng, batch, 784), labels = Int32Array.from({ length: batch }, () => Math.floor(10 * rng()));
const p32: Net = { W1: single(p.W1), b1: single(p.b1), W2: single(p.W2), b2: single(p.b2) }, X32 = single(X);

const a = generated(p, X, labels), b = byHand(p, X, labels);
if (a.value !== b.value || (["W1", "b1", "W2", "b2"] as const).some((k) => a.dp[k].data.some((e, i) => Math.abs(e - b.dp[k].data[i]!) > 1e-12)))
  throw new Error("the gradients differ");

const median = (list: readonly number[]): number => [...list].sort((x, y) => x - y)[list.length >> 1]!;
const fixed = (text: string, width: number): string => text.padStart(width);

console.log(`784-${hidden}-10, batch ${batch}: the gradient`);
for (const [name, use, at, x] of [
  ["plain TypeScript, 64 bits", usePlain, p, X],
  ["WebAssembly, 64 bits", useWasm, p, X],
  ["WebAssembly, 32 bits", useWasm, p32, X32],
] as const) {
  use();
  const time = (f: Gradient): number => {
    const start = performance.now();
    for (let n = 0; n < 10; n++) f(at, x, labels);
    return (performance.now() - start) / 10;
  };
  for (let n = 0; n < 5; n++) {
    time(generated);
    time(byHand);
  }
  const pairs = Array.from({ length: rounds }, (_, n) => {
    const first = n % 2 === 0 ? time(generated) : NaN,
      hand = time(byHand);
    return { made: Number.isNaN(first) ? time(generated) : first, hand };
  });
  console.log(
    `  ${name.padEnd(26)} generated ${median(pairs.map((r) => r.made)).toFixed(2)} ms, by hand ${median(pairs.map((r) => r.hand)).toFixed(2)} ms, ratio ${median(pairs.map((r) => r.made / r.hand)).toFixed(3)}`,
  );
}

/** Our training: the generated gradient and `gradientDescent`. */
function ours(use: () => unknown, start: Net, x: Matrix): Training {
  const optimiser = gradientDescent({ rate });
  let net = start;
  return (steps) => {
    use();
    let value = NaN;
    for (let k = 0; k < steps; k++) {
      const made = optimiser.step(net, (at) => { const { value: v, dp } = generated(at, x, labels); return { value: v, gradient: dp }; });
      net = made.parameters;
      value = made.value;
    }
    return value;
  };
}

const trainings: (readonly [string, Training, number])[] = [
  ["plain TypeScript, 64 bits", ours(usePlain, p, X), 10],
  ["WebAssembly, 64 bits", ours(useWasm, p, X), 20],
  ["WebAssembly, 32 bits", ours(useWasm, p32, X32), 40],
];
const peers = new URL("./peers/", import.meta.url);
if (existsSync(new URL("node_modules", peers))) {
  type Maker = (network: object) => Promise<Training>;
  const { tfjs, jax, mlMatrix } = (await import(new URL("network.mjs", peers).href)) as Readonly<Record<"tfjs" | "jax" | "mlMatrix", Maker>>; // JavaScript: its packages are not in the workspace
  const network = { batch, hidden, rate, W1: p.W1.data, b1: p.b1.data, W2: p.W2.data, b2: p.b2.data, X: X.data, labels };
  trainings.push(
    ["jax-js, wasm, jit", await jax(network), 40],
    ["tfjs, wasm", await tfjs({ ...network, backend: "wasm" }), 20],
    ["tfjs, cpu", await tfjs({ ...network, backend: "cpu" }), 5],
    ["ml-matrix, by hand", await mlMatrix(network), 5],
  );
} else console.log("(other libraries: npm install in bench/peers)");

console.log("a training step");
const first = await Promise.all(trainings.map(async ([, run]) => [await run(1), await run(1), await run(1)]));
for (const [k, losses] of first.entries())
  if (losses.some((loss, n) => Math.abs(loss - first[0]![n]!) > 1e-4))
    throw new Error(`${trainings[k]![0]} computes other losses: ${losses.join(", ")} against ${first[0]!.join(", ")}`);
for (const [, run, steps] of trainings) await run(2 * steps);
const times = trainings.map((): number[] => []);
for (let n = 0; n < rounds; n++) {
  for (const [k, [, run, steps]] of trainings.entries()) {
    const start = performance.now();
    await run(steps);
    times[k]!.push((performance.now() - start) / steps);
  }
}
for (const [k, [name]] of trainings.entries()) {
  console.log(
    `  ${name.padEnd(26)} ${fixed(median(times[k]!).toFixed(2), 6)} ms, ${fixed(median(times[k]!.map((t, n) => t / times[2]![n]!)).toFixed(2), 6)} × that of WebAssembly, 32 bits`,
  );
}
