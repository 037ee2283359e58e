/** `with into`: the gradient in memory of the caller, as often as wanted, without making any. */
import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { dedent } from "../support/dedent.ts";

const recurrence = `/** @differentiable with into */
export function f(w: Float64Array, b: number, xs: readonly number[], steps: number): number {
  let s = b;
  const state = new Float64Array(w.length);
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < w.length; i++) state[i] = Math.tanh(state[i]! * w[i]! + xs[i]! * s);
    s = Math.sin(s * state[0]!);
  }
  return s;
}
`;
const w = (): Float64Array => new Float64Array([0.5, -0.3, 0.8]);
const xs = [1, 2, -1];

for (const optimise of [true, false]) {
  describe(optimise ? "into" : "into, unoptimised", () => {
    const { grad_f, grad_f_into } = compileAndRun(recurrence, { optimise });
    const want = grad_f!(w(), 0.4, xs, 5) as { value: number; dw: Float64Array; db: number; dxs: number[] };
    const { value, ...fields } = want;
    const fresh = (): { dw: Float64Array<ArrayBuffer>; db: number; dxs: number[] } => ({ dw: new Float64Array(3).fill(7), db: 7, dxs: [7, 7, 7] });

    test("the same numbers, call after call", () => {
      const out = fresh(), { dw, dxs } = out;
      for (let call = 0; call < 3; call++) {
        expect(grad_f_into!(out, w(), 0.4, xs, 5)).toBe(value);
        expect(out).toEqual(fields);
        expect(out.dw).toBe(dw);
        expect(out.dxs).toBe(dxs);
      }
      expect(grad_f_into!(out, w(), 0.4, xs, 0)).toBe(0.4);
      expect(out).toEqual({ dw: new Float64Array(3), db: 1, dxs: [0, 0, 0] });
      grad_f_into!(out, w(), 0.4, xs, 5);
      expect(out).toEqual(fields);
    });
    test("memory that was transferred, changed or never fitted", () => {
      const out = fresh();
      grad_f_into!(out, w(), 0.4, xs, 5);
      const moved = structuredClone(out.dw, { transfer: [out.dw.buffer] });
      expect(moved).toEqual(fields.dw);
      out.dxs.length = 0;
      expect(out.dw.length).toBe(0);
      expect(grad_f_into!(out, w(), 0.4, xs, 5)).toBe(value);
      expect(out).toEqual(fields);
      out.dw.fill(NaN);
      grad_f_into!(out, w(), 0.4, xs, 5);
      expect(out).toEqual(fields);
    });
    test("another size, and back", () => {
      const out = fresh(), short = new Float64Array([0.1]);
      grad_f_into!(out, short, 0.4, [3], 9);
      const { value: _, ...other } = grad_f!(short, 0.4, [3], 9) as Record<string, unknown>;
      expect(out).toEqual(other);
      grad_f_into!(out, w(), 0.4, xs, 5);
      expect(out).toEqual(fields);
    });
    test("memory that is two things at once is an error", () => {
      const same = w(), list = [1, 2, 3];
      expect(() => grad_f_into!({ dw: same, db: 0, dxs: [0, 0, 0] }, same, 0.4, xs, 5)).toThrow("out.dw and w are the same array");
      expect(() => grad_f_into!({ dw: w(), db: 0, dxs: list }, same, 0.4, list, 5)).toThrow("out.dxs and xs are the same array");
      expect(same).toEqual(w());
    });
  });
}

test("two gradients in one array are an error", () => {
  const { grad_f_into } = compileAndRun(dedent`
    /** @differentiable with into */
    export function f(a: number[], b: number[]): number { return a[0]! * b[0]!; }

  `);
  const out = [0];
  expect(() => grad_f_into!({ da: out, db: out }, [2], [3])).toThrow("out.db and out.da are the same array");
});

test("parts of the argument as memory for its gradient are an error, and stay as they are", () => {
  const { grad_f_into } = compileAndRun(dedent`
    interface M { w: number[]; rows: number[][]; inner: { b: number } }
    /** @differentiable wrt m with into */
    export function f(m: M): number { return m.w[0]! * m.inner.b * m.rows[0]![0]!; }

  `);
  interface M { w: number[]; rows: number[][]; inner: { b: number } }
  const m: M = { w: [2], rows: [[3]], inner: { b: 5 } }, before = structuredClone(m);
  expect(() => grad_f_into!({ dm: m }, m)).toThrow("out.dm and m are the same object");
  expect(() => grad_f_into!({ dm: { ...m } }, m)).toThrow("out.dm.w and m.w are the same array");
  expect(() => grad_f_into!({ dm: { ...structuredClone(m), inner: m.inner } }, m)).toThrow("out.dm.inner and m.inner are the same object");
  expect(() => grad_f_into!({ dm: { ...structuredClone(m), rows: [...m.rows] } }, m)).toThrow("out.dm.rows[] and m.rows[] are the same array");
  expect(m).toEqual(before);
  const out = { dm: structuredClone(m) };
  expect(grad_f_into!(out, m)).toBe(30);
  expect(out).toEqual({ dm: { w: [15], rows: [[10]], inner: { b: 6 } } });
});

