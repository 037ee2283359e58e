import { map, spread, sumTo, zip } from "./broadcast.ts";
import { copy, made, make, zerosLike, type Axis, type Matrix, type Operand } from "./matrix.ts";

/** One value for each group of elements: for all of them, for each column ("rows" are reduced to one) or for each row. */
function fold(a: Matrix, axis: Axis | undefined, start: number, f: (sum: number, e: number) => number): Matrix {
  const [rows, cols] = folded(a, axis), q = new Float64Array(rows * cols).fill(start);
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) { const g = axis === "rows" ? j : axis === "cols" ? i : 0; q[g] = f(q[g]!, a.data[k]!); }
  }
  return axis ? made(rows, cols, q, a) : { rows, cols, data: q };
}

const folded = (a: Matrix, axis: Axis | undefined): readonly [number, number] => [axis === "cols" ? a.rows : 1, axis === "rows" ? a.cols : 1];
const whole = (y: Matrix, axis: Axis | undefined): Operand => (axis ? y : y.data[0]!);

/** The sum of all elements; `sum(a, "rows")` adds up the rows to one, `sum(a, "cols")` the columns. */
export function sum(a: Matrix): number;
export function sum<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function sum<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function sum(a: Matrix, axis?: Axis): Operand {
  if (axis) { const y = sumTo(a, make(...folded(a, axis), a)); return y === a ? copy(a) : y; }
  let s = 0;
  for (let k = 0; k < a.data.length; k++) s += a.data[k]!;
  return s;
}

export function mean(a: Matrix): number;
export function mean<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function mean<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function mean(a: Matrix, axis?: Axis): Operand {
  const y = fold(a, axis, 0, (s, e) => s + e), n = a.data.length / y.data.length;
  return whole(map(y, (e) => e / n), axis);
}

/** The largest element; at a tie the gradient goes to the first. */
export function max(a: Matrix): number;
export function max<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function max<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function max(a: Matrix, axis?: Axis): Operand {
  return whole(fold(a, axis, -Infinity, Math.max), axis);
}

export function min(a: Matrix): number;
export function min<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function min<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function min(a: Matrix, axis?: Axis): Operand {
  return whole(fold(a, axis, Infinity, Math.min), axis);
}

/** The mean of the squared distances from the mean. */
export function variance(a: Matrix): number;
export function variance<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function variance<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function variance(a: Matrix, axis?: Axis): Operand {
  const s = fold(a, axis, 0, (t, e) => t + e), n = a.data.length / s.data.length;
  const d = zip("variance", a, s, (e, t) => e - t / n);
  return whole(map(fold(d, axis, 0, (t, e) => t + e * e), (e) => e / n), axis);
}

/** log Σ exp, stable. */
export function logSumExp(a: Matrix): number;
export function logSumExp<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function logSumExp<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function logSumExp(a: Matrix, axis?: Axis): Operand {
  const [rows, cols] = folded(a, axis), down = axis === "cols" ? 1 : 0, across = axis === "rows" ? 1 : 0, p = a.data;
  const top = new Float64Array(rows * cols).fill(-Infinity), total = new Float64Array(rows * cols);
  for (let i = 0, k = 0; i < a.rows; i++) for (let j = 0, g = i * down; j < a.cols; j++, k++, g += across) top[g] = Math.max(top[g]!, p[k]!);
  for (let i = 0, k = 0; i < a.rows; i++)
    for (let j = 0, g = i * down; j < a.cols; j++, k++, g += across) total[g]! += p[k] === top[g] ? 1 : Math.exp(p[k]! - top[g]!);
  for (let g = 0; g < top.length; g++) top[g]! += Math.log(total[g]!);
  return axis ? made(rows, cols, top, a) : top[0]!;
}

/** The root of the sum of squares; 0 at the origin has the gradient 0. */
export function norm(a: Matrix): number;
export function norm<C extends number>(a: Matrix<number, C>, axis: "rows"): Matrix<1, C>;
export function norm<R extends number>(a: Matrix<R>, axis: "cols"): Matrix<R, 1>;
export function norm(a: Matrix, axis?: Axis): Operand {
  return whole(map(fold(a, axis, 0, (t, e) => t + e * e), Math.sqrt), axis);
}

/** The place of the largest element, in `data` or, for each column or row, in it. */
export function argmax(a: Matrix): number;
export function argmax(a: Matrix, axis: Axis): Int32Array;
export function argmax(a: Matrix, axis?: Axis): number | Int32Array {
  const m = fold(a, axis, -Infinity, Math.max), places = new Int32Array(m.data.length).fill(-1);
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) {
      const g = axis === "rows" ? j : axis === "cols" ? i : 0;
      if (places[g] === -1 && a.data[k] === m.data[g]) places[g] = axis === "rows" ? i : axis === "cols" ? j : k;
    }
  }
  return axis ? places : places[0]!;
}

// ---------------------------------------------------------------- gradients

/** Calls `each` with the first element that equals the one of its group, for each group. */
function eachChosen(a: Matrix, y: Operand, each: (k: number, g: number) => void): void {
  const found = new Set<number>(), all = typeof y === "number";
  for (let i = 0, k = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++, k++) {
      const g = all ? 0 : y.rows === 1 ? (y.cols === 1 ? 0 : j) : i;
      if (!found.has(g) && a.data[k] === (all ? y : y.data[g])) { found.add(g); each(k, g); }
    }
  }
}

/** `dy` at the first element that is `y`, the largest or smallest of its group. */
export function chosenGradient<R extends number, C extends number>(a: Matrix<R, C>, y: Operand, dy: Operand): Matrix<R, C> {
  const da = zerosLike(a);
  eachChosen(a, y, (k, g) => { da.data[k] = typeof dy === "number" ? dy : dy.data[g]!; });
  return da;
}

/** What `chosenGradient` takes from where it puts it. */
export function chosen(a: Matrix, y: number, da: Matrix): number;
export function chosen<R extends number, C extends number>(a: Matrix, y: Matrix<R, C>, da: Matrix): Matrix<R, C>;
export function chosen(a: Matrix, y: Operand, da: Matrix): Operand {
  const found = spread(0, typeof y === "number" ? make(1, 1) : y);
  eachChosen(a, y, (k, g) => { found.data[g] = da.data[k]!; });
  return typeof y === "number" ? found.data[0]! : found;
}

/** The same for all elements at once. */
export function pickGradient<R extends number, C extends number>(a: Matrix<R, C>, y: number, dy: number): Matrix<R, C> {
  return chosenGradient(a, y, dy);
}

export function pick(a: Matrix, y: number, da: Matrix): number {
  return chosen(a, y, da);
}
