/** `with into`: a warm call makes no objects. Measured over 10⁴ calls. */
import { describe, expect, test } from "vitest";
import { compileAndRun } from "../support/compile.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly at: () => readonly unknown[];
  /** Numbers that engines hand on as objects of 16 bytes: what functions that are not inlined take and return. */
  readonly numbers?: number;
}

const marked = (text: string): string => `/** @differentiable with into */\nexport ${text}\n`;
const square = (n: number): number[][] => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_0, j) => (i === j ? n : Math.sin(i + 2 * j))));

const cases: readonly Case[] = [
  { name: "stages", text: marked("function f(x: number, y: number): number {\n  const s = 1 / (1 + Math.exp(-y));\n  return (x + s) / (s + (x + y) ** 2);\n}"), at: () => [0.3, -0.4] },
  {
    name: "a loss", text: marked("function f(w: number, b: number, xs: number[], ys: number[]): number {\n  let sum = 0.5;\n  for (let i = 0; i < xs.length; i++) {\n    const r = w * xs[i]! + b - ys[i]!;\n    sum += r * r;\n  }\n  return sum / xs.length;\n}"),
    at: () => [0.3, 0.5, new Array<number>(40).fill(0.5), new Array<number>(40).fill(0.7)],
  },
  { name: "prefix sums", text: marked("function f(xs: number[], k: number): number {\n  const y = xs.slice();\n  for (let i = 1; i < y.length; i++) y[i]! += k * y[i - 1]!;\n  return y[y.length - 1]! * y[0]!;\n}"), at: () => [new Array<number>(40).fill(0.5), 0.3] },
  {
    name: "LU in one array", text: marked("function f(m: Float64Array, n: number): number {\n  const a = m.slice();\n  let det = 1.5;\n  for (let k = 0; k < n; k++) {\n    det *= a[k * n + k]!;\n    for (let i = k + 1; i < n; i++) {\n      const f = a[i * n + k]! / a[k * n + k]!;\n      for (let j = k + 1; j < n; j++) a[i * n + j]! -= f * a[k * n + j]!;\n    }\n  }\n  return det;\n}"),
    at: () => [Float64Array.from(square(6).flat()), 6],
  },
  {
    name: "LU in rows", text: marked("function f(m: number[][], n: number): number {\n  const a = m.map((row) => row.slice());\n  let det = 1.5;\n  for (let k = 0; k < n; k++) {\n    det *= a[k]![k]!;\n    for (let i = k + 1; i < n; i++) {\n      const f = a[i]![k]! / a[k]![k]!;\n      for (let j = k + 1; j < n; j++) a[i]![j]! -= f * a[k]![j]!;\n    }\n  }\n  return det;\n}"),
    at: () => [square(6), 6],
  },
  {
    name: "an array of each trip that the next one reads", text: marked("function f(x: Float64Array, w: Float64Array, layers: number): number {\n  let h = x.slice();\n  const n = x.length;\n  for (let l = 0; l < layers; l++) {\n    const next = new Float64Array(n);\n    for (let i = 0; i < n; i++) {\n      let s = 0.1;\n      for (let j = 0; j < n; j++) s += w[i * n + j]! * h[j]!;\n      next[i] = Math.tanh(s);\n    }\n    h = next;\n  }\n  let t = 0.5;\n  for (let i = 0; i < n; i++) t += h[i]! * h[i]!;\n  return t;\n}"),
    at: () => [new Float64Array(5).fill(0.3), new Float64Array(25).fill(0.2), 4],
  },
  { name: "a short array of each trip", text: marked("function f(x: number, y: number, n: number): number {\n  let s = 0.5;\n  for (let i = 0; i < n; i++) {\n    const v = [x * i, y, x * y];\n    for (let k = 0; k < 3; k++) s += v[k]! * v[(k + i) % 3]!;\n  }\n  return s;\n}"), at: () => [0.3, 0.5, 20] },
  { name: "trips that nobody knows before", text: marked("function f(a: number, tol: number): number {\n  let x = 0.5 * a;\n  while (Math.abs(x * x - a) > tol) x = 0.5 * (x + a / x);\n  return x;\n}"), at: () => [2.5, 1e-9] },
  { name: "a branch in each trip", text: marked("function f(x: number, n: number): number {\n  let s = 0.5 * x;\n  for (let i = 0; i < n; i++) {\n    if (s > 1) s = Math.sin(s) * x;\n    else s = s * 1.3 + x;\n  }\n  return s;\n}"), at: () => [0.7, 30] },
  {
    name: "a callee in two halves", numbers: 6, text: `function smooth(a: Float64Array, k: number, depth: number): void {\n  const old = a.slice();\n  for (let i = 1; i < a.length - 1; i++) a[i] = old[i]! + k * (old[i - 1]! - 2 * old[i]! + old[i + 1]!) * Math.cos(old[i]!);\n  if (depth > 0.5) smooth(a, k * 0.9, depth - 1);\n}\n${marked("function f(x: Float64Array, k: number): number {\n  const a = x.slice();\n  smooth(a, k, 1);\n  let s = 0.5;\n  for (let i = 0; i < a.length; i++) s += a[i]! * a[i]!;\n  return s;\n}")}`,
    at: () => [Float64Array.from({ length: 30 }, (_, i) => Math.sin(i)), 0.3],
  },
  { name: "a recursion", numbers: 60, text: marked("function f(x: number, n: number): number {\n  return n < 1 ? 1 : Math.sin(x * f(x, n - 1)) + Math.cos(x);\n}"), at: () => [0.4, 8] },
];

