import type { Random } from "../../random.ts";

type Matrix = number[][];

function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => {
    const out = new Array<number>(b[0]!.length).fill(0);
    for (let k = 0; k < row.length; k++) {
      for (let j = 0; j < out.length; j++) out[j]! += row[k]! * b[k]![j]!;
    }
    return out;
  });
}

function transpose(a: Matrix): Matrix {
  return a[0]!.map((_, j) => a.map((row) => row[j]!));
}

/**
 * Negative log-likelihood (up to a constant) of noisy measurements of one coordinate of a state that moves by x → f x.
 * `noise` is the covariance of what is added to the state in each step, `variance` that of a measurement.
 *
 * @differentiable wrt f, noise, variance
 */
export function kalman(f: Matrix, noise: Matrix, variance: number, measurements: number[]): number {
  const n = f.length;
  let x = new Array<number>(n).fill(0);
  let p: Matrix = noise.map((row) => [...row]);
  let total = 0;
  for (const z of measurements) {
    // what is expected
    x = f.map((row) => row.reduce((sum, fij, j) => sum + fij * x[j]!, 0));
    p = multiply(multiply(f, p), transpose(f));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) p[i]![j]! += noise[i]![j]!;
    }
    // what is learnt
    const surprise = z - x[0]!;
    const s = p[0]![0]! + variance;
    total += 0.5 * (Math.log(s) + (surprise * surprise) / s);
    const gain = p.map((row) => row[0]! / s);
    const first = [...p[0]!];
    for (let i = 0; i < n; i++) {
      x[i]! += gain[i]! * surprise;
      for (let j = 0; j < n; j++) p[i]![j]! -= gain[i]! * first[j]!;
    }
  }
  return total;
}

export function inputs(random: Random): Parameters<typeof kalman>[] {
  return random.list(2, () => [
    [
      [1, 0.1, 0.005],
      [0, 1, 0.1],
      [0, -0.05, 0.95],
    ],
    [
      [0.1, 0.01, 0],
      [0.01, 0.2, 0.02],
      [0, 0.02, 0.3],
    ],
    0.5,
    random.list(60, (i) => Math.sin(0.1 * i) + 0.5 * random.normal()),
  ]);
}
