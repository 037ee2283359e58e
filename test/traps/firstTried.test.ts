import { describe, expect, test } from "vitest";
import { compile, compileAndRun } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("found when the method was first tried on real code", () => {
  trap("103 an array grown by writing past its end", f("x: number", dedent`
    const p: number[] = [];
    p[0] = x * x;
    p[2] = x;
    return p[0]! * p[2]!;
  `), [{ at: [2], dx: 12 }], { status: "may" });
  trap("104 integer arrays truncate on store", f("x: number", dedent`
    const u = new Uint8Array(1);
    u[0] = x;
    return u[0]! * x;
  `), [{ at: [2.5], value: 5, dx: 2 }], { status: "may" });
  trap("104 a table of indices", f("xs: number[]", dedent`
    const order = new Int32Array(3);
    for (let i = 0; i < 3; i++) order[i] = 2 - i;
    let s = 0;
    for (let i = 0; i < 3; i++) s += xs[order[i]!]! * (i + 1);
    return s;
  `), [{ at: [[5, 6, 7]], dxs: [3, 2, 1] }], { status: "may" });
  test("105 number or false", () => {
    const text = dedent`
      /** @differentiable */
      export function f(x: number): number | false {
        if (x < 0) return false;
        return x * x;
      }

    `;
    const { diagnostics } = compile(text);
    const error = diagnostics.find((d) => d.category === "error");
    if (error) return expect(error.line).toBeGreaterThanOrEqual(2);
    expect(compileAndRun(text)["grad_f"]!(3)).toMatchObject({ value: 9, dx: 6 });
  });
  trap("105 a helper that may return undefined", f("x: number", dedent`
    const r = root(x);
    if (r === undefined) return x;
    return r * x;
  `, dedent`
    function root(x: number): number | undefined {
      if (x < 0) return undefined;
      return Math.sqrt(x);
    }
  `), [{ at: [4], dx: 3 }, { at: [-4], dx: 1 }], { status: "may" });
  trap(
    "106 the logarithm of the gamma function",
    f(
      "xx: number",
      dedent`
        let x = 0;
        let y = 0;
        let tmp = (y = x = xx) + 5.5;
        tmp -= (x + 0.5) * Math.log(tmp);
        let ser = 1.000000000190015;
        let j = 0;
        for (; j < 6; j++) ser += cof[j]! / ++y;
        return Math.log((2.5066282746310005 * ser) / x) - tmp;
      `,
      "const cof = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];",
    ),
    [
      { at: [5], value: Math.log(24), dxx: 1.5061177 },
      { at: [0.5], dxx: -1.96351 },
    ],
  );
  test("107 bisection gives the gradient of the program, Newton that of the root", () => {
    const { grad_f } = compileAndRun(f("a: number", dedent`
      let lo = 0;
      let hi = 4;
      for (let i = 0; i < 60; i++) {
        const mid = (lo + hi) / 2;
        if (mid * mid > a) hi = mid;
        else lo = mid;
      }
      return (lo + hi) / 2;
    `).replace("@differentiable", "@differentiable wrt a"));
    expect(grad_f!(2)).toMatchObject({ da: 0 });
    const newton = compileAndRun(f("a: number", "let x = a;\nfor (let i = 0; i < 20; i++) x = 0.5 * (x + a / x);\nreturn x;"));
    expect((newton["grad_f"]!(2) as { da: number }).da).toBeCloseTo(0.5 / Math.SQRT2, 12);
  });
  trap("108 guards", f("x: number, k: number | null", dedent`
    const s = k === null ? 2 : k;
    return s * x;
  `), [{ at: [3, null], dx: 2 }, { at: [3, 5], dx: 5 }], { status: "may" });
  trap("108 typeof", f("x: number, k: number | undefined", dedent`
    if (typeof k === "undefined") return x * x;
    return x * k;
  `), [{ at: [3, undefined], dx: 6 }, { at: [3, 5], dx: 5 }], { status: "may" });
  trap("108 Number, Array.isArray, arguments.length", f("x: number, a: number[]", dedent`
    if (!Array.isArray(a)) return x;
    return Number(x) * a[0]!;
  `), [{ at: [3, [5]], dx: 5, da: [3] }]);
  trap("108 options", f('x: number, kind: "a" | "b"', dedent`
    switch (kind) {
      case "a":
        return x * x;
      default:
        return x;
    }
  `), [{ at: [3, "a"], dx: 6 }, { at: [3, "b"], dx: 1 }]);
  trap("108 enums as options", f("x: number, kind: Kind", dedent`
    if (kind === Kind.Square) return x * x;
    return x;
  `, "enum Kind {\n  Square,\n  Line,\n}"), [{ at: [3, 0], dx: 6 }, { at: [3, 1], dx: 1 }], { status: "may", types: false });
});

