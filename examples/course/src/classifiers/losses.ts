/** A linear score: how much speaks for class 1. */
export function score(w: number[], b: number, x: number[]): number {
  let sum = b;
  for (let j = 0; j < w.length; j++) sum += w[j]! * x[j]!;
  return sum;
}

/** The neuron's forward pass: the sigmoid of the score, a firing rate between 0 and 1. */
export function firingRate(w: number[], b: number, x: number[]): number {
  return 1 / (1 + Math.exp(-score(w, b, x)));
}

/**
 * Binary softmax: the mean cross-entropy of the firing rates. labels: 1 or 0.
 *
 * @differentiable wrt w, b
 */
export function crossEntropy(w: number[], b: number, xs: number[][], labels: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const p = firingRate(w, b, xs[i]!);
    sum -= labels[i] === 1 ? Math.log(p) : Math.log(1 - p);
  }
  return sum / xs.length;
}

/**
 * Binary support vector machine: the mean hinge loss. Scores beyond the margin cost nothing.
 *
 * @differentiable wrt w, b
 */
export function hinge(w: number[], b: number, xs: number[][], labels: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const side = labels[i] === 1 ? 1 : -1;
    sum += Math.max(0, 1 - side * score(w, b, xs[i]!));
  }
  return sum / xs.length;
}
