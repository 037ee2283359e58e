import { map, zip } from "./broadcast.ts";
import { sameShape, zerosLike, type Matrix } from "./matrix.ts";
import { logSumExp, sum } from "./reduce.ts";

/** The class of each row, from 0. */
export type Labels = ArrayLike<number>;

function checkLabels(name: string, scores: Matrix, labels: Labels): void {
  if (labels.length !== scores.rows) throw new RangeError(`${name}: ${labels.length} labels for ${scores.rows}×${scores.cols} scores`);
  for (let i = 0; i < labels.length; i++) {
    const k = labels[i]!;
    if (!(Number.isInteger(k) && k >= 0 && k < scores.cols)) throw new RangeError(`${name}: label ${k} of row ${i} is none of ${scores.cols} classes`);
  }
}

/** Each row as probabilities, stable. */
export function softmax<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return zip("softmax", a, logSumExp(a, "cols"), (e, s) => Math.exp(e - s));
}

/** log softmax of each row, stable. */
export function logSoftmax<R extends number, C extends number>(a: Matrix<R, C>): Matrix<R, C> {
  return zip("logSoftmax", a, logSumExp(a, "cols"), (e, s) => e - s);
}

/** The mean over the rows of −log softmax of the class in `labels`. */
export function crossEntropy(scores: Matrix, labels: Labels): number {
  checkLabels("crossEntropy", scores, labels);
  const s = logSumExp(scores, "cols");
  let total = 0;
  for (let i = 0; i < scores.rows; i++) total += s.data[i]! - scores.data[i * scores.cols + labels[i]!]!;
  return total / scores.rows;
}

/** The mean of the squared differences. */
export function mse(a: Matrix, b: Matrix): number {
  sameShape("mse", a, b);
  return sum(zip("mse", a, b, (p, q) => (p - q) * (p - q))) / a.data.length;
}

/** The mean over the rows of Σ max(0, score − score of the class + margin) over the other classes: the loss of a support vector machine. */
export function hinge(scores: Matrix, labels: Labels, margin = 1): number {
  checkLabels("hinge", scores, labels);
  let total = 0;
  for (let i = 0; i < scores.rows; i++) {
    const at = i * scores.cols, right = scores.data[at + labels[i]!]!;
    for (let j = 0; j < scores.cols; j++) if (j !== labels[i]) total += Math.max(0, scores.data[at + j]! - right + margin);
  }
  return total / scores.rows;
}

// ---------------------------------------------------------------- gradients

export function softmaxGradient<R extends number, C extends number>(y: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  const p = zip("gradient", y, dy, (s, d) => s * d), total = sum(p, "cols");
  for (let i = 0, k = 0; i < y.rows; i++) for (let j = 0; j < y.cols; j++, k++) p.data[k]! -= y.data[k]! * total.data[i]!;
  return p;
}

export function logSoftmaxGradient<R extends number, C extends number>(y: Matrix<R, C>, dy: Matrix): Matrix<R, C> {
  const total = sum(dy, "cols"), da = map(y, Math.exp);
  for (let i = 0, k = 0; i < y.rows; i++) for (let j = 0; j < y.cols; j++, k++) da.data[k] = dy.data[k]! - da.data[k]! * total.data[i]!;
  return da;
}

export function crossEntropyGradient<R extends number, C extends number>(scores: Matrix<R, C>, labels: Labels, dy = 1): Matrix<R, C> {
  const factor = dy / scores.rows, da = zerosLike(scores), p = scores.data, q = da.data, { data: s } = logSumExp(scores, "cols");
  for (let i = 0, k = 0; i < scores.rows; i++) {
    for (let j = 0; j < scores.cols; j++, k++) q[k] = (Math.exp(p[k]! - s[i]!) - (j === labels[i] ? 1 : 0)) * factor;
  }
  return da;
}

export function hingeGradient<R extends number, C extends number>(scores: Matrix<R, C>, labels: Labels, margin: number, dy = 1): Matrix<R, C> {
  const da = zerosLike(scores), factor = dy / scores.rows;
  for (let i = 0; i < scores.rows; i++) {
    const at = i * scores.cols, right = at + labels[i]!;
    for (let k = at; k < at + scores.cols; k++) {
      if (k === right || scores.data[k]! - scores.data[right]! + margin <= 0) continue;
      da.data[k]! += factor;
      da.data[right]! -= factor;
    }
  }
  return da;
}
