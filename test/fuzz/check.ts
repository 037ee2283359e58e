/** One program through the compiler and against the oracle: the verdict. */
import { compile, describe, evaluate, sameBits, type AnyFunction, type Finding } from "../support/compile.ts";
import {
  clone,
  compareGradient,
  gradient,
  gradientOfWeighted,
  isComparable,
  leavesOf,
  runner,
  type Derivative,
  type Leaves,
  type Mismatch,
  type Runner,
  type Shape,
} from "../support/oracle.ts";
import { contract, contracted, incomingLike, literalText } from "../support/contract.ts";
import { jvpDiffers } from "../support/jvp.ts";
import { absent } from "../support/overloaded.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { typeText } from "./scope.ts";
import type { Parameter, Program } from "./program.ts";
import { dedent } from "../support/dedent.ts";

export type Outcome =
  | { readonly kind: "right" }
  /** Nothing to compare: the numbers leave the range where rounding can be told from error, or the program throws. */
  | { readonly kind: "skipped"; readonly why: string }
  | { readonly kind: "refused"; readonly codes: readonly string[]; readonly detail: string }
  | { readonly kind: "wrong" | "crash" | "invalid" | "slow" | "oracle"; readonly detail: string; readonly code?: string };

export interface CheckOptions {
  readonly order?: 1 | 2;
  /** Compare the unoptimised form too. */
  readonly unoptimised?: boolean;
  /** Type-check the generated code at the strictest flags. */
  readonly types?: boolean;
  /** How many milliseconds a compilation may take. Without it any number: machines differ. */
  readonly milliseconds?: number;
}

/** Relative to the sum of the magnitudes of all paths; reordered sums of some thousand terms stay well within. */
const tolerance = 1e-9;
/** Marks a fault of the test machinery itself: never counted as skipped. */
const ORACLE = "oracle: ";

export type Checkable = Pick<Program, "text" | "parameters" | "points">;

export function check(program: Checkable, options: CheckOptions = {}): Outcome {
  const { text } = program;
  let primal: AnyFunction;
  try {
    primal = evaluate(text)["f"]!;
  } catch (error) {
    return { kind: "skipped", why: `the program does not run: ${String(error)}` };
  }
  const oracle = runner(text, "f");
  const points: Point[] = [];
  let why = "";
  for (const values of program.points) {
    const point = prepare(program, values, primal, oracle);
    if (typeof point === "string" && point.startsWith(ORACLE)) return { kind: "oracle", detail: point };
    if (typeof point === "string") why = point;
    else points.push(point);
  }
  if (points.length === 0) return { kind: "skipped", why };

  const first = compiled(text, options.milliseconds);
  if ("kind" in first) {
    // a program whose parameters only steer has nothing to differentiate, and is told so
    const nothing = first.kind === "refused" && first.codes.every((c) => c === "RG1104") && points.every((p) => p.want.gradient.every((g) => g === 0));
    return nothing ? { kind: "skipped", why: "no parameter has a gradient" } : first;
  }
  const outcome = run(program, points, first.code);
  if (outcome !== undefined) return outcome;
  if (options.types) {
    const own = typeErrors(text, text.length);
    const errors = own.length > 0 ? [] : typeErrors(first.code, text.length);
    if (errors.length > 0) return { kind: "invalid", detail: showTypeErrors(errors.slice(0, 5)), code: first.code };
  }
  if (options.unoptimised) {
    const plain = compiled(text, options.milliseconds, false);
    // Whether a piece of a loop can be run again may be seen only after simplification.
    if ("kind" in plain && plain.kind === "refused" && plain.codes.every((c) => c === "RG3111")) return { kind: "right" };
    if ("kind" in plain) return plain.kind === "refused" ? { kind: "wrong", detail: `refused only without the optimiser: ${plain.detail}` } : plain;
    const bad = run(program, points, plain.code);
    if (bad !== undefined) return "detail" in bad ? { ...bad, detail: `unoptimised: ${bad.detail}` } : bad;
  }
  return options.order === 2 ? second(program, points[0]!, first.code, options.milliseconds) : { kind: "right" };
}

interface Point {
  readonly args: readonly unknown[];
  readonly leaves: Leaves;
  readonly want: Derivative;
  readonly value: unknown;
  /** The incoming gradient, where the program returns no number. */
  readonly dvalue: unknown;
  /** The program as a function to a number. */
  readonly oracle: Runner;
  /** The arguments as the primal leaves them. */
  readonly after: readonly unknown[];
  /** It computes with what is not there. */
  readonly meetsNothing: boolean;
}

