/** Generated text under the strictest flags where inference finds another type than the user's own text had. */
import { describe, expect, test } from "vitest";
import { compile, compileAndRun, evaluate } from "../support/compile.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("types that inference makes too narrow", () => {
  trap("the field of a constant begins a variable", f("x: number, xs: number[]", dedent`
    let t = Opts.nested.k as number;
    for (const v of xs) t *= v * x;
    let r = Opts.gain as number;
    if (x > 1) r = x * t;
    return t + r;
  `, "const Opts = { gain: 1.5, nested: { k: 2 } } as const;"), [{ at: [3, [1, 2]] }, { at: [0.5, []] }]);
  trap("a copy of it does", f("x: number, xs: number[]", "return sum(xs, Opts.gain) * x + mix(xs, Opts.nested.k);", dedent`
    const Opts = { gain: 1.5, nested: { k: 2 } } as const;
    function sum(xs: number[], start: number): number {
      const gain = Opts.gain;
      let s: number = gain;
      for (const v of xs) s = s * 0.5 + v * start;
      return s;
    }
    function mix(xs: readonly number[], s: number): number {
      for (const v of xs) s += Math.sin(v) * s;
      return s;
    }
  `), [{ at: [3, [1, 2]] }]);
  trap("tuples of other elements are not one", f("x: number, p: [number, number], q: [number, number[]]", dedent`
    p[0] = x * q[0];
    q[1][0] = p[0] * p[1];
    return q[1][0]! + p[1];
  `), [{ at: [3, [1, 2], [2, [1]]] }]);
  trap("a text that is compared", f("x: number, y: number", dedent`
    const label: string = \`k\${2 % 2}\`;
    return label === "k1" || label.startsWith("z") ? x : x * y;
  `), [{ at: [3, 2], dx: 2, dy: 3 }]);
  trap("a condition that begins as false", f("x: number, xs: number[]", dedent`
    let ok: boolean = xs.length > 2 && false;
    if (x > 3) ok = true;
    return ok ? x * x : x;
  `), [{ at: [4, [1]], dx: 8 }, { at: [2, [1]], dx: 1 }]);
});

describe("names of parameters that are not needed", () => {
  trap("beside another parameter", f("x: number, w: number, _x: number", "x = w * 2;\n_x = x * w;\nreturn _x;"), [{ at: [1, 3, 5], dx: 0, dw: 12, d_x: 0 }]);
  trap("beside a local variable", f("x: number, w: number", dedent`
    x = w * 2;
    const _x = Math.sin(w);
    return _x * _x + _x;
  `), [{ at: [1, 3], dx: 0 }]);
});

