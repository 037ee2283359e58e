import type { Random } from "../../random.ts";

/** @differentiable wrt mu, sigma */
export function gaussianLikelihood(mu: number, sigma: number, xs: Float64Array): number {
  let total = 0;
  for (let i = 0; i < xs.length; i++) {
    const z = (xs[i]! - mu) / sigma;
    total += -0.5 * z * z - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
  }
  return total;
}

export function hand(mu: number, sigma: number, xs: Float64Array): { value: number; dmu: number; dsigma: number } {
  // the logarithms do not depend on the point, but the value must keep its bits: the same sum in the same order
  const logSigma = Math.log(sigma);
  const constant = 0.5 * Math.log(2 * Math.PI);
  let total = 0;
  let sumZ = 0;
  let sumZ2 = 0;
  for (let i = 0; i < xs.length; i++) {
    const z = (xs[i]! - mu) / sigma;
    total += -0.5 * z * z - logSigma - constant;
    sumZ += z;
    sumZ2 += z * z;
  }
  return { value: total, dmu: sumZ / sigma, dsigma: (sumZ2 - xs.length) / sigma };
}

export function inputs(random: Random): Parameters<typeof gaussianLikelihood>[] {
  return random.list(4, () => [
    random.normal(),
    random.uniform(0.5, 2),
    Float64Array.from(random.list(1000, () => random.normal())),
  ]);
}
