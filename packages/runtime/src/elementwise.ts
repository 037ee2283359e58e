import { make, misfit, zerosLike, type Fits, type Matrix, type Operand } from "./matrix.ts";
import { map, pair, spread, zip } from "./broadcast.ts";
import { sum } from "./reduce.ts";

/** `a += b`, in place: for gradients that nothing else holds. */
export function addTo(a: Matrix, b: Matrix): void {
  const p = a.data, q = b.data;
  for (let i = 0; i < p.length; i++) p[i]! += q[i]!;
}

// The commonest have loops of their own: in the shared ones V8 calls a function for each element, and its numbers become objects.

export function add<R extends number, C extends number, S extends number, D extends number>(
  a: Matrix<R, C>,
  b: number | (Matrix<S, D> & Fits<R, C, S, D>),
): Matrix<R, C>;
export function add<R extends number, C extends number>(a: number, b: Matrix<R, C>): Matrix<R, C>;
export function add(a: Operand, b: Operand): Matrix {
  if (typeof a === "number") return add(b as Matrix, a);
  const { y, p, q, r, rows, cols, down, across } = pair("add", a, b);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0, l = i * down; j < cols; j++, k++, l += across) q[k] = p[k]! + r[l]!;
  return y;
}

export function sub<R extends number, C extends number, S extends number, D extends number>(
  a: Matrix<R, C>,
  b: number | (Matrix<S, D> & Fits<R, C, S, D>),
): Matrix<R, C>;
export function sub<R extends number, C extends number>(a: number, b: Matrix<R, C>): Matrix<R, C>;
export function sub(a: Operand, b: Operand): Matrix {
  if (typeof a === "number") return map(b as Matrix, (e) => a - e);
  const { y, p, q, r, rows, cols, down, across } = pair("sub", a, b);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0, l = i * down; j < cols; j++, k++, l += across) q[k] = p[k]! - r[l]!;
  return y;
}

/** The product element by element. */
export function mul<R extends number, C extends number, S extends number, D extends number>(
  a: Matrix<R, C>,
  b: number | (Matrix<S, D> & Fits<R, C, S, D>),
): Matrix<R, C>;
export function mul<R extends number, C extends number>(a: number, b: Matrix<R, C>): Matrix<R, C>;
export function mul(a: Operand, b: Operand): Matrix {
  if (typeof a === "number") return mul(b as Matrix, a);
  const { y, p, q, r, rows, cols, down, across } = pair("mul", a, b);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0, l = i * down; j < cols; j++, k++, l += across) q[k] = p[k]! * r[l]!;
  return y;
}

export function div<R extends number, C extends number, S extends number, D extends number>(
  a: Matrix<R, C>,
  b: number | (Matrix<S, D> & Fits<R, C, S, D>),
): Matrix<R, C>;
export function div<R extends number, C extends number>(a: number, b: Matrix<R, C>): Matrix<R, C>;
export function div(a: Operand, b: Operand): Matrix {
  return zip("div", a, b, (p, q) => p / q);
}

/** The larger of two; at a tie the gradient goes to the first. */
export function maximum<R extends number, C extends number, S extends number, D extends number>(
  a: Matrix<R, C>,
  b: number | (Matrix<S, D> & Fits<R, C, S, D>),
): Matrix<R, C>;
export function maximum<R extends number, C extends number>(a: number, b: Matrix<R, C>): Matrix<R, C>;
export function maximum(a: Operand, b: Operand): Matrix {
  return zip("maximum", a, b, Math.max);
}

export function minimum<R extends number, C extends number, S extends number, D extends number>(
  a: Matrix<R, C>,
  b: number | (Matrix<S, D> & Fits<R, C, S, D>),
): Matrix<R, C>;
export function minimum<R extends number, C extends number>(a: number, b: Matrix<R, C>): Matrix<R, C>;
export function minimum(a: Operand, b: Operand): Matrix {
  return zip("minimum", a, b, Math.min);
}

/** 1 where a > b, else 0. */
export function greater<R extends number, C extends number>(a: Matrix<R, C>, b: Operand): Matrix<R, C> {
  return zip("greater", a, b, (p, q) => (p > q ? 1 : 0));
}

