import { compileFunction } from "node:vm";
import ts from "typescript";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import type { BenchCase } from "./case.ts";

/** The result of a gradient: the value and a `d…` for each differentiable parameter. */
export type Gradient = { readonly value: number } & Readonly<Record<string, unknown>>;
type Arguments = readonly unknown[];

/** The functions of one case, ready to be called. */
export interface LoadedCase {
  readonly primal: (...args: Arguments) => number;
  readonly gradient: ((...args: Arguments) => Gradient) | null;
  readonly hand: ((...args: Arguments) => Gradient) | null;
  readonly inputs: readonly Arguments[];
}

/**
 * Evaluates the module of a case with its generated gradient, as a script of its own: no loader stands between the text and
 * V8, which would wrap inner functions and change what is measured.
 */
export function loadCase(bench: BenchCase, code: string): LoadedCase {
  const script = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  }).outputText;
  const exported: Record<string, unknown> = {};
  compileFunction(script, ["exports"], { filename: `${bench.category}/${bench.name}.js` })(exported);
  // The shapes are what the cases promise; `findCases` has seen the marked function, the checks see the rest.
  const inputs = exported["inputs"] as (random: Random) => Arguments[];
  return {
    primal: exported[bench.name] as LoadedCase["primal"],
    gradient: (exported[`grad_${bench.name}`] ?? null) as LoadedCase["gradient"],
    hand: (exported["hand"] ?? null) as LoadedCase["hand"],
    inputs: bench.inputs?.() ?? inputs(seededRandom(bench.name)),
  };
}
