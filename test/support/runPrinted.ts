import ts from "typescript";
import type { IrFunction } from "../../packages/transformer/src/ir/ir.ts";
import { print, type PrintOptions } from "../../packages/transformer/src/print/print.ts";
import { show, type Outcome, type Value } from "./interpretGradient.ts";

export const plainOptions: PrintOptions = { reserved: new Set(), doc: null, exported: false, shadowedGlobals: new Set() };

/** The printed text of a function as a function; effects (`log(…)`) go to the trace. */
export function runPrinted(text: string, name: string, args: readonly Value[]): Outcome {
  const script = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: false },
  }).outputText;
  const trace: string[] = [];
  const log = (v: Value): void => { trace.push(`log(${show(v)})`); };
  // The text is what is under test; running it is the test.
  const run = new Function("log", `"use strict";\n${script.replace(/^export /gm, "")}\nreturn ${name};`)(log) as (...args: readonly Value[]) => Value;
  return { result: run(...args), trace, thrown: null };
}

export function printed(fn: IrFunction, options: Partial<PrintOptions> = {}): string {
  return print(fn, { ...plainOptions, ...options }).text;
}

