import { make, misfit, shape, zerosLike, type Axis, type Matrix } from "./matrix.ts";

/** One below the other ("rows", as it is without `axis`) or side by side ("cols"). */
export function concat(a: Matrix, b: Matrix, axis: Axis = "rows"): Matrix {
  const below = axis === "rows";
  if (below ? a.cols !== b.cols : a.rows !== b.rows) misfit("concat", a, b, `the ${below ? "columns" : "rows"} differ`);
  const y = make(below ? a.rows + b.rows : a.rows, below ? a.cols : a.cols + b.cols, a);
  put(y, a, 0, 0);
  put(y, b, y.rows - b.rows, y.cols - b.cols);
  return y;
}

function put(y: Matrix, part: Matrix, top: number, left: number): void {
  for (let i = 0; i < part.rows; i++) for (let j = 0; j < part.cols; j++) y.data[(top + i) * y.cols + left + j] = part.data[i * part.cols + j]!;
}

/** The rows `top` to `bottom` and columns `left` to `right`, the ends not included. */
export function slice(a: Matrix, top: number, bottom: number, left: number, right: number): Matrix {
  if (!(top >= 0 && bottom <= a.rows && left >= 0 && right <= a.cols && top <= bottom && left <= right)) {
    throw new RangeError(`slice: rows ${top} to ${bottom} and columns ${left} to ${right} of ${shape(a)}`);
  }
  const y = make(bottom - top, right - left, a);
  for (let i = 0; i < y.rows; i++) for (let j = 0; j < y.cols; j++) y.data[i * y.cols + j] = a.data[(top + i) * a.cols + left + j]!;
  return y;
}

export function rows<C extends number>(a: Matrix<number, C>, from: number, to: number): Matrix<number, C> {
  return slice(a, from, to, 0, a.cols) as Matrix<number, C>;
}

export function cols<R extends number>(a: Matrix<R>, from: number, to: number): Matrix<R> {
  return slice(a, 0, a.rows, from, to) as Matrix<R>;
}

/** The rows with these numbers, in their order; a row may come more than once. */
export function gatherRows<C extends number>(a: Matrix<number, C>, indices: ArrayLike<number>): Matrix<number, C> {
  const y = make<number, C>(indices.length, a.cols, a);
  for (let i = 0; i < y.rows; i++) {
    const from = indices[i]!;
    if (!(Number.isInteger(from) && from >= 0 && from < a.rows)) throw new RangeError(`gatherRows: row ${from} of ${shape(a)}`);
    for (let j = 0; j < a.cols; j++) y.data[i * a.cols + j] = a.data[from * a.cols + j]!;
  }
  return y;
}

/** The same elements in rows of another length. */
export function reshape<R extends number, C extends number>(a: Matrix, rowCount: R, colCount: C): Matrix<R, C> {
  if (rowCount * colCount !== a.data.length) throw new RangeError(`reshape: ${shape(a)} to ${rowCount}×${colCount}`);
  return { rows: rowCount, cols: colCount, data: a.data.slice() };
}

/** The element in row i and column j. */
export function at(a: Matrix, i: number, j: number): number {
  if (!(i >= 0 && i < a.rows && j >= 0 && j < a.cols && Number.isInteger(i) && Number.isInteger(j)))
    throw new RangeError(`at: row ${i}, column ${j} of ${shape(a)}`);
  return a.data[i * a.cols + j]!;
}

/** `a.data[k]`: how the compiler calls it. */
export function element(a: Matrix, k: number): number {
  return a.data[k]!;
}

// ---------------------------------------------------------------- gradients

/** `part` in a matrix of zeros of the shape of `like`. */
export function embed<R extends number, C extends number>(part: Matrix, like: Matrix<R, C>, top: number, left: number): Matrix<R, C> {
  const y = zerosLike(like);
  put(y, part, top, left);
  return y;
}

/** The part of `dy` that has the shape of `like`. */
export function sliceLike<R extends number, C extends number>(dy: Matrix, like: Matrix<R, C>, top: number, left: number): Matrix<R, C> {
  return slice(dy, top, top + like.rows, left, left + like.cols) as Matrix<R, C>;
}

/** `value` in row i and column j of a matrix of zeros of the shape of `like`. */
export function embedAt<R extends number, C extends number>(value: number, like: Matrix<R, C>, i: number, j: number): Matrix<R, C> {
  const y = zerosLike(like);
  y.data[i * y.cols + j] = value;
  return y;
}

/** The same for `element`; out of bounds there is nothing. */
export function embedElement<R extends number, C extends number>(value: number, like: Matrix<R, C>, k: number): Matrix<R, C> {
  const y = zerosLike(like);
  y.data[k] = value;
  return y;
}

/** Rows added up where `gatherRows` took them from. */
export function scatterRows<R extends number, C extends number>(dy: Matrix, indices: ArrayLike<number>, like: Matrix<R, C>): Matrix<R, C> {
  const y = zerosLike(like);
  for (let i = 0; i < dy.rows; i++) for (let j = 0; j < dy.cols; j++) y.data[indices[i]! * y.cols + j]! += dy.data[i * dy.cols + j]!;
  return y;
}
