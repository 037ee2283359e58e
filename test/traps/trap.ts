/**
 * A trap of TRAPS.md as a test: compile, run, compare. Hand-worked numbers are compared as stated (to the digits stated),
 * and every case also against the dual-number oracle, the primal's own value bit by bit, the caller's inputs, and with the optimiser off.
 */
import { expect, test } from "vitest";
import { compile, describe, evaluate, sameBits } from "../support/compile.ts";
import { clone, compareGradient, gradient, leavesOf, runner, type Mismatch, type Runner } from "../support/oracle.ts";
import { contracted, incomingLike } from "../support/contract.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";

export interface Case {
  readonly at: readonly unknown[];
  /** Expected results: `value`, `dx`, …; `undefined` says that the field must be absent. Fields not named are left to the oracle. */
  readonly value?: unknown;
  /** The incoming gradient of a result that is no number; one is made up if there is none. */
  readonly dvalue?: unknown;
  readonly [derivative: `d${string}`]: unknown;
}

export interface TrapOptions {
  /**
   * `must`: differentiated (the default). `may`: right, or refused with a position; for what the present language need not cover.
   * `refused`: there must be an error.
   */
  readonly status?: "must" | "may" | "refused";
  /** false where the expected numbers differ from forward mode by a documented convention. */
  readonly oracle?: boolean;
  /** Names of f's parameters, needed for the oracle; read off the text when not given. */
  readonly names?: readonly string[];
  readonly random?: () => () => number;
  /** Expected in the message of a refusal. */
  readonly message?: RegExp;
  readonly types?: boolean;
}

/** A marked function `f` from its parameters and body. */
export const f = (parameters: string, body: string, before = ""): string =>
  `${before}${before ? "\n" : ""}/** @differentiable */\nexport function f(${parameters}): number {\n${body.split("\n").map((l) => `  ${l}`).join("\n")}\n}\n`;

export function trap(title: string, text: string, cases: readonly Case[], options: TrapOptions = {}): void {
  test(title, () => verify(text, cases, options));
}

export function verify(text: string, cases: readonly Case[], options: TrapOptions = {}): void {
  const { status = "must" } = options;
  const { code, diagnostics } = compile(text);
  const errors = diagnostics.filter((d) => d.category === "error");
  if (errors.length > 0) {
    const lines = text.split("\n");
    for (const d of errors) {
      expect(d.line >= 1 && d.line <= lines.length && d.column >= 1 && d.start >= 0 && d.start <= text.length, `a valid position: ${describe([d])}`).toBe(true);
      expect(d.code).toMatch(/^RG\d+/);
      expect(d.help.length, `help of ${d.code}`).toBeGreaterThan(0);
    }
    if (status === "must") expect.fail(`refused:\n${describe(errors, text)}`);
    if (options.message) expect(describe(errors)).toMatch(options.message);
    return;
  }
  if (status === "refused") expect.fail(`expected a refusal, got\n${code.slice(text.length)}`);
  check(text, code, cases, options, "");
  if (options.types !== false) {
    const own = typeErrors(text, text.length);
    const bad = own.length > 0 ? [] : typeErrors(code, text.length);
    if (bad.length > 0) expect.fail(`generated code does not pass the strict flags:\n${showTypeErrors(bad)}\n${code}`);
  }
  const plain = compile(text, { optimise: false });
  // Whether a loop behind `@checkpoint` can be run again may be seen only after simplification.
  if (plain.diagnostics.some((d) => d.code === "RG3111")) return;
  check(text, plain.code, cases, options, "unoptimised: ");
}

