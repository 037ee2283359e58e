/** Exact gradients of a program text by running it over duals, and the comparison with what the compiler's code returns. */
import { Dual, plain, variable, type Num } from "./dual.ts";
import { typedArrays } from "./dualArrays.ts";
import { evaluateOverDuals } from "./overload.ts";

/** A number in the arguments that can move: where it is, and its direction. */
export interface Leaf {
  readonly path: string;
  readonly index: number;
}
/** The arguments' shape with a leaf at every number, `undefined` where there is nothing to differentiate. Shared objects stay shared. */
export type Shape = Leaf | readonly Shape[] | { readonly [field: string]: Shape } | undefined;

const isLeaf = (s: Shape): s is Leaf =>
  typeof s === "object" && s !== null && "index" in s && "path" in s && typeof s.path === "string" && typeof s.index === "number";
const integerArrays = new Set(["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"]);

export interface Leaves {
  readonly shapes: readonly Shape[];
  readonly count: number;
  /** The arguments with every leaf replaced. */
  seed(replace: (value: number, index: number) => unknown): unknown[];
}

/** Finds the differentiable numbers of `args`. `skip` names parameters (by position) that are held fixed. */
export function leavesOf(args: readonly unknown[], names: readonly string[], skip: (position: number) => boolean = () => false): Leaves {
  let count = 0;
  const walk = (x: unknown, path: string, seen: Map<object, Shape>): Shape => {
    if (typeof x === "number") return { path, index: count++ };
    if (typeof x !== "object" || x === null) return undefined;
    const known = seen.get(x);
    if (known !== undefined) return known;
    if (ArrayBuffer.isView(x)) {
      if (integerArrays.has(x.constructor.name)) return undefined;
      const shape = Array.from(x as Float64Array, (_, i) => ({ path: `${path}[${i}]`, index: count++ }));
      seen.set(x, shape);
      return shape;
    }
    if (Array.isArray(x)) {
      const shape: Shape[] = [];
      seen.set(x, shape);
      x.forEach((e, i) => shape.push(walk(e, `${path}[${i}]`, seen)));
      return shape;
    }
    const shape: Record<string, Shape> = {};
    seen.set(x, shape);
    for (const [k, e] of Object.entries(x)) if (!isMatrix(x) || k === "data") shape[k] = walk(e, `${path}.${k}`, seen);
    return shape;
  };
  // two parameters are two variables, even if the same array is passed for both; within one argument memory is memory
  const shapes = args.map((a, i) => (skip(i) ? undefined : walk(a, names[i] ?? `#${i}`, new Map())));
  return {
    shapes,
    count,
    seed(replace) {
      return args.map((a, i) => rebuild(a, skip(i) ? undefined : shapes[i], replace, new Map()));
    },
  };
}

/** The shape of a matrix is no number that can move. */
export const isMatrix = (x: object): x is { readonly rows: number; readonly cols: number; readonly data: Float64Array } =>
  "rows" in x && "cols" in x && "data" in x && ArrayBuffer.isView(x.data);

/** A deep copy over the oracle's arrays, leaves replaced. */
function rebuild(x: unknown, shape: Shape, replace: (value: number, index: number) => unknown, seen: Map<object, unknown>): unknown {
  if (typeof x === "number") return shape !== undefined && isLeaf(shape) ? replace(x, shape.index) : x;
  if (typeof x !== "object" || x === null) return x;
  const known = seen.get(x);
  if (known !== undefined) return known;
  const part = (k: string | number): Shape => (shape as Record<string | number, Shape> | undefined)?.[k];
  if (ArrayBuffer.isView(x)) {
    const T = typedArrays[x.constructor.name]!;
    const copy = T.from(Array.from(x as Float64Array, (e, i) => rebuild(e, part(i), replace, seen)));
    seen.set(x, copy);
    return copy;
  }
  // Operations of the runtime take real arrays: matrices are not for duals.
  if (isMatrix(x))
    return {
      rows: x.rows,
      cols: x.cols,
      data: x.data.map((e, i) => {
        const to = rebuild(e, (part("data") as readonly Shape[] | undefined)?.[i], replace, seen);
        return typeof to === "number" ? to : NaN;
      }),
    };
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(x) ? [] : (Object.create(Object.getPrototypeOf(x)) as Record<string, unknown>);
  seen.set(x, copy);
  for (const k of Object.keys(x)) (copy as Record<string, unknown>)[k] = rebuild((x as Record<string, unknown>)[k], part(k), replace, seen);
  return copy;
}

/** A deep copy of plain data that keeps typed arrays, prototypes and sharing. */
export function clone<T>(x: T, seen = new Map<object, unknown>()): T {
  if (typeof x !== "object" || x === null) return x;
  const known = seen.get(x);
  if (known !== undefined) return known as T;
  if (ArrayBuffer.isView(x)) {
    const copy = (x as unknown as Float64Array).slice();
    seen.set(x, copy);
    return copy as unknown as T;
  }
  const copy = (Array.isArray(x) ? [] : Object.create(Object.getPrototypeOf(x) as object)) as Record<string, unknown>;
  seen.set(x, copy);
  for (const k of Object.keys(x)) copy[k] = clone((x as Record<string, unknown>)[k], seen);
  return copy as T;
}