describe("the hardest mistakes", () => {
  const at = (x: number, dx: number, value?: number) => [{ at: [x], dx, ...(value === undefined ? {} : { value }) }];
  trap("1 the environment of a nested branch", f("x: number", "return x > 0 ? 1 : x > -1 ? x * x : x;"), at(-0.5, -1));
  trap("2 an unreachable end", f("x: number", dedent`
    let r = x;
    let i = 0;
    do {
      r *= x;
      i++;
    } while (i < 3);
    return r;
  `), at(2, 32));
  trap("3 a loop's result and its variable are one", f("x: number", dedent`
    let t = x;
    for (let i = 0; i < 2; i++) t *= x;
    const u = t * t;
    for (let i = 0; i < 2; i++) t += u;
    return t;
  `), at(1, 15));
  trap("4 a field that nothing reads", f("x: number", "const o = { p: x * x, q: x };\nreturn o.p * x;"), at(2, 12));
  trap("5 zero times infinity through a saturated gate", f("x: number", "return Math.atan(Math.exp(x) * Math.exp(x));"), at(400, 0), { oracle: false });
  trap("6 dead writes", f("x: number", dedent`
    const a = [x];
    const r = a[0]! * 2;
    for (let i = 0; i < 9; i++) a[0]! *= a[0]! * 1e99;
    a[0] = Math.sin(a[0]!);
    return r;
  `), at(3, 2), { status: "may", oracle: false });
  trap("7 an exit that crosses a loop", f("x: number", dedent`
    let s = 1;
    outer: for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) {
        if (j > i) continue outer;
        s *= x;
      }
    }
    return s;
  `), at(2, 12));
  trap("8 results of a construct that may leave", f("x: number", dedent`
    let s = x;
    for (let i = 0; i < 3; i++) {
      let q = s;
      if (i < 2) {
        if (q * x > 100) break;
        q = q * x;
      } else {
        q = x;
      }
      s += q * q;
    }
    return s;
  `), at(1, 35));
  trap("9 a swap carried by a loop", f("x: number", dedent`
    let a = x;
    let b = 1;
    for (let i = 0; i < 3; i++) [a, b] = [b, a * b];
    return a * b;
  `), at(2, 12));
  trap("10 names of records and of the user", f("x: number", "return h(x, x * x);", dedent`
    function h(a: number, dvalue: number): number {
      return a * dvalue;
    }
  `), at(2, 12));
  trap("11 a factory called twice", f("x: number", dedent`
    const mk = (a: number) => (b: number): number => a * b;
    const p = mk(x);
    const q = mk(x * x);
    return p(2) + q(3);
  `), at(2, 14));
  trap("12 folding past a write", f("x: number", "const t = x * x;\nreturn t + 3 - (x > 5 ? t : x);"), at(2, 3, 5));
  trap("13 a fractional bound", f("x: number", "let s = 1;\nfor (let i = 0; i < 2.5; i++) s *= x;\nreturn s;"), at(2, 12));
});
