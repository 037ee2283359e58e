import type { Random } from "../../random.ts";

/** Fast Fourier transform in place; the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  // order of reversed bits
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    while (j & bit) {
      j ^= bit;
      bit >>= 1;
    }
    j ^= bit;
    if (i < j) {
      const x = re[i]!;
      re[i] = re[j]!;
      re[j] = x;
      const y = im[i]!;
      im[i] = im[j]!;
      im[j] = y;
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const c = Math.cos((-2 * Math.PI * k) / size);
      const s = Math.sin((-2 * Math.PI * k) / size);
      for (let p = k; p < n; p += size) {
        const q = p + half;
        const x = re[q]! * c - im[q]! * s;
        const y = re[q]! * s + im[q]! * c;
        re[q] = re[p]! - x;
        im[q] = im[p]! - y;
        re[p]! += x;
        im[p]! += y;
      }
    }
  }
}

/**
 * Weighted power spectrum of a real signal.
 *
 * @differentiable wrt signal
 */
export function fft(signal: number[], weights: number[]): number {
  const re = Float64Array.from(signal);
  const im = new Float64Array(signal.length);
  transform(re, im);
  let power = 0;
  for (let k = 0; k < weights.length; k++) power += weights[k]! * (re[k]! ** 2 + im[k]! ** 2);
  return power;
}

export function hand(signal: number[], weights: number[]): { value: number; dsignal: number[] } {
  const n = signal.length;
  const re = Float64Array.from(signal);
  const im = new Float64Array(n);
  transform(re, im);
  let power = 0;
  for (let k = 0; k < n; k++) {
    power += weights[k]! * (re[k]! ** 2 + im[k]! ** 2);
    re[k]! *= 2 * weights[k]!;
    im[k]! *= 2 * weights[k]!;
  }
  // the transform is linear: its stages transposed, last first; re and im hold the derivatives now
  for (let size = n; size >= 2; size /= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const c = Math.cos((-2 * Math.PI * k) / size);
      const s = Math.sin((-2 * Math.PI * k) / size);
      for (let p = k; p < n; p += size) {
        const q = p + half;
        const x = re[p]! - re[q]!;
        const y = im[p]! - im[q]!;
        re[p]! += re[q]!;
        im[p]! += im[q]!;
        re[q] = c * x + s * y;
        im[q] = c * y - s * x;
      }
    }
  }
  const dsignal = new Array<number>(n).fill(0);
  for (let i = 0, j = 0; i < n; i++) {
    dsignal[i] = re[j]!;
    let bit = n >> 1;
    while (j & bit) {
      j ^= bit;
      bit >>= 1;
    }
    j ^= bit;
  }
  return { value: power, dsignal };
}

export function inputs(random: Random): Parameters<typeof fft>[] {
  return random.list(2, () => [random.list(256, () => random.normal()), random.list(256, () => random.uniform(0, 1))]);
}