export interface Derivative {
  /** The primal value as the oracle computed it: must be the bits of a native run. */
  readonly value: number;
  readonly gradient: readonly number[];
  /** Sum of |products| over all paths to each leaf: rounding errors are relative to this. */
  readonly magnitude: readonly number[];
}

export type Runner = (...args: unknown[]) => unknown;

export function runner(text: string, name: string, random?: () => number): Runner {
  const exports = evaluateOverDuals(text, random), f = exports[name];
  if (f === undefined) throw new Error(`the program exports no ${name}`);
  return (...args) => { for (const a of args) adopt(a, exports, new Set()); return f(...args); };
}

/** Instances of the program's classes become instances of the same classes over duals. */
function adopt(x: unknown, exports: Record<string, unknown>, seen: Set<object>): void {
  if (typeof x !== "object" || x === null || x instanceof Dual || seen.has(x)) return;
  seen.add(x);
  const prototype: unknown = Object.getPrototypeOf(x);
  const { constructor } = (prototype ?? {}) as { readonly constructor?: { readonly name: string } };
  if (constructor && prototype !== Object.prototype && !(constructor.name in globalThis)) {
    const own = exports[constructor.name];
    if (typeof own !== "function") throw new Error(`the oracle needs \`${constructor.name}\` exported`);
    if (own !== constructor) Object.setPrototypeOf(x, own.prototype as object);
  }
  for (const part of Object.values(x)) adopt(part, exports, seen);
}

function asNum(y: unknown): Num {
  if (typeof y === "number" || y instanceof Dual) return y;
  throw new TypeError(`the program returned ${String(y)}, not a number`);
}

/** First order: value and gradient by every leaf. */
export function gradient(f: Runner, leaves: Leaves): Derivative {
  const y = asNum(f(...leaves.seed((v, i) => variable(1, v, i, leaves.count))));
  return split(y, leaves.count);
}

/** Second order: the gradient of w · ∇f, with its value. */
export function gradientOfWeighted(f: Runner, leaves: Leaves, weights: readonly number[]): Derivative {
  const y = asNum(f(...leaves.seed((v, i) => new Dual(2, variable(1, v, i, leaves.count), [weights[i]!], [Math.abs(weights[i]!)]))));
  if (typeof y === "number" || y.level < 2) return split(0, leaves.count);
  return split(y.d[0]!, leaves.count);
}

function split(y: Num, count: number): Derivative {
  if (typeof y === "number") return { value: y, gradient: new Array<number>(count).fill(0), magnitude: new Array<number>(count).fill(0) };
  return { value: plain(y), gradient: y.d.map(plain), magnitude: y.m };
}

/** Below this nothing is compared: a saturated gate computed from its own result, (1 - s) * s, is exact only to rounding of 1. */
const floor = 1e-13;

export interface Mismatch {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** Compares a returned gradient object with the oracle, leaf by leaf. */
export function compareGradient(
  shape: Shape,
  actual: unknown,
  want: Derivative,
  tolerance: number,
  out: Mismatch[],
  path = "",
  seen = new Set<unknown>(),
): void {
  if (shape === undefined) return;
  if (isLeaf(shape)) {
    const e = want.gradient[shape.index]!;
    const scale = Math.max(Math.abs(e), want.magnitude[shape.index]!);
    const good = typeof actual === "number" && (Object.is(actual, e) || Math.abs(actual - e) <= tolerance * scale + floor);
    if (!good) out.push({ path: shape.path, expected: String(e), actual: describe(actual) });
    return;
  }
  if (seen.has(shape)) return;
  seen.add(shape);
  if (Object.keys(shape).length > 0 && !hasLeaf(shape)) return;
  if (typeof actual !== "object" || actual === null) {
    out.push({ path, expected: Array.isArray(shape) ? "an array" : "a record", actual: describe(actual) });
    return;
  }
  if (Array.isArray(shape) && (actual as { length?: unknown }).length !== shape.length) {
    out.push({ path: `${path}.length`, expected: String(shape.length), actual: String((actual as { length?: unknown }).length) });
  }
  for (const [k, s] of Object.entries(shape)) compareGradient(s as Shape, (actual as Record<string, unknown>)[k], want, tolerance, out, `${path}.${k}`, seen);
}

function hasLeaf(shape: Shape, seen = new Set<unknown>()): boolean {
  if (shape === undefined || seen.has(shape)) return false;
  seen.add(shape);
  return isLeaf(shape) || Object.values(shape).some((s) => hasLeaf(s as Shape, seen));
}

const describe = (x: unknown): string => (typeof x === "object" && x !== null ? JSON.stringify(x)?.slice(0, 80) ?? "object" : String(x));

/** Whether first-order rounding can be told from error at all: finite, and not lost in cancellation. */
export function isComparable(d: Derivative): boolean {
  return Number.isFinite(d.value) && Math.abs(d.value) < 1e100 && d.gradient.every(Number.isFinite) && d.magnitude.every((m) => m < 1e12);
}
