import type { Random } from "../../random.ts";

/** @differentiable */
export function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]!;
  return value;
}

export function hand(
  coefficients: readonly number[],
  x: number,
): { value: number; dcoefficients: number[]; dx: number } {
  const n = coefficients.length;
  const partial = new Array<number>(n);
  let value = 0;
  for (let i = n - 1; i >= 0; i--) {
    partial[i] = value;
    value = value * x + coefficients[i]!;
  }
  const dcoefficients = new Array<number>(n).fill(0);
  let power = 1;
  let dx = 0;
  for (let i = 0; i < n; i++) {
    dcoefficients[i] = power;
    dx += partial[i]! * power;
    power *= x;
  }
  return { value, dcoefficients, dx };
}

export function inputs(random: Random): Parameters<typeof horner>[] {
  return random.list(8, () => [random.list(24, () => random.normal()), random.uniform(-1.1, 1.1)]);
}
