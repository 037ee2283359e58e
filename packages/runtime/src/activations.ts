import { map, zip } from "./broadcast.ts";
import { make, misfit, sameShape, zerosLike, type Matrix, type Operand } from "./matrix.ts";

const sigma = (e: number): number => 1 / (1 + Math.exp(-e));
const bend = (e: number): number => Math.max(e, 0) + Math.log1p(Math.exp(-Math.abs(e)));
/** What `gelu` is the tanh of, its derivative, and that of this. */
const c = Math.sqrt(2 / Math.PI);
const inner = (e: number): number => Math.tanh(c * (e + 0.044715 * e * e * e));
const innerSlope = (e: number): number => c * (1 + 0.134145 * e * e);

export function sigmoid<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, sigma);
}

export function tanh<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, Math.tanh);
}

/** max(a, 0); 0 at the kink flows nowhere. */
export function relu<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  const y = zerosLike(a), p = a.data, q = y.data;
  const either = Float64Array.of(0, 0); // chosen from by number: a branch on data is guessed wrong each other time
  for (let i = 0; i < q.length; i++) { either[1] = p[i]!; q[i] = either[Number(!(p[i]! <= 0))]!; }
  return y;
}

export function leakyRelu<R extends number, C extends number>(a: Matrix<R, C>, slope = 0.01): Matrix<R, C> {
  return map(a, (e) => (e > 0 ? e : slope * e));
}

/** A leaky ReLU whose slope is learned: one number, or a row of one for each column. */
export function prelu<R extends number, C extends number>(a: Matrix<R, C>, slope: Operand): Matrix<R, C> {
  return zip("prelu", a, slope, (e, s) => (e > 0 ? e : s * e));
}

export function elu<R extends number, C extends number>(a: Matrix<R, C>, alpha = 1): Matrix<R, C> {
  return map(a, (e) => (e > 0 ? e : alpha * Math.expm1(e)));
}

/** log(1 + exp(a)). */
export function softplus<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, bend);
}

/** a · sigmoid(a). */
export function swish<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, (e) => e * sigma(e));
}

/** In the form with tanh. */
export function gelu<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, (e) => 0.5 * e * (1 + inner(e)));
}

/** The largest of each group of `pieces` neighbouring columns. */
export function maxout<R extends number>(a: Matrix<R>, pieces: number): Matrix<R> {
  if (a.cols % pieces !== 0) misfit("maxout", a, pieces, `${a.cols} columns are no groups of ${pieces}`);
  const y = make<R, number>(a.rows, a.cols / pieces, a);
  y.data.fill(-Infinity);
  for (let k = 0; k < a.data.length; k++) { const g = Math.floor(k / pieces); y.data[g] = Math.max(y.data[g]!, a.data[k]!); }
  return y;
}

// ---------------------------------------------------------------- gradients

export function sigmoidGradient<R extends number, C extends number>(y: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", y, dy, (s, d) => (1 - s) * s * d);
}

export function tanhGradient<R extends number, C extends number>(y: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", y, dy, (t, d) => (1 - t * t) * d);
}

export function reluGradient<R extends number, C extends number>(y: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  sameShape("gradient", y, dy);
  const dx = zerosLike(y), p = y.data, r = dy.data, q = dx.data;
  const either = Float64Array.of(0, 0); // as in `relu`
  for (let i = 0; i < q.length; i++) { either[1] = r[i]!; q[i] = either[Number(p[i]! > 0)]!; }
  return dx;
}

export function leakyReluGradient<R extends number, C extends number>(a: Matrix<R, C>, slope: number, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (e, d) => (e > 0 ? d : slope * d));
}

export function eluGradient<R extends number, C extends number>(a: Matrix<R, C>, alpha: number, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (e, d) => (e > 0 ? d : alpha * Math.exp(e) * d));
}

/** Elements that are not above 0, for the others 0. */
export function negatives<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return map(a, (e) => (e > 0 ? 0 : e));
}

export function swishGradient<R extends number, C extends number>(a: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (e, d) => { const s = sigma(e); return (s + e * s * (1 - s)) * d; });
}

export function geluGradient<R extends number, C extends number>(a: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  return zip("gradient", a, dy, (e, d) => { const t = inner(e); return 0.5 * (1 + t + e * (1 - t * t) * innerSlope(e)) * d; });
}

/** `dy` at the first largest column of each group. */
export function maxoutGradient<R extends number, C extends number>(a: Matrix<R, C>, y: Matrix, dy: Matrix): Matrix<R, C> {
  const da = zerosLike(a), pieces = a.cols / y.cols;
  for (let g = 0; g < y.data.length; g++) {
    let k = g * pieces;
    while (a.data[k] !== y.data[g] && k < g * pieces + pieces - 1) k++;
    da.data[k] = dy.data[g]!;
  }
  return da;
}

/** What `maxoutGradient` takes from where it puts it. */
export function maxoutPick<R extends number, C extends number>(a: Matrix, y: Matrix<R, C>, da: Matrix): Matrix<R, C> {
  const dy = zerosLike(y), pieces = a.cols / y.cols;
  for (let g = 0; g < y.data.length; g++) {
    let k = g * pieces;
    while (a.data[k] !== y.data[g] && k < g * pieces + pieces - 1) k++;
    dy.data[g] = da.data[k]!;
  }
  return dy;
}
