import type { Random } from "../../random.ts";

/**
 * Smoothness of an image (one-sided at the border, edges preserved by a robust norm) plus its distance from a noisy one.
 *
 * @differentiable wrt u
 */
export function stencilEnergy(u: number[][], noisy: number[][], edge: number): number {
  let energy = 0;
  for (let i = 0; i < u.length; i++) {
    for (let j = 0; j < u[i]!.length; j++) {
      const here = u[i]![j]!;
      energy += (here - noisy[i]![j]!) ** 2;
      if (i + 1 < u.length) {
        const d = u[i + 1]![j]! - here;
        energy += Math.abs(d) < edge ? d * d : edge * (2 * Math.abs(d) - edge);
      }
      if (j + 1 < u[i]!.length) {
        const d = u[i]![j + 1]! - here;
        energy += Math.abs(d) < edge ? d * d : edge * (2 * Math.abs(d) - edge);
      }
    }
  }
  return energy;
}

export function hand(u: number[][], noisy: number[][], edge: number): { value: number; du: number[][] } {
  const du = u.map((row) => new Array<number>(row.length).fill(0));
  let energy = 0;
  for (let i = 0; i < u.length; i++) {
    const row = u[i]!;
    const below = i + 1 < u.length ? u[i + 1]! : null;
    const drow = du[i]!;
    const dbelow = i + 1 < u.length ? du[i + 1]! : null;
    const target = noisy[i]!;
    for (let j = 0; j < row.length; j++) {
      const here = row[j]!;
      const off = here - target[j]!;
      energy += off * off;
      let dhere = 2 * off;
      if (below !== null && dbelow !== null) {
        const d = below[j]! - here;
        const a = Math.abs(d);
        energy += a < edge ? d * d : edge * (2 * a - edge);
        const dd = a < edge ? 2 * d : 2 * edge * Math.sign(d);
        dbelow[j]! += dd;
        dhere -= dd;
      }
      if (j + 1 < row.length) {
        const d = row[j + 1]! - here;
        const a = Math.abs(d);
        energy += a < edge ? d * d : edge * (2 * a - edge);
        const dd = a < edge ? 2 * d : 2 * edge * Math.sign(d);
        drow[j + 1]! += dd;
        dhere -= dd;
      }
      drow[j]! += dhere;
    }
  }
  return { value: energy, du };
}

export function inputs(random: Random): Parameters<typeof stencilEnergy>[] {
  return random.list(4, () => {
    const u = random.list(32, (i) => random.list(32, (j) => Math.sin(0.2 * i) + (j > 15 ? 1 : 0)));
    return [u.map((row) => row.map((x) => x + 0.2 * random.normal())), u, 0.5];
  });
}
