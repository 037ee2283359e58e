/** Parameters of several kinds, told apart when the program runs: `number | number[]`, options of such fields. */
import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap, type Case } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const both = (title: string, text: string, cases: readonly Case[]): void => {
  trap(title, text, cases);
  trap(`${title}, into and forward`, text.replace("@differentiable", "@differentiable with jvp, into"), cases);
};

describe("a number or an array", () => {
  both("asked at once", f("x: number, w: number | number[]", dedent`
    const ws = typeof w === "number" ? [w, w] : w;
    let s = 0;
    for (const v of ws) s = s * x + v * v;
    return s;
  `), [{ at: [2, 3], value: 27, dx: 9, dw: 18 }, { at: [2, [3, 1]], value: 19, dx: 9, dw: [12, 2] }, { at: [2, []], dx: 0, dw: [] }]);
  both("asked in a loop", f("xs: number[], w: number | readonly number[]", dedent`
    let s = 0;
    for (let i = 0; i < xs.length; i++) s += xs[i]! * (Array.isArray(w) ? w[i]! : (w as number));
    return s;
  `), [{ at: [[1, 2], 3], dxs: [3, 3], dw: 3 }, { at: [[1, 2], [3, 4]], dxs: [3, 4], dw: [1, 2] }]);
  both("asked in an inner function", f("x: number, w: number | number[]", dedent`
    const get = (i: number): number => (typeof w === "number" ? w : w[i % w.length]!);
    let s = 0;
    for (let i = 0; i < 3; i++) s += get(i) * x ** i;
    return s;
  `), [{ at: [2, 3], dw: 7 }, { at: [2, [3, 5]], dw: [5, 2] }]);
  both("asked in a function that is called", f("x: number, w: number | number[]", "return total(w, x) * total(x, x) + total([x, x], 1);", dedent`
    function total(v: number | number[], k: number): number {
      if (typeof v === "number") return v * k;
      return v.reduce((a, b) => a + b * k, 0);
    }
  `), [{ at: [2, 3] }, { at: [2, [3, 4]] }]);
  both("assigned", f("x: number, w: number | [number, number]", dedent`
    if (typeof w === "number") w = [w, 2 * w];
    return x * w[0] + w[1] ** 2;
  `), [{ at: [2, 3], value: 42, dx: 3, dw: 26 }, { at: [2, [3, 4]], value: 22, dx: 3, dw: [2, 8] }]);
  both("written", f("x: number, w: number | number[]", dedent`
    if (typeof w !== "number") w[0]! *= x;
    return typeof w === "number" ? w : w[0]! * w[1]!;
  `), [{ at: [2, 3], dx: 0, dw: 1 }, { at: [2, [3, 4]], value: 24, dx: 12, dw: [8, 6] }]);
  both("by default a number", f("x: number, w: number | number[] = x", "return Array.isArray(w) ? w[0]! * x : w * w;"), [
    { at: [3], value: 9, dx: 6, dw: 6 },
    { at: [3, 4], dx: 0, dw: 8 },
    { at: [3, [4, 5]], dx: 4, dw: [3, 0] },
  ]);
  both("by default an array", f("x: number, w: number | number[] = [1, 2]", "return Array.isArray(w) ? w[0]! * x + w[1]! : w * w;"), [
    { at: [3], value: 5 },
    { at: [3, 4], dx: 0, dw: 8 },
    { at: [3, [4, 5]], dx: 4, dw: [3, 1] },
  ]);
  both("that may be missing", f("x: number, w?: number | number[]", dedent`
    if (w === undefined) return x * x;
    if (typeof w === "number") return x * w;
    return x * w[0]!;
  `), [{ at: [3], value: 9, dx: 6 }, { at: [3, 4], dx: 4, dw: 3 }, { at: [3, [4]], dx: 4, dw: [3] }]);
  both("that may be null", f("x: number, w: number | number[] | null", dedent`
    if (!Array.isArray(w)) return x * (w ?? 2);
    return x * w[0]!;
  `), [{ at: [3, null], value: 6, dx: 2 }, { at: [3, 4], dx: 4, dw: 3 }, { at: [3, [4]], dx: 4, dw: [3] }]);
  both("recursive", f("w: number | number[]", dedent`
    if (typeof w === "number") return Math.sin(w);
    let s = 1;
    for (const v of w) s *= f(v);
    return s;
  `), [{ at: [0.3], dw: Math.cos(0.3) }, { at: [[0.3, 0.5]] }]);
});

