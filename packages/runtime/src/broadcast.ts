import { made, misfit, zerosLike, type Matrix, type Operand } from "./matrix.ts";

/** `f` of each element. */
export function map<R extends number, C extends number>(a: Matrix<R, C>, f: (a: number) => number): Matrix<R, C> {
  const y = zerosLike(a), p = a.data, q = y.data;
  for (let i = 0; i < q.length; i++) q[i] = f(p[i]!);
  return y;
}

/** What a loop over two operands needs: element k of the first, `p[k]`, meets `r[i * down + j * across]` of the second, which is repeated. */
export interface Pair {
  readonly y: Matrix;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly r: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly down: number;
  readonly across: number;
}

export function pair(name: string, a: Matrix, b: Operand): Pair {
  const { rows, cols, data: p } = a, y = zerosLike(a), q = y.data;
  if (typeof b === "number") return { y, p, q, r: Float64Array.of(b), rows, cols, down: 0, across: 0 };
  if ((b.rows !== rows && b.rows !== 1) || (b.cols !== cols && b.cols !== 1))
    misfit(name, a, b, "the second must have that shape, or be a row or column of it");
  return { y, p, q, r: b.data, rows, cols, down: b.rows === 1 ? 0 : b.cols, across: b.cols === 1 ? 0 : 1 };
}

/** `f` of elements that belong together. The larger operand comes first; the other one, or a number, is repeated. */
export function zip<R extends number, C extends number>(name: string, a: Matrix<R, C>, b: Operand, f: (a: number, b: number) => number): Matrix<R, C>;
export function zip(name: string, a: Operand, b: Operand, f: (a: number, b: number) => number): Matrix;
export function zip(name: string, a: Operand, b: Operand, f: (a: number, b: number) => number): Matrix {
  if (typeof a === "number") return map(b as Matrix, (e) => f(a, e)); // two numbers are no operands of any function here
  const { y, p, q, r, rows, cols, down, across } = pair(name, a, b);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0, l = i * down; j < cols; j++, k++, l += across) q[k] = f(p[k]!, r[l]!);
  return y;
}

/** The sum over what was repeated: the gradient by an operand of the shape of `like`. If nothing was, `dy` itself. */
export function sumTo<R extends number, C extends number>(dy: Matrix, like: Matrix<R, C>): Matrix<R, C>;
export function sumTo(dy: Matrix, like: Matrix): Matrix {
  const { rows, cols, data: p } = dy;
  if (like.rows === rows && like.cols === cols) return dy;
  const q = new Float64Array(like.data.length), down = like.rows === 1 ? 0 : like.cols, across = like.cols === 1 ? 0 : 1;
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0, l = i * down; j < cols; j++, k++, l += across) q[l]! += p[k]!;
  return made(like.rows, like.cols, q, like);
}

/** A number, row or column repeated in the shape of `like`. */
export function spread<R extends number, C extends number>(a: Operand, like: Matrix<R, C>): Matrix<R, C> {
  return zip("spread", like, a, (_, e) => e);
}
