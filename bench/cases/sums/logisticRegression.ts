import type { Random } from "../../random.ts";

/** @differentiable wrt w, b */
export function logisticRegression(w: number[], b: number, rows: number[][], labels: number[]): number {
  let loss = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    let z = b;
    for (let j = 0; j < w.length; j++) z += w[j]! * row[j]!;
    const p = 1 / (1 + Math.exp(-z));
    loss -= labels[i]! * Math.log(p) + (1 - labels[i]!) * Math.log(1 - p);
  }
  return loss / rows.length;
}

export function hand(
  w: number[],
  b: number,
  rows: number[][],
  labels: number[],
): { value: number; dw: number[]; db: number } {
  const n = rows.length;
  const d = w.length;
  const dw = new Array<number>(d).fill(0);
  let db = 0;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    const label = labels[i]!;
    let z = b;
    for (let j = 0; j < d; j++) z += w[j]! * row[j]!;
    const p = 1 / (1 + Math.exp(-z));
    loss -= label * Math.log(p) + (1 - label) * Math.log(1 - p);
    const dz = (p - label) / n;
    for (let j = 0; j < d; j++) dw[j]! += dz * row[j]!;
    db += dz;
  }
  return { value: loss / n, dw, db };
}

export function inputs(random: Random): Parameters<typeof logisticRegression>[] {
  return random.list(4, () => {
    const rows = random.list(300, () => random.list(8, () => random.normal()));
    return [
      random.list(8, () => 0.5 * random.normal()),
      0.1,
      rows,
      rows.map((row) => (row[0]! - row[1]! + random.normal() > 0 ? 1 : 0)),
    ];
  });
}
