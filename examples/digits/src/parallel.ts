import { Piscina } from "piscina";
import { add, gatherRows, rows, scale, type Matrix } from "@retrograd/runtime";
import type { Split } from "./data.js";
import type { Network } from "./network.js";
import { grad_loss } from "./network.grad.js";

/** The loss of the samples with these numbers, and its gradient. */
export type BatchGradient = (p: Network, samples: Int32Array, mask: Matrix) => Promise<{ readonly value: number; readonly dp: Network }>;

/** What a worker is told of its part of a batch. */
export interface Part {
  readonly p: Network;
  readonly samples: Int32Array;
  readonly mask: Matrix;
}

export const inThisThread = ({ X, labels }: Split): BatchGradient => (p, samples, mask) =>
  Promise.resolve(grad_loss(p, gatherRows(X, samples), samples.map((i) => labels[i] ?? 0), mask));

/** In memory that all threads see. */
function shared(m: Matrix): Matrix {
  const data = new Float64Array(new SharedArrayBuffer(8 * m.data.length));
  data.set(m.data);
  return { ...m, data };
}

/**
 * Each batch in equal parts, one for each thread. The loss is a mean over the batch, so the gradient of the batch is the mean of those of the
 * parts: what one thread computes, up to rounding.
 */
export function inThreads({ X, labels }: Split, threads: number): { readonly gradient: BatchGradient; readonly close: () => Promise<void> } {
  const pool = new Piscina<Part, { readonly value: number; readonly dp: Network }>({
    filename: import.meta.resolve("./worker.js"), name: "gradientOfPart", minThreads: threads, maxThreads: threads, workerData: { X: shared(X), labels },
  });
  const gradient: BatchGradient = async (p, samples, mask) => {
    const n = samples.length, starts = Array.from({ length: threads + 1 }, (_, k) => Math.round((k * n) / threads));
    const common = { W1: shared(p.W1), b1: p.b1, W2: p.W2, b2: p.b2 }; // the large one is not copied for each
    const parts = starts.slice(1).map((to, k) => ({ from: starts[k] ?? 0, to })).filter(({ from, to }) => to > from);
    const made = await Promise.all(parts.map(async ({ from, to }) => {
      const { value, dp } = await pool.run({ p: common, samples: samples.slice(from, to), mask: rows(mask, from, to) });
      const share = (to - from) / n;
      return { value: share * value, dp: { W1: scale(dp.W1, share), b1: scale(dp.b1, share), W2: scale(dp.W2, share), b2: scale(dp.b2, share) } };
    }));
    return made.reduce((a, b) => ({ value: a.value + b.value, dp: { W1: add(a.dp.W1, b.dp.W1), b1: add(a.dp.b1, b.dp.b1), W2: add(a.dp.W2, b.dp.W2), b2: add(a.dp.b2, b.dp.b2) } }));
  };
  return { gradient, close: () => pool.close() };
}

