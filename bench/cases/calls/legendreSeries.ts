import type { Random } from "../../random.ts";

/** The Legendre polynomial of degree n, by its recurrence. */
function legendre(n: number, x: number): number {
  let before = 1;
  let current = x;
  if (n === 0) return before;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * current - (k - 1) * before) / k;
    before = current;
    current = next;
  }
  return current;
}

/** @differentiable wrt coefficients, x */
export function legendreSeries(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let n = 0; n < coefficients.length; n++) sum += coefficients[n]! * legendre(n, x);
  return sum;
}

export function inputs(random: Random): Parameters<typeof legendreSeries>[] {
  return random.list(8, () => [random.list(20, () => random.normal()), random.uniform(-0.9, 0.9)]);
}
