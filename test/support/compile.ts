/** From program text to running functions: `differentiate`, TypeScript's transpiler, evaluation in this process. */
import ts from "typescript";
import * as runtime from "../../packages/runtime/src/index.ts";
import { exportsOf, stripTypes } from "./stripTypes.ts";
import { differentiate } from "../../packages/transformer/src/index.ts";

export type AnyFunction = (...args: unknown[]) => unknown;
export type Exports = Record<string, AnyFunction>;

export interface Finding {
  readonly code: string;
  readonly category: "error" | "warning";
  readonly message: string;
  readonly help: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly length: number;
}
export interface Compiled {
  /** The augmented module. */
  readonly code: string;
  readonly diagnostics: readonly Finding[];
}
export interface CompileOptions {
  readonly fileName?: string;
  /** false: as the reverse sweep was generated, for comparing with the optimised form. */
  readonly optimise?: boolean;
}

export function compile(text: string, options: CompileOptions = {}): Compiled {
  const { fileName = "program.ts", optimise } = options;
  const result = differentiate(text, { fileName, ...(optimise === undefined ? {} : { optimise }) });
  return { code: result.code, diagnostics: result.diagnostics };
}

/** Diagnostics as a person reads them, for messages of failing tests. */
export function describe(diagnostics: readonly Finding[], text?: string): string {
  const lines = text?.split("\n");
  return diagnostics
    .map((d) => {
      const source = lines?.[d.line - 1];
      return `${d.line}:${d.column} ${d.category} ${d.code}: ${d.message}\n    help: ${d.help}${source === undefined ? "" : `\n    | ${source.trim()}`}`;
    })
    .join("\n");
}

/** TypeScript's JavaScript for a module; a syntax error is thrown with its line. */
export function transpile(text: string, module = ts.ModuleKind.CommonJS): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module, alwaysStrict: true },
  });
  const first = diagnostics.find((d) => d.category === ts.DiagnosticCategory.Error);
  if (first) {
    const line = first.file && first.start !== undefined ? first.file.getLineAndCharacterOfPosition(first.start).line : 0;
    throw new SyntaxError(`line ${line + 1} ${JSON.stringify(text.split("\n")[line])}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
  }
  return outputText;
}

/** A console that says nothing: programs under test may log. */
const silent = { log() {}, info() {}, warn() {}, error() {}, debug() {} };

/** The exports of a module text. Functions that are not exported are exported under their own name, as tests call them too. */
export function evaluate(text: string, random: () => number = Math.random): Exports {
  const exports: Exports = {};
  // a shadow of Math whose draws the caller decides; everything else is Math's own
  const math = random === Math.random ? Math : Object.create(Math, { random: { value: random } }) as Math;
  new Function("exports", "require", "Math", "console", script(text))(exports, requireRuntime, math, silent);
  return exports;
}

/** A module as the body of a function that fills `exports`. */
function script(text: string): string {
  const stripped = stripTypes(text);
  if (stripped) return `"use strict";${stripped.js}\n${exportsOf([...stripped.exported, ...stripped.functions])}`;
  const js = transpile(text);
  const own = [...js.matchAll(/^(?:async )?function\*? ?([\w$]+)\(/gm)].map((m) => m[1]!);
  return `${js}\n${own.map((name) => `if (!("${name}" in exports)) exports["${name}"] = ${name};`).join("\n")}`;
}

function requireRuntime(name: string): unknown {
  if (name !== "@retrograd/runtime") throw new Error(`programs under test cannot import ${JSON.stringify(name)}`);
  return runtime;
}

/** Compiles a text that must compile, and evaluates what came out. */
export function compileAndRun(text: string, options: CompileOptions = {}): Exports & { readonly $code: string } {
  const { code, diagnostics } = compile(text, options);
  const errors = diagnostics.filter((d) => d.category === "error");
  if (errors.length > 0) throw new Error(`refused:\n${describe(errors, text)}\n--- program\n${text}`);
  let exports: Exports;
  try {
    exports = evaluate(code);
  } catch (error) {
    throw new Error(`generated code does not run: ${String(error)}\n--- code\n${code}`, { cause: error });
  }
  return Object.defineProperty(exports, "$code", { value: code, enumerable: false }) as Exports & { $code: string };
}

/** A bound check for values that must be the same bits: NaN equals NaN, 0 differs from -0. */
export function sameBits(a: unknown, b: unknown, met = new Map<unknown, unknown>()): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  // What points back at what holds it is compared once.
  if (met.has(a)) return met.get(a) === b;
  met.set(a, b);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => sameBits((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k], met));
}
