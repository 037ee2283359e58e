import type { Random } from "../../random.ts";

/** @differentiable */
export function logSumExp(xs: Float64Array): number {
  let top = -Infinity;
  for (let i = 0; i < xs.length; i++) top = Math.max(top, xs[i]!);
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += Math.exp(xs[i]! - top);
  return top + Math.log(sum);
}

export function hand(xs: Float64Array): { value: number; dxs: Float64Array } {
  const n = xs.length;
  let top = -Infinity;
  for (let i = 0; i < n; i++) top = Math.max(top, xs[i]!);
  const dxs = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = Math.exp(xs[i]! - top);
    dxs[i] = e;
    sum += e;
  }
  const scale = 1 / sum;
  for (let i = 0; i < n; i++) dxs[i]! *= scale;
  return { value: top + Math.log(sum), dxs };
}

export function inputs(random: Random): Parameters<typeof logSumExp>[] {
  return random.list(2, () => [Float64Array.from(random.list(40000, () => random.normal()))]);
}
