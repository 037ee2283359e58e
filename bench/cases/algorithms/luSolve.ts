import type { Random } from "../../random.ts";

/** Turns the rows into L (below the diagonal) and U, exchanging rows for the largest pivot; `order[i]` is the row that came to place i. */
function factor(lu: number[][], order: number[]): void {
  const n = lu.length;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(lu[i]![k]!) > Math.abs(lu[p]![k]!)) p = i;
    }
    const row = lu[p]!;
    lu[p] = lu[k]!;
    lu[k] = row;
    const index = order[p]!;
    order[p] = order[k]!;
    order[k] = index;
    for (let i = k + 1; i < n; i++) {
      const below = lu[i]!;
      const m = below[k]! / row[k]!;
      below[k] = m;
      for (let j = k + 1; j < n; j++) below[j]! -= m * row[j]!;
    }
  }
}

/**
 * Squared length of the solution of a x = b.
 *
 * @differentiable
 */
export function luSolve(a: number[][], b: number[]): number {
  const n = b.length;
  const lu = a.map((row) => row.slice());
  const order = Array.from({ length: n }, (_, i) => i);
  factor(lu, order);
  const x: number[] = [];
  for (let i = 0; i < n; i++) {
    let s = b[order[i]!]!;
    for (let j = 0; j < i; j++) s -= lu[i]![j]! * x[j]!;
    x.push(s);
  }
  for (let i = n - 1; i >= 0; i--) {
    let s = x[i]!;
    for (let j = i + 1; j < n; j++) s -= lu[i]![j]! * x[j]!;
    x[i] = s / lu[i]![i]!;
  }
  let total = 0;
  for (const xi of x) total += xi * xi;
  return total;
}

export function inputs(random: Random): Parameters<typeof luSolve>[] {
  const n = 24;
  return random.list(2, () => [
    random.list(n, () => random.list(n, () => random.normal())),
    random.list(n, () => random.normal()),
  ]);
}
