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

export function hand(xs: number[], ys: number[], gamma: number): { value: number; dxs: number[]; dys: number[] } {
  const n = xs.length;
  const m = ys.length;
  const width = m + 1;
  const cost = new Float64Array((n + 1) * width).fill(1e10);
  // how much of the smooth minimum each of its three costs is
  const above = new Float64Array(cost.length);
  const before = new Float64Array(cost.length);
  const corner = new Float64Array(cost.length);
  cost[0] = 0;
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= m; j++) {
      const at = i * width + j;
      const d = xs[i - 1]! - ys[j - 1]!;
      const a = cost[at - width]!;
      const b = cost[at - 1]!;
      const c = cost[at - width - 1]!;
      const least = Math.min(a, b, c);
      const ea = Math.exp((least - a) / gamma);
      const eb = Math.exp((least - b) / gamma);
      const ec = Math.exp((least - c) / gamma);
      const sum = ea + eb + ec;
      above[at] = ea / sum;
      before[at] = eb / sum;
      corner[at] = ec / sum;
      cost[at] = d * d + (least - gamma * Math.log(sum));
    }
  }

  const dxs = new Array<number>(n).fill(0);
  const dys = new Array<number>(m).fill(0);
  const dcost = new Float64Array(cost.length);
  dcost[cost.length - 1] = 1;
  for (let i = n; i > 0; i--) {
    for (let j = m; j > 0; j--) {
      const at = i * width + j;
      const e = dcost[at]!;
      const dd = 2 * e * (xs[i - 1]! - ys[j - 1]!);
      dxs[i - 1]! += dd;
      dys[j - 1]! -= dd;
      dcost[at - width]! += e * above[at]!;
      dcost[at - 1]! += e * before[at]!;
      dcost[at - width - 1]! += e * corner[at]!;
    }
  }
  return { value: cost[cost.length - 1]!, dxs, dys };
}

export function inputs(random: Random): Parameters<typeof softDtw>[] {
  return random.list(2, () => [
    random.list(40, (i) => Math.sin(0.2 * i) + 0.1 * random.normal()),
    random.list(50, (i) => Math.sin(0.16 * i + 0.2) + 0.1 * random.normal()),
    0.1,
  ]);
}