describe("what may be absent", () => {
  trap("a default of a recursive callee", f("x: number, y: number", "return mix([x, y, x * y]) * x;", dedent`
    function mix(xs: readonly number[], from = 0): number {
      if (from >= xs.length) return 0;
      return xs[from]! ** 2 + mix(xs, from + 1);
    }
  `), [{ at: [1.5, 2] }]);
  trap("a row that is taken away on one path", f("x: number, grid: number[][]", dedent`
    const [y = x] = grid[0]!;
    if (x > 2) return y;
    grid.pop();
    return x * y;
  `), [{ at: [1.5, [[2], [3]]] }, { at: [3, [[2]]] }]);
  trap("an array out of a map, asserted", f("x: number, k: string", dedent`
    const r = table.get(k)!;
    r[0] = x * x;
    return r[0]! * x;
  `, "const table = new Map<string, number[]>([[\"q\", [1, 2]]]);"), [{ at: [1.5, "q"], value: 3.375, dx: 6.75 }]);
  trap("an array out of a map, asked", f("x: number, k: string", dedent`
    const r = table.get(k);
    if (!r) return x;
    r[0] = x * x;
    return r[0]! * x + r[1]!;
  `, "const table = new Map<string, number[]>([[\"q\", [1, 2]]]);"), [{ at: [1.5, "q"], value: 5.375, dx: 6.75 }, { at: [1.5, "z"], value: 1.5, dx: 1 }]);
  trap("a memo that is asked first", f("x: number, n: number", dedent`
    const memo: (number | undefined)[] = [];
    const fib = (k: number): number => {
      if (k < 2) return x;
      const m = memo[k];
      if (m !== undefined) return m;
      const r = fib(k - 1) + fib(k - 2) * x;
      memo[k] = r;
      return r;
    };
    return fib(n);
  `), [{ at: [1.1, 6] }, { at: [1.1, 1] }]);
  trap("a memo through which no gradient flows", f("x: number, n: number", dedent`
    const memo: (number | undefined)[] = [1, 2];
    const go = (k: number): number => {
      const found = memo[k];
      if (found !== undefined) return found;
      const made = go(k - 1) + 1;
      memo[k] = made;
      return made;
    };
    return x * go(n);
  `), [{ at: [3, 4], value: 15, dx: 5 }]);
  test("a number that is what a memo had, in the gradient of a gradient", () => {
    const first = `${f("x: number, y: number", dedent`
      const memo: (number | undefined)[] = [];
      const go = (k: number): number => {
        if (k < 2) return k === 0 ? x : y;
        const old = memo[k];
        if (old !== undefined) return old;
        const got = go(k - 1) * 0.6 + go(k - 2) * x;
        memo[k] = got;
        return got;
      };
      return go(4) ** 2;
    `)}/** @differentiable */\nexport function g(x: number, y: number): number {\n  const r = grad_f(x, y);\n  return r.dx * r.dx + r.dy;\n}\n`;
    const { code, diagnostics } = compile(first);
    expect(diagnostics).toEqual([]);
    expect(showTypeErrors(typeErrors(code, first.length))).toBe("");
    const { g, grad_g } = evaluate(code) as Record<string, (x: number, y: number) => unknown>, h = 1e-5;
    const { value, dx, dy } = grad_g!(0.7, 1.3) as { value: number; dx: number; dy: number };
    expect(value).toBe(g!(0.7, 1.3));
    expect(dx).toBeCloseTo((Number(g!(0.7 + h, 1.3)) - Number(g!(0.7 - h, 1.3))) / (2 * h), 5);
    expect(dy).toBeCloseTo((Number(g!(0.7, 1.3 + h)) - Number(g!(0.7, 1.3 - h))) / (2 * h), 5);
  });
  test.each([true, false])("a number or false, as an element, optimised: %s", (optimise) => {
    const text = f("x: number, y: number, ys: number[]", dedent`
      const ease = (arg: number): number => {
        let t = 0;
        for (let i = 0; i < 2; i++) {
          const a: number[] = [i, ((ys[0]! > 1 || ys[i]! > 2) && arg) || arg, Math.sin(x)];
          t += a[1]! * a[2]! + a[i]!;
        }
        return t;
      };
      return ease(x) * ease(y);
    `);
    const { code } = compile(text, { optimise });
    expect(showTypeErrors(typeErrors(code, text.length).filter((e) => e.code !== 6133))).toBe(""); // not optimised it has variables that nobody reads
    const { value, dx, dy } = evaluate(code).grad_f!(2, 3, [0, 3]) as Record<string, number>, s = 1 + 2 * Math.sin(2);
    expect(value).toBeCloseTo(6 * s * s, 10);
    expect(dx).toBeCloseTo(3 * s * s + 24 * s * Math.cos(2), 10);
    expect(dy).toBeCloseTo(2 * s * s, 10);
  });
  trap("nothing that no trip assigns", f("x: number, m: number", dedent`
    let opt: number | undefined = undefined;
    let s = 0;
    for (let i = 0; i < m; i++) s += opt ?? x;
    return x * s;
  `), [{ at: [3, 2], dx: 12 }, { at: [3, 0], dx: 0 }]);
  test("fields that may be left out, of a record that is kept from call to call", () => {
    const text = dedent`
      /** @differentiable with into */
      export function f(x: number): number {
        const opts: { k?: number; m?: number } = x > 0 ? {} : { m: x, k: x };
        const all: { k?: number; m?: number } = { ...opts, m: x };
        return x + (all.k ?? x);
      }
    `;
    const { code, diagnostics } = compile(text);
    expect(diagnostics).toEqual([]);
    expect(showTypeErrors(typeErrors(code, text.length))).toBe("");
    const { grad_f_into } = evaluate(code) as { grad_f_into: (out: { dx: number }, x: number) => number };
    for (const x of [-2, 3, -0.5]) {
      const out = { dx: 0 };
      expect(grad_f_into(out, x)).toBe(2 * x);
      expect(out.dx).toBe(2);
    }
  });
});

describe("what is nothing", () => {
  test("on a tape of numbers that stays from call to call", () => {
    const text = f("x: number", dedent`
      const memo = [1, x];
      const go = (k: number): number => {
        const known = memo[k];
        if (known !== undefined) return x;
        const r = x + go(1);
        memo[k] = r;
        return r;
      };
      return go(6);
    `).replace("@differentiable", "@differentiable with into");
    const { grad_f, grad_f_into } = compileAndRun(text), out = { dx: 0 };
    expect(grad_f!(1.5)).toEqual({ value: 3, dx: 2 });
    expect([grad_f_into!(out, 1.5), out]).toEqual([3, { dx: 2 }]);
  });
  trap("on a tape of nested loops", f("x: number, a: number[], n: number", dedent`
    let s = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
      const v = a[i * j]!;
      if (v === undefined) s = s * x + 1; else s += v * v * x;
      a[i * j] = Math.sin(s);
    }
    return s;
  `), [{ at: [1.5, [1, 2, 3, 4, 5], 3] }]);
  trap("known where a choice is", f("x: number, xs: number[]", dedent`
    const opt = 1 > 1 ? x : undefined;
    let s = 0;
    for (const v of xs) s += v * (opt ?? x);
    return s;
  `), [{ at: [1.5, [1, 2]], dx: 3 }]);
});

