/** Dictionaries: `Record<string, number>`, numbers by names that are known when the program runs. */
import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap, type Case } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const both = (title: string, text: string, cases: readonly Case[]): void => {
  trap(title, text, cases);
  trap(`${title}, into and forward`, text.replace("@differentiable", "@differentiable with jvp, into"), cases);
};

describe("a dictionary of the caller", () => {
  both("read by name", f("w: Record<string, number>, x: number", 'return w["a"]! * x + (w.b ?? 2) * x * x;'), [
    { at: [{ a: 3, b: 5, c: 1 }, 2], value: 26, dw: { a: 2, b: 4, c: 0 }, dx: 23 },
    { at: [{ a: 3 }, 2], value: 14, dw: { a: 2 }, dx: 11 },
  ]);
  both("two of them", f("w: Record<string, number>, xs: Record<string, number>", dedent`
    let s = 0;
    for (const k in xs) s += (w[k] ?? 0) * xs[k]! ** 2;
    return s;
  `), [{ at: [{ a: 3, b: 5 }, { b: 2, c: 7 }], dw: { a: 0, b: 4 }, dxs: { b: 20, c: 0 } }]);
  both("its values", f("w: Readonly<Record<string, number>>", dedent`
    let s = 0;
    for (const v of Object.values(w)) s += v * v;
    return Math.sqrt(s);
  `), [{ at: [{ a: 3, b: 4 }], dw: { a: 0.6, b: 0.8 } }, { at: [{}], dw: {} }]);
  both("its entries", f("w: { [name: string]: number }, x: number", dedent`
    let s = 0;
    for (const [k, v] of Object.entries(w)) {
      if (k.startsWith("b")) continue;
      s += Math.sin(v * x);
    }
    return s;
  `), [{ at: [{ a: 3, b: 4, c: 1 }, 0.5] }]);
  both("its keys", f("w: Record<string, number>, x: number", 'return Object.keys(w).filter((k) => k !== "a").reduce((s, k) => s * x + w[k]!, 0);'), [
    { at: [{ b: 3, a: 4, c: 1, d: 2 }, 0.5] },
  ]);
  both("inside other things", f("m: { w: Record<string, number>; rows: Record<string, number>[] }, k: string", dedent`
    let s = 0;
    for (const row of m.rows) for (const name in row) s += row[name]! * (m.w[name] ?? 1);
    return s + m.w[k]!;
  `), [{ at: [{ w: { a: 2, b: 3 }, rows: [{ a: 1, c: 4 }, {}, { b: 5 }] }, "b"] }]);
  both("that may be missing", f("x: number, w?: Record<string, number>", "return w ? x * (w[\"a\"] ?? 1) : x * x;"), [{ at: [3, { a: 2 }], dx: 2 }]);
  both("asked for a name", f("w: Record<string, number>, k: string", 'return k in w ? w[k]! ** 2 : w["a"]!;'), [
    { at: [{ a: 3, b: 4 }, "b"], dw: { a: 0, b: 8 } },
    { at: [{ a: 3, b: 4 }, "z"], dw: { a: 1, b: 0 } },
  ]);
  both("of which names are written", f("w: Record<string, number>, x: number", dedent`
    w["a"]! *= x;
    w["b"] = w["a"]! * x;
    let s = 0;
    for (const k in w) s += w[k]! * w[k]!;
    return s;
  `), [{ at: [{ a: 3, b: 4, c: 5 }, 2] }]);
  test("that gets a name", () => {
    const { grad_f } = compileAndRun(f("w: Record<string, number>, x: number", dedent`
      w["n"] = x * w["a"]!;
      let s = 0;
      for (const k in w) s += w[k]! * w[k]!;
      return s;
    `));
    const w = { a: 3 };
    expect(grad_f!(w, 2)).toEqual({ value: 45, dw: { a: 30, n: 0 }, dx: 36 });
    expect(w).toEqual({ a: 3, n: 6 });
  });
});

describe("a dictionary that the function makes", () => {
  both("totals", f("names: readonly string[], xs: number[]", dedent`
    const totals: Record<string, number> = {};
    names.forEach((n, i) => { totals[n] = (totals[n] ?? 0) + xs[i]!; });
    let s = 0;
    for (const k of Object.keys(totals)) s += totals[k]! ** 2;
    return s;
  `), [{ at: [["a", "b", "a"], [1, 2, 3]], value: 20, dxs: [8, 4, 8] }, { at: [[], []] }]);
  both("added to", f("names: string[], x: number", dedent`
    const n: Record<string, number> = { a: x };
    for (const k of names) {
      n[k] ??= 1;
      n[k]! *= x;
      n[k]! += 0.5;
    }
    return (n["a"] ?? 0) * (n["b"] ?? 1);
  `), [{ at: [["a", "b", "a"], 1.5] }, { at: [["c"], 1.5] }]);
  both("by a helper", f("w: Record<string, number>, x: number", "return Object.values(scale(scale(w, x), 2)).reduce((a, b) => a + b * b, 0);", dedent`
    function scale(w: Record<string, number>, by: number): Record<string, number> {
      const out: Record<string, number> = {};
      for (const k in w) out[k] = w[k]! * by;
      return out;
    }
  `), [{ at: [{ a: 1, b: 2 }, 1.5] }]);
  both("copied and changed", f("w: Record<string, number>, x: number, k: string", dedent`
    const c: Record<string, number> = { ...w, [k]: x, z: 2 * x };
    w["a"]! *= x;
    let s = 0;
    for (const n in c) s += c[n]! ** 2 * (w[n] ?? 1);
    return s;
  `), [{ at: [{ a: 3, b: 4 }, 2, "b"] }, { at: [{ a: 3, b: 4 }, 2, "new"] }]);
  both("overwritten in a loop", f("w: Record<string, number>, n: number", dedent`
    let c: Record<string, number> = { ...w };
    for (let i = 0; i < n; i++) {
      const next: Record<string, number> = {};
      for (const k in c) next[k] = Math.sin(c[k]! * w[k]!) + (next["a"] ?? 0);
      if (i === 1) next["x"] = next["a"]! * 2;
      for (const k in next) w[k] = (w[k] ?? 1) * 0.9;
      c = next;
    }
    return (c["a"] ?? 0) * (c["b"] ?? 1) + (c["x"] ?? 0);
  `), [{ at: [{ a: 0.4, b: 0.7 }, 1] }, { at: [{ a: 0.4, b: 0.7 }, 0] }]);
  both("by recursion", f("w: Record<string, number>, d: number", "return go(w, d, \"a\");", dedent`
    function go(w: Record<string, number>, d: number, k: string): number {
      if (d <= 0) return w[k]!;
      const c: Record<string, number> = { ...w };
      c[k] = w[k]! * 1.5;
      return go(c, d - 1, k) + go(w, d - 2, "b") * w[k]!;
    }
  `), [{ at: [{ a: 0.4, b: 0.7 }, 3] }]);
});