/** 1 where a = b, else 0. */
export function equal<R extends number, C extends number>(a: Matrix<R, C>, b: Operand): Matrix<R, C> {
  return zip("equal", a, b, (p, q) => (p === q ? 1 : 0));
}

/** `a` where the mask is not 0, else `b`; both may be repeated. */
export function where<R extends number, C extends number>(mask: Matrix<R, C>, a: Operand, b: Operand): Matrix<R, C> {
  const p = spread(a, mask), q = spread(b, mask), y = zerosLike(mask);
  for (let i = 0; i < y.data.length; i++) y.data[i] = mask.data[i] ? p.data[i]! : q.data[i]!;
  return y;
}

export function neg<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, (e) => -e);
}

/** All elements times one number. */
export function scale<R extends number, C extends number>(a: Matrix<R, C>, factor: number): Matrix<R, C> {
  const y = zerosLike(a), p = a.data, q = y.data;
  for (let i = 0; i < q.length; i++) q[i] = p[i]! * factor;
  return y;
}

export function pow<R extends number, C extends number>(a: Matrix<R, C>, exponent: number): Matrix<R, C> {
  return map(a, (e) => e ** exponent);
}

export function square<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  const y = zerosLike(a), p = a.data, q = y.data;
  for (let i = 0; i < q.length; i++) q[i] = p[i]! * p[i]!;
  return y;
}

export function sqrt<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, Math.sqrt);
}

export function exp<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, Math.exp);
}

export function log<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, Math.log);
}

export function abs<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, Math.abs);
}

/** Between two bounds; at a bound, and outside, nothing flows to the element. */
export function clip<R extends number, C extends number>(a: Matrix<R, C>, low: number, high: number): Matrix<R, C> {
  return map(a, (e) => Math.min(Math.max(e, low), high));
}

/** The sum of the products of elements. */
export function dot(a: Matrix, b: Matrix): number {
  if (a.data.length !== b.data.length) misfit("dot", a, b, "the sizes differ");
  let s = 0;
  for (let i = 0; i < a.data.length; i++) s += a.data[i]! * b.data[i]!;
  return s;
}

// ---------------------------------------------------------------- gradients

/** `dy` where `y` is the element of `a`. */
export function routeTo<R extends number, C extends number>(dy: Matrix<R, C>, y: Matrix, a: Operand): Matrix<R, C> {
  return where(equal(y, a), dy, 0) as Matrix<R, C>;
}

/** `dy` where `y` is not the element of `a`. */
export function routePast<R extends number, C extends number>(dy: Matrix<R, C>, y: Matrix, a: Operand): Matrix<R, C> {
  return where(equal(y, a), 0, dy) as Matrix<R, C>;
}

/** `a / b`, and 0 where `b` is 0. */
export function divOrZero<R extends number, C extends number>(a: Matrix<R, C>, b: Matrix): Matrix<R, C> {
  return zip("div", a, b, (p, q) => (q === 0 ? 0 : p / q));
}

export function squareGradient<R extends number, C extends number>(a: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (p, d) => 2 * p * d);
}

/** Of `y = sqrt(a)`: where nothing comes in, nothing goes out, also at 0. */
export function sqrtGradient<R extends number, C extends number>(y: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", y, dy, (s, d) => (d === 0 ? 0 : d / (2 * s)));
}

export function powGradient<R extends number, C extends number>(a: Matrix<R, C>, exponent: number, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (p, d) => (d === 0 || exponent === 0 ? 0 : exponent * p ** (exponent - 1) * d));
}

/** By the exponent: y · log a, which is 0 where y is. */
export function powExponentGradient(a: Matrix, y: Matrix, dy: Matrix): number {
  return sum(mul(zip("pow", a, y, (p, q) => (q === 0 ? 0 : q * Math.log(p))), dy));
}

export function absGradient<R extends number, C extends number>(a: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (p, d) => Math.sign(p) * d);
}

export function clipGradient<R extends number, C extends number>(a: Matrix<R, C>, low: number, high: number, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (p, d) => (p > low && p < high ? d : 0));
}

/** A row, column or number in the shape of the larger operand, for operations whose first operand is to be repeated. */
export function broadcast<R extends number, C extends number>(a: Operand, rows: R, cols: C): Matrix<R, C> {
  return spread(a, make(rows, cols));
}
