import type { Random } from "../../random.ts";

/** Smooth minimum of three costs. */
function softMinimum(a: number, b: number, c: number, gamma: number): number {
  const least = Math.min(a, b, c);
  const sum = Math.exp((least - a) / gamma) + Math.exp((least - b) / gamma) + Math.exp((least - c) / gamma);
  return least - gamma * Math.log(sum);
}

/**
 * Soft alignment of two series: the dynamic programme of the edit distance with a smooth minimum.
 *
 * @differentiable wrt xs, ys
 */
export function softDtw(xs: number[], ys: number[], gamma: number): number {
  const n = xs.length;
  const m = ys.length;
  const cost: number[][] = [];
  for (let i = 0; i <= n; i++) cost.push(new Array<number>(m + 1).fill(1e10));
  cost[0]![0] = 0;
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= m; j++) {
      const d = xs[i - 1]! - ys[j - 1]!;
      cost[i]![j] = d * d + softMinimum(cost[i - 1]![j]!, cost[i]![j - 1]!, cost[i - 1]![j - 1]!, gamma);
    }
  }
  return cost[n]![m]!;
}

export function inputs(random: Random): Parameters<typeof softDtw>[] {
  return random.list(2, () => [
    random.list(40, (i) => Math.sin(0.2 * i) + 0.1 * random.normal()),
    random.list(50, (i) => Math.sin(0.16 * i + 0.2) + 0.1 * random.normal()),
    0.1,
  ]);
}
