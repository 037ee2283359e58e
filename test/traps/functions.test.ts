import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("functions", () => {
  trap("76 a default that depends on another parameter", f("x: number, y: number = x * x", "return x * y;"), [
    { at: [3], value: 27, dx: 27, dy: 3 },
    { at: [3, 5], value: 15, dx: 5, dy: 3 },
  ]);
  trap("76 a default of a helper", f("x: number", "return g(x) + g(x, 5);", dedent`
    function g(a: number, b = a * a): number {
      return a * b;
    }
  `), [{ at: [3], dx: 32 }]);
  trap("76 undefined takes the default", f("x: number, y: number = x * x", "return x * y;"), [{ at: [3, undefined], dx: 27 }]);
  trap("77 rest parameters of a helper", f("x: number", "return total(x, x * x, 3);", dedent`
    function total(...xs: number[]): number {
      let s = 0;
      for (const v of xs) s += v * v;
      return s;
    }
  `), [{ at: [2], dx: 4 + 32 }]);
  trap("77 rest parameters of the marked function", f("x: number, ...xs: number[]", dedent`
    let s = x;
    for (const v of xs) s *= v;
    return s;
  `), [{ at: [2, 3, 4], dx: 12, dxs: [8, 6] }, { at: [2], dx: 1, dxs: [] }]);
  trap("77 spread into max", f("xs: number[]", "return Math.max(...xs) * 2;"), [{ at: [[1, 7, 3]], dxs: [0, 2, 0] }, { at: [[4, 4]], dxs: [2, 0] }]);
  trap("77 spread into a helper", f("xs: [number, number]", "return g(...xs);", dedent`
    function g(a: number, b: number): number {
      return a * a * b;
    }
  `), [{ at: [[2, 3]], dxs: [12, 4] }]);
  trap("77 arguments", f("x: number", "return arguments[0] * x;"), [], { status: "refused" });
  trap("78 a closure reads late", f("x: number", dedent`
    let k = x;
    const g = () => k * k;
    k = 2 * x;
    return g();
  `), [{ at: [3], dx: 24 }]);
  trap("79 a closure changes a captured variable", f("x: number", dedent`
    let s = 0;
    const add = (v: number): void => {
      s += v * x;
    };
    add(x);
    add(s);
    return s;
  `), [{ at: [2], value: 12, dx: 2 * 2 + 3 * 4 }]);
  trap("79 a closure of each trip captures its binding", f("x: number", dedent`
    let first = (): number => 0;
    let s = 0;
    for (let i = 0; i < 3; i++) {
      const v = x * i;
      const g = (): number => v * v;
      if (i === 1) first = g;
      s += g();
    }
    return s * first();
  `), [{ at: [2], value: 80, dx: 160 }], { status: "may" });
  trap("79 each trip's closure called in the trip", f("x: number", dedent`
    let s = 0;
    for (let i = 0; i < 3; i++) {
      const v = x * i;
      const g = (): number => v * v;
      s += g();
    }
    return s;
  `), [{ at: [2], dx: 20 }]);
  const factorial = "function fact(n: number, x: number): number {\n  return n <= 1 ? 1 : (n - 2 + x) * fact(n - 1, x);\n}";
  trap("80 recursion, a factorial-like product", f("x: number, n: number", "return fact(n, x);", factorial), [
    { at: [2, 2], value: 2, dx: 1 },
    { at: [2, 3], value: 6, dx: 5 },
    { at: [2, 4], value: 24, dx: 26 },
    { at: [2, 5], value: 120, dx: 154 },
  ]);
  trap("80 the marked function calls itself", dedent`
    /** @differentiable */
    export function f(x: number, n: number): number {
      if (n <= 0) return 1;
      return x * f(x, n - 1);
    }

  `, [{ at: [2, 5], value: 32, dx: 80 }, { at: [2, 0], dx: 0 }]);
  trap("80 x and n tied", dedent`
    /** @differentiable */
    export function f(x: number): number {
      if (x < 1.5) return x;
      return x * f(x - 1);
    }

  `, [{ at: [2], dx: 3 }, { at: [3], dx: 11 }, { at: [4], dx: 50 }]);
  trap("80 mutual recursion", f("x: number, n: number", "return even(n, x);", dedent`
    function even(n: number, x: number): number {
      return n === 0 ? x : odd(n - 1, x * 2) + x;
    }
    function odd(n: number, x: number): number {
      return n === 0 ? x * x : even(n - 1, x * x);
    }
  `), [{ at: [1.5, 0] }, { at: [1.5, 3] }, { at: [1.1, 4] }]);
  trap("80 recursion with early return and a loop", f("x: number, n: number", "return walk(x, n);", dedent`
    function walk(x: number, n: number): number {
      let s = 0;
      for (let i = 0; i < n; i++) {
        s += Math.sin(x + walk(x * 0.5, i));
        if (s > 2) return s * x;
      }
      return s + x;
    }
  `), [{ at: [0.7, 0] }, { at: [0.7, 3] }, { at: [1.4, 5] }]);
  test("80 recursion as deep as two thirds of the primal's", () => {
    const { grad_f, f: primal } = compileAndRun(f("x: number, n: number", "return deep(x, n);", dedent`
      function deep(x: number, n: number): number {
        if (n <= 0) return x;
        return deep(x * 1.0001, n - 1) + x * 1e-6;
      }
    `));
    let depth = 1000;
    for (; ; depth = Math.floor(depth * 1.1)) {
      try {
        primal!(1, depth);
      } catch {
        break;
      }
    }
    const reached = Math.floor((depth / 1.1) * 0.6);
    const { dx } = grad_f!(1, reached) as { dx: number };
    expect(dx).toBeGreaterThan(1);
  });
  trap("81 a callee returns a record", f("x: number", "const { a, b } = both(x);\nreturn a * b;", dedent`
    function both(x: number): { a: number; b: number } {
      return { a: x * x, b: Math.sin(x) };
    }
  `), [{ at: [2] }]);
  trap("81 a callee returns an array", f("x: number", "const r = pair(x);\nreturn r[0]! * r[1]!;", dedent`
    function pair(x: number): number[] {
      return [x, x * x];
    }
  `), [{ at: [2], dx: 12 }]);
  trap("81 a callee returns a tuple", f("x: number", "const [a, b] = pair(x);\nreturn a * b;", dedent`
    function pair(x: number): [number, number] {
      return [x, x * x];
    }
  `), [{ at: [2], dx: 12 }]);
  trap("81 a callee in a condition", f("x: number", dedent`
    if (square(x) > 4) return square(x) * x;
    return x;
  `, dedent`
    function square(u: number): number {
      return u * u;
    }
  `), [{ at: [3], dx: 27 }, { at: [1], dx: 1 }]);
  trap("81 a callee with its own loop, called in a loop", f("x: number, n: number", dedent`
    let s = 0;
    for (let i = 0; i < n; i++) s += power(x + s * 0.1, i);
    return s;
  `, dedent`
    function power(u: number, k: number): number {
      let t = 1;
      for (let j = 0; j < k; j++) t *= u;
      return t;
    }
  `), [{ at: [0.9, 4] }, { at: [0.9, 0], dx: 0 }]);
  trap("82 nested differentiation keeps its perturbations apart", f("x: number", "return x * grad_inner(1, x).dy;", dedent`
    /** @differentiable */
    export function inner(y: number, x: number): number {
      return y + x * 0;
    }
  `), [{ at: [1], dx: 1 }], { oracle: false });
  test("82 grad_g inside a differentiable function", () => {
    const text = dedent`
      /** @differentiable */
      export function g(y: number): number {
        return y * y * y;
      }

    ` + f("x: number", "return grad_g(x).dy * x;");
    const { grad_f } = compileAndRun(text);
    expect(grad_f!(2)).toMatchObject({ value: 24, dx: 36 });
  });
  trap("83 an ambient function without a body", f("x: number", "return foreign(x) * x;", "declare function foreign(x: number): number;"), [], {
    status: "refused",
    message: /foreign/,
  });
  test("83 an imported function without a body", () => {
    const { diagnostics } = compile(`import { far } from "far-away";\n${f("x: number", "return far(x) * x;")}`);
    const error = diagnostics.find((d) => d.category === "error")!;
    expect(error.line).toBe(4);
    expect(error.message + error.help).toMatch(/far/);
  });
  for (const [what, text] of [
    ["async", dedent`
      /** @differentiable */
      export async function f(x: number) {
        return x * x;
      }

    `],
    ["generator", dedent`
      /** @differentiable */
      export function* f(x: number) {
        yield x * x;
      }

    `],
    ["eval", f("x: number", "return eval('x * x') as number;")],
    ["this", dedent`
      /** @differentiable */
      export function f(this: { k: number }, x: number): number {
        return this.k * x;
      }

    `],
    ["await", dedent`
      /** @differentiable */
      export async function f(x: number): Promise<number> {
        return await Promise.resolve(x);
      }

    `],
  ] as const) {
    test(`83 ${what} is refused with a position`, () => {
      const { diagnostics } = compile(text);
      const error = diagnostics.find((d) => d.category === "error");
      expect(error, "an error").toBeDefined();
      expect(error!.line).toBeGreaterThanOrEqual(1);
      expect(error!.line).toBeLessThanOrEqual(text.split("\n").length);
    });
  }
  trap("109 an object of functions", f("x: number, y: number", dedent`
    const ops = { add: (a: number, b: number): number => a + b, mul: (a: number, b: number): number => a * b };
    return ops.mul(ops.add(x, y), y);
  `), [{ at: [2, 3], dx: 3, dy: 8 }]);
  trap("109 a module object of functions", f("x: number, y: number", "return ops.mul(ops.add(x, y), y);", dedent`
    const ops = {
      add: (a: number, b: number): number => a + b,
      mul: (a: number, b: number): number => a * b,
    };
  `), [{ at: [2, 3], dx: 3, dy: 8 }], { status: "may" });
  trap("109 a function chosen by a condition", f("x: number, c: boolean", dedent`
    const g = c ? square : cube;
    return g(x) * x;
  `, dedent`
    const square = (u: number): number => u * u;
    const cube = (u: number): number => u * u * u;
  `), [{ at: [2, true], dx: 12 }, { at: [2, false], dx: 32 }], { status: "may" });
  trap("109 a callback passed through two calls", f("x: number, k: number", "return twice((u) => u * k, x);", dedent`
    function twice(g: (u: number) => number, x: number): number {
      return apply(g, apply(g, x));
    }
    function apply(g: (u: number) => number, x: number): number {
      return g(x);
    }
  `), [{ at: [2, 3], value: 18, dx: 9, dk: 12 }]);
  trap("109 a factory's closure called later", f("x: number", dedent`
    const p = scale(x);
    const q = scale(x * x);
    return p(2) + q(3);
  `, "const scale = (a: number) => (b: number): number => a * b;"), [{ at: [2], dx: 14 }]);
  trap("functions in frozen objects of the module", f("t: number", "return easing.quad.in(t) * easing.quad.out(t) * table[1]! * easing.steep;", dedent`
    const easing = Object.freeze({
      quad: Object.freeze({
        in: (t: number): number => t * t,
        out(t: number): number {
          return t * (2 - t);
        },
      }),
      steep: 4,
    });
    const table = Object.freeze([1, 3]);
  `), [{ at: [0.5], value: 0.25 * 0.75 * 12, dt: 12 * (0.75 + 0.25) }]);
  trap("109 a function unknown at compile time", f("x: number, g: (u: number) => number", "return g(x) * x;"), [], { status: "refused", message: /\bg\b/ });
});

