import type { Random } from "../../random.ts";

function power(x: number, n: number): number {
  if (n === 0) return 1;
  const half = power(x, n >> 1);
  return n % 2 === 0 ? half * half : half * half * x;
}

/** @differentiable wrt scale, xs */
export function powerBySquaring(scale: number, xs: number[], exponents: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += scale * power(xs[i]!, exponents[i]!);
  return sum;
}

export function hand(
  scale: number,
  xs: number[],
  exponents: Int32Array,
): { value: number; dscale: number; dxs: number[] } {
  // value and derivative together, down the same recursion
  let derivative = 0;
  function powerWithDerivative(x: number, n: number): number {
    if (n === 0) {
      derivative = 0;
      return 1;
    }
    const half = powerWithDerivative(x, n >> 1);
    const dhalf = derivative;
    if (n % 2 === 0) {
      derivative = 2 * half * dhalf;
      return half * half;
    }
    derivative = half * (2 * dhalf * x + half);
    return half * half * x;
  }
  const dxs = new Array<number>(xs.length).fill(0);
  let sum = 0;
  let dscale = 0;
  for (let i = 0; i < xs.length; i++) {
    const p = powerWithDerivative(xs[i]!, exponents[i]!);
    sum += scale * p;
    dscale += p;
    dxs[i] = scale * derivative;
  }
  return { value: sum, dscale, dxs };
}

export function inputs(random: Random): Parameters<typeof powerBySquaring>[] {
  return random.list(4, () => [
    random.normal(),
    random.list(100, () => random.uniform(-1.2, 1.2)),
    Int32Array.from(random.list(100, () => 1 + random.integer(30))),
  ]);
}
