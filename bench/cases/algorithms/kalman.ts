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

export function hand(
  f: Matrix,
  noise: Matrix,
  variance: number,
  measurements: number[],
): { value: number; df: Matrix; dnoise: Matrix; dvariance: number } {
  const n = f.length;
  const size = n + 3 * n * n + 2;
  // of each step: x before, p before, f p, p expected, surprise, s
  const tape = new Float64Array(size * measurements.length);
  const x = new Float64Array(n);
  const p = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) p[i * n + j] = noise[i]![j]!;
  let total = 0;
  for (let t = 0; t < measurements.length; t++) {
    const x0 = t * size;
    const p0 = x0 + n;
    const w0 = p0 + n * n;
    const e0 = w0 + n * n;
    tape.set(x, x0);
    tape.set(p, p0);
    for (let i = 0; i < n; i++) {
      const row = f[i]!;
      let sum = 0;
      for (let j = 0; j < n; j++) sum += row[j]! * tape[x0 + j]!;
      x[i] = sum;
      for (let j = 0; j < n; j++) {
        let w = 0;
        for (let k = 0; k < n; k++) w += row[k]! * tape[p0 + k * n + j]!;
        tape[w0 + i * n + j] = w;
      }
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const row = f[j]!;
        let e = 0;
        for (let k = 0; k < n; k++) e += tape[w0 + i * n + k]! * row[k]!;
        tape[e0 + i * n + j] = e + noise[i]![j]!;
      }
    }
    const surprise = measurements[t]! - x[0]!;
    const s = tape[e0]! + variance;
    tape[e0 + n * n] = surprise;
    tape[e0 + n * n + 1] = s;
    total += 0.5 * (Math.log(s) + (surprise * surprise) / s);
    for (let i = 0; i < n; i++) {
      const gain = tape[e0 + i * n]! / s;
      x[i]! += gain * surprise;
      for (let j = 0; j < n; j++) p[i * n + j] = tape[e0 + i * n + j]! - gain * tape[e0 + j]!;
    }
  }

  const df = f.map((row) => new Array<number>(row.length).fill(0));
  const dnoise = noise.map((row) => new Array<number>(row.length).fill(0));
  let dvariance = 0;
  const dx = new Float64Array(n);
  const dp = new Float64Array(n * n);
  const dw = new Float64Array(n * n);
  const dbefore = new Float64Array(n);
  for (let t = measurements.length - 1; t >= 0; t--) {
    const x0 = t * size;
    const p0 = x0 + n;
    const w0 = p0 + n * n;
    const e0 = w0 + n * n;
    const surprise = tape[e0 + n * n]!;
    const s = tape[e0 + n * n + 1]!;
    // what was learnt; dp becomes the derivative by what was expected
    let dsurprise = surprise / s;
    let ds = (0.5 - (0.5 * surprise * surprise) / s) / s;
    dbefore.fill(0); // by the first row
    for (let i = 0; i < n; i++) {
      const gain = tape[e0 + i * n]! / s;
      let dgain = dx[i]! * surprise;
      dsurprise += dx[i]! * gain;
      for (let j = 0; j < n; j++) {
        dgain -= dp[i * n + j]! * tape[e0 + j]!;
        dbefore[j]! -= dp[i * n + j]! * gain;
      }
      dp[i * n]! += dgain / s;
      ds -= (dgain * gain) / s;
    }
    for (let j = 0; j < n; j++) dp[j]! += dbefore[j]!;
    dp[0]! += ds;
    dvariance += ds;
    dx[0]! -= dsurprise;
    // what was expected: w = f p, e = w fᵀ + noise, x = f x
    for (let i = 0; i < n; i++) {
      const row = dnoise[i]!;
      for (let j = 0; j < n; j++) row[j]! += dp[i * n + j]!;
      for (let k = 0; k < n; k++) {
        let d = 0;
        for (let j = 0; j < n; j++) {
          d += dp[i * n + j]! * f[j]![k]!;
          df[j]![k]! += dp[i * n + j]! * tape[w0 + i * n + k]!;
        }
        dw[i * n + k] = d;
      }
    }
    dbefore.fill(0);
    dp.fill(0);
    for (let i = 0; i < n; i++) {
      const row = f[i]!;
      const drow = df[i]!;
      for (let k = 0; k < n; k++) {
        let d = dx[i]! * tape[x0 + k]!;
        dbefore[k]! += dx[i]! * row[k]!;
        for (let j = 0; j < n; j++) {
          d += dw[i * n + j]! * tape[p0 + k * n + j]!;
          dp[k * n + j]! += dw[i * n + j]! * row[k]!;
        }
        drow[k]! += d;
      }
    }
    dx.set(dbefore);
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) dnoise[i]![j]! += dp[i * n + j]!;
  return { value: total, df, dnoise, dvariance };
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
