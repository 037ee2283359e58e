import type { Random } from "../../random.ts";

/** @differentiable wrt cx, cy, radius */
export function circleFit(cx: number, cy: number, radius: number, xs: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const distance = Math.sqrt((xs[i]! - cx) ** 2 + (ys[i]! - cy) ** 2);
    const r = distance - radius;
    sum += r * r;
  }
  return sum;
}

export function hand(
  cx: number,
  cy: number,
  radius: number,
  xs: number[],
  ys: number[],
): { value: number; dcx: number; dcy: number; dradius: number } {
  let sum = 0;
  let dcx = 0;
  let dcy = 0;
  let dradius = 0;
  for (let i = 0; i < xs.length; i++) {
    const ox = xs[i]! - cx;
    const oy = ys[i]! - cy;
    const distance = Math.sqrt(ox * ox + oy * oy);
    const r = distance - radius;
    sum += r * r;
    const pull = r / distance;
    dcx += pull * ox;
    dcy += pull * oy;
    dradius += r;
  }
  return { value: sum, dcx: -2 * dcx, dcy: -2 * dcy, dradius: -2 * dradius };
}

export function inputs(random: Random): Parameters<typeof circleFit>[] {
  return random.list(4, () => {
    const angles = random.list(1000, () => random.uniform(0, 2 * Math.PI));
    return [
      0.2 * random.normal(),
      0.2 * random.normal(),
      random.uniform(0.8, 1.5),
      angles.map((a) => Math.cos(a) + 0.05 * random.normal()),
      angles.map((a) => Math.sin(a) + 0.05 * random.normal()),
    ];
  });
}
