import type { Random } from "../../random.ts";

/**
 * Energy of a graph layout: every pair of nodes repels, more strongly within a radius.
 *
 * @differentiable wrt xs, ys
 */
export function repulsion(xs: number[], ys: number[], radius: number): number {
  let energy = 0;
  for (let i = 0; i < xs.length; i++) {
    for (let j = i + 1; j < xs.length; j++) {
      const dx = xs[i]! - xs[j]!;
      const dy = ys[i]! - ys[j]!;
      const distance = Math.sqrt(dx * dx + dy * dy + 1e-6);
      energy += 1 / distance;
      if (distance < radius) energy += (radius - distance) ** 2;
    }
  }
  return energy;
}

export function hand(xs: number[], ys: number[], radius: number): { value: number; dxs: number[]; dys: number[] } {
  const n = xs.length;
  const dxs = new Array<number>(n).fill(0);
  const dys = new Array<number>(n).fill(0);
  let energy = 0;
  for (let i = 0; i < n; i++) {
    const x = xs[i]!;
    const y = ys[i]!;
    let sumX = 0;
    let sumY = 0;
    for (let j = i + 1; j < n; j++) {
      const dx = x - xs[j]!;
      const dy = y - ys[j]!;
      const distance = Math.sqrt(dx * dx + dy * dy + 1e-6);
      const inverse = 1 / distance;
      energy += inverse;
      let pull = -inverse * inverse;
      if (distance < radius) {
        const inside = radius - distance;
        energy += inside * inside;
        pull -= 2 * inside;
      }
      pull *= inverse;
      sumX += pull * dx;
      sumY += pull * dy;
      dxs[j]! -= pull * dx;
      dys[j]! -= pull * dy;
    }
    dxs[i]! += sumX;
    dys[i]! += sumY;
  }
  return { value: energy, dxs, dys };
}

export function inputs(random: Random): Parameters<typeof repulsion>[] {
  return random.list(4, () => [
    random.list(50, () => random.uniform(0, 5)),
    random.list(50, () => random.uniform(0, 5)),
    0.8,
  ]);
}