test("rows, records, tuples and Float32Array", () => {
  const { grad_f, grad_f_into } = compileAndRun(`/** @differentiable with into */
export function f(m: number[][], p: { a: number; v: [number, number]; ws: number[] }, single: Float32Array, k: number): number {
  let s = p.a * p.v[0] * p.v[1] * k;
  for (let i = 0; i < m.length; i++) for (let j = 0; j < m[i]!.length; j++) s += m[i]![j]! * p.ws[j]! * single[i]!;
  return s;
}
`);
  const at = (): unknown[] => [[[1, 2], [3]], { a: 2, v: [3, 4], ws: [5, 6] }, new Float32Array([7, 8]), 9];
  const { value, ...fields } = grad_f!(...at()) as { value: number; dm: number[][] };
  const rows = [[9, 9], [9]], single = new Float32Array(2);
  const out = { dm: rows, dp: { a: 9, v: [9, 9], ws: [9, 9] }, dsingle: single, dk: 9 };
  for (let call = 0; call < 2; call++) {
    expect(grad_f_into!(out, ...at())).toBe(value);
    expect(out).toEqual(fields);
  }
  expect(out.dm).toBe(rows);
  expect(out.dsingle).toBe(single);
  out.dm = [[1]];
  grad_f_into!(out, ...at());
  expect(out).toEqual(fields);
});

test("a call that throws leaves nothing behind for the next", () => {
  const { grad_f, grad_f_into } = compileAndRun(dedent`
    /** @differentiable with into */
    export function f(x: number, n: number): number {
      let s = x;
      while (s < 100) {
        if (s === n) throw new Error("met");
        s = s * s + Math.sin(s);
      }
      return s;
    }

  `);
  const out = { dx: 0, dn: 0 };
  expect(() => grad_f_into!(out, 2, 2)).toThrow("met");
  expect(() => grad_f_into!(out, 2, 4 + Math.sin(2))).toThrow("met");
  const { value, dx } = grad_f!(2, -1) as { value: number; dx: number };
  expect(grad_f_into!(out, 2, -1)).toBe(value);
  expect(out.dx).toBe(dx);
});

describe("a call from code that runs in a call", () => {
  const text = `/** @differentiable with into */
export function f(x: number, n: number, seen: (i: number) => number): number {
  let s = x;
  const all: { v: number }[] = [];
  const held: number[] = [];
  for (let i = 0; i < n; i++) {
    all.push({ v: Math.sin(s * x) });
    held.push(s);
    s = Math.cos(s * x) + all[i >> 1]!.v * held[i >> 1]! + Math.floor(seen(i));
  }
  for (const a of all) s += a.v * x;
  return s;
}
`;
  const { grad_f, grad_f_into } = compileAndRun(text);
  const want = (x: number, n: number): { value: number; dx: number } => grad_f!(x, n, () => 0) as { value: number; dx: number };
  const nested = (x: number, n: number, depth: number): void => {
    const out = { dx: NaN };
    const value = grad_f_into!(out, x, n, (i: number) => { if (depth > 0) nested(x + 0.1 * i, (n as number) + 1, depth - 1); return 0; });
    expect(value).toBe(want(x, n).value);
    expect(out.dx).toBe(want(x, n).dx);
  };
  test("each has memory of its own", () => { nested(0.3, 4, 0); nested(0.4, 5, 3); nested(0.3, 2, 1); });
  test("one that is left by an error", () => {
    const out = { dx: NaN };
    const failing = (): never => { throw new Error("left"); };
    for (let k = 0; k < 3; k++) {
      expect(() => grad_f_into!({ dx: 0 }, 0.7, 3, failing)).toThrow("left");
      expect(
        grad_f_into!(out, 0.3, 4, (i: number) => {
          try {
            grad_f_into!({ dx: 0 }, 0.2 * i, 6, (j: number) => (j > 2 ? failing() : 0));
          } catch {
            /* it goes on */
          }
          return 0;
        }),
      ).toBe(want(0.3, 4).value);
      expect(out.dx).toBe(want(0.3, 4).dx);
    }
    nested(0.3, 4, 2);
  });
  test("through a comparison, and through a function that is called as it stands", () => {
    const { grad_f: grad, grad_f_into: into, onTheWay } = compileAndRun(`let depth = 0;
let inner: (() => void) | null = null;
export function onTheWay(run: () => void): void { inner = run; }
function count(n: number): number {
  if (inner !== null && depth++ < 2) inner();
  return n % 3;
}
/** @differentiable with into */
export function f(xs: number[], k: number, compare: (a: number, b: number) => number): number {
  const ys = xs.map((x) => x * k + count(1)).sort(compare);
  let s = 0.5;
  for (let i = 0; i < ys.length; i++) s = Math.sin(s * ys[i]!) + i;
  return s;
}
`) as Record<string, (...a: unknown[]) => unknown>;
    const at = [0.4, 0.2, 0.9], plain = (a: number, b: number): number => a - b;
    const { value, ...fields } = grad!(at, 0.5, plain) as { value: number; dxs: number[]; dk: number };
    const out = { dxs: [0, 0, 0], dk: 0 };
    const other = (): void => { into!({ dxs: [], dk: 0 }, [3, 1, 2, 5], 0.7, plain); };
    onTheWay!(other);
    expect(into!(out, at, 0.5, (a: number, b: number) => { other(); return a - b; })).toBe(value);
    expect(out).toEqual(fields);
  });
});

