/**
 * The table of matrix rules, tested from the table: an entry is tested by existing. Each operation is compiled as a user would call it, for
 * the operands its samples name, and its gradient is compared with differences and by the dot-product test; then the gradient of the
 * gradient the same way, which tests the rules of what the formulas call.
 */
import { describe, expect, test } from "vitest";
import * as runtime from "../packages/runtime/src/index.ts";
import { matrices, type MatrixRule } from "../packages/transformer/src/rules/matrices.ts";
import { compileAndRun, type Exports } from "./support/compile.ts";
import { directional, innerProduct, type Operand } from "./support/matrices.ts";

const rng = runtime.random(2024);

/** Operands from a sample: numbers that lie far enough from kinks and from each other. */
function operand(text: string): Operand {
  const shape = /^(\d+)x(\d+)([+s]?)$/.exec(text);
  if (!shape) return JSON.parse(text) as Operand;
  const [rows, cols] = [Number(shape[1]), Number(shape[2])];
  const apart = runtime.fromArray(rows, cols, shuffled(rows * cols).map((k) => (k + 0.35 + 0.1 * rng()) * (3.4 / (rows * cols)) - 1.7));
  if (shape[3] === "") return apart;
  if (shape[3] === "+") return runtime.add(runtime.abs(apart), 0.3);
  const square = runtime.matmulNT(apart, apart);
  return runtime.add(square, runtime.eye(rows));
}

function shuffled(n: number): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) { const j = Math.floor(rng() * (k + 1)); [order[k], order[j]] = [order[j]!, order[k]!]; }
  return order;
}

const typeOf = (o: Operand): string =>
  typeof o === "number" ? "number" : typeof o === "string" ? JSON.stringify(o) : Array.isArray(o) ? "readonly number[]" : "Matrix";

/** A marked function that calls an operation, contracted with a weight, so that every element counts differently. */
function program(name: string, rule: MatrixRule, operands: readonly Operand[]): { text: string; varying: readonly number[] } {
  const parameters = operands.map((o, k) => `${rule.operands[k]!}_: ${typeOf(o)}`);
  const call = `${name}(${operands.map((_, k) => `${rule.operands[k]!}_`).join(", ")})`;
  const varying = operands.flatMap((_, k) => (rule.formulas[rule.operands[k]!] != null ? [k] : []));
  const head = (weight: string): string =>
    `/** @differentiable wrt ${varying.map((k) => `${rule.operands[k]!}_`).join(", ")} with jvp */\nexport function f(${[...parameters, weight].join(", ")}): number {\n`;
  const names = [...new Set([name, "dot"])].join(", ");
  const text = rule.yields === "number"
    ? `import { ${name}, type Matrix } from "@retrograd/runtime";\n${head("weight: number")}  return ${call} * weight;\n}\n`
    : `import { ${names}, type Matrix } from "@retrograd/runtime";\n${head("weight: Matrix")}  return dot(${call}, weight);\n}\n`;
  return { text, varying };
}

const functions = runtime as unknown as Record<string, (...args: readonly unknown[]) => Operand>;

for (const [key, rule] of Object.entries(matrices)) {
  const name = key.split(" ")[0]!;
  test(`${key}: the runtime has it`, () => expect(typeof functions[name]).toBe("function"));
  // Those without samples are pairs that only make sense on each other's results: second derivatives test them.
  if (rule.samples.length === 0 || Object.values(rule.formulas).every((f) => f === null)) continue;
  describe(key, () => {
    for (const sample of rule.samples) {
      test(sample.join("; "), () => {
        const operands = sample.map(operand);
        const y = functions[name]!(...operands);
        const weight: Operand = typeof y === "number" ? 0.8 : operand(`${(y as runtime.Matrix).rows}x${(y as runtime.Matrix).cols}`);
        const { text, varying } = program(name, rule, operands);
        const args = [...operands, weight];
        for (const optimise of [true, false]) {
          const exports = compileAndRun(text, { optimise });
          check(exports, args, varying, rule, `${optimise ? "" : "not optimised, "}first order`);
        }
        second(text, args, varying, rule);
      });
    }
  });
}

