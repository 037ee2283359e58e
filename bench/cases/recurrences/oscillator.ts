import type { Random } from "../../random.ts";

/**
 * A damped oscillator by the classical Runge–Kutta method; the energy left at the end.
 *
 * @differentiable wrt x0, v0, stiffness, damping
 */
export function oscillator(
  x0: number,
  v0: number,
  stiffness: number,
  damping: number,
  h: number,
  steps: number,
): number {
  let x = x0;
  let v = v0;
  for (let step = 0; step < steps; step++) {
    const a1 = -stiffness * x - damping * v;
    const v2 = v + 0.5 * h * a1;
    const a2 = -stiffness * (x + 0.5 * h * v) - damping * v2;
    const v3 = v + 0.5 * h * a2;
    const a3 = -stiffness * (x + 0.5 * h * v2) - damping * v3;
    const v4 = v + h * a3;
    const a4 = -stiffness * (x + h * v3) - damping * v4;
    x += (h / 6) * (v + 2 * v2 + 2 * v3 + v4);
    v += (h / 6) * (a1 + 2 * a2 + 2 * a3 + a4);
  }
  return 0.5 * v * v + 0.5 * stiffness * x * x;
}

export function inputs(random: Random): Parameters<typeof oscillator>[] {
  return random.list(8, () => [
    random.normal(),
    random.normal(),
    random.uniform(1, 4),
    random.uniform(0.05, 0.2),
    0.05,
    200,
  ]);
}
