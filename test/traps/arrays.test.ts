import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Writes into arrays and records: right, or refused with a position. */
const write = { status: "may" } as const;

describe("arrays, objects, aliasing", () => {
  trap("57 a written element, read at a run-time index", f("x: number, y: number, n: number", dedent`
    const arr = [1, 1];
    let r = y;
    arr[0] = x;
    for (let i = 0; i < n; i++) r *= arr[i]!;
    arr[0] = 0;
    return r;
  `), [{ at: [3, 4, 1], dx: 4, dy: 3 }], write);
  trap("58 a[i] = a[i] * a[j] with i === j", f("x: number, i: number, j: number", dedent`
    const a = [x, 2];
    a[i] = a[i]! * a[j]!;
    return a[i]!;
  `), [{ at: [3, 0, 0], dx: 6 }, { at: [3, 0, 1], dx: 2 }], write);
  trap("59 arr[i] = arr[i] + 1", f("arr: number[], i: number", "arr[i] = arr[i]! + 1;\nreturn arr[i]!;"), [{ at: [[5, 6], 1], value: 7, darr: [0, 1] }], write);
  trap("59 accumulation into elements", f("x: number, n: number", dedent`
    const v = [0, 0];
    for (let i = 0; i < n; i++) v[i % 2] = v[i % 2]! + x * i;
    return v[0]! * v[1]!;
  `), [{ at: [2, 4], value: 4 * 8, dx: 32 }], write);
  trap("60 an index changed after use", f("x: number", dedent`
    const a = [x, x ** 2, x ** 3];
    let i = 0;
    let p = 1;
    p *= a[i++]!;
    p *= a[i++]!;
    a[0] = 5;
    return p + a[i]!;
  `), [{ at: [2], dx: 24 }], write);
  trap("60 the same without the write", f("x: number", dedent`
    const a = [x, x ** 2, x ** 3];
    let i = 0;
    let p = 1;
    p *= a[i++]!;
    p *= a[i++]!;
    return p + a[i]!;
  `), [{ at: [2], dx: 24 }]);
  trap("61 a recurrence through an array", f("x: number", dedent`
    const a = [x, 0, 0, 0, 0];
    for (let i = 1; i < 5; i++) a[i] = a[i - 1]! * x;
    return a[4]! + a[2]!;
  `), [{ at: [2], dx: 5 * 16 + 3 * 4 }], write);
  trap("62 an alias", f("x: number", dedent`
    const a = [x];
    const b = a;
    b[0] = x * x;
    return a[0]! * a[0]!;
  `), [{ at: [2], dx: 32 }], write);
  trap("63 a spread copy is not an alias", f("x: number", dedent`
    const a = [x * x];
    const b = [...a];
    b[0] = 1;
    return a[0]! * a[0]! * b[0]!;
  `), [{ at: [2], dx: 32 }], write);
  trap("63 spread is shallow", f("x: number", dedent`
    const a = [{ v: x }];
    const b = [...a];
    b[0]!.v = x * x;
    return a[0]!.v * x;
  `), [{ at: [2], dx: 12 }], write);
  trap("64 subarray aliases", f("x: number", dedent`
    const a = Float64Array.of(x, x);
    const b = a.subarray(1);
    b[0] = x * x;
    return a[1]! * a[0]!;
  `), [{ at: [3], dx: 27 }], write);
  trap("64 slice copies", f("x: number", dedent`
    const a = Float64Array.of(x, 2 * x);
    const b = a.slice(1);
    b[0] = 0;
    return a[1]! * a[0]!;
  `), [{ at: [3], dx: 12 }], write);
  trap("64 two views of one buffer", f("x: number", dedent`
    const a = new Float64Array(1);
    const b = new Float32Array(a.buffer);
    a[0] = x;
    return b[0]! * x + b[1]!;
  `), [], { status: "refused" });
  trap("65 one object in two slots", f("x: number", dedent`
    const o = { v: x };
    const b = [o, o];
    b[0]!.v = x * x;
    return b[1]!.v * x;
  `), [{ at: [2], dx: 12 }], write);
  trap("65 fill with one object", f("x: number", dedent`
    const b = new Array<{ v: number }>(2).fill({ v: x });
    b[0]!.v = x * x;
    return b[1]!.v * x;
  `), [{ at: [2], dx: 12 }], write);
  trap("65 rows exchanged in a loop that uses them", f("x: number, n: number", dedent`
    const m = [[x], [2 * x], [3 * x]];
    let s = 0;
    for (let k = 0; k < n; k++) {
      const row = m[2]!;
      m[2] = m[k]!;
      m[k] = row;
      s += row[0]! * row[0]! * (k + 1);
    }
    return s;
  `), [{ at: [2, 3], value: 4 * (9 + 2 + 3 * 4), dx: 4 * (9 + 2 + 3 * 4) }], write);
  trap("66 a callee changes its argument", f("x: number", "const a = [x];\nsquare(a);\nreturn a[0]!;", dedent`
    function square(v: number[]): void {
      v[0] = v[0]! * v[0]!;
    }
  `), [{ at: [3], dx: 6 }], write);
  trap("66 the same array twice", f("x: number", "const a = [x, 2];\nreturn mix(a, a);", dedent`
    function mix(u: number[], v: number[]): number {
      u[0] = u[0]! * v[1]!;
      return u[0]! * v[0]!;
    }
  `), [{ at: [3], value: 36, dx: 24 }], write);
  trap("66 the same array twice, only read", f("x: number", "const a = [x, 2];\nreturn mix(a, a);", dedent`
    function mix(u: number[], v: number[]): number {
      return u[0]! * v[0]! * v[1]!;
    }
  `), [{ at: [3], value: 18, dx: 12 }]);
  trap("65 an array made without values", f("x: number, n: number", dedent`
    const a = new Array<number>(n);
    for (let i = 0; i < n; i++) a[i] = x * i;
    let s = 0;
    for (let i = 0; i < n; i++) s += a[i]! * a[i]!;
    return s;
  `), [{ at: [2, 4], value: 56, dx: 56 }], write);
  trap("65 an element that was never written makes NaN", f("x: number", dedent`
    const a = new Array<number>(2);
    a[0] = x;
    return a[0]! * x + (a[1]! * 0);
  `), [{ at: [2], value: NaN }], write);
  test("66 the returned gradient is fresh and the caller's data untouched", () => {
    const { grad_f } = compileAndRun(f("xs: number[]", "let s = 0;\nfor (const v of xs) s += v * v;\nreturn s;"));
    const xs = Object.freeze([1, 2]) as unknown as number[];
    const a = grad_f!(xs) as { dxs: number[] };
    a.dxs[0] = 99;
    const b = grad_f!(xs) as { dxs: number[] };
    expect(b.dxs).toEqual([2, 4]);
    expect(b.dxs).not.toBe(a.dxs);
  });
  trap("67 push and pop", f("x: number", dedent`
    const a = [x];
    a.push(x * x);
    for (let i = 0; i < 2; i++) a[i]! *= x;
    const t = a.pop()!;
    return t * a.length + a[0]!;
  `), [{ at: [2], value: 12, dx: 16 }], write);
  trap("67 shift, splice, length", f("x: number", dedent`
    const a = [x, x * x, 3];
    const h = a.shift()!;
    a.splice(0, 1);
    a.length = 1;
    return h * a[0]! * x;
  `), [{ at: [2], dx: 12 }], write);
  trap("67 an array that grows by its length, in a parameter", f("a: number[], x: number", dedent`
    a[a.length] = x;
    a[a.length] = x * a[0]!;
    let s = 0;
    for (let i = 0; i < a.length; i++) s += a[i]! * a[i]! * (i + 1);
    return s;
  `), [{ at: [[2, 3], 5] }]);
  trap("67 a length that writes past the end change", f("x: number, n: number", dedent`
    const ys = [x];
    let s = 0;
    for (let i = 0; i < n; i++) {
      s += ys.length * x * ys[i]!;
      ys[i + 1] = ys[i]! * x;
    }
    return s * ys.length;
  `), [{ at: [1.5, 3] }]);
  trap("67 a loop to the end of the array that it makes longer", f("x: number, n: number", dedent`
    const ys = [x];
    for (let i = 0; i < ys.length; i++) if (i < n) ys[i + 1] = ys[i]! * x;
    return ys[ys.length - 1]! * ys.length;
  `), [{ at: [1.5, 3] }]);
  trap("67 pop of what may be empty", f("a: number[], x: number", dedent`
    const p = a.pop() ?? x;
    const q = a.pop() ?? x * x;
    a.push(p * q);
    return a[0]! * p * q;
  `), [{ at: [[2], 3] }, { at: [[2, 5], 3] }, { at: [[], 3] }]);
  trap("65 rows exchanged in a parameter", f("m: number[][], x: number", dedent`
    [m[0], m[1]] = [m[1]!, m[0]!];
    m[0]![0]! *= x;
    return m[0]![0]! * m[1]![0]! * m[1]![1]!;
  `), [{ at: [[[2, 3], [5, 7]], 2] }]);
  trap("65 rows pushed onto a parameter and popped", f("m: number[][], x: number", dedent`
    const r = m.pop()!;
    m.push([x], r, r);
    m[2]![0]! *= x;
    const q = m.pop()!;
    return q[0]! * m[0]![0]! * m[1]![0]!;
  `), [{ at: [[[2, 3], [5]], 2] }]);
  trap("65 records of a parameter in another order", f("ps: { v: number }[], x: number", dedent`
    ps.reverse();
    ps[0]!.v *= x;
    return ps[0]!.v * ps[0]!.v + ps[1]!.v;
  `), [{ at: [[{ v: 2 }, { v: 3 }], 5] }]);
  trap("65 fields exchanged in a parameter", f("p: { u: number[]; v: number[] }, x: number", dedent`
    const t = p.u;
    p.u = p.v;
    p.v = t;
    p.u[0]! *= x;
    return p.u[0]! * p.v[1]! + p.v[0]!;
  `), [{ at: [{ u: [2, 3], v: [5] }, 7] }]);
  trap("69 an integer written over a number", f("a: number[], x: number, k: number", "a[1]! |= k;\nreturn a[1]! * a[0]! * x;"), [
    { at: [[2, 3], 5, 4], da: [35, 0], dx: 14 },
  ]);
  trap("68 a constant array stored in an active structure, then written", f("x: number", dedent`
    const o = { w: K.slice(), v: x };
    o.w[0] = o.v * x;
    return o.w[0]! * o.w[1]! + K[0]!;
  `, "const K = [1, 3];"), [{ at: [2], value: 13, dx: 12 }], write);
  test("68 a module array is never changed by the gradient", () => {
    const text = `export const K = [1, 3];\n${f("x: number", "return K[0]! * x + K[1]! * x * x;")}`;
    const module = compileAndRun(text) as unknown as { K: number[]; grad_f(x: number): object };
    expect(module.grad_f(2)).toEqual({ value: 14, dx: 13 });
    expect(module.K).toEqual([1, 3]);
  });
  trap("69 integer array inputs have no gradient", f("x: number, k: Int32Array", "return x * k[0]! + k[1]!;"), [
    { at: [2, new Int32Array([3, 4])], dx: 3, dk: undefined },
  ]);
  trap("69 Float32Array stores round", f("x: number", dedent`
    const a = new Float32Array(1);
    a[0] = x * x;
    return a[0]! * x;
  `), [{ at: [1.1] }], write);
  test("69 gradients of typed array inputs are typed arrays of the same kind", () => {
    const { grad_f } = compileAndRun(f("a: Float64Array, b: Float32Array", "return a[0]! * a[0]! * b[1]!;"));
    const result = grad_f!(new Float64Array([3]), new Float32Array([1, 2])) as { da: Float64Array; db: Float32Array };
    expect(result.da).toEqual(new Float64Array([12]));
    expect(result.db).toEqual(new Float32Array([0, 9]));
  });
  trap(
    "69 a Float32Array inside records and rows sums its gradient in double precision",
    f(
      "o: { w: Float32Array; rows: Float32Array[]; t: [Float32Array, number] }, n: number",
      dedent`
        let s = 0;
        for (let i = 0; i < n; i++) s += o.w[0]! * i + o.w[1]! * 1e-7 + o.rows[0]![0]! * o.t[0]![0]! * o.t[1];
        return s;
      `,
    ),
    [
      {
        at: [{ w: new Float32Array([1, 2]), rows: [new Float32Array([0.5])], t: [new Float32Array([2]), 3] }, 1000],
        do: { w: [499500, 1e-4], rows: [[6000]], t: [[1500], 1000] },
      },
    ],
    { oracle: false },
  );
  trap("70 length as a number", f("a: number[], x: number", "return a.length * x * a[0]!;"), [{ at: [[3, 4], 5], value: 30, da: [10, 0], dx: 6 }]);
  trap("70 reading past the end", f("a: number[], x: number", "return (a[5] ?? 1) * x;"), [{ at: [[3, 4], 5], dx: 1, da: [0, 0] }], { status: "may" });
  trap("70 Map and Set", f("x: number", dedent`
    const m = new Map<string, number>();
    m.set('a', x * x);
    return m.get('a')! * x;
  `), [], { status: "refused" });
  trap("70 the best so far, absent at first", f("a: number[], x: number", dedent`
    let best: number | null = null, at = -1;
    for (let i = 0; i < a.length; i++) {
      const d = (a[i]! - x) ** 2;
      if (best === null || d < best) {
        best = d;
        at = i;
      }
    }
    return best === null ? 0 : best * a[at]!;
  `), [{ at: [[2, 3, 4], 3.5] }, { at: [[], 3.5] }]);
  trap("70 a number that is there after a test", f("o: { k?: number }, x: number", dedent`
    let k = o.k;
    if (k === undefined) k = x;
    let s = 0;
    for (let i = 0; i < 3; i++) {
      k = k * x + i;
      s += k;
    }
    return s;
  `), [{ at: [{}, 3] }, { at: [{ k: 2 }, 3] }]);
  trap("70 the previous element, absent at first", f("ps: { p: number }[], x: number", dedent`
    let prev: { p: number } | undefined;
    let s = 0;
    for (const q of ps) {
      if (prev) s += prev.p * q.p * x;
      prev = q;
    }
    return s;
  `), [{ at: [[{ p: 2 }, { p: 3 }, { p: 5 }], 7] }]);
  trap("70 an absent array, and one in its place", f("x: number, o: { w: number[] | null }, v?: number[]", dedent`
    const w = o.w ?? [x];
    w[0]! *= x;
    const u = v ?? [x, x * x];
    return w[0]! * u[1]!;
  `), [{ at: [3, { w: null }] }, { at: [3, { w: [2] }, [5, 7]] }]);
  trap("70 slots that hold nothing at first", f("x: number, n: number", dedent`
    const slots = new Array<{ v: number } | null>(n).fill(null);
    slots[1] = { v: 2 * x };
    let s = 0;
    for (const q of slots) if (q !== null) s += q.v * q.v;
    return s;
  `), [{ at: [3, 3], dx: 24 }]);
  trap("70 an empty array on one side", f("a: number[], x: number", dedent`
    const b = a.flatMap((v) => (v > 1 ? [v * x] : []));
    const c = x > 1 ? [x] : [];
    c.push(x * x);
    return b.reduce((p, v) => p + v, 0) * c[c.length - 1]!;
  `), [{ at: [[2, 0.5, 3], 2] }, { at: [[2, 0.5, 3], 0.5] }]);
  trap("70 Math.hypot of an array", f("a: number[], x: number", "return Math.hypot(...a) * Math.hypot(x, ...a);"), [{ at: [[3, 4], 12] }]);
  trap("71 reduce without a start", f("a: number[]", "return a.reduce((p, v) => p * v);"), [{ at: [[2, 3, 4]], da: [12, 8, 6] }, { at: [[5]], da: [1] }]);
  trap("71 a product with a zero", f("a: number[]", "return a.reduce((p, v) => p * v, 1);"), [{ at: [[2, 0, 4]], da: [0, 8, 0] }]);
  test("71 reduce of an empty array without a start throws as the primal", () => {
    const { grad_f, f: primal } = compileAndRun(f("a: number[]", "return a.reduce((p, v) => p * v);"));
    expect(() => primal!([])).toThrow(TypeError);
    expect(() => grad_f!([])).toThrow(TypeError);
  });
  trap("72 default sort is lexicographic", f("a: number[]", dedent`
    const b = [...a].sort();
    return b[0]! * 1 + b[1]! * 2 + b[2]! * 3;
  `), [{ at: [[10, 9, 1.5]], da: [2, 3, 1] }], { status: "may", oracle: false });
  trap("72 sort with a comparison", f("a: number[]", dedent`
    const b = [...a].sort((p, q) => p - q);
    return b[0]! * 1 + b[1]! * 2 + b[2]! * 3;
  `), [{ at: [[10, 9, 1.5]], da: [3, 2, 1] }], write);
  trap("72 a sort of records, stable, in a loop", f("ps: { k: number; v: number }[], x: number", dedent`
    let s = 0;
    for (let n = 0; n < 3; n++) {
      ps.sort((p, q) => p.k - q.k);
      ps[0]!.v *= x;
      ps[0]!.k += 1;
      s += ps[1]!.v * n;
    }
    return s * ps[2]!.v;
  `), [{ at: [[{ k: 1, v: 2 }, { k: 0, v: 3 }, { k: 1, v: 5 }], 7] }]);
  trap("72 a comparison by name, and one that captures", f("a: number[], x: number", dedent`
    const w = [x, -x];
    const b = a.toSorted(up), c = a.toSorted((p, q) => (p - q) * w[1]!);
    return b[0]! * c[0]! * c[1]!;
  `, "const up = (p: number, q: number): number => p - q;"), [{ at: [[3, 1, 2], 5] }]);
  trap("67 splice and toSpliced, places that count from the end", f("a: number[], x: number, k: number", dedent`
    const r = a.splice(k, 2, x, x * x, ...a);
    const b = a.toSpliced(-1, 1, r.length * x);
    return r.reduce((p, v) => p * v, 1) * a[1]! * b[b.length - 1]! * b[0]!;
  `), [{ at: [[2, 3, 5], 7, 1] }, { at: [[2, 3, 5], 7, -1] }, { at: [[2, 3], 7, 9] }]);
  trap("67 unshift of several, and of what is spread", f("a: number[], x: number", dedent`
    a.unshift(x, ...a, 2 * x);
    let s = 0;
    for (const [i, v] of a.entries()) s += v * v * i;
    return s;
  `), [{ at: [[2, 3], 5] }]);
  trap("63 copyWithin, with, set", f("a: Float64Array, x: number", dedent`
    a.copyWithin(1, 0, 3);
    a.set([x], 0);
    return a.with(-1, x * x).reduce((p, v) => p * v, 1) * a[3]!;
  `), [{ at: [new Float64Array([2, 3, 5, 7]), 11] }]);
  trap("set of a literal that reads what it replaces, and behind a place", f("a: Float64Array, x: number, k: number", dedent`
    a.set([a[1]! * x, a[0]!]);
    for (let i = 0; i < 2; i++) a.set([x * x, a[2 * i]!], 2 * i);
    const b = new Float64Array(a.length);
    b.set(a);
    b.set(a.map((v) => v * v).slice(2), k);
    return b.reduce((p, v, i) => p + v * v * (i + 1), 0);
  `), [{ at: [new Float64Array([2, 3, 5, 7]), 11, 1] }]);
  test("set throws where there is no place for all", () => {
    const { f: primal, grad_f } = compileAndRun(f("a: Float64Array, b: Float64Array, k: number", dedent`
      a.set(b, k);
      a.set([b[0]!, 1], k);
      let s = 0;
      for (const v of a) s += v * v;
      return s;
    `));
    for (const [of, k] of [[2, -1], [2, 2], [4, 0], [1, 2]] as const) {
      const at = (): [Float64Array, Float64Array, number] => [new Float64Array(3), new Float64Array(of), k];
      expect(() => primal!(...at())).toThrow(RangeError);
      expect(() => grad_f!(...at())).toThrow(RangeError);
    }
    const { value, db } = grad_f!(new Float64Array(3), new Float64Array([2, 3]), 1.9) as { value: number; db: Float64Array };
    expect([value, ...db]).toEqual([5, 4, 0]);
  });
  trap("63 structuredClone is deep", f("p: { q: number[]; k: number }, x: number", dedent`
    const b = structuredClone(p);
    b.q[0]! *= x;
    p.q[1] = 0;
    b.k += p.k;
    return b.q[0]! * b.q[1]! * b.k + p.q[0]!;
  `), [{ at: [{ q: [2, 3], k: 5 }, 7] }]);
  trap("73 flat", f("m: number[][][], x: number", "return m.flat(2).map((v, i) => v * v * i * x).reduce((p, v) => p + v, 0) + m.flat()[0]![1]!;"), [
    { at: [[[[2, 3], [5]], [[7]]], 11] },
  ]);
  trap("70 a place that may lie outside, of an array that grows", f("a: number[], x: number", dedent`
    const b = a.map((v) => v * x);
    const [p = x, , , q = x * x] = b;
    return p * q * (b[7] ?? 1) * (b[-1] ?? x);
  `), [{ at: [[2, 3], 5] }, { at: [[2, 3, 5, 7], 5] }, { at: [[], 5] }]);
  trap("73 forEach with captured mutation", f("x: number", dedent`
    let s = 0;
    [x, x * x].forEach((v) => {
      s += v * v;
    });
    return s;
  `), [{ at: [2], dx: 36 }]);
  trap("73 map, then reduce with an index", f("a: number[], x: number", "return a.map((v, i) => v * x + i).reduce((p, v, i) => p + v * (i + 1), 0);"), [
    { at: [[2, 3], 5] },
  ]);
  trap("73 some and every", f("a: number[], x: number", dedent`
    if (a.some((v) => v > x)) return x * x;
    if (a.every((v) => v < 0)) return x * 3;
    return x;
  `), [{ at: [[2, 3], 2.5], dx: 5 }, { at: [[-2, -3], 2], dx: 3 }, { at: [[-2, 1], 2], dx: 1 }]);
  trap(
    "73 filter",
    f("a: number[], x: number", "return a.filter((v) => v > 0).reduce((p, v) => p + v * x, 0);"),
    [{ at: [[2, -3, 4], 5], da: [5, 0, 5], dx: 6 }],
    write,
  );
  trap("73 find", f("a: number[], x: number", dedent`
    const v = a.find((u) => u > 2) ?? x;
    return v * x;
  `), [{ at: [[2, 3, 4], 5], da: [0, 5, 0], dx: 3 }, { at: [[1], 5], dx: 10 }], write);
  trap("73 flatMap", f("a: number[]", "return a.flatMap((v) => [v, v * v]).reduce((p, v) => p + v, 0);"), [{ at: [[2, 3]], da: [5, 7] }], write);
  trap("74 nested destructuring", f("x: number", dedent`
    const { p: [a, b] } = { p: [x, x * x] as [number, number] };
    return a * b;
  `), [{ at: [2], dx: 12 }]);
  trap("74 defaults only for undefined", f("o: { x: number; y?: number }", "const { x, y = 2 } = o;\nreturn x * y;"), [
    { at: [{ x: 3 }], do: { x: 2 } },
    { at: [{ x: 3, y: 0 }], do: { x: 0, y: 3 } },
  ]);
  trap("74 a destructured parameter with a default", dedent`
    /** @differentiable */
    export function f({ x, y = 2 }: { x: number; y?: number } = { x: 1 }): number {
      return x * x * y;
    }

  `, [{ at: [{ x: 3, y: 5 }], value: 45, dx: 30, dy: 9 }, { at: [{ x: 3 }], dx: 12 }], { oracle: false });
  trap("74 rest of an array", f("a: number[]", dedent`
    const [first = 0, ...others] = a;
    let s = first;
    for (const v of others) s *= v;
    return s;
  `), [{ at: [[2, 3, 4]], da: [12, 8, 6] }]);
  trap("74 rest of a record", f("o: { a: number; b: number; c: number }", dedent`
    const { a, ...r } = o;
    return a * r.b * r.c;
  `), [{ at: [{ a: 2, b: 3, c: 4 }], do: { a: 12, b: 8, c: 6 } }]);
  trap("74 computed keys", f("o: { a: number; b: number }", dedent`
    const { ["a"]: p } = o;
    return p * o["b"];
  `), [{ at: [{ a: 2, b: 3 }], do: { a: 3, b: 2 } }]);
  trap("75 getters", f("x: number", dedent`
    const o = {
      get v() {
        return x * x;
      },
    };
    return o.v * x;
  `), [{ at: [2], dx: 12 }], { status: "may" });
  trap("75 valueOf", f("x: number", "const o = { valueOf: () => x };\nreturn +o * x;"), [{ at: [3], dx: 6 }], { status: "may" });
  test("75 frozen inputs work", () => {
    const { grad_f } = compileAndRun(f("o: { readonly p: readonly number[] }", "return o.p[0]! * o.p[1]!;"));
    expect(grad_f!(Object.freeze({ p: Object.freeze([2, 3]) }))).toEqual({ value: 6, do: { p: [3, 2] } });
  });
  trap("75 ragged rows", f("m: number[][]", dedent`
    let s = 0;
    for (const row of m) {
      let p = 1;
      for (const v of row) p *= v;
      s += p;
    }
    return s;
  `), [{ at: [[[2, 3], [], [4]]], dm: [[3, 2], [], [1]] }]);
  test("75 a proxy as input", () => {
    const { diagnostics } = compile(f("x: number", "const o = new Proxy({ v: x }, {});\nreturn o.v;"));
    expect(diagnostics.some((d) => d.category === "error" && d.line === 3)).toBe(true);
  });
});
