/** Matrices among the arguments of functions under test: directions, differences along them, inner products. */
import type { Matrix, Rng } from "../../packages/runtime/src/index.ts";

export type Operand = Matrix | number | string | readonly number[];

const isMatrix = (o: Operand): o is Matrix => typeof o === "object" && "data" in o;

/** `o + t · v`. */
export function moved(o: Operand, v: Operand | undefined, t: number): Operand {
  if (v === undefined) return o;
  if (typeof o === "number") return o + t * (v as number);
  if (!isMatrix(o) || !isMatrix(v)) return o;
  return { rows: o.rows, cols: o.cols, data: o.data.map((e, k) => e + t * v.data[k]!) };
}

export function innerProduct(a: Operand, b: Operand): number {
  if (typeof a === "number") return a * (b as number);
  if (!isMatrix(a) || !isMatrix(b) || a.data.length !== b.data.length)
    throw new Error(`a gradient of another shape than its operand: ${JSON.stringify(a)} for ${JSON.stringify(b)}`);
  return a.data.reduce((s, e, k) => s + e * b.data[k]!, 0);
}

/**
 * The derivative of `f` along a random direction of the varying arguments, by Richardson extrapolation of central differences: the step is
 * halved until two orders agree best. `error`: what they still differ by.
 */
export function directional(
  f: (...args: readonly Operand[]) => number,
  args: readonly Operand[],
  varying: readonly number[],
  rng: Rng,
): { readonly along: Readonly<Record<number, Operand>>; readonly derivative: number; readonly error: number } {
  const along: Record<number, Operand> = {};
  for (const k of varying) {
    const a = args[k]!;
    along[k] = typeof a === "number" ? rng() - 0.5 : isMatrix(a) ? { rows: a.rows, cols: a.cols, data: a.data.map(() => rng() - 0.5) } : a;
  }
  const at = (t: number): number => f(...args.map((a, k) => moved(a, along[k], t)));
  const table: number[][] = [];
  let best = { derivative: NaN, error: Infinity };
  let h = 0.04;
  for (let n = 0; n < 9; n++, h /= 2) {
    const row = [(at(h) - at(-h)) / (2 * h)];
    for (let m = 1; m <= n; m++) row.push(row[m - 1]! + (row[m - 1]! - table[n - 1]![m - 1]!) / (4 ** m - 1));
    table.push(row);
    for (let m = 1; m <= n; m++) {
      const error = Math.max(Math.abs(row[m]! - row[m - 1]!), Math.abs(row[m]! - table[n - 1]![m - 1]!));
      if (error < best.error) best = { derivative: row[m]!, error };
    }
  }
  return { along, ...best };
}
