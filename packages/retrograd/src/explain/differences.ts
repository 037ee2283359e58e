import type { DifferenceCheck, Job } from "./record.ts";

/** Numbers compared at most: each costs a dozen calls of the function. */
const most = 100;

type Indexable = Record<string, unknown>;

/** Compares the numbers of a gradient with differences of the function. */
export function compareWithDifferences(
  job: Job,
  result: Readonly<Record<string, unknown>>,
  call: (args: readonly unknown[]) => number,
): { readonly checks: readonly DifferenceCheck[]; readonly notCompared: number } {
  const leaves = job.fields.flatMap(({ field, argument, path }) =>
    leavesOf(result[field], field, [String(argument), ...path]),
  );
  const checks = leaves.slice(0, most).flatMap(({ name, gradient, path }): readonly DifferenceCheck[] => {
    const at = (offset: number): number => {
      const args = structuredClone([...job.arguments]);
      return addAt(args, path, offset) ? call(args) : NaN;
    };
    const base = valueAt(job.arguments, path);
    if (typeof base !== "number") return [];
    return [{ name, gradient, ...ridders(at, Math.max(1e-3, 1e-2 * Math.abs(base))) }];
  });
  return { checks, notCompared: Math.max(0, leaves.length - most) };
}

interface Leaf {
  readonly name: string;
  readonly gradient: number;
  readonly path: readonly string[];
}

function leavesOf(value: unknown, name: string, path: readonly string[]): readonly Leaf[] {
  if (typeof value === "number") return [{ name, gradient: value, path }];
  if (typeof value !== "object" || value === null) return [];
  const isArray = Array.isArray(value) || ArrayBuffer.isView(value);
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, isArray ? `${name}[${key}]` : `${name}.${key}`, [...path, key]),
  );
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Indexable)[key] : undefined),
    root,
  ); // an object: any key may be asked
}

function addAt(root: unknown, path: readonly string[], offset: number): boolean {
  const holder = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof holder !== "object" || holder === null || key === undefined) return false;
  const slots = holder as Indexable; // an object, by the line above
  slots[key] = Number(slots[key]) + offset;
  return true;
}

/**
 * Central differences extrapolated to step 0, with the error that the extrapolation itself shows.
 * Source: Ridders 1982, "Accurate computation of F'(x) and F'(x) F''(x)".
 */
function ridders(
  at: (offset: number) => number,
  firstStep: number,
): { readonly difference: number; readonly error: number } {
  const shrink = 1.6;
  let rows: readonly number[] = [];
  let best = { difference: NaN, error: Infinity };
  let step = firstStep;
  for (let i = 0; i < 10; i++, step /= shrink) {
    const row = [(at(step) - at(-step)) / (2 * step)];
    let factor = shrink * shrink;
    for (const above of rows) {
      const left = row.at(-1) ?? NaN;
      const next = (left * factor - above) / (factor - 1);
      const error = Math.max(Math.abs(next - left), Math.abs(next - above));
      if (error <= best.error) best = { difference: next, error };
      row.push(next);
      factor *= shrink * shrink;
    }
    rows = row;
  }
  return best;
}
