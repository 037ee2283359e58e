/** Numbers that may be something else: `number | boolean`, `number | string`, `number | null`; and what a module calls a constant. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("numbers that may be something else", () => {
  trap("a condition or a number", f("x: number", dedent`
    const flag = x > 1 && x * x;
    return flag === false ? x : flag * 3;
  `), [{ at: [2], dx: 12 }, { at: [0.5], dx: 1 }]);
  trap("the number or another", f("x: number", "return (x > 1 && x * x) || 3 * x;"), [{ at: [2], dx: 4 }, { at: [0.5], dx: 3 }]);
  trap("a variable that holds text on one way", f("x: number", dedent`
    let v: number | string = x * x;
    if (x > 100) v = "big";
    return typeof v === "number" ? v * 2 : x;
  `), [{ at: [3], dx: 12 }, { at: [101], dx: 1 }]);
  trap("a helper that returns a number or text", f("x: number", dedent`
    const g = (): number | string => (x > 0 ? x * x : "no");
    const r = g();
    return typeof r === "string" ? 5 * x : r;
  `), [{ at: [3], dx: 6 }, { at: [-1], dx: 5 }]);
  trap("a parameter that may be text", f("x: number, y: number | string", 'return typeof y === "string" ? x : x * y;'), [{ at: [3, 4], dx: 4, dy: 3 }]);
  trap("an array of numbers and booleans", f("x: number", dedent`
    const a: (number | boolean)[] = [x * x, true];
    return a[1] ? (a[0] as number) * 2 : 0;
  `), [{ at: [3], dx: 12 }]);
  trap("a field that may be text", f("x: number", dedent`
    const t: { v: number | string; k: number } = { v: x, k: 2 };
    t.v = x * x;
    return (t.v as number) * t.k;
  `), [{ at: [3], dx: 12 }]);
  trap("a tuple with text", f("x: number", dedent`
    const pair: [number, string] = [x * x, "ab"];
    const [a, b] = pair;
    return a * b.length;
  `), [{ at: [3], dx: 12 }]);
  trap("an accumulator that starts as false", f("x: number", dedent`
    let s: number | false = false;
    for (let i = 0; i < 3; i++) {
      if (s === false) s = x;
      else s *= x;
    }
    return s || 1;
  `), [{ at: [2], dx: 12 }]);
  trap("a field of what may be null", f("x: number, o: { k: number } | null", dedent`
    const k = o && o.k;
    return k ? k * x : x;
  `), [{ at: [3, { k: 4 }], dx: 4, do: { k: 3 } }, { at: [3, null], dx: 1 }]);
  trap("a field of what is there", f("d: { k: number }", "return d && d.k * d.k;"), [{ at: [{ k: 3 }], dd: { k: 6 } }]);
  trap("an array or a number", f("x: number, many: boolean", dedent`
    const v = many ? [x, x * x] : x;
    return typeof v === "number" ? v : v[0]! + v[1]!;
  `), [{ at: [3, true], dx: 7 }, { at: [3, false], dx: 1 }], { status: "may" });
});

describe("constants of a module that are not `const`", () => {
  trap("functions and numbers", f("x: number", "return cos(x) * sin(half - x) + scale(x) * table[1]!;", dedent`
    var cos = Math.cos, sin = Math.sin;
    let half = Math.PI / 2, k = 3;
    var table = [1, 2, 3];
    var scale = function (t: number): number {
      return t * k;
    };
  `), [{ at: [0.5] }]);
  trap(
    "a variable that is assigned is none",
    f("x: number", "k = x > 1 ? 5 : 7;\nreturn x * k;", "let k = 3;"),
    [
      { at: [2], dx: 5 },
      { at: [0], dx: 7 },
    ],
    { oracle: false },
  );
});

describe("kinds of arrays under other names", () => {
  const create = dedent`
    const ARRAY_TYPE = typeof Float32Array !== "undefined" ? Float32Array : Array;
    var Vec = Float64Array;
    function create(): Float32Array | number[] {
      const out = new ARRAY_TYPE(3);
      return out;
    }
  `;
  trap("chosen by what the platform has", f("x: number", dedent`
    const o = create();
    o[0] = x;
    return o[0]! * o[0]!;
  `, create), [{ at: [3], dx: 6 }]);
  trap("renamed", f("x: number", "const o = new Vec(2);\no[1] = x * x;\nreturn o[1]! * x;", create), [{ at: [3], dx: 27 }]);
});

describe("tags of records keep their types", () => {
  trap("an array of tagged records", f("x: number, y: number", dedent`
    const ps: P[] = [{ kind: "a", v: x }, { kind: "b", v: y }];
    const q: P = x > y ? ps[0]! : ps[1]!;
    return ps.reduce((s, p) => s + g(p), 0) * g(q);
  `, dedent`
    type P = { kind: "a" | "b"; v: number };
    function g(p: P): number {
      return p.kind === "a" ? p.v * 2 : p.v ** 2;
    }
  `), [{ at: [1.5, 2] }, { at: [3, 2] }]);
  trap("a union of records made on the spot", f("x: number, y: number", dedent`
    const s: Shape = x > 0 ? { kind: "circle", r: x * y } : { kind: "rect", w: x, h: y };
    const all: Shape[] = [s, { kind: "rect", w: x * x, h: y }];
    let t = 0;
    for (const a of all) t += area(a);
    return t;
  `, dedent`
    type Shape = { kind: "circle"; r: number } | { kind: "rect"; w: number; h: number };
    function area(s: Shape): number {
      if (s.kind === "circle") return Math.PI * s.r ** 2;
      return s.w * s.h;
    }
  `), [{ at: [1.5, 2] }, { at: [-1.5, 2] }]);
});

describe("functions that a module chooses", () => {
  trap("the platform's or one of its own", f("x: number", "return sign(x) * sinh(x) * log1p(x);", dedent`
    var sign = Math.sign || function (t: number): number {
      return t > 0 ? 1 : t < 0 ? -1 : 0;
    };
    const sinh = Math.sinh ? Math.sinh : (t: number): number => (Math.exp(t) - Math.exp(-t)) / 2;
    const log1p = Math.log1p ?? Math.log;
  `), [{ at: [0.5] }, { at: [-0.5] }]);
});
