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

export function hand(a: number[][], b: number[]): { value: number; da: number[][]; db: number[] } {
  const n = b.length;
  const lu = a.map((row) => row.slice());
  const order = Array.from({ length: n }, (_, i) => i);
  factor(lu, order);
  const y = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) {
    const row = lu[i]!;
    let s = b[order[i]!]!;
    for (let j = 0; j < i; j++) s -= row[j]! * y[j]!;
    y[i] = s;
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = lu[i]!;
    let s = y[i]!;
    for (let j = i + 1; j < n; j++) s -= row[j]! * x[j]!;
    x[i] = s / row[i]!;
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += x[i]! * x[i]!;

  // The factors are final when they are used, so nothing is kept but them, y and x. Row i came from row order[i].
  const da: number[][] = new Array<number[]>(n);
  const dlu = lu.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) da[order[i]!] = dlu[i]!;
  const dx = x.map((xi) => 2 * xi);
  for (let i = 0; i < n; i++) {
    const row = lu[i]!;
    const drow = dlu[i]!;
    const ds = dx[i]! / row[i]!;
    drow[i] = -ds * x[i]!;
    for (let j = i + 1; j < n; j++) {
      drow[j] = -ds * x[j]!;
      dx[j]! -= ds * row[j]!;
    }
    dx[i] = ds;
  }
  const db = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = lu[i]!;
    const drow = dlu[i]!;
    const ds = dx[i]!;
    db[order[i]!] = ds;
    for (let j = 0; j < i; j++) {
      drow[j] = -ds * y[j]!;
      dx[j]! -= ds * row[j]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    const row = lu[k]!;
    const drow = dlu[k]!;
    for (let i = k + 1; i < n; i++) {
      const m = lu[i]![k]!;
      const dbelow = dlu[i]!;
      let dm = dbelow[k]!;
      for (let j = k + 1; j < n; j++) {
        const d = dbelow[j]!;
        dm -= d * row[j]!;
        drow[j]! -= d * m;
      }
      const share = dm / row[k]!;
      dbelow[k] = share;
      drow[k]! -= share * m;
    }
  }
  return { value: total, da, db };
}

export function inputs(random: Random): Parameters<typeof luSolve>[] {
  const n = 24;
  return random.list(2, () => [
    random.list(n, () => random.list(n, () => random.normal())),
    random.list(n, () => random.normal()),
  ]);
}