export function parameterNames(text: string, name = "f"): string[] {
  const list =
    new RegExp(`(?:function ${name}|const ${name} = (?:function )?)\\s*(?:<[^>]*>)?\\(([\\s\\S]*?)\\)\\s*(?::[^{=]*)?(?:\\{|=>)`).exec(text)?.[1] ?? "";
  let depth = 0;
  const parts: string[] = [""];
  for (const c of list) {
    if ("([{<".includes(c)) depth++;
    if (")]}>".includes(c)) depth--;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((p) => /^\s*(?:\.\.\.)?(\w+)/.exec(p)?.[1] ?? "").filter((p) => p !== "");
}

function check(text: string, code: string, cases: readonly Case[], options: TrapOptions, prefix: string): void {
  const names = options.names ?? parameterNames(text);
  const rest = new RegExp(`\\.\\.\\.${names[names.length - 1] ?? "-"}\\s*:`).test(text);
  for (const c of cases) {
    const random = options.random;
    // a program that calls a gradient finds it in the augmented module only
    const native = evaluate(/\b(?:grad|vjp|jvp)_\w+\(/.test(text) ? code : text, random?.());
    const generated = evaluate(code, random?.());
    const context = `${prefix}at ${JSON.stringify(c.at)}`;
    const primalArgs = clone(c.at) as unknown[];
    const value = native["f"]!(...primalArgs);
    const args = clone(c.at) as unknown[];
    const dvalue = typeof value === "number" ? null : clone(c.dvalue ?? incomingLike(value)), unchanged = clone(dvalue);
    const result = (dvalue === null ? generated["grad_f"]!(...args) : generated["vjp_f"]!(dvalue, ...args)) as Record<string, unknown>;
    try {
      if (dvalue === null) expect(result["value"], `${context}: value against the primal`).toBe(value);
      else expect(sameBits(result["value"], value), `${context}: value against the primal`).toBe(true);
      expect(sameBits(dvalue, unchanged), `${context}: the incoming gradient`).toBe(true);
      expect(sameBits(args, primalArgs), `${context}: arguments as the primal leaves them`).toBe(true);
      if (c.value !== undefined) expectClose(result["value"], c.value, `${context}: value`);
      for (const [k, want] of Object.entries(c)) {
        if (!k.startsWith("d") || k === "dvalue") continue;
        if (want === undefined) expect(k in result, `${context}: ${k} must be absent`).toBe(false);
        else expectClose(result[k], want, `${context}: ${k}`);
      }
      if (options.oracle !== false) {
        const named = rest ? [...c.at.slice(0, names.length - 1), c.at.slice(names.length - 1)] : c.at;
        const leaves = leavesOf(named, names);
        const run = runner(text, "f", random?.());
        const spread: Runner = (...seeded) => run(...(rest ? [...seeded.slice(0, -1), ...(seeded[seeded.length - 1] as unknown[])] : seeded));
        const want = gradient(dvalue === null ? spread : contracted(spread, dvalue), leaves);
        const bad: Mismatch[] = [];
        names.forEach((n, i) => {
          if (named[i] !== undefined && `d${n}` in result) compareGradient(leaves.shapes[i], result[`d${n}`], want, 1e-9, bad, n);
        });
        expect(bad, `${context}: against dual numbers`).toEqual([]);
      }
    } catch (error) {
      if (error instanceof Error) error.message += `\n--- generated\n${code.slice(text.length)}`;
      throw error;
    }
  }
}

/** Numbers agree to the digits written: six, or exactly when they are whole. */
export function expectClose(actual: unknown, want: unknown, what: string): void {
  if (typeof want === "number") {
    if (Number.isNaN(want)) return expect(actual, what).toBeNaN();
    expect(typeof actual, `${what} is ${String(actual)}, expected ${want}`).toBe("number");
    if (!Number.isFinite(want)) return expect(actual, what).toBe(want);
    const digits = Number.isInteger(want) ? 1e-9 : 2e-6;
    const off = Math.abs((actual as number) - want);
    return expect(off <= digits * Math.max(1, Math.abs(want)), `${what} is ${String(actual)}, expected ${want}`).toBe(true);
  }
  if (typeof want === "object" && want !== null) {
    expect(typeof actual === "object" && actual !== null, `${what} is ${String(actual)}`).toBe(true);
    for (const [k, v] of Object.entries(want)) expectClose((actual as Record<string, unknown>)[k], v, `${what}.${k}`);
    if (Array.isArray(want)) expect((actual as unknown[]).length, `${what}.length`).toBe(want.length);
    return;
  }
  expect(actual, what).toBe(want);
}