type Gradient = Readonly<Record<string, Operand>>;

/** ⟨∇f, v⟩ against differences along v, for directions through all varying operands at once. */
function check(exports: Exports, args: readonly Operand[], varying: readonly number[], rule: MatrixRule, what: string): void {
  const gradient = exports["grad_f"]!(...args) as Gradient;
  expect(gradient["value"], what).toBe(exports["f"]!(...args));
  for (let trial = 0; trial < 3; trial++) {
    const { along, derivative } = directional((...a) => exports["f"]!(...a) as number, args, varying, rng);
    const product = varying.reduce((s, k) => s + innerProduct(gradient[`d${rule.operands[k]!}_`]!, along[k]!), 0);
    // Forward mode has rules of its own, which follow from those of the reverse.
    const forward = exports["jvp_f"]!(Object.fromEntries(varying.map((k) => [`d${rule.operands[k]!}_`, along[k]!])), ...args) as {
      readonly value: number;
      readonly dvalue: number;
    };
    expect(forward.value, what).toBe(gradient["value"]);
    expect(
      Math.abs(forward.dvalue - product),
      `${what}: dvalue is ${forward.dvalue}, ⟨∇f, v⟩ ${product}\n${(exports as { $code?: string }).$code ?? ""}`,
    ).toBeLessThan(1e-11 * Math.max(1, Math.abs(product)));
    expect(
      Math.abs(product - derivative),
      `${what}: ⟨∇f, v⟩ = ${product}, differences ${derivative}\n${(exports as { $code?: string }).$code ?? ""}`,
    ).toBeLessThan(1e-9 * Math.max(1, Math.abs(derivative)));
  }
}

/** The gradient contracted with fixed matrices is a function again: its gradient is the second derivative along them. */
function second(text: string, args: readonly Operand[], varying: readonly number[], rule: MatrixRule): void {
  const fields = varying.map((k) => `d${rule.operands[k]!}_`);
  const weights = varying.map((k) => (typeof args[k] === "number" ? 0.6 : operand(`${(args[k] as runtime.Matrix).rows}x${(args[k] as runtime.Matrix).cols}`)));
  const head = /export function f\(([^)]*)\)/.exec(text)![1]!;
  const names = head.split(",").map((p) => p.split(":")[0]!.trim());
  const terms = fields.map((field, k) => (typeof weights[k] === "number" ? `g.${field} * w${k}` : `contract(g.${field}, w${k})`));
  const more = `import { dot as contract } from "@retrograd/runtime";
/** @differentiable wrt ${varying.map((k) => names[k]!).join(", ")} with jvp */
export function h(${head}, ${weights.map((w, k) => `w${k}: ${typeof w === "number" ? "number" : "Matrix"}`).join(", ")}): number {
  const g = grad_f(${names.join(", ")});
  return ${terms.join(" + ")};
}
`;
  const exports = compileAndRun(`${text}${more}`);
  const all = [...args, ...weights];
  const gradient = exports["grad_h"]!(...all) as Gradient;
  for (let trial = 0; trial < 2; trial++) {
    const { along, derivative } = directional((...a) => exports["h"]!(...a) as number, all, varying, rng);
    const product = varying.reduce((s, k) => s + innerProduct(gradient[fields[varying.indexOf(k)]!]!, along[k]!), 0);
    const forward = exports["jvp_h"]!(Object.fromEntries(varying.map((k, n) => [fields[n]!, along[k]!])), ...all) as { readonly dvalue: number };
    expect(Math.abs(forward.dvalue - product), `forward over reverse: ${forward.dvalue}, reverse over reverse ${product}\n${exports.$code}`).toBeLessThan(
      1e-10 * Math.max(1, Math.abs(product)),
    );
    expect(Math.abs(product - derivative), `second order: ${product}, differences ${derivative}\n${exports.$code}`).toBeLessThan(
      1e-9 * Math.max(1, Math.abs(derivative)),
    );
  }
}