test("arguments and fields that may be absent", () => {
  const { grad_f, grad_f_into } = compileAndRun(`/** @differentiable with into */
export function f(p: { a: number; b?: number; w?: number[]; v?: Float64Array }, x: number, us?: readonly number[]): number {
  let s = p.a * x + (p.b ?? 0.5) * x;
  if (p.w) for (const w of p.w) s += w * x;
  if (p.v) for (const v of p.v) s *= v;
  if (us) for (const u of us) s += u * x;
  return s;
}
`);
  const ws = [0.1, 0.2], v = new Float64Array([2, 3]), out = { dp: { a: 7, b: 7, w: [7], v: new Float64Array([7]) }, dx: 7, dus: [7, 7] };
  for (const args of [
    [{ a: 1, b: 2, w: ws, v }, 0.5, [3, 4]],
    [{ a: 1 }, 0.25],
    [{ a: 3, w: ws }, 0.25, [5]],
    [{ a: 1, b: 2, v }, 0.5, [3, 4]],
    [{ a: 1, b: 2, w: ws, v }, 0.5, [3, 4]],
  ]) {
    for (let call = 0; call < 2; call++) {
      const { value, ...fields } = grad_f!(...args) as { value: number },
        held = out.dp.w;
      expect(grad_f_into!(out, ...args)).toBe(value);
      expect(out).toEqual(fields);
      if (call > 0) expect(out.dp.w).toBe(held);
    }
  }
});

test("what was not there in a record is not there again", () => {
  const { grad_f, grad_f_into } = compileAndRun(`interface P { a: number; b?: number }
/** @differentiable with into */
export function f(xs: number[], n: number): number {
  const ps: P[] = [];
  for (let i = 0; i < n; i++) ps.push({ a: xs[i]! });
  for (let i = 0; i < n; i++) if (ps[i]!.a > 1) ps[i]!.b = ps[i]!.a * 2;
  let s = 0;
  for (const p of ps) s += p.a * (p.b ?? 3);
  return s;
}
`);
  const out = { dxs: [0, 0] };
  for (const at of [[2, 3], [0.5, 4], [0.25, 0.75]]) {
    const { value, dxs } = grad_f!(at, 2) as { value: number; dxs: number[] };
    expect(grad_f_into!(out, at, 2)).toBe(value);
    expect(out).toEqual({ dxs });
  }
});

test("an element that is not there is not there again", () => {
  const { grad_f, grad_f_into } = compileAndRun(`/** @differentiable with into */
export function f(xs: number[], n: number): number {
  const ys = new Array<number>(n);
  const zs: number[] = [];
  for (let i = 0; i < n; i++) {
    if (xs[i]! > 1) ys[i] = xs[i]! * 2;
    if (xs[i]! > 2) zs.push(xs[i]!);
  }
  let s = 0;
  for (let i = 0; i < n; i++) s += (ys[i] ?? 3) * xs[i]! + (zs[i] ?? 1) * (i in ys ? 1 : 2);
  return s;
}
`);
  const out = { dxs: [0, 0, 0] };
  for (const at of [[2, 3, 4], [0.5, 4, 1], [0.25, 0.75, 3]]) {
    const { value, dxs } = grad_f!(at, 3) as { value: number; dxs: number[] };
    expect(grad_f_into!(out, at, 3)).toBe(value);
    expect(out).toEqual({ dxs });
  }
});

test("nothing is allocated in a warm loop", () => {
  const { grad_f_into } = compileAndRun(recurrence);
  const n = 400, weights = new Float64Array(n).fill(0.3), inputs = new Array<number>(n).fill(0.1), calls = 1000;
  const out = { dw: new Float64Array(n), db: 0.5, dxs: new Array<number>(n).fill(0.5) };
  const run = (): void => { for (let k = 0; k < calls; k++) grad_f_into!(out, weights, 0.4, inputs, 3); };
  run();
  // A number that is returned may take an object of 16 bytes; the collector may run while we look, so the least of some looks counts.
  let least = Infinity, buffers = Infinity;
  for (let look = 0; look < 6; look++) {
    const before = process.memoryUsage();
    run();
    const after = process.memoryUsage();
    const grown = after.heapUsed - before.heapUsed;
    if (grown >= 0) least = Math.min(least, grown / calls);
    buffers = Math.min(buffers, Math.abs(after.arrayBuffers - before.arrayBuffers));
  }
  expect(buffers).toBe(0);
  expect(least, "bytes a call, of 16 kilobytes that a fresh gradient takes").toBeLessThan(200);
});

test("is refused where there is no number to return", () => {
  expect(compile(dedent`
    /** @differentiable with into */
    export function f(x: number): number[] { return [x]; }

  `).diagnostics.map((d) => d.code)).toEqual(["RG3102"]);
});
