import type { Random } from "../../random.ts";

/**
 * Logistic loss in its stable spelling; labels are ±1.
 *
 * @differentiable wrt w, b
 */
export function softplusLoss(w: number, b: number, xs: number[], labels: number[]): number {
  let loss = 0;
  for (let i = 0; i < xs.length; i++) {
    const margin = labels[i]! * (w * xs[i]! + b);
    loss += Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
  }
  return loss;
}

export function hand(w: number, b: number, xs: number[], labels: number[]): { value: number; dw: number; db: number } {
  let loss = 0;
  let dw = 0;
  let db = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const label = labels[i]!;
    const margin = label * (w * x + b);
    const e = Math.exp(-Math.abs(margin));
    loss += Math.max(-margin, 0) + Math.log1p(e);
    // minus the sigmoid of -margin
    const dmargin = margin > 0 ? -e / (1 + e) : -1 / (1 + e);
    const dz = dmargin * label;
    dw += dz * x;
    db += dz;
  }
  return { value: loss, dw, db };
}

export function inputs(random: Random): Parameters<typeof softplusLoss>[] {
  return random.list(4, () => {
    const xs = random.list(500, () => random.normal());
    return [random.normal(), random.normal(), xs, xs.map((x) => (x + 0.5 * random.normal() > 0 ? 1 : -1))];
  });
}
