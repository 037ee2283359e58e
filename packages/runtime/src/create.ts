import { make, type Matrix } from "./matrix.ts";

export function zeros<R extends number, C extends number>(rows: R, cols: C): Matrix<R, C> {
  return make(rows, cols);
}

export function ones<R extends number, C extends number>(rows: R, cols: C): Matrix<R, C> {
  return full(rows, cols, 1);
}

/** All elements are `value`. */
export function full<R extends number, C extends number>(rows: R, cols: C, value: number): Matrix<R, C> {
  const y = make(rows, cols);
  y.data.fill(value);
  return y;
}

/** The unit matrix. */
export function eye<N extends number>(n: N): Matrix<N, N> {
  const y = make(n, n);
  for (let i = 0; i < n; i++) y.data[i * n + i] = 1;
  return y;
}

/** A matrix of rows of one length. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const y = make(rows.length, cols);
  rows.forEach((row, i) => {
    if (row.length !== cols) throw new RangeError(`fromRows: row ${i} has ${row.length} elements, row 0 has ${cols}`);
    y.data.set(row, i * cols);
  });
  return y;
}

/** A matrix of numbers given row by row. A `Float32Array` stays one: then results of operations on it are, too. */
export function fromArray<R extends number, C extends number>(
  rows: R,
  cols: C,
  values: readonly number[] | Float64Array | Float32Array,
): Matrix<R, C> {
  if (values.length !== rows * cols) throw new RangeError(`fromArray: ${values.length} numbers for ${rows}×${cols}`);
  return { rows, cols, data: values instanceof Float32Array ? (values.slice() as unknown as Float64Array) : Float64Array.from(values) };
}

/** Draws numbers in [0, 1). */
export type Rng = () => number;

/** A generator that always draws the same numbers after the same seed. */
export function random(seed: number): Rng {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function drawn<R extends number, C extends number>(rows: R, cols: C, draw: () => number): Matrix<R, C> {
  const y = make(rows, cols);
  for (let i = 0; i < y.data.length; i++) y.data[i] = draw();
  return y;
}

/** Standard normal draws. */
export function randn<R extends number, C extends number>(rng: Rng, rows: R, cols: C): Matrix<R, C> {
  return drawn(rows, cols, () => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng()));
}

/** Draws from [from, to). */
export function uniform<R extends number, C extends number>(rng: Rng, rows: R, cols: C, from = 0, to = 1): Matrix<R, C> {
  return drawn(rows, cols, () => from + (to - from) * rng());
}

/** What dropout multiplies by: 1 / keep with probability `keep`, else 0, so that the mean stays. */
export function dropoutMask<R extends number, C extends number>(rng: Rng, rows: R, cols: C, keep: number): Matrix<R, C> {
  return drawn(rows, cols, () => (rng() < keep ? 1 / keep : 0));
}
