import { eachNumber, gradientNumbers, numbersOf, withNumbers } from "./leaves.ts";
import { findStage } from "./stages.ts";

/** What `checkGradient` found. */
export interface GradientCheck {
  /** The gradient is that of the function, up to rounding. */
  readonly ok: boolean;
  /** `kink`: the slopes from the two sides differ, and the gradient is one of them. `branch`: the function jumps here, or differences do not settle. */
  readonly kind: "agrees" | "value differs" | "not deterministic" | "kink" | "branch" | "error";
  /** The statement of the forward pass in whose derivative an error starts, if it can be told from the gradient's text. */
  readonly statement: string | null;
  /** One line for people. */
  readonly message: string;
  /** The parameter whose derivative is farthest from the differences. */
  readonly worst: { readonly name: string; readonly gradient: number; readonly differences: number } | null;
}

export interface CheckOptions {
  /** How far the two may be apart, of the larger of 1 and the derivative. */
  readonly tolerance?: number;
  /** Random directions in which the gradient is tried as a whole. */
  readonly directions?: number;
  readonly seed?: number;
  /** What the gradient's text refers to beside its parameters and the language's own: `{ matmul, relu }`. Only needed to find the statement of an error. */
  readonly scope?: Readonly<Record<string, unknown>>;
}

/**
 * Compares a gradient with high-order differences of its function: as a whole in random directions, and where that fails number by number.
 *
 * @param point The arguments by name, in the order of the parameters.
 * @example
 * checkGradient(f, grad_f, { x: 3, y: -4 }).ok // → true
 */
