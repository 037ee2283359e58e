/** Functions that return arrays, tuples and objects: what `vjp_f` promises of its arguments and of what it returns. */
import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const marked = (signature: string, body: string, before = ""): string => `${before}/** @differentiable */\nexport function f${signature} {\n${body}\n}\n`;

describe("results other than a number", () => {
  trap("an array", marked("(x: number): number[]", "  return [x, x * x, 1];"), [{ at: [3], dvalue: [1, 10, 100], value: [3, 9, 1], dx: 61 }]);
  trap("a tuple", marked("(x: number, y: number): [number, number]", "  return [x * y, x + y];"), [{ at: [3, 4], dvalue: [1, 10], dx: 14, dy: 13 }]);
  trap(
    "a typed array",
    marked("(x: number, n: number): Float64Array", "  const out = new Float64Array(n);\n  for (let i = 0; i < n; i++) out[i] = x ** i;\n  return out;"),
    [{ at: [2, 4], dvalue: new Float64Array([1, 1, 1, 1]), dx: 17 }, { at: [2, 0] }],
  );
  trap("numbers of a Float32Array are rounded", marked("(x: number): Float32Array", "  return new Float32Array([x * 0.1, x]);"), [
    { at: [3], dvalue: new Float32Array([1, 2]), dx: 2.1 },
  ]);
  trap("rows of rows, ragged", marked("(x: number[]): number[][]", "  return x.map((v, i) => x.slice(i).map((w) => v * w));"), [
    { at: [[1, 2, 3]] },
    { at: [[]] },
  ]);
  trap(
    "an object in an object, with parts that have no gradient",
    marked(
      "(x: number): { name: string; inner: { a: number; ids: Int32Array; on: boolean } }",
      '  return { name: "n", inner: { a: x * x, ids: new Int32Array(2), on: x > 0 } };',
    ),
    [{ at: [3], dvalue: { inner: { a: 2 } }, dx: 12 }],
  );
  trap("the same array twice", marked("(x: number): { a: number[]; b: number[] }", "  const xs = [x, 2 * x];\n  return { a: xs, b: xs };"), [
    { at: [3], dvalue: { a: [1, 10], b: [100, 1000] }, dx: 2121 },
  ]);
  trap(
    "an input, and an input inside a result",
    marked("(xs: number[], k: number): { xs: number[]; ys: number[] }", "  return { xs, ys: xs.map((x) => x * k) };"),
    [{ at: [[1, 2], 3], dvalue: { xs: [1, 1], ys: [1, 1] }, dxs: [4, 4], dk: 3 }],
  );
  trap("nothing but an input", marked("(xs: number[]): number[]", "  return xs;"), [{ at: [[1, 2]], dvalue: [5, 7], dxs: [5, 7] }]);
  trap(
    "an out-parameter that is returned",
    marked("(out: number[], a: number[], b: number[]): number[]", "  out[0] = a[1]! * b[0]!;\n  out[1] = a[0]! - b[1]!;\n  return out;"),
    [
      {
        at: [
          [9, 9, 9],
          [1, 2],
          [3, 4],
        ],
        dvalue: [1, 10, 100],
        dout: [0, 0, 100],
        da: [10, 3],
        db: [2, -10],
      },
    ],
  );
  trap(
    "an out-parameter that keeps some of what it held",
    marked("(out: Float64Array, k: number): Float64Array", "  for (let i = 0; i < out.length; i += 2) out[i]! *= k;\n  return out;"),
    [{ at: [new Float64Array([1, 2, 3]), 5], dvalue: new Float64Array([1, 1, 1]), dout: [5, 1, 5], dk: 4 }],
  );
  trap("one of two arrays", marked("(a: number[], b: number[], c: number): number[]", "  return c > 0 ? a : b;"), [
    { at: [[1, 2], [3], 1], dvalue: [1, 2], da: [1, 2], db: [0] },
    { at: [[1, 2], [3], -1], dvalue: [4], da: [0, 0], db: [4] },
  ]);
  trap(
    "an early return in a loop",
    marked(
      "(xs: number[], limit: number): { at: number; sums: number[] }",
      "  const sums: number[] = [];\n  let s = 0;\n  for (let i = 0; i < xs.length; i++) {\n    s += xs[i]! * xs[i]!;\n    sums.push(s);\n    if (s > limit) return { at: s, sums };\n  }\n  return { at: -s, sums };",
    ),
    [{ at: [[1, 2, 3], 4] }, { at: [[1, 2, 3], 100] }, { at: [[], 1] }],
  );
  trap(
    "two ends with literals of their own",
    marked(
      "(x: number): { a: number; b: [number, number] }",
      "  if (x > 1) return { a: x * x, b: [x, 1] };\n  const b: [number, number] = [Math.sin(x), x];\n  b[0] *= 2;\n  return { a: 3, b };",
    ),
    [{ at: [2] }, { at: [0.5] }],
  );
  trap("a result that only compares", marked("(x: number, k: number): number[]", "  return [x > 0 ? 1 : 0, k];"), [
    { at: [2, 3], dvalue: [5, 7], dx: undefined, dk: 7 },
  ]);
  trap("an array that is returned by a recursion", marked("(x: number, n: number): number[]", "  return powers(x, n);", dedent`
    function powers(x: number, n: number): number[] {
      if (n <= 0) return [1];
      const p = powers(x, n - 1);
      p.push(p[p.length - 1]! * x);
      return p;
    }

  `), [{ at: [2, 3], dvalue: [1, 1, 1, 1], dx: 17 }]);
  trap(
    "fields with default and optional ones",
    marked("(x: number, more: boolean): { a: number; b?: number }", "  if (more) return { a: x, b: x * x };\n  return { a: 2 * x };"),
    [
      { at: [3, true], dvalue: { a: 1, b: 10 }, dx: 61 },
      { at: [3, false], dvalue: { a: 1, b: 10 }, dx: 2 },
    ],
    { status: "may" },
  );
  trap(
    "a part that is null",
    marked("(x: number, y?: number): { v: number; w: { z: number } | null }", "  return { v: x, w: y === undefined ? null : { z: x * y } };"),
    [
      { at: [2, 3], dvalue: { v: 1, w: { z: 10 } }, dx: 31, dy: 20 },
      { at: [2], dvalue: { v: 1, w: { z: 10 } }, dx: 1 },
    ],
  );
  trap("parameters named dvalue and value", marked("(dvalue: number, value: number): number[]", "  return [dvalue * value];"), [
    { at: [3, 4], dvalue: [2], ddvalue: 8 },
  ]);
});

