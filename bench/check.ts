import type { BenchCase } from "./case.ts";
import type { Gradient, LoadedCase } from "./load.ts";
import { seededRandom } from "./random.ts";

/** Two gradients worked out in different ways: sums of some thousand terms in another order. */
const analyticTolerance = 1e-9;
/** A gradient against central differences, relative to it and to the largest of its kind. */
const differenceTolerance = 1e-5;
/** Beyond this many partial derivatives a sample of them is compared with differences. */
const sampleSize = 24;

/** What is wrong with the case's gradients, in words, or null. */
export function findMistake(bench: BenchCase, loaded: LoadedCase): string | null {
  const { primal, gradient, hand, inputs } = loaded;
  for (const [index, args] of inputs.entries()) {
    const value = primal(...structuredClone(args));
    const byHand = hand?.(...structuredClone(args)) ?? null;
    const generated = gradient?.(...structuredClone(args)) ?? null;
    if (generated !== null) {
      if (!Object.is(generated.value, value)) return `value ${generated.value}, not ${value} (input ${index})`;
      const missing = (bench.wrt ?? []).find((name) => !(`d${name}` in generated));
      if (missing !== undefined) return `no d${missing}`;
      if (byHand !== null) {
        const mistake = compare(flatten(byHand), flatten(generated));
        if (mistake !== null) return `${mistake} (input ${index}, by hand)`;
      }
    }
    // Differences are slow and their steps may meet a kink: the first inputs are enough.
    if (index >= 2) continue;
    const names: [string, Gradient | null][] = [
      ["by hand", byHand],
      ["generated", byHand === null ? generated : null],
    ];
    for (const [name, result] of names) {
      if (result === null) continue;
      if (Math.abs(result.value - value) > 1e-12 * Math.abs(value))
        return `value ${name} ${result.value}, not ${value}`;
      const mistake = compareWithDifferences(bench, loaded, args, result);
      if (mistake !== null) return `${name}: ${mistake} (input ${index}, differences)`;
    }
  }
  return null;
}

/** A partial derivative and the place of its input: `dw.3.0`. */
interface Leaf {
  readonly path: readonly string[];
  readonly value: number;
}

function flatten(gradient: Gradient): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value === "number") leaves.push({ path, value });
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
    }
  };
  for (const [field, value] of Object.entries(gradient)) if (field !== "value") visit(value, [field]);
  return leaves;
}

function largest(leaves: readonly Leaf[]): number {
  return leaves.reduce((most, leaf) => Math.max(most, Math.abs(leaf.value)), 0);
}

function compare(expected: readonly Leaf[], found: readonly Leaf[]): string | null {
  const scale = largest(expected);
  const byPath = new Map(found.map((leaf) => [leaf.path.join("."), leaf.value]));
  for (const { path, value } of expected) {
    const name = path.join(".");
    const other = byPath.get(name);
    if (other === undefined) return `no ${name}`;
    if (!(Math.abs(other - value) <= analyticTolerance * scale)) return `${name} ${other}, not ${value}`;
  }
  return null;
}

function compareWithDifferences(
  bench: BenchCase,
  { primal }: LoadedCase,
  args: readonly unknown[],
  gradient: Gradient,
): string | null {
  const leaves = flatten(gradient);
  if (leaves.length === 0) return "no derivative at all";
  const random = seededRandom("sample");
  const sample =
    leaves.length <= sampleSize ? leaves : random.list(sampleSize, () => leaves[random.integer(leaves.length)]!);
  const scale = largest(leaves);
  for (const { path, value } of sample) {
    const [field, ...keys] = path;
    const moved = structuredClone(args) as unknown[];
    const place = [String(bench.parameters.indexOf(field!.slice(1))), ...keys];
    const at = (x: number): number => {
      store(moved, place, x);
      return primal(...moved);
    };
    const x = load(moved, place);
    // A large step suffers from curvature and kinks, a small one from rounding: one of them must agree.
    const differences = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8].map((step) => {
      const h = step * Math.max(1, Math.abs(x));
      return (8 * (at(x + h) - at(x - h)) - (at(x + 2 * h) - at(x - 2 * h))) / (12 * h);
    });
    at(x);
    const allowed = differenceTolerance * (Math.abs(value) + 0.01 * scale);
    if (!differences.some((difference) => Math.abs(difference - value) <= allowed)) {
      return `${path.join(".")} ${value}, differences ${differences.map((d) => d.toPrecision(7)).join(" ")}`;
    }
  }
  return null;
}

function load(root: unknown, path: readonly string[]): number {
  const value = path.reduce((inner, key) => (inner as Record<string, unknown>)[key], root);
  if (typeof value !== "number") throw new Error(`the gradient has ${path.join(".")}, the input does not`);
  return value;
}

function store(root: unknown, path: readonly string[], value: number): void {
  const owner = path.slice(0, -1).reduce((inner, key) => (inner as Record<string, unknown>)[key], root);
  (owner as Record<string, number>)[path.at(-1)!] = value;
}
