import type { Random } from "../../random.ts";

/**
 * Negative logarithm of a Gaussian density at y, up to a constant: half of y · a⁻¹ y plus half the logarithm of det a.
 * Only the lower triangle of the covariance a is read; it is replaced by its root in a copy.
 *
 * @differentiable
 */
export function cholesky(a: number[][], y: number[]): number {
  const n = y.length;
  const l = a.map((row) => row.slice());
  for (let j = 0; j < n; j++) {
    let d = l[j]![j]!;
    for (let k = 0; k < j; k++) d -= l[j]![k]! * l[j]![k]!;
    l[j]![j] = Math.sqrt(d);
    for (let i = j + 1; i < n; i++) {
      let s = l[i]![j]!;
      for (let k = 0; k < j; k++) s -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = s / l[j]![j]!;
    }
  }
  const z = y.slice();
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) z[i]! -= l[i]![k]! * z[k]!;
    z[i]! /= l[i]![i]!;
    total += 0.5 * z[i]! * z[i]! + Math.log(l[i]![i]!);
  }
  return total;
}

export function hand(a: number[][], y: number[]): { value: number; da: number[][]; dy: number[] } {
  const n = y.length;
  const l = a.map((row) => row.slice());
  for (let j = 0; j < n; j++) {
    const lj = l[j]!;
    let d = lj[j]!;
    for (let k = 0; k < j; k++) d -= lj[k]! * lj[k]!;
    lj[j] = Math.sqrt(d);
    for (let i = j + 1; i < n; i++) {
      const li = l[i]!;
      let s = li[j]!;
      for (let k = 0; k < j; k++) s -= li[k]! * lj[k]!;
      li[j] = s / lj[j]!;
    }
  }
  const z = y.slice();
  let total = 0;
  for (let i = 0; i < n; i++) {
    const li = l[i]!;
    let s = z[i]!;
    for (let k = 0; k < i; k++) s -= li[k]! * z[k]!;
    z[i] = s / li[i]!;
    total += 0.5 * z[i]! * z[i]! + Math.log(li[i]!);
  }

  // Every element of l is final when it is used.
  const dl = l.map(() => new Array<number>(n).fill(0));
  const dz = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const li = l[i]!;
    const dli = dl[i]!;
    const ds = (dz[i]! + z[i]!) / li[i]!;
    dli[i] = 1 / li[i]! - ds * z[i]!;
    for (let k = 0; k < i; k++) {
      dli[k] = -ds * z[k]!;
      dz[k]! -= ds * li[k]!;
    }
    dz[i] = ds;
  }
  for (let j = n - 1; j >= 0; j--) {
    const lj = l[j]!;
    const dlj = dl[j]!;
    for (let i = j + 1; i < n; i++) {
      const li = l[i]!;
      const dli = dl[i]!;
      const ds = dli[j]! / lj[j]!;
      dlj[j]! -= ds * li[j]!;
      for (let k = 0; k < j; k++) {
        dli[k]! -= ds * lj[k]!;
        dlj[k]! -= ds * li[k]!;
      }
      dli[j] = ds;
    }
    const dd = dlj[j]! / (2 * lj[j]!);
    for (let k = 0; k < j; k++) dlj[k]! -= 2 * dd * lj[k]!;
    dlj[j] = dd;
  }
  return { value: total, da: dl, dy: dz };
}

export function inputs(random: Random): Parameters<typeof cholesky>[] {
  const n = 24;
  return random.list(2, () => {
    const places = random.list(n, () => random.uniform(0, 5));
    return [
      places.map((p, i) => places.map((q, j) => Math.exp(-((p - q) ** 2)) + (i === j ? 0.2 : 0))),
      places.map((p) => Math.sin(p) + 0.3 * random.normal()),
    ];
  });
}