describe("what is the caller's", () => {
  const text = marked(
    "(xs: number[], k: number): { xs: number[]; ys: number[]; again: number[] }",
    "  const ys = xs.map((x) => x * k);\n  return { xs, ys, again: ys };",
  );
  test("gradients are fresh, also of what is returned as it came", () => {
    const { vjp_f } = compileAndRun(text);
    const dvalue = { xs: [1, 2], ys: [3, 4], again: [5, 6] }, xs = [7, 8];
    const first = vjp_f!(dvalue, xs, 2) as { value: { xs: number[] }; dxs: number[]; dk: number };
    expect(first.value.xs).toBe(xs);
    expect(first.dxs).toEqual([17, 22]);
    first.dxs.fill(0);
    first.value.xs[0] = 7;
    expect(dvalue).toEqual({ xs: [1, 2], ys: [3, 4], again: [5, 6] });
    expect((vjp_f!(dvalue, xs, 2) as { dxs: number[] }).dxs).toEqual([17, 22]);
  });
  test("an incoming gradient of another length is an error that names it", () => {
    const { vjp_f } = compileAndRun(text);
    expect(() => vjp_f!({ xs: [1, 2], ys: [3], again: [5, 6] }, [7, 8], 2)).toThrow("vjp_f: dvalue.ys has another length than the result");
    expect(() => vjp_f!({ xs: [1, 2, 3], ys: [3, 4], again: [5, 6] }, [7, 8], 2)).toThrow("dvalue.xs");
  });
  test("rows too", () => {
    const { vjp_f } = compileAndRun(
      marked("(x: number): number[][]", "  const rows: number[][] = [];\n  for (let i = 0; i < 3; i++) rows.push([x, x * i]);\n  return rows;"),
    );
    expect((vjp_f!([[1, 1], [1, 1], [1, 1]], 2) as { dx: number }).dx).toBe(6);
    expect(() => vjp_f!([[1, 1], [1], [1, 1]], 2)).toThrow("dvalue[] has another length");
    expect(() => vjp_f!([[1, 1]], 2)).toThrow("dvalue has another length");
  });
  test("an incoming gradient that the function overwrites is an error", () => {
    const { vjp_f } = compileAndRun(marked("(out: number[], a: number[]): number[]", "  out[0] = a[0]! * 2;\n  return out;"));
    const out = [1];
    expect(() => vjp_f!(out, out, [3])).toThrow("dvalue and out are the same object");
  });
});