/** What a call is made with: rest parameters spread, trailing omitted ones left out. */
export function callArguments(parameters: readonly Parameter[], values: readonly unknown[]): unknown[] {
  const args = values.flatMap((v, i) => (parameters[i]!.rest ? (v as unknown[]) : [v]));
  while (args.length > 0 && args[args.length - 1] === undefined) args.pop();
  return args;
}

function prepare(program: Checkable, values: readonly unknown[], primal: AnyFunction, f: Runner): Point | string {
  const used = clone(values) as unknown[];
  let value: unknown;
  try {
    value = primal(...callArguments(program.parameters, used));
  } catch (error) {
    return `the primal throws: ${String(error)}`;
  }
  if (typeof value !== "number" && (typeof value !== "object" || value === null)) return `the primal returns ${typeof value}`;
  const dvalue = typeof value === "number" ? null : incomingLike(value);
  const oracle = dvalue === null ? f : contracted(f, dvalue);
  const number = dvalue === null ? value : contract(dvalue, value);
  const leaves = leavesOf(values, program.parameters.map((p) => p.name));
  const met = absent.met;
  let want: Derivative;
  try {
    want = gradient((...seeded) => oracle(...callArguments(program.parameters, seeded)), leaves);
  } catch (error) {
    return `${ORACLE}throws ${String(error)}`;
  }
  if (!Object.is(want.value, number)) return ORACLE + `its value ${want.value} is not the primal's ${String(number)}`;
  if (!isComparable(want)) return "out of range";
  return { args: values, leaves, want, value, dvalue, oracle, after: used, meetsNothing: absent.met > met };
}

/** Time of this process, whatever else the machine is doing. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
let warm = false;
/** The first compilation parses the language's library; that is not the program's time. */
function warmUp(): void {
  if (warm) return;
  warm = true;
  compile("export const x = 1;\n");
  compile(dedent`
    /** @differentiable */
    export function f(x: number): number {
      return x * x;
    }

  `);
}

