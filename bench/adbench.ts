/** Inputs from the data files of ADBench (github.com/microsoft/ADBench), for the two programs that have its form. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { BenchCase } from "./case.ts";

/** For each file of the folder that fits one of the cases: the case with the file's numbers as its only input. */
export function casesFromFiles(folder: string, cases: readonly BenchCase[]): BenchCase[] {
  return readdirSync(folder).flatMap((file) => {
    const reader = readers.find(({ pattern }) => pattern.test(file));
    const bench = cases.find(({ name }) => name === reader?.name);
    if (reader === undefined || bench === undefined) return [];
    return [
      { ...bench, data: basename(file, ".txt"), inputs: () => [reader.read(readFileSync(join(folder, file), "utf8"))] },
    ];
  });
}

const readers = [
  { pattern: /^gmm_.*\.txt$/, name: "gaussianMixture", read: readMixture },
  { pattern: /^ba\d*_.*\.txt$/, name: "bundleAdjustment", read: readBundle },
];

/** A reader of white-space separated numbers. */
function numbers(text: string): { next: () => number; list: <T>(length: number, item: () => T) => T[] } {
  const words = text.split(/\s+/);
  let at = 0;
  const next = (): number => Number(words[at++]);
  return { next, list: (length, item) => Array.from({ length }, item) };
}

/** d k n, logarithms of the weights, means, roots of the inverse covariances, points (the prior's two numbers stay unread). */
function readMixture(text: string): unknown[] {
  const { next, list } = numbers(text);
  const d = next();
  const k = next();
  const n = next();
  const alphas = list(k, next);
  const means = list(k, () => list(d, next));
  const roots = list(k, () => list((d * (d + 1)) / 2, next));
  const points = list(n, () => list(d, next));
  return [alphas, means, roots.map((root) => root.slice(0, d)), roots.map((root) => root.slice(d)), points];
}

/** n m p and one camera, point, weight and feature, used for all. */
function readBundle(text: string): unknown[] {
  const { next, list } = numbers(text);
  const cameras = next();
  const points = next();
  const observations = next();
  const camera = list(11, next);
  const point = list(3, next);
  const weight = next();
  const x = next();
  const y = next();
  return [
    list(cameras, () => [...camera]),
    list(points, () => [...point]),
    list(observations, () => weight),
    Array.from({ length: observations }, (_, i) => ({ camera: i % cameras, point: i % points, x, y })),
  ];
}