describe("by number", () => {
  const memo = dedent`
    const t: Record<number, number> = {};
    const go = (k: number): number => {
      if (k < 2) return x * (k + 1);
      return (t[k] ??= go(k - 1) * 0.9 + 0.5 * x * go(k - 2));
    };
    return go(n);
  `;
  both("a table of what has been computed", f("x: number, n: number", memo), [{ at: [1.2, 1] }, { at: [1.2, 2] }, { at: [1.2, 6] }]);
  both("filled by a loop", f("x: number, n: number", dedent`
    const t: { [k: number]: number } = { 0: x, 1: x * x };
    for (let k = 2; k <= n; k++) t[k] = t[k - 1]! * t[k - 2]! + 0.1 * k;
    return t[n]!;
  `), [{ at: [1.2, 1] }, { at: [0.7, 4] }]);
  both("of the caller, sparse", f("w: Record<number, number>, places: readonly number[], xs: number[]", dedent`
    let s = w[7] ?? 1;
    for (let k = 0; k < places.length; k++) s += (w[places[k]!] ?? 0) * xs[k]! ** 2;
    return s;
  `), [{ at: [{ 3: 2, 7: 5 }, [7, 2, 3, 7], [1, 2, 3, 4]], dw: { 3: 9, 7: 18 } }, { at: [{}, [1], [2]], dw: {} }]);
  both("gone through", f("w: Readonly<Record<number, number>>, x: number", dedent`
    let s = 0;
    for (const [k, v] of Object.entries(w)) s += Number(k) * v * x;
    for (const k of Object.keys(w).map(Number)) s = s * 0.5 + w[k]! ** 2;
    return s;
  `), [{ at: [{ 10: 2, 9: 3, 1: 4 }, 1.5] }]);
  both("written", f("w: Record<number, number>, x: number", dedent`
    w[2]! *= x;
    w[5] = w[2]! * x;
    let s = 0;
    for (const k in w) s += w[k]! ** 2;
    return s;
  `), [{ at: [{ 2: 3, 5: 1, 8: 2 }, 2] }]);
});

describe("of which names may hold nothing", () => {
  both("read", f("w: Partial<Record<string, number>>, x: number", dedent`
    let s = (w["a"] ?? 1) * x;
    for (const k in w) s += (w[k] ?? 0.5) ** 2;
    return s;
  `), [{ at: [{ a: 3, b: 4 }, 2], dw: { a: 8, b: 8 } }, { at: [{ b: 4 }, 2], dw: { b: 8 } }]);
  test("undefined put there", () => expect(compile(dedent`
    /** @differentiable */
    export function f(x: number): number {
      const o: Partial<Record<string, number>> = { a: x };
      o["a"] = undefined;
      return o["a"] ?? x;
    }

  `, { fileName: "f.ts" }).diagnostics.map((d) => d.code)).toEqual(["RG2008"]));
  test("one by number in a field counts as constant, and is said to", () => expect(compile(dedent`
    /** @differentiable */
    export function f(x: number, o: { t: Record<number, number> }): number {
      return x * (o.t[2] ?? 1);
    }

  `, { fileName: "f.ts" }).diagnostics.map((d) => d.code)).toEqual(["RG4002"]));
});

describe("results", () => {
  const { vjp_f } = compileAndRun(dedent`
    /** @differentiable */
    export function f(w: Record<string, number>, x: number): Record<string, number> {
      const out: Record<string, number> = { total: 0 };
      for (const k in w) {
        out[k] = w[k]! * x;
        out["total"]! += w[k]!;
      }
      return out;
    }

  `);
  test("a dictionary", () =>
    expect(vjp_f!({ total: 10, a: 1, b: 2 }, { a: 3, b: 4 }, 5)).toEqual({ value: { total: 7, a: 15, b: 20 }, dw: { a: 15, b: 20 }, dx: 11 }));
  test("an incoming gradient that lacks a name", () => expect(() => vjp_f!({ total: 10, a: 1 }, { a: 3, b: 4 }, 5)).toThrow(RangeError));
});
