import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

/** Writes into arrays and records: right, or refused with a position. */
const write = { status: "may" } as const;

describe("arrays, objects, aliasing", () => {
  trap("57 a written element, read at a run-time index", f("x: number, y: number, n: number", "const arr = [1, 1];\nlet r = y;\narr[0] = x;\nfor (let i = 0; i < n; i++) r *= arr[i]!;\narr[0] = 0;\nreturn r;"), [{ at: [3, 4, 1], dx: 4, dy: 3 }], write);
  trap("58 a[i] = a[i] * a[j] with i === j", f("x: number, i: number, j: number", "const a = [x, 2];\na[i] = a[i]! * a[j]!;\nreturn a[i]!;"), [{ at: [3, 0, 0], dx: 6 }, { at: [3, 0, 1], dx: 2 }], write);
  trap("59 arr[i] = arr[i] + 1", f("arr: number[], i: number", "arr[i] = arr[i]! + 1;\nreturn arr[i]!;"), [{ at: [[5, 6], 1], value: 7, darr: [0, 1] }], write);
  trap("59 accumulation into elements", f("x: number, n: number", "const v = [0, 0];\nfor (let i = 0; i < n; i++) v[i % 2] = v[i % 2]! + x * i;\nreturn v[0]! * v[1]!;"), [{ at: [2, 4], value: 4 * 8, dx: 32 }], write);
  trap("60 an index changed after use", f("x: number", "const a = [x, x ** 2, x ** 3];\nlet i = 0;\nlet p = 1;\np *= a[i++]!;\np *= a[i++]!;\na[0] = 5;\nreturn p + a[i]!;"), [{ at: [2], dx: 24 }], write);
  trap("60 the same without the write", f("x: number", "const a = [x, x ** 2, x ** 3];\nlet i = 0;\nlet p = 1;\np *= a[i++]!;\np *= a[i++]!;\nreturn p + a[i]!;"), [{ at: [2], dx: 24 }]);
  trap("61 a recurrence through an array", f("x: number", "const a = [x, 0, 0, 0, 0];\nfor (let i = 1; i < 5; i++) a[i] = a[i - 1]! * x;\nreturn a[4]! + a[2]!;"), [{ at: [2], dx: 5 * 16 + 3 * 4 }], write);
  trap("62 an alias", f("x: number", "const a = [x];\nconst b = a;\nb[0] = x * x;\nreturn a[0]! * a[0]!;"), [{ at: [2], dx: 32 }], write);
  trap("63 a spread copy is not an alias", f("x: number", "const a = [x * x];\nconst b = [...a];\nb[0] = 1;\nreturn a[0]! * a[0]! * b[0]!;"), [{ at: [2], dx: 32 }], write);
  trap("63 spread is shallow", f("x: number", "const a = [{ v: x }];\nconst b = [...a];\nb[0]!.v = x * x;\nreturn a[0]!.v * x;"), [{ at: [2], dx: 12 }], write);
  trap("64 subarray aliases", f("x: number", "const a = Float64Array.of(x, x);\nconst b = a.subarray(1);\nb[0] = x * x;\nreturn a[1]! * a[0]!;"), [{ at: [3], dx: 27 }], write);
  trap("64 slice copies", f("x: number", "const a = Float64Array.of(x, 2 * x);\nconst b = a.slice(1);\nb[0] = 0;\nreturn a[1]! * a[0]!;"), [{ at: [3], dx: 12 }], write);
  trap("64 two views of one buffer", f("x: number", "const a = new Float64Array(1);\nconst b = new Float32Array(a.buffer);\na[0] = x;\nreturn b[0]! * x + b[1]!;"), [], { status: "refused" });
  trap("65 one object in two slots", f("x: number", "const o = { v: x };\nconst b = [o, o];\nb[0]!.v = x * x;\nreturn b[1]!.v * x;"), [{ at: [2], dx: 12 }], write);
  trap("65 fill with one object", f("x: number", "const b = new Array<{ v: number }>(2).fill({ v: x });\nb[0]!.v = x * x;\nreturn b[1]!.v * x;"), [{ at: [2], dx: 12 }], write);
  trap("65 rows exchanged in a loop that uses them", f("x: number, n: number", "const m = [[x], [2 * x], [3 * x]];\nlet s = 0;\nfor (let k = 0; k < n; k++) {\n  const row = m[2]!;\n  m[2] = m[k]!;\n  m[k] = row;\n  s += row[0]! * row[0]! * (k + 1);\n}\nreturn s;"), [{ at: [2, 3], value: 4 * (9 + 2 + 3 * 4), dx: 4 * (9 + 2 + 3 * 4) }], write);
  trap("66 a callee changes its argument", f("x: number", "const a = [x];\nsquare(a);\nreturn a[0]!;", "function square(v: number[]): void {\n  v[0] = v[0]! * v[0]!;\n}"), [{ at: [3], dx: 6 }], write);
  trap("66 the same array twice", f("x: number", "const a = [x, 2];\nreturn mix(a, a);", "function mix(u: number[], v: number[]): number {\n  u[0] = u[0]! * v[1]!;\n  return u[0]! * v[0]!;\n}"), [{ at: [3], value: 36, dx: 24 }], write);
  trap("66 the same array twice, only read", f("x: number", "const a = [x, 2];\nreturn mix(a, a);", "function mix(u: number[], v: number[]): number {\n  return u[0]! * v[0]! * v[1]!;\n}"), [{ at: [3], value: 18, dx: 12 }]);
  trap("65 an array made without values", f("x: number, n: number", "const a = new Array<number>(n);\nfor (let i = 0; i < n; i++) a[i] = x * i;\nlet s = 0;\nfor (let i = 0; i < n; i++) s += a[i]! * a[i]!;\nreturn s;"), [{ at: [2, 4], value: 56, dx: 56 }], write);
  trap("65 an element that was never written makes NaN", f("x: number", "const a = new Array<number>(2);\na[0] = x;\nreturn a[0]! * x + (a[1]! * 0);"), [{ at: [2], value: NaN }], write);
  test("66 the returned gradient is fresh and the caller's data untouched", () => {
    const { grad_f } = compileAndRun(f("xs: number[]", "let s = 0;\nfor (const v of xs) s += v * v;\nreturn s;"));
    const xs = Object.freeze([1, 2]) as unknown as number[];
    const a = grad_f!(xs) as { dxs: number[] };
    a.dxs[0] = 99;
    const b = grad_f!(xs) as { dxs: number[] };
    expect(b.dxs).toEqual([2, 4]);
    expect(b.dxs).not.toBe(a.dxs);
  });
  trap("67 push and pop", f("x: number", "const a = [x];\na.push(x * x);\nfor (let i = 0; i < 2; i++) a[i]! *= x;\nconst t = a.pop()!;\nreturn t * a.length + a[0]!;"), [{ at: [2], value: 12, dx: 16 }], write);
  trap("67 shift, splice, length", f("x: number", "const a = [x, x * x, 3];\nconst h = a.shift()!;\na.splice(0, 1);\na.length = 1;\nreturn h * a[0]! * x;"), [{ at: [2], dx: 12 }], write);
  trap("67 an array that grows by its length, in a parameter", f("a: number[], x: number", "a[a.length] = x;\na[a.length] = x * a[0]!;\nlet s = 0;\nfor (let i = 0; i < a.length; i++) s += a[i]! * a[i]! * (i + 1);\nreturn s;"), [{ at: [[2, 3], 5] }]);
  trap("67 a length that writes past the end change", f("x: number, n: number", "const ys = [x];\nlet s = 0;\nfor (let i = 0; i < n; i++) {\n  s += ys.length * x * ys[i]!;\n  ys[i + 1] = ys[i]! * x;\n}\nreturn s * ys.length;"), [{ at: [1.5, 3] }]);
  trap("67 a loop to the end of the array that it makes longer", f("x: number, n: number", "const ys = [x];\nfor (let i = 0; i < ys.length; i++) if (i < n) ys[i + 1] = ys[i]! * x;\nreturn ys[ys.length - 1]! * ys.length;"), [{ at: [1.5, 3] }]);
  trap("67 pop of what may be empty", f("a: number[], x: number", "const p = a.pop() ?? x;\nconst q = a.pop() ?? x * x;\na.push(p * q);\nreturn a[0]! * p * q;"), [{ at: [[2], 3] }, { at: [[2, 5], 3] }, { at: [[], 3] }]);
  trap("65 rows exchanged in a parameter", f("m: number[][], x: number", "[m[0], m[1]] = [m[1]!, m[0]!];\nm[0]![0]! *= x;\nreturn m[0]![0]! * m[1]![0]! * m[1]![1]!;"), [{ at: [[[2, 3], [5, 7]], 2] }]);
  trap("65 rows pushed onto a parameter and popped", f("m: number[][], x: number", "const r = m.pop()!;\nm.push([x], r, r);\nm[2]![0]! *= x;\nconst q = m.pop()!;\nreturn q[0]! * m[0]![0]! * m[1]![0]!;"), [{ at: [[[2, 3], [5]], 2] }]);
  trap("65 records of a parameter in another order", f("ps: { v: number }[], x: number", "ps.reverse();\nps[0]!.v *= x;\nreturn ps[0]!.v * ps[0]!.v + ps[1]!.v;"), [{ at: [[{ v: 2 }, { v: 3 }], 5] }]);
  trap("65 fields exchanged in a parameter", f("p: { u: number[]; v: number[] }, x: number", "const t = p.u;\np.u = p.v;\np.v = t;\np.u[0]! *= x;\nreturn p.u[0]! * p.v[1]! + p.v[0]!;"), [{ at: [{ u: [2, 3], v: [5] }, 7] }]);
  trap("69 an integer written over a number", f("a: number[], x: number, k: number", "a[1]! |= k;\nreturn a[1]! * a[0]! * x;"), [{ at: [[2, 3], 5, 4], da: [35, 0], dx: 14 }]);
  trap("68 a constant array stored in an active structure, then written", f("x: number", "const o = { w: K.slice(), v: x };\no.w[0] = o.v * x;\nreturn o.w[0]! * o.w[1]! + K[0]!;", "const K = [1, 3];"), [{ at: [2], value: 13, dx: 12 }], write);
  test("68 a module array is never changed by the gradient", () => {
    const text = `export const K = [1, 3];\n${f("x: number", "return K[0]! * x + K[1]! * x * x;")}`;
    const module = compileAndRun(text) as unknown as { K: number[]; grad_f(x: number): object };
    expect(module.grad_f(2)).toEqual({ value: 14, dx: 13 });
    expect(module.K).toEqual([1, 3]);
  });
  trap("69 integer array inputs have no gradient", f("x: number, k: Int32Array", "return x * k[0]! + k[1]!;"), [{ at: [2, new Int32Array([3, 4])], dx: 3, dk: undefined }]);
  trap("69 Float32Array stores round", f("x: number", "const a = new Float32Array(1);\na[0] = x * x;\nreturn a[0]! * x;"), [{ at: [1.1] }], write);
  test("69 gradients of typed array inputs are typed arrays of the same kind", () => {
    const { grad_f } = compileAndRun(f("a: Float64Array, b: Float32Array", "return a[0]! * a[0]! * b[1]!;"));
    const result = grad_f!(new Float64Array([3]), new Float32Array([1, 2])) as { da: Float64Array; db: Float32Array };
    expect(result.da).toEqual(new Float64Array([12]));
    expect(result.db).toEqual(new Float32Array([0, 9]));
  });
  trap("69 a Float32Array inside records and rows sums its gradient in double precision", f("o: { w: Float32Array; rows: Float32Array[]; t: [Float32Array, number] }, n: number", "let s = 0;\nfor (let i = 0; i < n; i++) s += o.w[0]! * i + o.w[1]! * 1e-7 + o.rows[0]![0]! * o.t[0]![0]! * o.t[1];\nreturn s;"), [{ at: [{ w: new Float32Array([1, 2]), rows: [new Float32Array([0.5])], t: [new Float32Array([2]), 3] }, 1000], do: { w: [499500, 1e-4], rows: [[6000]], t: [[1500], 1000] } }], { oracle: false });
  trap("70 length as a number", f("a: number[], x: number", "return a.length * x * a[0]!;"), [{ at: [[3, 4], 5], value: 30, da: [10, 0], dx: 6 }]);
  trap("70 reading past the end", f("a: number[], x: number", "return (a[5] ?? 1) * x;"), [{ at: [[3, 4], 5], dx: 1, da: [0, 0] }], { status: "may" });
  trap("70 Map and Set", f("x: number", "const m = new Map<string, number>();\nm.set('a', x * x);\nreturn m.get('a')! * x;"), [], { status: "refused" });
  trap("70 the best so far, absent at first", f("a: number[], x: number", "let best: number | null = null, at = -1;\nfor (let i = 0; i < a.length; i++) {\n  const d = (a[i]! - x) ** 2;\n  if (best === null || d < best) {\n    best = d;\n    at = i;\n  }\n}\nreturn best === null ? 0 : best * a[at]!;"), [{ at: [[2, 3, 4], 3.5] }, { at: [[], 3.5] }]);
  trap("70 a number that is there after a test", f("o: { k?: number }, x: number", "let k = o.k;\nif (k === undefined) k = x;\nlet s = 0;\nfor (let i = 0; i < 3; i++) {\n  k = k * x + i;\n  s += k;\n}\nreturn s;"), [{ at: [{}, 3] }, { at: [{ k: 2 }, 3] }]);
  trap("70 the previous element, absent at first", f("ps: { p: number }[], x: number", "let prev: { p: number } | undefined;\nlet s = 0;\nfor (const q of ps) {\n  if (prev) s += prev.p * q.p * x;\n  prev = q;\n}\nreturn s;"), [{ at: [[{ p: 2 }, { p: 3 }, { p: 5 }], 7] }]);
  trap("70 an absent array, and one in its place", f("x: number, o: { w: number[] | null }, v?: number[]", "const w = o.w ?? [x];\nw[0]! *= x;\nconst u = v ?? [x, x * x];\nreturn w[0]! * u[1]!;"), [{ at: [3, { w: null }] }, { at: [3, { w: [2] }, [5, 7]] }]);
  trap("70 slots that hold nothing at first", f("x: number, n: number", "const slots = new Array<{ v: number } | null>(n).fill(null);\nslots[1] = { v: 2 * x };\nlet s = 0;\nfor (const q of slots) if (q !== null) s += q.v * q.v;\nreturn s;"), [{ at: [3, 3], dx: 24 }]);
  trap("70 an empty array on one side", f("a: number[], x: number", "const b = a.flatMap((v) => (v > 1 ? [v * x] : []));\nconst c = x > 1 ? [x] : [];\nc.push(x * x);\nreturn b.reduce((p, v) => p + v, 0) * c[c.length - 1]!;"), [{ at: [[2, 0.5, 3], 2] }, { at: [[2, 0.5, 3], 0.5] }]);
  trap("70 Math.hypot of an array", f("a: number[], x: number", "return Math.hypot(...a) * Math.hypot(x, ...a);"), [{ at: [[3, 4], 12] }]);
  trap("71 reduce without a start", f("a: number[]", "return a.reduce((p, v) => p * v);"), [{ at: [[2, 3, 4]], da: [12, 8, 6] }, { at: [[5]], da: [1] }]);
  trap("71 a product with a zero", f("a: number[]", "return a.reduce((p, v) => p * v, 1);"), [{ at: [[2, 0, 4]], da: [0, 8, 0] }]);
  test("71 reduce of an empty array without a start throws as the primal", () => {
    const { grad_f, f: primal } = compileAndRun(f("a: number[]", "return a.reduce((p, v) => p * v);"));
    expect(() => primal!([])).toThrow(TypeError);
    expect(() => grad_f!([])).toThrow(TypeError);
  });
  trap("72 default sort is lexicographic", f("a: number[]", "const b = [...a].sort();\nreturn b[0]! * 1 + b[1]! * 2 + b[2]! * 3;"), [{ at: [[10, 9, 1.5]], da: [2, 3, 1] }], { status: "may", oracle: false });
  trap("72 sort with a comparison", f("a: number[]", "const b = [...a].sort((p, q) => p - q);\nreturn b[0]! * 1 + b[1]! * 2 + b[2]! * 3;"), [{ at: [[10, 9, 1.5]], da: [3, 2, 1] }], write);
  trap("72 a sort of records, stable, in a loop", f("ps: { k: number; v: number }[], x: number", "let s = 0;\nfor (let n = 0; n < 3; n++) {\n  ps.sort((p, q) => p.k - q.k);\n  ps[0]!.v *= x;\n  ps[0]!.k += 1;\n  s += ps[1]!.v * n;\n}\nreturn s * ps[2]!.v;"), [{ at: [[{ k: 1, v: 2 }, { k: 0, v: 3 }, { k: 1, v: 5 }], 7] }]);
  trap("72 a comparison by name, and one that captures", f("a: number[], x: number", "const w = [x, -x];\nconst b = a.toSorted(up), c = a.toSorted((p, q) => (p - q) * w[1]!);\nreturn b[0]! * c[0]! * c[1]!;", "const up = (p: number, q: number): number => p - q;"), [{ at: [[3, 1, 2], 5] }]);
  trap("67 splice and toSpliced, places that count from the end", f("a: number[], x: number, k: number", "const r = a.splice(k, 2, x, x * x, ...a);\nconst b = a.toSpliced(-1, 1, r.length * x);\nreturn r.reduce((p, v) => p * v, 1) * a[1]! * b[b.length - 1]! * b[0]!;"), [{ at: [[2, 3, 5], 7, 1] }, { at: [[2, 3, 5], 7, -1] }, { at: [[2, 3], 7, 9] }]);
  trap("67 unshift of several, and of what is spread", f("a: number[], x: number", "a.unshift(x, ...a, 2 * x);\nlet s = 0;\nfor (const [i, v] of a.entries()) s += v * v * i;\nreturn s;"), [{ at: [[2, 3], 5] }]);
  trap("63 copyWithin, with, set", f("a: Float64Array, x: number", "a.copyWithin(1, 0, 3);\na.set([x], 0);\nreturn a.with(-1, x * x).reduce((p, v) => p * v, 1) * a[3]!;"), [{ at: [new Float64Array([2, 3, 5, 7]), 11] }]);
  trap("set of a literal that reads what it replaces, and behind a place", f("a: Float64Array, x: number, k: number", "a.set([a[1]! * x, a[0]!]);\nfor (let i = 0; i < 2; i++) a.set([x * x, a[2 * i]!], 2 * i);\nconst b = new Float64Array(a.length);\nb.set(a);\nb.set(a.map((v) => v * v).slice(2), k);\nreturn b.reduce((p, v, i) => p + v * v * (i + 1), 0);"), [{ at: [new Float64Array([2, 3, 5, 7]), 11, 1] }]);
  test("set throws where there is no place for all", () => {
    const { f: primal, grad_f } = compileAndRun(f("a: Float64Array, b: Float64Array, k: number", "a.set(b, k);\na.set([b[0]!, 1], k);\nlet s = 0;\nfor (const v of a) s += v * v;\nreturn s;"));
    for (const [of, k] of [[2, -1], [2, 2], [4, 0], [1, 2]] as const) {
      const at = (): [Float64Array, Float64Array, number] => [new Float64Array(3), new Float64Array(of), k];
      expect(() => primal!(...at())).toThrow(RangeError);
      expect(() => grad_f!(...at())).toThrow(RangeError);
    }
    const { value, db } = grad_f!(new Float64Array(3), new Float64Array([2, 3]), 1.9) as { value: number; db: Float64Array };
    expect([value, ...db]).toEqual([5, 4, 0]);
  });
  trap("63 structuredClone is deep", f("p: { q: number[]; k: number }, x: number", "const b = structuredClone(p);\nb.q[0]! *= x;\np.q[1] = 0;\nb.k += p.k;\nreturn b.q[0]! * b.q[1]! * b.k + p.q[0]!;"), [{ at: [{ q: [2, 3], k: 5 }, 7] }]);
  trap("73 flat", f("m: number[][][], x: number", "return m.flat(2).map((v, i) => v * v * i * x).reduce((p, v) => p + v, 0) + m.flat()[0]![1]!;"), [{ at: [[[[2, 3], [5]], [[7]]], 11] }]);
  trap("70 a place that may lie outside, of an array that grows", f("a: number[], x: number", "const b = a.map((v) => v * x);\nconst [p = x, , , q = x * x] = b;\nreturn p * q * (b[7] ?? 1) * (b[-1] ?? x);"), [{ at: [[2, 3], 5] }, { at: [[2, 3, 5, 7], 5] }, { at: [[], 5] }]);
  trap("73 forEach with captured mutation", f("x: number", "let s = 0;\n[x, x * x].forEach((v) => {\n  s += v * v;\n});\nreturn s;"), [{ at: [2], dx: 36 }]);
  trap("73 map, then reduce with an index", f("a: number[], x: number", "return a.map((v, i) => v * x + i).reduce((p, v, i) => p + v * (i + 1), 0);"), [{ at: [[2, 3], 5] }]);
  trap("73 some and every", f("a: number[], x: number", "if (a.some((v) => v > x)) return x * x;\nif (a.every((v) => v < 0)) return x * 3;\nreturn x;"), [{ at: [[2, 3], 2.5], dx: 5 }, { at: [[-2, -3], 2], dx: 3 }, { at: [[-2, 1], 2], dx: 1 }]);
  trap("73 filter", f("a: number[], x: number", "return a.filter((v) => v > 0).reduce((p, v) => p + v * x, 0);"), [{ at: [[2, -3, 4], 5], da: [5, 0, 5], dx: 6 }], write);
  trap("73 find", f("a: number[], x: number", "const v = a.find((u) => u > 2) ?? x;\nreturn v * x;"), [{ at: [[2, 3, 4], 5], da: [0, 5, 0], dx: 3 }, { at: [[1], 5], dx: 10 }], write);
  trap("73 flatMap", f("a: number[]", "return a.flatMap((v) => [v, v * v]).reduce((p, v) => p + v, 0);"), [{ at: [[2, 3]], da: [5, 7] }], write);
  trap("74 nested destructuring", f("x: number", "const { p: [a, b] } = { p: [x, x * x] as [number, number] };\nreturn a * b;"), [{ at: [2], dx: 12 }]);
  trap("74 defaults only for undefined", f("o: { x: number; y?: number }", "const { x, y = 2 } = o;\nreturn x * y;"), [{ at: [{ x: 3 }] , do: { x: 2 } }, { at: [{ x: 3, y: 0 }], do: { x: 0, y: 3 } }]);
  trap("74 a destructured parameter with a default", "/** @differentiable */\nexport function f({ x, y = 2 }: { x: number; y?: number } = { x: 1 }): number {\n  return x * x * y;\n}\n", [{ at: [{ x: 3, y: 5 }], value: 45, dx: 30, dy: 9 }, { at: [{ x: 3 }], dx: 12 }], { oracle: false });
  trap("74 rest of an array", f("a: number[]", "const [first = 0, ...others] = a;\nlet s = first;\nfor (const v of others) s *= v;\nreturn s;"), [{ at: [[2, 3, 4]], da: [12, 8, 6] }]);
  trap("74 rest of a record", f("o: { a: number; b: number; c: number }", "const { a, ...r } = o;\nreturn a * r.b * r.c;"), [{ at: [{ a: 2, b: 3, c: 4 }], do: { a: 12, b: 8, c: 6 } }]);
  trap("74 computed keys", f("o: { a: number; b: number }", "const { [\"a\"]: p } = o;\nreturn p * o[\"b\"];"), [{ at: [{ a: 2, b: 3 }], do: { a: 3, b: 2 } }]);
  trap("75 getters", f("x: number", "const o = {\n  get v() {\n    return x * x;\n  },\n};\nreturn o.v * x;"), [{ at: [2], dx: 12 }], { status: "may" });
  trap("75 valueOf", f("x: number", "const o = { valueOf: () => x };\nreturn +o * x;"), [{ at: [3], dx: 6 }], { status: "may" });
  test("75 frozen inputs work", () => {
    const { grad_f } = compileAndRun(f("o: { readonly p: readonly number[] }", "return o.p[0]! * o.p[1]!;"));
    expect(grad_f!(Object.freeze({ p: Object.freeze([2, 3]) }))).toEqual({ value: 6, do: { p: [3, 2] } });
  });
  trap("75 ragged rows", f("m: number[][]", "let s = 0;\nfor (const row of m) {\n  let p = 1;\n  for (const v of row) p *= v;\n  s += p;\n}\nreturn s;"), [{ at: [[[2, 3], [], [4]]], dm: [[3, 2], [], [1]] }]);
  test("75 a proxy as input", () => {
    const { diagnostics } = compile(f("x: number", "const o = new Proxy({ v: x }, {});\nreturn o.v;"));
    expect(diagnostics.some((d) => d.category === "error" && d.line === 3)).toBe(true);
  });
});