describe("parameters that may be missing, of functions that are not written into their callers", () => {
  trap("a default that is an expression", dedent`
    function go(a: number, n: number, s = a * 0.5): number {
      return n <= 0 ? Math.asinh(s) * s : go(Math.sin(a), n - 1) * s + go(a, n - 1, s);
    }
    /** @differentiable */
    export function f(x: number, y: number): number {
      return go(x, 2) + go(y, 1, x);
    }

  `, [{ at: [0.7, -1.3] }]);
  trap("a test for it", dedent`
    function go(a: number, n: number, s?: number): number {
      if (s === undefined) return n <= 0 ? a : go(a * a, n - 1, a);
      const t = s;
      return Math.sin(t * a) + (n <= 0 ? 0 : go(t, n - 1));
    }
    /** @differentiable */
    export function f(x: number): number {
      return go(x, 2) + go(x, 1, 2 * x);
    }

  `, [{ at: [0.7] }]);
  trap("one that may be null as well", dedent`
    function go(a: number, n: number, s?: number | null): number {
      if (s === undefined) return n <= 0 ? a : go(a * a, n - 1, a);
      if (s === null) return 2 * a;
      return Math.sin(s * a) + (n <= 0 ? go(s, 0, null) : go(s, n - 1));
    }
    /** @differentiable */
    export function f(x: number): number {
      return go(x, 2) + go(x, 0, 2 * x);
    }

  `, [{ at: [0.7] }]);
});

