import { readFileSync, writeFileSync } from "node:fs";
import { fromArray, type Matrix } from "@retrograd/runtime";
import type { Network } from "./network.js";

interface Saved {
  readonly rows: number;
  readonly cols: number;
  readonly data: readonly number[];
}

export function save(path: string, { W1, b1, W2, b2 }: Network): void {
  const plain = ({ rows, cols, data }: Matrix): Saved => ({ rows, cols, data: Array.from(data) });
  writeFileSync(path, JSON.stringify({ W1: plain(W1), b1: plain(b1), W2: plain(W2), b2: plain(b2) }));
}

export function load(path: string): Network {
  const { W1, b1, W2, b2 } = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<keyof Network, Saved>>; // as `save` wrote it
  const matrix = ({ rows, cols, data }: Saved): Matrix => fromArray(rows, cols, data);
  return { W1: matrix(W1), b1: matrix(b1), W2: matrix(W2), b2: matrix(b2) };
}
