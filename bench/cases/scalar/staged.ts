import type { Random } from "../../random.ts";

/** @differentiable */
export function staged(x: number, y: number): number {
  const sigy = 1.0 / (1 + Math.exp(-y)); // sigmoid in numerator
  const num = x + sigy; // numerator
  const sigx = 1.0 / (1 + Math.exp(-x)); // sigmoid in denominator
  const xpy = x + y;
  const xpysqr = xpy ** 2;
  const den = sigx + xpysqr; // denominator
  const invden = 1.0 / den;
  return num * invden;
}

export function hand(x: number, y: number): { value: number; dx: number; dy: number } {
  const sigy = 1.0 / (1 + Math.exp(-y));
  const num = x + sigy;
  const sigx = 1.0 / (1 + Math.exp(-x));
  const xpy = x + y;
  const invden = 1.0 / (sigx + xpy * xpy);
  const value = num * invden;
  const dden = -value * invden;
  const dxpy = 2 * xpy * dden;
  return {
    value,
    dx: invden + dxpy + (1 - sigx) * sigx * dden,
    dy: dxpy + (1 - sigy) * sigy * invden,
  };
}

export function inputs(random: Random): Parameters<typeof staged>[] {
  return random.list(16, () => [random.uniform(-4, 4), random.uniform(-4, 4)]);
}
