/**
 * The mean logistic loss of a linear classifier, with a little weight decay.
 *
 * xs[i]: the measurements of flower i; labels[i]: 1 if it belongs to the species, 0 if not.
 *
 * @differentiable wrt weights, bias
 */
export function loss(weights: number[], bias: number, xs: number[][], labels: number[], decay: number): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    let score = bias;
    for (let j = 0; j < weights.length; j++) score += weights[j]! * x[j]!;
    const p = 1 / (1 + Math.exp(-score)); // probability that flower i belongs to the species
    sum -= labels[i]! * Math.log(p) + (1 - labels[i]!) * Math.log(1 - p);
  }
  let size = 0;
  for (let j = 0; j < weights.length; j++) size += weights[j]! ** 2;
  return sum / xs.length + decay * size;
}
