import { fromRows, gatherRows, mean, random, randn, div, sqrt, sub, variance, type Matrix } from "@retrograd/runtime";

export interface Samples {
  readonly X: Matrix;
  readonly labels: Int32Array;
}

/**
 * Three classes of points, each on a ring around the ones before, measured in unlike units: the first feature is in the hundreds,
 * the second in hundredths.
 */
export function rings(seed: number, count: number): Samples {
  const rng = random(seed);
  const noise = randn(rng, count, 1).data;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const rows = Array.from(labels, (label, i) => {
    const radius = label + 0.5 + 0.25 * (noise[i] ?? 0);
    const angle = 2 * Math.PI * rng();
    return [500 + 100 * radius * Math.cos(angle), 0.01 * radius * Math.sin(angle)];
  });
  return { X: fromRows(rows), labels };
}

/** Every feature with mean 0 and deviation 1, as measured on `of`. */
export function normalise(X: Matrix, of: Matrix): Matrix {
  return div(sub(X, mean(of, "rows")), sqrt(variance(of, "rows")));
}

/** 0, 1, … count - 1 in a random order. */
export function shuffled(rng: () => number, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

/** Some of the samples, by their places. */
export function pick({ X, labels }: Samples, places: Int32Array): Samples {
  return { X: gatherRows(X, places), labels: places.map((i) => labels[i] ?? 0) };
}