describe("other kinds", () => {
  both("arrays by their length", f("p: number | [number, number] | [number, number, number, number]", dedent`
    if (typeof p === "number") return p ** 4;
    if (p.length === 2) return (p[0] * p[1]) ** 2;
    return p[0] * p[1] * p[2] * p[3];
  `), [{ at: [2], value: 16, dp: 32 }, { at: [[2, 3]], dp: [36, 24] }, { at: [[1, 2, 3, 4]], dp: [24, 12, 8, 6] }]);
  both("a number or an object", f("v: { x: number; y: number }, k: number | { x: number; y: number }", dedent`
    const s = typeof k === "number" ? { x: k, y: k } : k;
    return v.x * s.x + v.y * s.y;
  `), [{ at: [{ x: 1, y: 2 }, 3], dk: 3, dv: { x: 3, y: 3 } }, { at: [{ x: 1, y: 2 }, { x: 3, y: 4 }], dk: { x: 1, y: 2 } }]);
  both("a row or rows", f("m: number[] | number[][]", dedent`
    let s = 0;
    if (Array.isArray(m[0])) for (const r of m as number[][]) for (const v of r) s += v ** 3;
    else for (const v of m as number[]) s += v * v;
    return s;
  `), [{ at: [[1, 2]], dm: [2, 4] }, { at: [[[1, 2], [3]]], dm: [[3, 12], [27]] }, { at: [[]], dm: [] }]);
  both("typed arrays", f("w: number | Float64Array, x: number", 'return typeof w === "number" ? w * x : w[0]! * x + w[1]!;'), [
    { at: [2, 3], dw: 3 },
    { at: [new Float64Array([1, 2]), 3], dw: new Float64Array([3, 1]) },
  ]);
  both(
    "two of them",
    f(
      "a: number | number[], b: number | number[]",
      dedent`
        const at = (v: number | number[], i: number): number => (typeof v === "number" ? v : v[i]!);
        return at(a, 0) * at(b, 1) + at(a, 1);
      `,
    ),
    [
      { at: [2, 3], da: 4, db: 2 },
      { at: [[2, 5], 3], da: [3, 1], db: 2 },
      { at: [2, [3, 4]], da: 5, db: [0, 2] },
      {
        at: [
          [1, 2],
          [3, 4],
        ],
        da: [4, 1],
        db: [0, 1],
      },
    ],
  );
  both("a word instead", f("x: number[], w: number[] | \"mean\" | \"sum\"", dedent`
    let s = 0;
    for (let i = 0; i < x.length; i++) s += x[i]! ** 2 * (w === "sum" ? 1 : w === "mean" ? 1 / x.length : w[i]!);
    return s;
  `), [{ at: [[1, 2], "sum"], dx: [2, 4] }, { at: [[1, 2], "mean"], dx: [1, 2] }, { at: [[1, 2], [3, 4]], dx: [6, 16], dw: [1, 4] }]);
});

