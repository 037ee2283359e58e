import type { Random } from "../../random.ts";

/** Value of the subtree at `node` of a complete binary tree stored by index. */
function fold(values: readonly number[], node: number, mix: number): number {
  if (2 * node + 2 >= values.length) return values[node]!;
  const left = fold(values, 2 * node + 1, mix);
  const right = fold(values, 2 * node + 2, mix);
  return Math.tanh(values[node]! + mix * left + (1 - mix) * right);
}

/** @differentiable wrt values, mix */
export function treeFold(values: readonly number[], mix: number): number {
  return fold(values, 0, mix);
}

export function hand(values: readonly number[], mix: number): { value: number; dvalues: number[]; dmix: number } {
  const n = values.length;
  const results = new Array<number>(n);
  for (let node = n - 1; node >= 0; node--) {
    results[node] =
      2 * node + 2 >= n
        ? values[node]!
        : Math.tanh(values[node]! + mix * results[2 * node + 1]! + (1 - mix) * results[2 * node + 2]!);
  }
  const dvalues = new Array<number>(n).fill(0);
  dvalues[0] = 1; // first the adjoint of a node's result, then, from there down, of its value
  let dmix = 0;
  for (let node = 0; node < n; node++) {
    if (2 * node + 2 >= n) continue;
    const y = results[node]!;
    const dz = (1 - y * y) * dvalues[node]!;
    dvalues[node] = dz;
    dvalues[2 * node + 1] = mix * dz;
    dvalues[2 * node + 2] = (1 - mix) * dz;
    dmix += dz * (results[2 * node + 1]! - results[2 * node + 2]!);
  }
  return { value: results[0]!, dvalues, dmix };
}

export function inputs(random: Random): Parameters<typeof treeFold>[] {
  return random.list(4, () => [random.list(127, () => random.normal()), random.uniform(0.2, 0.8)]);
}
