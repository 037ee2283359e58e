import type { Random } from "../../random.ts";

/**
 * Log-likelihood of a Gaussian mixture. Component k has the weight `alphas[k]` (a logarithm), the mean `means[k]` and a
 * lower triangular root of its inverse covariance: logarithms of the diagonal in `logDiagonals[k]`, the rest row by row in `triangles[k]`.
 *
 * @differentiable wrt alphas, means, logDiagonals, triangles
 */
export function gaussianMixture(
  alphas: number[],
  means: number[][],
  logDiagonals: number[][],
  triangles: number[][],
  points: number[][],
): number {
  let total = 0;
  for (const point of points) {
    // log of a sum of exponentials, relative to the largest so far
    let top = -Infinity;
    let sum = 0;
    for (let k = 0; k < alphas.length; k++) {
      const mean = means[k]!;
      const logDiagonal = logDiagonals[k]!;
      const triangle = triangles[k]!;
      let squared = 0;
      let determinant = 0;
      let at = 0;
      for (let row = 0; row < mean.length; row++) {
        let z = Math.exp(logDiagonal[row]!) * (point[row]! - mean[row]!);
        for (let column = 0; column < row; column++) {
          z += triangle[at]! * (point[column]! - mean[column]!);
          at++;
        }
        squared += z * z;
        determinant += logDiagonal[row]!;
      }
      const exponent = alphas[k]! + determinant - 0.5 * squared;
      if (exponent > top) {
        sum = sum * Math.exp(top - exponent) + 1;
        top = exponent;
      } else {
        sum += Math.exp(exponent - top);
      }
    }
    total += top + Math.log(sum);
  }
  // the weights need not be normalised
  let weight = 0;
  for (const alpha of alphas) weight += Math.exp(alpha);
  return total - points.length * Math.log(weight);
}

interface Gradient {
  value: number;
  dalphas: number[];
  dmeans: number[][];
  dlogDiagonals: number[][];
  dtriangles: number[][];
}

export function hand(
  alphas: number[],
  means: number[][],
  logDiagonals: number[][],
  triangles: number[][],
  points: number[][],
): Gradient {
  const components = alphas.length;
  const d = means[0]!.length;
  const dalphas = new Array<number>(components).fill(0);
  const zeros = (rows: number[][]): number[][] => rows.map((row) => new Array<number>(row.length).fill(0));
  const dmeans = zeros(means);
  const dlogDiagonals = zeros(logDiagonals);
  const dtriangles = zeros(triangles);
  const exponents = new Float64Array(components); // of the components at one point
  const zs = new Float64Array(components * d);
  let total = 0;
  for (let i = 0; i < points.length; i++) {
    const point = points[i]!;
    let top = -Infinity;
    let sum = 0;
    for (let k = 0; k < components; k++) {
      const mean = means[k]!;
      const logDiagonal = logDiagonals[k]!;
      const triangle = triangles[k]!;
      let squared = 0;
      let determinant = 0;
      let at = 0;
      for (let row = 0; row < d; row++) {
        let z = Math.exp(logDiagonal[row]!) * (point[row]! - mean[row]!);
        for (let column = 0; column < row; column++) z += triangle[at++]! * (point[column]! - mean[column]!);
        zs[k * d + row] = z;
        squared += z * z;
        determinant += logDiagonal[row]!;
      }
      const exponent = alphas[k]! + determinant - 0.5 * squared;
      exponents[k] = exponent;
      if (exponent > top) {
        sum = sum * Math.exp(top - exponent) + 1;
        top = exponent;
      } else {
        sum += Math.exp(exponent - top);
      }
    }
    const share = top + Math.log(sum);
    total += share;
    for (let k = 0; k < components; k++) {
      const responsibility = Math.exp(exponents[k]! - share);
      const mean = means[k]!;
      const logDiagonal = logDiagonals[k]!;
      const triangle = triangles[k]!;
      const dmean = dmeans[k]!;
      const dlogDiagonal = dlogDiagonals[k]!;
      const dtriangle = dtriangles[k]!;
      dalphas[k]! += responsibility;
      let at = 0;
      for (let row = 0; row < d; row++) {
        const dz = -responsibility * zs[k * d + row]!;
        const root = Math.exp(logDiagonal[row]!);
        dlogDiagonal[row]! += responsibility + dz * root * (point[row]! - mean[row]!);
        dmean[row]! -= dz * root;
        for (let column = 0; column < row; column++) {
          dtriangle[at]! += dz * (point[column]! - mean[column]!);
          dmean[column]! -= dz * triangle[at]!;
          at++;
        }
      }
    }
  }
  let weight = 0;
  for (let k = 0; k < components; k++) weight += Math.exp(alphas[k]!);
  for (let k = 0; k < components; k++) dalphas[k]! -= (points.length * Math.exp(alphas[k]!)) / weight;
  return { value: total - points.length * Math.log(weight), dalphas, dmeans, dlogDiagonals, dtriangles };
}

export function inputs(random: Random): Parameters<typeof gaussianMixture>[] {
  const components = 5;
  return [3, 8].map((d) => [
    random.list(components, () => random.normal()),
    random.list(components, () => random.list(d, () => random.normal())),
    random.list(components, () => random.list(d, () => 0.3 * random.normal())),
    random.list(components, () => random.list((d * (d - 1)) / 2, () => 0.3 * random.normal())),
    random.list(200, () => random.list(d, () => random.normal())),
  ]);
}