describe("a warm call of grad_f_into makes no objects", () => {
  for (const { name, text, at, numbers = 2 } of cases) {
    test(name, () => {
      const { grad_f, grad_f_into } = compileAndRun(text);
      const args = at(), { value, ...fields } = grad_f!(...at()) as { value: number };
      // An object made by a literal: fields of one that was copied are boxed anew by each write.
      const out = new Function("fields", `return { ${Object.keys(fields).map((f) => `${f}: typeof fields.${f} === "number" ? 0.5 : fields.${f}`).join(", ")} };`)(grad_f!(...at())) as object;
      const many = new Function("into", "out", "a", "b", "c", "d", "calls", "let s = 0; for (let i = 0; i < calls; i++) s += into(out, a, b, c, d); return s;") as (...a: unknown[]) => number;
      const run = (): void => { many(grad_f_into, out, args[0], args[1], args[2], args[3], 10_000); };
      run();
      run();
      let least = Infinity, buffers = Infinity;
      for (let look = 0; look < 8; look++) {
        const before = process.memoryUsage();
        run();
        const after = process.memoryUsage();
        const grown = after.heapUsed - before.heapUsed;
        if (grown >= 0) least = Math.min(least, grown / 10_000);
        buffers = Math.min(buffers, Math.abs(after.arrayBuffers - before.arrayBuffers));
      }
      expect(buffers).toBe(0);
      expect(least, "bytes a call").toBeLessThan(16 * numbers + 1);
      expect(grad_f_into!(out, ...args)).toBe(value);
      expect(out).toEqual(fields);
    });
  }
});

test("arrays of loops and rows after a call of another size, and after memory was taken away", () => {
  const { grad_f, grad_f_into } = compileAndRun(cases.find((c) => c.name === "LU in rows")!.text);
  const out: { dm: number[][]; dn?: number } = { dm: [] };
  for (const n of [3, 5, 2, 5]) {
    const { value, ...fields } = grad_f!(square(n), n) as { value: number };
    expect(grad_f_into!(out, square(n), n)).toBe(value);
    expect(out).toEqual(fields);
    const kept = out.dm;
    out.dm = [[NaN]];
    kept[0]![0] = 99;
    expect(grad_f_into!(out, square(n), n)).toBe(value);
    expect(out).toEqual(fields);
    out.dm.length = 1;
  }
});