describe("a callee adds to a gradient that what it is given depends on", () => {
  const help = dedent`
    function help(o: { p: number; q: number }, w: number, n: number): number {
      for (let i = 0; i < n; i++) {
        w += Math.sin(o.q * i) * 0.3;
        if (w > 3) w = Math.sin(w) + (n > 5 ? help(o, w, n - 3) : 0);
      }
      return Math.atan((o.q + w) / (1 + o.p * o.p));
    }
  `;
  trap("a field of the record that is passed", f("x: number, o: { p: number; q: number }, n: number", "return x * help(o, o.q * 0.3, n);", help), [
    { at: [0.7, { p: 0.48091, q: -1.24699 }, 3] },
    { at: [0.7, { p: 0.48091, q: -1.24699 }, 8] },
  ]);
  const smooth = dedent`
    function smooth(a: number[], k: number, w: number): number {
      return k < 1 ? a[0]! * w : a[k]! * smooth(a, k - 1, Math.sin(w * a[k]!)) + w;
    }
  `;
  trap("an element of the array that is passed", f("x: number, a: number[]", "return x * smooth(a, a.length - 1, a[1]! * 0.5);", smooth), [
    { at: [0.7, [0.3, 0.9, 1.7]] },
  ]);
  trap("called as the seed would be after its d", f("x: number, a: number[]", "return go(a, a.length, x);", dedent`
    function go(value: number[], n: number, w: number): number {
      return n <= 0 ? w : Math.sin(go(value, n - 1, value[n - 1]! * w)) + w;
    }
  `), [{ at: [0.7, [0.3, 0.9, 1.7]] }]);
  trap("in a loop, into a row", f("x: number, rows: number[][]", dedent`
    let s = x;
    for (const row of rows) s += smooth(row, row.length - 1, row[0]! * s);
    return s;
  `, smooth), [{ at: [0.7, [[0.3, 0.9], [1.7, 0.4, 0.2]]] }]);
});
