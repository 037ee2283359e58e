import type { Random } from "../../random.ts";

/**
 * Crammer–Singer hinge loss with a quadratic penalty: each wrong class within the margin counts.
 *
 * @differentiable wrt weights
 */
export function hingeMulticlass(weights: number[][], rows: number[][], labels: number[]): number {
  let loss = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const label = labels[i]!;
    let right = 0;
    for (let j = 0; j < row.length; j++) right += weights[label]![j]! * row[j]!;
    for (let c = 0; c < weights.length; c++) {
      if (c === label) continue;
      let score = 0;
      for (let j = 0; j < row.length; j++) score += weights[c]![j]! * row[j]!;
      const margin = 1 + score - right;
      if (margin > 0) loss += margin;
    }
  }
  for (const w of weights) {
    for (const x of w) loss += 0.01 * x * x;
  }
  return loss;
}

export function hand(weights: number[][], rows: number[][], labels: number[]): { value: number; dweights: number[][] } {
  const dweights = weights.map((w) => new Array<number>(w.length).fill(0));
  let loss = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const label = labels[i]!;
    const d = row.length;
    const w = weights[label]!;
    let right = 0;
    for (let j = 0; j < d; j++) right += w[j]! * row[j]!;
    let wrong = 0;
    for (let c = 0; c < weights.length; c++) {
      if (c === label) continue;
      const wc = weights[c]!;
      let score = 0;
      for (let j = 0; j < d; j++) score += wc[j]! * row[j]!;
      const margin = 1 + score - right;
      if (margin > 0) {
        loss += margin;
        wrong++;
        const dwc = dweights[c]!;
        for (let j = 0; j < d; j++) dwc[j]! += row[j]!;
      }
    }
    if (wrong > 0) {
      const dw = dweights[label]!;
      for (let j = 0; j < d; j++) dw[j]! -= wrong * row[j]!;
    }
  }
  for (let c = 0; c < weights.length; c++) {
    const w = weights[c]!;
    const dw = dweights[c]!;
    for (let j = 0; j < w.length; j++) {
      loss += 0.01 * w[j]! * w[j]!;
      dw[j]! += 0.02 * w[j]!;
    }
  }
  return { value: loss, dweights };
}

export function inputs(random: Random): Parameters<typeof hingeMulticlass>[] {
  return random.list(4, () => [
    random.list(5, () => random.list(8, () => random.normal())),
    random.list(150, () => random.list(8, () => random.normal())),
    random.list(150, () => random.integer(5)),
  ]);
}