describe("with vjp", () => {
  test("both derivatives of a function to a number", () => {
    const { grad_f, vjp_f } = compileAndRun(dedent`
      /** @differentiable wrt x with vjp - twice */
      export function f(x: number, n: number): number {
        let s = 1;
        for (let i = 0; i < n; i++) s *= x;
        return s;
      }

    `);
    expect(grad_f!(3, 4)).toEqual({ value: 81, dx: 108 });
    expect(vjp_f!(0.5, 3, 4)).toEqual({ value: 81, dx: 54 });
  });
  test("a recursion has one pair of halves for both", () => {
    const { code } = compile(dedent`
      /** @differentiable with vjp */
      export function f(x: number): number { return p(x, 5); }
      function p(x: number, n: number): number { return n <= 0 ? 1 : x * p(x, n - 1); }

    `);
    expect(code.match(/function forward_p/g)).toHaveLength(1);
    expect(code).toContain("export function vjp_f(dvalue: number, x: number)");
  });
  test("is what is there anyway for other results", () => {
    const { code, diagnostics } = compile("/** @differentiable with vjp */\nexport function f(x: number): number[] { return [x]; }\n");
    expect(diagnostics).toEqual([]);
    expect(code.match(/function vjp_f/g)).toHaveLength(1);
  });
});

describe("refused", () => {
  const codeOf = (text: string): string[] => compile(text).diagnostics.map((d) => `${d.code} ${d.help}`);
  test("a function that returns nothing is told to return what it writes", () => {
    expect(codeOf(marked("(out: number[], x: number): void", "  out[0] = x * x;"))).toEqual([
      "RG1102 `f` writes into `out`: return it, `return out;`, and `vjp_f` takes the gradient by what was written",
    ]);
  });
  test("a result that may be missing", () => expect(codeOf(marked("(x: number): number[] | null", "  return x > 0 ? [x] : null;"))[0]).toMatch(/^RG1103/));
  test("a result without numbers", () => expect(codeOf(marked("(x: number): string[]", "  return [x > 0 ? \"a\" : \"b\"];"))[0]).toMatch(/^RG1102/));
});

describe("what is returned and was read before", () => {
  const help = dedent`
    function help(n: number, t: number): number {
      return n <= 0 ? t * t : Math.sin(help(n - 1, t) * t);
    }

  `;
  trap(
    "an element of a row by an index that is computed",
    `/** @differentiable */\nexport function f(x: number, y: number): { b: number[]; c: number[][] } {\n  const u = [[1, y], [2, x]];\n  const sum = help(2, u[u.length - 1]![u[0]!.length - 1]!);\n  return { b: [x, sum], c: u };\n}\n${help}`,
    [{ at: [1.4, -1.3] }],
  );
  trap(
    "a record in an array",
    `/** @differentiable */\nexport function f(x: number, y: number): { v: number }[] {\n  const list = [{ v: x }, { v: y }];\n  const k = list.findIndex((p) => p.v < 0);\n  list[0] = { v: x * help(1, list[k]!.v) };\n  return list;\n}\n${help}`,
    [{ at: [1.4, -1.3] }],
  );
});