describe("options", () => {
  const options = "interface Options { pad?: number | [number, number]; scale: number }";
  both(
    "a field",
    f(
      "x: number, o: Options",
      dedent`
        const { pad = 0, scale } = o;
        const [a, b] = typeof pad === "number" ? [pad, pad] : pad;
        return x * scale + a * b * x;
      `,
      options,
    ),
    [
      { at: [2, { scale: 3 }], value: 6, do: { pad: 0, scale: 2 } },
      { at: [2, { scale: 3, pad: 4 }], do: { pad: 16, scale: 2 } },
      { at: [2, { scale: 3, pad: [4, 5] }], do: { pad: [10, 8], scale: 2 } },
    ],
  );
  both(
    "a field whose default is an array",
    f(
      "x: number, o: Options",
      dedent`
        const pad = o.pad ?? [1, 2];
        const [a, b] = typeof pad === "number" ? [pad, pad] : pad;
        return x * o.scale + a * b * x;
      `,
      options,
    ),
    [
      { at: [2, { scale: 3 }], value: 10 },
      { at: [2, { scale: 3, pad: 4 }], do: { pad: 16, scale: 2 } },
      { at: [2, { scale: 3, pad: [4, 5] }], do: { pad: [10, 8], scale: 2 } },
    ],
  );
  both(
    "handed on to a recursive function",
    f(
      "x: number, o: Options",
      "return go(x, o, 3);",
      `${options}\nfunction go(x: number, o: Options, n: number): number {\n  if (n <= 0) return 0;\n  const { pad = 0 } = o;\n  const a = typeof pad === "number" ? pad : pad[1];\n  return x * o.scale * a + 0.5 * go(x, o, n - 1);\n}`,
    ),
    [{ at: [2, { scale: 3, pad: 4 }] }, { at: [2, { scale: 3, pad: [4, 5] }] }],
  );
  test("in a pattern", () => {
    const { grad_f } = compileAndRun(
      `${options}\n/** @differentiable */\nexport function f({ pad = 1, scale }: Options): number {\n  const [a, b] = typeof pad === "number" ? [pad, pad] : pad;\n  return scale * a * b;\n}\n`,
    );
    expect(grad_f!({ scale: 3, pad: 4 })).toEqual({ value: 48, dpad: 24, dscale: 16 });
    expect(grad_f!({ scale: 3, pad: [4, 5] })).toEqual({ value: 60, dpad: [15, 12], dscale: 20 });
    expect(grad_f!({ scale: 3 })).toMatchObject({ value: 3, dscale: 1 });
  });
});

describe("results", () => {
  const text = dedent`
    /** @differentiable */
    export function f(x: number | number[], k: number): number | number[] {
      return typeof x === "number" ? Math.sin(x) * k : x.map((v) => v * v * k);
    }

  `;
  test("of the kind of the argument", () => {
    const { vjp_f } = compileAndRun(text);
    expect(vjp_f!(2, 0.5, 3)).toEqual({ value: Math.sin(0.5) * 3, dx: 6 * Math.cos(0.5), dk: 2 * Math.sin(0.5) });
    expect(vjp_f!([1, 2], [3, 4], 5)).toEqual({ value: [45, 80], dx: [30, 80], dk: 41 });
  });
  test("gradients of gradients", () => {
    const { grad_g } = compileAndRun(dedent`
      /** @differentiable */
      export function f(x: number, w: number | number[]): number {
        return x * x * x * (typeof w === "number" ? w : w[0]! * w[1]!);
      }
      /** @differentiable */
      export function g(x: number, w: number | number[]): number {
        const d = grad_f(x, w);
        return d.dx + (typeof d.dw === "number" ? d.dw : d.dw[0]!);
      }

    `);
    expect(grad_g!(2, 3)).toEqual({ value: 44, dx: 48, dw: 12 });
    expect(grad_g!(2, [3, 5])).toEqual({ value: 180 + 40, dx: 180 + 60, dw: [60, 36 + 8] });
  });
});

describe("what is not followed counts as constant, and is said to", () => {
  const said = (parameters: string, body: string): readonly string[] =>
    compile(f(parameters, body), { fileName: "f.ts" }).diagnostics.map((d) => `${d.code} ${d.category}`);
  test("more than four cases", () => expect(said("x: number, a: number | number[], b: number | number[], c: number | number[]", dedent`
    const at = (v: number | number[]): number => (typeof v === "number" ? v : v[0]!);
    return x * at(a) * at(b) * at(c);
  `)).toContain("RG4002 warning"));
  test("elements of several kinds", () => expect(said("x: number, ps: (number | [number, number])[]", dedent`
    let s = 0;
    for (const p of ps) s += typeof p === "number" ? p * x : p[0] * p[1] * x;
    return s;
  `)).toEqual(["RG4002 warning"]));
  test("fields, more than four cases", () => expect(said("x: number, o: { a: number | number[]; b: number | number[]; c: number | number[] }", dedent`
    const at = (v: number | number[]): number => (typeof v === "number" ? v : v[0]!);
    return x * at(o.a) * at(o.b) * at(o.c);
  `)).toEqual(["RG4002 warning"]));
});