describe("objects that may come to hold others", () => {
  trap("two that point at each other", f("x: number, y: number", dedent`
    const a: N = { v: x, o: undefined };
    const b: N = { v: y, o: a };
    a.o = b;
    a.o.o!.v *= 3;
    b.o!.v += b.v;
    return a.v * a.o.v;
  `, "interface N { v: number; o: N | undefined }"), [{ at: [1.5, 2], dx: 6, dy: 8.5 }]);
  trap("a list in a literal", f("x: number, r: number", dedent`
    let head: L | null = null;
    head = { v: x, next: { v: r, next: null } };
    let s = 0;
    for (let p: L | null = head; p !== null; p = p.next) { p.v *= r; s = s * 0.5 + p.v; }
    return s;
  `, "interface L { v: number; next: L | null }"), [{ at: [1.5, 2] }]);
});

describe("what is thrown and caught", () => {
  trap("lines are written on the way", f("x: number", dedent`
    let s = x;
    try {
      console.log(s);
      s *= 2;
      if (s > 3) throw new Error(\`big \${s}\`);
    } catch (e) {
      console.log(e instanceof Error);
      s = x * x;
    }
    return s;
  `), [{ at: [1], dx: 2 }, { at: [2], dx: 4 }]);
});

describe("what is computed once and asked twice", () => {
  trap("a remainder that is 0 is not asked whether it is 1", f("x: number, y: number, n: number, z: { p: number; q: number }[], v: [number, number]", dedent`
    if (n % 2 === 0 && y >= K.q) {
      if (n % 2 === 1) {
        v.forEach((q, i) => {
          x = 1;
        });
      }
      const list = [x, x, x, x];
      list.pop();
      x += (list[1]!);
    }
    return x;
  `, "const K = { p: 2.93, q: 2 };"), [{ at: [1.5, 3, 2, [], [1, 2]], dx: 2 }, { at: [1.5, 3, 1, [], [1, 2]], dx: 1 }]);
  trap("an element that a tuple cannot have", f("x: number, pair: [number, number]", dedent`
    let v = x;
    pair.forEach((p, i) => {
      if (i !== 3) return;
      v *= p;
    });
    return v;
  `), [{ at: [1.5, [2, 3]], dx: 1, dpair: [0, 0] }]);
});

describe("records of a union that turn into each other in a loop", () => {
  const union = "type Shape = { k: 1; r: number } | { k: 2; w: number; h: number };";
  const body = (start: string): string =>
    `let c = x;\n${start}for (let i = 0; i < 3; i++) {\n  c = c * 0.5 + (s.k === 1 ? Math.cos(s.r) : s.w + s.h * 0.5);\n  s = s.k === 1 ? { k: 2, w: s.r, h: Math.tanh(x * 0.3) } : { k: 1, r: Math.cos(s.w) };\n}\nreturn c;`;
  trap("a variable", f("x: number, y: number", body("let s: Shape = { k: 1, r: Math.cos(y) };\n"), union), [{ at: [1.5, 0.7] }]);
  trap("a parameter", f("x: number, s: Shape", body(""), union), [{ at: [1.5, { k: 1, r: 0.7 }] }, { at: [1.5, { k: 2, w: 0.7, h: 0.2 }] }]);
  trap("what may be missing", f("x: number, y: number", dedent`
    let s: Shape | null = { k: 1, r: y };
    let c = x;
    while (s) {
      const a: number = s.k === 1 ? s.r : s.w * s.h;
      const b: number = Math.sin(a) * x;
      c += b;
      s = s.k === 1 ? { k: 2, w: b, h: a } : null;
    }
    return c;
  `, union), [{ at: [1.5, 0.7] }]);
});

describe("elements that may be missing, recorded", () => {
  trap("and multiplied by", f("x: number, y: number", dedent`
    const coef = [y, x, x + y];
    const row = [x, Math.sin(x)];
    const s = new Array<number>(3);
    for (let i = 0; i < 3; i++) s[i] = 0.5 * coef[i]! + row[1]! * (i > 0 ? s[i - 1]! : coef[2]!);
    return (s[2]! > x ? (s[5] ?? s[0]!) : y) + s[1]!;
  `), [{ at: [1.3, 0.7] }, { at: [0.3, 2.7] }]);
});
