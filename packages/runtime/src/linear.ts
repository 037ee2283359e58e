import { copy, misfit, shape, zerosLike, type Matrix, type Same } from "./matrix.ts";
import { eye } from "./create.ts";

interface Factors {
  /** Below the diagonal the factors, on and above it what is left. */
  readonly lu: Matrix;
  readonly order: Int32Array;
  /** The sign of the exchange of rows. */
  readonly sign: number;
}

/** a with its rows exchanged is a product of triangular matrices; the largest pivot is taken. */
function factor(name: string, a: Matrix): Factors {
  const n = a.rows;
  if (a.cols !== n) throw new RangeError(`${name}: ${shape(a)} is not square`);
  const lu = copy(a), m = lu.data, order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i * n + k]!) > Math.abs(m[best * n + k]!)) best = i;
    if (best !== k) {
      sign = -sign;
      for (let j = 0; j < n; j++) [m[k * n + j], m[best * n + j]] = [m[best * n + j]!, m[k * n + j]!];
      [order[k], order[best]] = [order[best]!, order[k]!];
    }
    const pivot = m[k * n + k]!;
    for (let i = k + 1; i < n && pivot !== 0; i++) {
      const f = (m[i * n + k]! /= pivot);
      for (let j = k + 1; j < n; j++) m[i * n + j]! -= f * m[k * n + j]!;
    }
  }
  return { lu, order, sign };
}

/** x with a · x = b. */
export function solve<N extends number, M extends number, C extends number>(
  a: Matrix<N, N>,
  b: Matrix<M, C> & Same<N, M, "solve: the rows differ">,
): Matrix<N, C> {
  const { lu, order } = factor("solve", a),
    n = lu.rows,
    m = lu.data;
  if (b.rows !== (n as number)) misfit("solve", a, b, "the rows differ");
  const y = zerosLike(b) as Matrix as Matrix<N, C>,
    x = y.data,
    c = b.cols;
  for (let i = 0; i < n; i++) if (m[i * n + i] === 0) throw new RangeError(`solve: ${shape(a)} is singular`);
  for (let j = 0; j < c; j++) {
    for (let i = 0; i < n; i++) {
      let s = b.data[order[i]! * c + j]!;
      for (let k = 0; k < i; k++) s -= m[i * n + k]! * x[k * c + j]!;
      x[i * c + j] = s;
    }
    for (let i = n - 1; i >= 0; i--) {
      let s = x[i * c + j]!;
      for (let k = i + 1; k < n; k++) s -= m[i * n + k]! * x[k * c + j]!;
      x[i * c + j] = s / m[i * n + i]!;
    }
  }
  return y;
}

export function inverse<N extends number>(a: Matrix<N, N>): Matrix<N, N> {
  return solve(a as Matrix, eye(a.rows)) as Matrix as Matrix<N, N>;
}

/** The determinant. */
export function det(a: Matrix): number {
  const { lu, sign } = factor("det", a);
  let d = sign;
  for (let i = 0; i < lu.rows; i++) d *= lu.data[i * lu.cols + i]!;
  return d;
}

/** log |det a|. */
export function logDet(a: Matrix): number {
  const { lu } = factor("logDet", a);
  let s = 0;
  for (let i = 0; i < lu.rows; i++) s += Math.log(Math.abs(lu.data[i * lu.cols + i]!));
  return s;
}

/** The lower triangular l with l · lᵀ = a, which is symmetric: only what is on and below its diagonal is read. */
export function cholesky<N extends number>(a: Matrix<N, N>): Matrix<N, N> {
  const n = a.rows;
  if (a.cols !== n) throw new RangeError(`cholesky: ${shape(a)} is not square`);
  const y = zerosLike(a), l = y.data;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let s = a.data[i * n + j]!;
      for (let k = 0; k < j; k++) s -= l[i * n + k]! * l[j * n + k]!;
      if (i === j && !(s > 0)) throw new RangeError(`cholesky: ${shape(a)} is not positive definite`);
      l[i * n + j] = i === j ? Math.sqrt(s) : s / l[j * n + j]!;
    }
  }
  return y;
}

// ---------------------------------------------------------------- gradients

/** What is below the diagonal, and half of the diagonal. */
export function lowerHalf<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  const y = zerosLike(a);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j <= i && j < a.cols; j++) y.data[i * a.cols + j] = a.data[i * a.cols + j]! * (i === j ? 0.5 : 1);
  return y;
}

/** The derivatives of the determinant by each element, also where it is 0. */
export function cofactors<N extends number>(a: Matrix<N, N>): Matrix<N, N> {
  const n = a.rows, y = zerosLike(a), c = y.data, minor = zerosLike({ rows: n - 1, cols: n - 1, data: a.data });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0, m = 0; k < n * n; k++) if (Math.floor(k / n) !== i && k % n !== j) minor.data[m++] = a.data[k]!;
      c[i * n + j] = ((i + j) % 2 ? -1 : 1) * det(minor);
    }
  }
  return y;
}
