import type { Random } from "../../random.ts";

/** @differentiable wrt first, ratio */
export function geometricSeries(first: number, ratio: number, n: number): number {
  let term = first;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += term;
    term *= ratio;
  }
  return sum;
}

export function hand(first: number, ratio: number, n: number): { value: number; dfirst: number; dratio: number } {
  const terms = new Array<number>(n);
  let term = first;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    terms[i] = term;
    sum += term;
    term *= ratio;
  }
  let dterm = 0;
  let dratio = 0;
  for (let i = n - 1; i >= 0; i--) {
    dratio += terms[i]! * dterm;
    dterm = dterm * ratio + 1;
  }
  return { value: sum, dfirst: dterm, dratio };
}

export function inputs(random: Random): Parameters<typeof geometricSeries>[] {
  return random.list(8, () => [random.uniform(1, 10), random.uniform(0.8, 1.02), 100]);
}
