import type { Random } from "../../random.ts";

/** @differentiable */
export function logisticMap(x0: number, r: number, n: number): number {
  let x = x0;
  for (let i = 0; i < n; i++) x = r * x * (1 - x);
  return x;
}

export function hand(x0: number, r: number, n: number): { value: number; dx0: number; dr: number } {
  const before = new Array<number>(n);
  let x = x0;
  for (let i = 0; i < n; i++) {
    before[i] = x;
    x = r * x * (1 - x);
  }
  const value = x;
  let dx = 1;
  let dr = 0;
  for (let i = n - 1; i >= 0; i--) {
    x = before[i]!;
    dr += x * (1 - x) * dx;
    dx *= r * (1 - 2 * x);
  }
  return { value, dx0: dx, dr };
}

export function inputs(random: Random): Parameters<typeof logisticMap>[] {
  return random.list(8, () => [random.uniform(0.2, 0.8), random.uniform(2.2, 3.2), 200]);
}