function compiled(text: string, milliseconds = Infinity, optimise = true): { code: string } | Outcome {
  warmUp();
  const start = cpuMilliseconds();
  let result: { code: string; diagnostics: readonly Finding[] };
  try {
    result = compile(text, optimise ? {} : { optimise: false });
  } catch (error) {
    return { kind: "crash", detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const time = cpuMilliseconds() - start;
  const errors = result.diagnostics.filter((d) => d.category === "error");
  if (errors.length > 0) {
    const detail = describe(errors, text);
    // the family of codes for faults of the compiler itself
    return errors.some((d) => d.code.startsWith("RG9"))
      ? { kind: "crash", detail }
      : { kind: "refused", codes: [...new Set(errors.map((d) => d.code))], detail };
  }
  if (time > milliseconds) return { kind: "slow", detail: `${Math.round(time)} ms for ${text.split("\n").length} lines` };
  return { code: result.code };
}

function load(code: string, name: string): AnyFunction | Outcome {
  try {
    const f = evaluate(code)[name];
    return f ?? { kind: "crash", detail: `no ${name} in the output and no diagnostic`, code };
  } catch (error) {
    return { kind: "invalid", detail: String(error), code };
  }
}

function run(program: Checkable, points: readonly Point[], code: string): Outcome | undefined {
  const seeded = points[0]?.dvalue !== null;
  const grad = load(code, seeded ? "vjp_f" : "grad_f");
  if (typeof grad !== "function") return grad;
  const results: Record<string, unknown>[] = [];
  for (const [k, point] of points.entries()) {
    const args = clone(point.args) as unknown[];
    const at = `point ${k} ${show(point.args)}`;
    const dvalue = clone(point.dvalue);
    let result: Record<string, unknown>;
    try {
      result = grad(...(seeded ? [dvalue] : []), ...callArguments(program.parameters, args)) as Record<string, unknown>;
    } catch (error) {
      return {
        kind: "crash",
        detail: `${at}: the gradient throws ${error instanceof Error ? error.stack?.split("\n").slice(0, 3).join(" ") : String(error)}`,
        code,
      };
    }
    if (!sameBits(result["value"], point.value)) return { kind: "wrong", detail: `${at}: value ${show(result["value"])}, expected ${show(point.value)}`, code };
    if (!sameBits(dvalue, point.dvalue)) return { kind: "wrong", detail: `${at}: the incoming gradient is left as ${show(dvalue)}`, code };
    if (!sameBits(args, point.after))
      return { kind: "wrong", detail: `${at}: arguments are left as ${show(args)}, the primal leaves ${show(point.after)}`, code };
    const bad = compareFields(program.parameters, point.leaves, point.want, result, point.args);
    // As docs/limitations.md says of reads past the end: the adjoint of a number that the result does not take is 0, and 0 · NaN is NaN.
    if (bad.length > 0 && point.meetsNothing && bad.every((m) => m.actual === "NaN")) return { kind: "skipped", why: "NaN of an element that is not there" };
    if (bad.length > 0) return { kind: "wrong", detail: `${at}: ${showMismatches(bad)}`, code };
    results.push(result);
    const jvp = code.includes("function jvp_f(") ? load(code, "jvp_f") : null;
    if (jvp === null) continue;
    if (typeof jvp !== "function") return jvp;
    // By now the reverse mode is as the oracle says.
    const differs = jvpDiffers(
      jvp,
      callArguments(program.parameters, clone(point.args) as unknown[]),
      { result, dvalue: point.dvalue, after: callArguments(program.parameters, clone(point.after) as unknown[]) },
      tolerance,
      point.want.magnitude.reduce((a, b) => a + b, 0),
    );
    if (differs !== null) return { kind: "wrong", detail: `${at}: ${differs}`, code };
  }
  const into = code.includes("function grad_f_into(") ? intoDiffers(program, points, code, results) : null;
  return into === null ? undefined : { kind: "wrong", detail: into, code };
}

/**
 * `grad_f_into` of one module, called at all points in turn: nothing of a call may show in the next, whatever became of its gradient, and
 * nothing of the next in the gradient of a call that is over.
 */
function intoDiffers(program: Checkable, points: readonly Point[], code: string, wanted: readonly Record<string, unknown>[]): string | null {
  const into = load(code, "grad_f_into");
  if (typeof into !== "function") return "grad_f_into does not load";
  const call = (k: number, out: Record<string, unknown>, name: string): string | null => {
    const { value, ...fields } = wanted[k]!, args = clone(points[k]!.args) as unknown[], at = `point ${k} ${show(points[k]!.args)}: ${name} call into`;
    const got = into(out, ...callArguments(program.parameters, args));
    if (!sameBits(got, value)) return `${at}: value ${show(got)}, expected ${show(value)}`;
    if (!sameBits(args, points[k]!.after)) return `${at}: arguments are left as ${show(args)}`;
    return close(out, fields) ? null : `${at}: ${show(out)}, expected ${show(fields)}`;
  };
  const fresh = (k: number): Record<string, unknown> => { const { value: _, ...fields } = wanted[k]!; return clone(fields) as Record<string, unknown>; };
  const last = points.length - 1, out = fresh(0);
  const first = call(0, out, "first") ?? call(0, out, "second") ?? call(last, out, "another");
  if (first !== null) return first;
  spoil(out);
  const again = call(0, out, "a later");
  if (again !== null) return again;
  interrupt(into, program, points[last]!, fresh(last));
  const kept = out, after = clone(kept) as Record<string, unknown>;
  return (
    call(last, fresh(last), "after an interrupted") ??
    call(0, fresh(0), "another later") ??
    (sameBits(kept, after) ? null : `a call changed the gradient of another: ${show(kept)}, it was ${show(after)}`)
  );
}

/** Every number of a gradient is changed, and arrays lose an element. */
function spoil(at: unknown): void {
  if (typeof at !== "object" || at === null) return;
  const of = at as Record<string, unknown>;
  for (const k of Object.keys(of)) {
    if (typeof of[k] === "number") of[k] = NaN;
    else spoil(of[k]);
  }
  if (Array.isArray(at) && at.every((e) => typeof e === "number")) at.pop();
}

/** A call that is left by an error of its argument, if it reads that. */
function interrupt(into: AnyFunction, program: Checkable, point: Point, out: Record<string, unknown>): void {
  const args = clone(point.args) as unknown[], stop = new Error("interrupted");
  const trap = (of: object): void => {
    const key = Object.keys(of).at(-1), value = key === undefined ? undefined : (of as Record<string, unknown>)[key];
    if (key === undefined || ArrayBuffer.isView(of)) return;
    if (typeof value === "object" && value !== null) { trap(value); return; }
    let reads = 0;
    Object.defineProperty(of, key, { get: () => { if (++reads > 1) throw stop; return value; }, set: () => { throw stop; } });
  };
  for (const a of args) if (typeof a === "object" && a !== null) trap(a);
  try {
    into(out, ...callArguments(program.parameters, args));
  } catch (error) {
    if (error !== stop) throw error;
  }
}

/** The same but for the order of some sums. */
function close(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  return (
    Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((k) => close((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k]))
  );
}

/** Compares every `d<parameter>`. A field may be missing only where all of it is zero (a number that only steers). */
function compareFields(
  parameters: readonly Parameter[],
  leaves: Leaves,
  want: Derivative,
  result: Record<string, unknown>,
  values: readonly unknown[],
): Mismatch[] {
  const out: Mismatch[] = [];
  parameters.forEach((p, i) => {
    const shape = leaves.shapes[i];
    if (shape === undefined) return;
    const field = `d${p.name}`;
    if (!(field in result) && allZero(shape, want)) return;
    if (p.optional && values[i] === undefined) return;
    compareGradient(shape, result[field], want, tolerance, out, p.name);
  });
  return out;
}

function allZero(shape: Shape, want: Derivative): boolean {
  if (shape === undefined) return true;
  if (typeof shape === "object" && "index" in shape && typeof shape.index === "number") return want.gradient[shape.index] === 0;
  return Object.values(shape).every((s) => allZero(s as Shape, want));
}

/** Compiles the compiler's output again: the gradient of a weighted sum of all partials. */
function second(program: Checkable, point: Point, code: string, milliseconds?: number): Outcome {
  const f = point.oracle, name = point.dvalue === null ? "grad_f" : "vjp_f";
  const grad = load(code, name);
  if (typeof grad !== "function") return grad;
  const { parameters } = program;
  const result = grad(...(point.dvalue === null ? [] : [clone(point.dvalue)]), ...callArguments(parameters, clone(point.args) as unknown[])) as Record<
    string,
    unknown
  >;
  const weights = new Array<number>(point.leaves.count).fill(0);
  const terms: string[] = [];
  parameters.forEach((p, i) => {
    if (!(`d${p.name}` in result) || (p.optional && point.args[i] === undefined)) return;
    const walk = (shape: Shape, path: string): void => {
      if (shape === undefined) return;
      if ("index" in shape && typeof shape.index === "number") {
        const weight = 0.4 + ((shape.index * 7) % 5) * 0.3;
        weights[shape.index] = weight;
        const text = `g.d${path} * ${weight}`;
        terms.push(
          p.ty.k !== "kinds" ? text : path === p.name ? `(typeof g.d${p.name} === "number" ? ${text} : 0)` : `(typeof g.d${p.name} === "number" ? 0 : ${text})`,
        );
      } else for (const [k, s] of Object.entries(shape)) walk(s as Shape, Array.isArray(shape) ? `${path}[${k}]!` : `${path}.${k}`);
    };
    walk(point.leaves.shapes[i], p.name);
  });
  if (terms.length === 0) return { kind: "right" };
  const signature = parameters.map((p) => `${p.rest ? "..." : ""}${p.name}: ${typeText(p.ty)}`).join(", ");
  const forward = code.includes("function jvp_f(");
  const wrapper = `/** @differentiable${forward ? " with jvp" : ""} */\nexport function weighted(${signature}): number {\n  const g = ${name}(${[...(point.dvalue === null ? [] : [literalText(point.dvalue)]), ...parameters.map((p) => `${p.rest ? "..." : ""}${p.name}`)].join(", ")});\n  return ${terms.join(" + ")};\n}\n`;
  const passed = parameters.map((p) => `${p.rest ? "..." : ""}${p.name}`).join(", ");
  const ofKinds = parameters.some((p) => p.ty.k === "kinds"); // a direction written out is of one kind
  const other =
    !forward || ofKinds || point.dvalue !== null
      ? ""
      : `/** @differentiable */\nexport function along(${signature}): number {\n  return jvp_f(${literalText(weightsLike(parameters, point, result, weights))}, ${passed}).dvalue;\n}\n`;
  const text = `${code.replace(/\/\*\* @differentiable[\w ,]* \*\/\n/, "")}\n${wrapper}${other}`;

  const want = gradientOfWeighted((...seeded) => f(...callArguments(parameters, seeded)), point.leaves, weights);
  if (!isComparable(want)) return { kind: "skipped", why: "second order out of range" };
  const outcome = compiled(text, milliseconds);
  if ("kind" in outcome)
    return outcome.kind === "refused"
      ? { ...outcome, detail: `second order: ${outcome.detail}` }
      : "detail" in outcome
        ? { ...outcome, detail: `second order: ${outcome.detail}`, code: text }
        : outcome;
  const outer = load(outcome.code, "grad_weighted");
  if (typeof outer !== "function") return outer;
  const args = clone(point.args) as unknown[];
  let actual: Record<string, unknown>;
  try {
    actual = outer(...callArguments(parameters, args)) as Record<string, unknown>;
  } catch (error) {
    return { kind: "crash", detail: `second order: throws ${String(error)}`, code: outcome.code };
  }
  const primal = evaluate(text)["weighted"]!(...callArguments(parameters, clone(point.args) as unknown[]));
  if (!Object.is(actual["value"], primal))
    return { kind: "wrong", detail: `second order: value ${String(actual["value"])}, expected ${String(primal)}`, code: outcome.code };
  const bad = compareFields(parameters, point.leaves, want, actual, point.args);
  if (bad.length > 0) return { kind: "wrong", detail: `second order at ${show(point.args)}: ${showMismatches(bad)}`, code: outcome.code };
  if (forward) {
    // Forward over reverse, and reverse over forward: the same product with the second derivatives.
    const jvp = load(outcome.code, "jvp_weighted");
    if (typeof jvp !== "function") return jvp;
    const differs = jvpDiffers(
      jvp,
      callArguments(parameters, clone(point.args) as unknown[]),
      { result: actual, dvalue: null, after: callArguments(parameters, args) },
      tolerance,
      want.magnitude.reduce((a, b) => a + b, 0),
    );
    if (differs !== null) return { kind: "wrong", detail: `forward over reverse at ${show(point.args)}: ${differs}`, code: outcome.code };
  }
  if (other === "") return { kind: "right" };
  const along = load(outcome.code, "grad_along");
  if (typeof along !== "function") return along;
  let product: Record<string, unknown>;
  try {
    product = along(...callArguments(parameters, clone(point.args) as unknown[])) as Record<string, unknown>;
  } catch (error) {
    return { kind: "crash", detail: `reverse over forward: throws ${String(error)}`, code: outcome.code };
  }
  const wrong = compareFields(parameters, point.leaves, want, product, point.args);
  return wrong.length > 0
    ? { kind: "wrong", detail: `reverse over forward at ${show(point.args)}: ${showMismatches(wrong)}`, code: outcome.code }
    : { kind: "right" };
}

/** The weights of the leaves in the shape of the gradient. */
function weightsLike(
  parameters: readonly Parameter[],
  point: Point,
  result: Readonly<Record<string, unknown>>,
  weights: readonly number[],
): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [field, zero] of Object.entries(result)) {
    if (field === "value") continue;
    const copy: unknown = typeof zero === "number" ? 0 : clone(zero),
      i = parameters.findIndex((p) => `d${p.name}` === field);
    const fill = (at: unknown, shape: Shape | undefined): unknown => {
      if (shape !== undefined && "index" in shape && typeof shape.index === "number") return weights[shape.index];
      if (typeof at === "number") return 0;
      if (typeof at === "object" && at !== null)
        for (const k of Object.keys(at))
          (at as Record<string, unknown>)[k] = fill((at as Record<string, unknown>)[k], (shape as Record<string, Shape> | undefined)?.[k]);
      return at;
    };
    made[field] = fill(copy, parameters[i]?.optional && point.args[i] === undefined ? undefined : point.leaves.shapes[i]);
  }
  return made;
}

const show = (x: unknown): string => JSON.stringify(x, (_, v: unknown) => (ArrayBuffer.isView(v) ? Array.from(v as Float64Array) : v));
const showMismatches = (bad: readonly Mismatch[]): string =>
  bad
    .slice(0, 4)
    .map((m) => `d${m.path} is ${m.actual}, expected ${m.expected}`)
    .join("; ") + (bad.length > 4 ? ` and ${bad.length - 4} more` : "");
