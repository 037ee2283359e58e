import { grad_misfit } from "./curve.grad.js";

/** Measurements of 3 · exp(-0.7 t). */
const ts = Array.from({ length: 20 }, (_, i) => i / 5);
const ys = ts.map((t) => 3 * Math.exp(-0.7 * t));

/** Walks down the gradient. */
export function fit(): { a: number; b: number; misfit: number } {
  let a = 1;
  let b = 1;
  let misfit = Infinity;
  for (let step = 0; step < 2000; step++) {
    const { value, da, db } = grad_misfit(a, b, ts, ys);
    misfit = value;
    a -= 0.3 * da;
    b -= 0.3 * db;
  }
  return { a, b, misfit };
}
