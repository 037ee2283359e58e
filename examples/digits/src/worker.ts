// A worker thread of the pool: the gradient of a part of a batch.
import { workerData } from "piscina";
import { gatherRows } from "@retrograd/runtime";
import { useWasm } from "@retrograd/runtime/wasm";
import type { Split } from "./data.js";
import { grad_loss } from "./network.grad.js";
import type { Part } from "./parallel.js";

useWasm();
const { X, labels } = workerData as Split; // as `inThreads` made it

export function gradientOfPart({ p, samples, mask }: Part): ReturnType<typeof grad_loss> {
  return grad_loss(p, gatherRows(X, samples), samples.map((i) => labels[i] ?? 0), mask);
}