export function checkGradient<A extends readonly never[]>(
  f: (...args: A) => number,
  gradient: (...args: A) => { readonly value: number },
  point: Readonly<Record<string, unknown>>,
  { tolerance = 1e-7, directions = 3, seed = 1, scope = {} }: CheckOptions = {},
): GradientCheck {
  const names = Object.keys(point);
  const copy = (p: Readonly<Record<string, unknown>>): A => Object.values(withNumbers(p, numbersOf(p))) as unknown as A; // in the order of the parameters
  const call = (p: Readonly<Record<string, unknown>>): number => f(...copy(p));
  const value = call(point);
  if (!Object.is(value, call(point)))
    return {
      ok: false,
      kind: "not deterministic",
      message: "f gives another value when it is called again: fix its random numbers",
      worst: null,
      statement: null,
    };
  const found = gradient(...copy(point)) as Readonly<Record<string, unknown>>;
  if (!Object.is(found["value"], value))
    return {
      ok: false,
      kind: "value differs",
      message: `the gradient says the value is ${String(found["value"])}, f gives ${value}`,
      worst: null,
      statement: null,
    };

  const varying = Object.fromEntries(names.filter((name) => `d${name}` in found).map((name) => [name, point[name]]));
  const numbers = numbersOf(varying), g = gradientNumbers(varying, Object.fromEntries(Object.keys(varying).map((name) => [name, found[`d${name}`]])));
  const along = (v: ArrayLike<number>) => (t: number): number => call({ ...point, ...withNumbers(varying, numbers.map((e, k) => e + t * (v[k] ?? 0))) });
  const agrees = (a: number, b: Slope): boolean => Math.abs(a - b.slope) <= tolerance * Math.max(1, Math.abs(b.slope)) + b.error;

  let state = seed, isRight = true;
  for (let n = 0; n < directions && isRight; n++) {
    const v = g.map(() => { state = (Math.imul(state, 1664525) + 1013904223) | 0; return state / 2147483648; });
    const line = along(v), slope = slopeAtZero(line);
    isRight = !isBent(line) && agrees(g.reduce((s, e, k) => s + e * v[k]!, 0), slope) && slope.error < 1e-4 * Math.max(1, Math.abs(slope.slope));
  }
  if (isRight) return { ok: true, kind: "agrees", message: `the gradient agrees with differences in ${directions} directions`, worst: null, statement: null };

  const labels: string[] = [];
  eachNumber(varying, (_, name) => void labels.push(name));
  let worst: GradientCheck["worst"] = null, distance = -1, kind: GradientCheck["kind"] = "agrees";
  for (let k = 0; k < g.length; k++) {
    const line = along(g.map((_, j) => (j === k ? 1 : 0))), slope = slopeAtZero(line);
    if (!isBent(line) && agrees(g[k]!, slope) && slope.error < 1e-4 * Math.max(1, Math.abs(slope.slope))) continue;
    const left = oneSided(line, -1), right = oneSided(line, 1), near = (s: number): boolean => Math.abs(s - g[k]!) <= 1e-4 * Math.max(1, Math.abs(s));
    const here = isBent(line) ? (near(left) || near(right) || (g[k]! - left) * (g[k]! - right) <= 0 ? "kink" : "branch") : "error";
    const far = here === "error" ? Infinity : Math.abs(g[k]! - slope.slope);
    if (far <= distance && worst) continue;
    distance = far === Infinity && worst && kind === "error" ? Math.max(distance, Math.abs(g[k]! - slope.slope)) : far;
    kind = here;
    worst = { name: labels[k] ?? "?", gradient: g[k]!, differences: slope.slope };
  }
  if (!worst) return { ok: true, kind: "agrees", message: "the gradient agrees with differences in each number", worst: null, statement: null };
  const { name, gradient: given, differences } = worst;
  const statement =
    kind === "error"
      ? findStage(
          gradient,
          copy(point),
          partsOf(point, found),
          (line) => slopeAtZero(line).slope,
          (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)),
          { [f.name]: f, ...scope },
        )
      : null;
  const message =
    kind === "kink"
      ? `${name}: the function has a kink here; the gradient ${given} is a slope of one side`
      : kind === "branch"
        ? `${name}: the function jumps or changes its branch here, so differences (${differences}) say nothing of the gradient ${given}`
        : `${name}: the gradient is ${given}, differences give ${differences}${statement === null ? " (`retrograd explain` shows the stages)" : `; the error starts in the derivative of \`${statement}\``}`;
  return { ok: kind === "kink", kind, message, worst, statement };
}

/** The numbers and matrices of the arguments by their paths, with their gradients. */
function partsOf(point: Readonly<Record<string, unknown>>, found: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const parts = new Map<string, unknown>();
  const visit = (x: unknown, g: unknown, path: string): void => {
    if (typeof x === "number" || (typeof x === "object" && x !== null && "data" in x)) parts.set(path, g);
    else if (typeof x === "object" && x !== null && typeof g === "object" && g !== null && !Array.isArray(x))
      for (const [key, e] of Object.entries(x)) visit(e, (g as Readonly<Record<string, unknown>>)[key], `${path}.${key}`);
  };
  for (const [name, x] of Object.entries(point)) if (`d${name}` in found) visit(x, found[`d${name}`], name);
  return parts;
}

interface Slope { readonly slope: number; readonly error: number }

/** The derivative at 0 by central differences, extrapolated; the step at which two orders agree best. */
function slopeAtZero(f: (t: number) => number): Slope {
  let before: number[] = [], best: Slope = { slope: NaN, error: Infinity };
  for (let n = 0, h = 0.02; n < 9; n++, h /= 2) {
    const row = [(f(h) - f(-h)) / (2 * h)];
    for (let m = 1; m <= n; m++) row.push(row[m - 1]! + (row[m - 1]! - before[m - 1]!) / (4 ** m - 1));
    for (let m = 1; m <= n; m++) {
      const error = Math.max(Math.abs(row[m]! - row[m - 1]!), Math.abs(row[m]! - before[m - 1]!));
      if (error < best.error) best = { slope: row[m]!, error };
    }
    before = row;
  }
  return best;
}

/** Whether the slopes from the two sides differ. */
function isBent(f: (t: number) => number): boolean {
  const left = oneSided(f, -1), right = oneSided(f, 1);
  return Math.abs(left - right) > 1e-3 * Math.max(1, Math.abs(left), Math.abs(right));
}

const oneSided = (f: (t: number) => number, side: 1 | -1): number => { const h = side * 1e-6; return (4 * f(h) - 3 * f(0) - f(2 * h)) / (2 * h); };
