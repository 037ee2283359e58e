import type { Random } from "../../random.ts";

/**
 * Integral of a function with a kink over [0, end] by Gauss–Legendre points in each panel.
 *
 * @differentiable wrt sharpness, kink, end
 */
export function quadrature(sharpness: number, kink: number, end: number, panels: number): number {
  const h = end / panels;
  let total = 0;
  for (let panel = 0; panel < panels; panel++) {
    for (let side = -1; side <= 1; side++) {
      const x = h * (panel + 0.5 + 0.5 * side * 0.7745966692414834);
      const weight = side === 0 ? 8 / 18 : 5 / 18;
      let y;
      if (x < kink) {
        y = Math.exp(-sharpness * x) * x;
      } else {
        const over = x - kink;
        y = Math.exp(-sharpness * kink) * kink + over * over;
      }
      total += weight * h * y;
    }
  }
  return total;
}

export function inputs(random: Random): Parameters<typeof quadrature>[] {
  return random.list(4, () => [random.uniform(0.5, 2), random.uniform(0.5, 1.5), random.uniform(2, 3), 100]);
}
