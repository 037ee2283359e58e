/** Lowers the marked function of a text and runs both it and its IR: what the value, the arguments and the log are afterwards. */
import ts from "typescript";
import { finding, type Finding } from "../../packages/transformer/src/diagnostics/diagnostic.ts";
import { findMarked } from "../../packages/transformer/src/frontend/marks/find.ts";
import { lower } from "../../packages/transformer/src/frontend/lower.ts";
import { createProgramForText, sourceOfProgram, type SourceProgram } from "../../packages/transformer/src/frontend/programs/program.ts";
import type { Budget } from "../../packages/transformer/src/frontend/programs/source.ts";
import type { IrModule } from "../../packages/transformer/src/ir/ir.ts";
import { verify } from "../../packages/transformer/src/ir/verify.ts";
import { interpret, type Evaluate } from "./interpret.ts";

export interface Lowered {
  readonly module: IrModule | undefined;
  readonly findings: readonly Finding[];
}

/** The marked function (the last one, if there are several), lowered and verified. */
export function lowerText(text: string, budget: Partial<Budget> = {}): Lowered {
  return lowerMarked(createProgramForText(text, "program.ts"), budget);
}

/** The same for a program of several files. */
export function lowerFiles(files: Readonly<Record<string, string>>, main: string): Lowered & { readonly text: string } {
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) =>
    files[name] === undefined ? getSourceFile.call(host, name, ...rest) : ts.createSourceFile(name, files[name], ts.ScriptTarget.ES2022, true);
  host.fileExists = (name) => files[name] !== undefined || fileExists.call(host, name);
  host.directoryExists = () => true;
  host.readFile = (name) => files[name] ?? readFile.call(host, name);
  const source = sourceOfProgram(ts.createProgram([main], options, host), main);
  if (!source) throw new Error(`no file ${main}`);
  return { ...lowerMarked(source, {}), text: files[main] ?? "" };
}

function lowerMarked({ program, checker, sourceFile }: SourceProgram, budget: Partial<Budget>): Lowered {
  const findings: Finding[] = [];
  const marked = findMarked(sourceFile, checker, (f) => findings.push(f)).at(-1);
  if (!marked) throw new Error(`no marked function in\n${sourceFile.text}\n${findings.map((f) => f.message).join("\n")}`);
  const module = lower(marked, {
    checker, program, budget, runtimeName: (name) => name,
    report: (node, entry, data, chain = []) => {
      findings.push(finding(entry, data, { fileName: node.getSourceFile().fileName, start: node.getStart(), end: node.getEnd() }, chain));
    },
  });
  if (module) for (const fn of [module.root, ...module.callees.values()]) verify(fn);
  return { module, findings };
}

export interface Run {
  /** The result, or what was thrown. */
  readonly outcome: unknown;
  readonly args: readonly unknown[];
  /** Every effect on the outside, in order: lines of the console, random draws. */
  readonly log: readonly string[];
}

/** Runs one call in a fresh instance of the module. */
export function runOnce(
  text: string,
  args: readonly unknown[],
  how: (f: (...args: unknown[]) => unknown, evaluate: Evaluate, args: unknown[]) => unknown,
  name = "f",
): Run {
  const js = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText;
  const log: string[] = [];
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    log.push("random");
    return seed / 2147483647;
  };
  const console = {
    log: (...xs: unknown[]) => {
      log.push(JSON.stringify(xs));
    },
  };
  const require = (): unknown => ({ stopGradient: (x: unknown) => x });
  const math = Object.create(Math, { random: { value: random } }) as Math;
  const instance = new Function("exports", "require", "console", "Math", `${js}\nreturn { f: ${name}, evaluate: (code, h) => eval(code) };`);
  const { f, evaluate } = instance({}, require, console, math) as { f: (...args: unknown[]) => unknown; evaluate: Evaluate };
  const own = structuredClone([...args]);
  const typed: Evaluate = (code, h) => evaluate(withoutTypes(code), h);
  let outcome: unknown;
  try {
    outcome = how(f, typed, own);
  } catch (error) {
    outcome = { thrown: error instanceof Error ? `${error.name}: ${error.message}` : error };
  }
  return { outcome, args: own, log };
}

const stripped = new Map<string, string>();

/** Inactive text may hold assertions: `(h[0] as number)`. */
function withoutTypes(code: string): string {
  const known = stripped.get(code);
  if (known !== undefined) return known;
  const js = ts
    .transpileModule(`(${code})`, { compilerOptions: { target: ts.ScriptTarget.ES2022 } })
    .outputText.trim()
    .replace(/^"use strict";\s*/, "")
    .replace(/;$/, "");
  stripped.set(code, js);
  return js;
}

export const runPrimal = (text: string, args: readonly unknown[], name = "f"): Run => runOnce(text, args, (f, _, own) => f(...own), name);
export const runIr = (text: string, module: IrModule, args: readonly unknown[]): Run =>
  runOnce(text, args, (_, evaluate, own) => interpret(module, module.root, own, evaluate), module.root.name);
