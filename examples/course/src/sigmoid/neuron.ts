/** @differentiable */
export function neuron(w: number[], x: number[]): number {
  const score = w[0]! * x[0]! + w[1]! * x[1]! + w[2]!;
  return 1 / (1 + Math.exp(-score));
}

/** @differentiable */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
