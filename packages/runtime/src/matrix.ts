/**
 * A matrix of numbers, row by row: the element in row i and column j is `data[i * cols + j]`. `Matrix<10, 3072>` says the shape, and what does
 * not fit is a type error; plain `Matrix` may have any. Functions of this package never change their operands.
 */
export interface Matrix<R extends number = number, C extends number = number> {
  readonly rows: R;
  readonly cols: C;
  readonly data: Float64Array;
}

/** The second operand of elementwise operations: of the same shape, or a row, a column or a number that is repeated. */
export type Operand = Matrix | number;

/** Along which dimension: "rows" makes one row of all of them, "cols" one column. */
export type Axis = "rows" | "cols";

/** `unknown` if B fits where A is meant (1 is repeated), otherwise what is wrong, where the type error shows it. */
type Repeated<A extends number, B extends number, What extends string> = number extends A
  ? unknown
  : number extends B
    ? unknown
    : B extends A | 1
      ? unknown
      : `${A} ${What} against ${B}`;

/** What a second operand must be, for the type checker to say what does not fit. */
export type Fits<R extends number, C extends number, S extends number, D extends number> = Repeated<R, S, "rows"> &
  Repeated<C, D, "columns">;

/** `unknown` if the numbers are the same. */
export type Same<A extends number, B extends number, What extends string> = number extends A
  ? unknown
  : number extends B
    ? unknown
    : [A] extends [B]
      ? unknown
      : `${What}: ${A} against ${B}`;

/** A matrix without values, for the caller to fill. Elements are of the kind that `like` has. */
export function make<R extends number, C extends number>(rows: R, cols: C, like?: Matrix): Matrix<R, C> {
  const Data = (like ? like.data.constructor : Float64Array) as Float64ArrayConstructor;
  return { rows, cols, data: new Data(rows * cols) };
}

/** A matrix of these elements, made of the kind that `like` has. Sums are added up in 64 bits and rounded once. */
export function made<R extends number, C extends number>(rows: R, cols: C, data: Float64Array, like: Matrix): Matrix<R, C> {
  return { rows, cols, data: like.data.BYTES_PER_ELEMENT === 4 ? (new Float32Array(data) as unknown as Float64Array) : data };
}

/** A matrix of the same shape, filled with zeros; of what is not there, one without elements. */
export function zerosLike<R extends number, C extends number>(a: Matrix<R, C> | null | undefined): Matrix<R, C> {
  return a ? make(a.rows, a.cols, a) : (make(0, 0) as Matrix as Matrix<R, C>);
}

/** A matrix of the same values that shares no memory. */
export function copy<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return { rows: a.rows, cols: a.cols, data: a.data.slice() };
}

export const shape = (a: Operand): string => (typeof a === "number" ? "a number" : `${a.rows}×${a.cols}`);

/** Throws what names the operation and both shapes. */
export function misfit(name: string, a: Operand, b: Operand, why: string): never {
  throw new RangeError(`${name}: ${shape(a)} and ${shape(b)}: ${why}`);
}

export function sameShape(name: string, a: Matrix, b: Matrix): void {
  if (a.rows !== b.rows || a.cols !== b.cols) misfit(name, a, b, "the shapes differ");
}
