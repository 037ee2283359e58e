/** Ways of writing that are common in TypeScript: patterns with defaults, options, unions told apart, `try` with `finally`. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("patterns in parameters", () => {
  const marked = (parameters: string, body: string): string => `/** @differentiable */\nexport function f(${parameters}): number {\n  ${body}\n}\n`;
  trap(
    "defaults at every depth",
    marked("{ p: [a, b = 2], o: { k = 3, m } = { m: 1 } }: { p: [number, number?]; o?: { k?: number; m: number } }", "return a * b * k * m;"),
    [
      { at: [{ p: [5] }], value: 30, da: 6, db: 15, dk: 10, dm: 30 },
      { at: [{ p: [5, 7], o: { m: 2 } }], value: 210, da: 42, db: 30, dk: 70, dm: 105 },
    ],
    { oracle: false },
  );
  trap("a pattern within one, with a default", marked("[a = 1, [b = 2, c] = [3, 4]]: [number?, [number?, number?]?]", "return a * b * (c ?? 5);"), [
    { at: [[]], value: 12, da: 12, db: 4, dc: 3 }, { at: [[2, [3]]], value: 30, da: 15, db: 10, dc: 0 },
  ], { oracle: false });
  trap(
    "elements of an array need not be there",
    marked("{ a, ...rest }: { a: number; b: number }, [h, ...tail]: number[]", "return a * rest.b + h! * tail[0]! * tail.length;"),
    [{ at: [{ a: 2, b: 3 }, [4, 5, 6]], value: 46, da: 3, drest: { b: 2 }, dh: 10, dtail: [8, 0] }],
    { oracle: false },
  );
  trap("of a function that is called", f("x: number", "return g({ p: [x] }) + g({ p: [x, x], o: { m: x } });", dedent`
    function g({ p: [a, b = 2], o: { k = 3, m } = { m: 1 } }: { p: [number, number?]; o?: { k?: number; m: number } }): number {
      return a * b * k * m;
    }
  `), [{ at: [2], value: 36, dx: 42 }]);
});

describe("unions of records that have no name", () => {
  const shapes = dedent`
    export const enum Kind { A = 1, B }
    type Tag = "in" | "out";
    function total(list: ({ kind: Kind.A; tag: Tag; r: number } | { kind: Kind.B; tag: Tag; w: number; h: number })[]): number {
      let t = 0;
      for (const e of list) t += (e.kind === Kind.A ? e.r * e.r : e.w * e.h) * (e.tag === "in" ? 2 : 3);
      return t;
    }
  `;
  trap(
    "members of enums as tags",
    f("x: number, y: number", 'return total([{ kind: Kind.A, tag: "in", r: x }, { kind: Kind.B, tag: "out", w: x, h: y }]);', shapes),
    [{ at: [2, 3], value: 26, dx: 17, dy: 6 }],
  );
  const area = dedent`
    type Shape = { kind: "A"; r: number } | { kind: "B"; w: number; h: number };
    function area(list: Shape[]): number {
      let t = 0;
      for (const e of list) t += e.kind === "A" ? e.r * e.r : e.w * e.h;
      return t;
    }
  `;
  trap("literals that meet", f("x: number, y: number", dedent`
    const s = x > 1 ? { kind: "A" as const, r: x } : { kind: "B" as const, w: x, h: y };
    return area([{ kind: "A", r: x }, s]);
  `, area), [{ at: [2, 3], value: 8, dx: 8, dy: 0 }, { at: [0.5, 3], value: 1.75, dx: 4, dy: 0.5 }]);
  trap(
    "literals that are returned",
    f(
      "x: number, y: number",
      "return area([make(x, y), make(y, x)]);",
      `${area}\nconst make = (x: number, y: number) => {\n  if (x > 2.5) return { kind: "A" as const, r: x };\n  return { kind: "B" as const, w: x, h: y };\n};`,
    ),
    [{ at: [2, 3], value: 15, dx: 3, dy: 8 }],
  );
  trap(
    "one that contains itself, in one literal",
    f(
      "x: number",
      'return extent({ k: "group", at: { x, y: 2 }, of: [{ k: "pt", p: { x, y: 3 } }, { k: "seg", a: { x, y: 1 }, b: { x: 0, y: x } }] });',
      dedent`
        interface P { x: number; y: number }
        type Prim = { k: "pt"; p: P } | { k: "seg"; a: P; b: P } | { k: "group"; of: Prim[]; at: P };
        function extent(p: Prim): number {
          switch (p.k) {
            case "pt": return p.p.x * p.p.y;
            case "seg": return Math.hypot(p.a.x - p.b.x, p.a.y - p.b.y);
            case "group": {
              let s = p.at.x;
              for (const q of p.of) s += extent(q) * p.at.y;
              return s;
            }
          }
        }
      `,
    ),
    [{ at: [2] }],
  );
});

describe("optional numbers as arguments", () => {
  trap("chosen where the function is called for nothing", f("x: number, n: number, opt?: number", dedent`
    const given = opt !== undefined;
    let s = 0;
    for (let i = 0; i < n; i++) {
      if (s > 1) s += x;
      else score(given ? opt : 0.5, i);
      s += x * x;
    }
    return s * (opt ?? 1);
  `, dedent`
    function score(x: number, n: number): number {
      return n <= 0 ? x : score(Math.cos(x), n - 1) * x;
    }
  `), [{ at: [2, 3] }, { at: [2, 3, 4] }]);
});

describe("values that may be of several kinds", () => {
  const vec = "interface Vec { x: number; y: number }\n";
  trap(
    "a number or a vector, as an argument",
    f(
      "a: Vec, k: number",
      dedent`
        const b = scale(a, k), c = scale(b, a);
        return c.x * c.y + b.x;
      `,
      `${vec}const scale = (a: Vec, k: number | Vec): Vec => (typeof k === "number" ? { x: a.x * k, y: a.y * k } : { x: a.x * k.x, y: a.y * k.y });`,
    ),
    [{ at: [{ x: 1.5, y: 2 }, 3], value: 85.5, da: { x: 111, y: 81 }, dk: 55.5 }],
  );
  trap(
    "overloads",
    f(
      "x: number, y: number",
      dedent`
        const v = add({ x, y }, { x: y, y: x * x });
        return add(v.x, v.y) * v.y;
      `,
      `${vec}function add(a: number, b: number): number;\nfunction add(a: Vec, b: Vec): Vec;\nfunction add(a: number | Vec, b: number | Vec): number | Vec {\n  if (typeof a === "number" && typeof b === "number") return a + b;\n  const p = a as Vec, q = b as Vec;\n  return { x: p.x + q.x, y: p.y + q.y };\n}`,
    ),
    [{ at: [2, 3], value: 84 }],
  );
  trap("a number, a pair or a record", f("a: number, b: number", dedent`
    const [x, y] = norm(a), [u, v] = norm([a, b]), [r, s] = norm({ top: b, left: a * b });
    return x * y + u * v + r * s;
  `, dedent`
    type Pad = number | [number, number] | { top: number; left: number };
    function norm(p: Pad): [number, number] {
      if (typeof p === "number") return [p, p];
      if (Array.isArray(p)) return p;
      return [p.top, p.left];
    }
  `), [{ at: [2, 3], value: 28, da: 16, db: 14 }]);
  trap("in a function that recurs", f("x: number, y: number", "return sum([x, [y, x * y], [[x, y], 2]]);", dedent`
    type Nested = (number | Nested)[];
    const sum = (v: Nested | number): number => (typeof v === "number" ? v * v : v.reduce((a: number, b) => a + sum(b), 0));
  `), [{ at: [2, 3] }], { status: "may" });
});

describe("what holds numbers and is not followed", () => {
  trap("a map that is filled in an expression", f("xs: number[], keys: string[]", dedent`
    const groups = new Map<string, number>();
    xs.forEach((x, i) => groups.set(keys[i]!, x * x));
    let s = 0;
    for (const v of groups.values()) s += v * v;
    return s + xs[0]! * xs[1]!;
  `), [], { status: "refused", message: /RG2101/ });
  trap("a set that is filled behind a condition", f("xs: number[]", dedent`
    const seen = new Set<number>();
    for (const x of xs) x > 1 && seen.add(x * x);
    let s = xs[0]! * xs[1]!;
    for (const v of seen) s += v;
    return s;
  `), [], { status: "refused", message: /RG2101/ });
  trap("a dictionary made here", f("x: number", dedent`
    const o: Record<string, number> = { a: x * x, b: x };
    let s = x + o["a"]! + (o.b ?? 0);
    for (const k of Object.keys(o)) s += o[k]! * k.length;
    return s + Object.values(o).reduce((a, b) => a + b, 0);
  `), [{ at: [3], value: 39, dx: 22 }]);
  for (const type of ["Record<string, number[]>", "number | Map<string, number>"]) {
    test(`a warning where a parameter counts as constant: ${type}`, () => {
      const said = compile(f(`x: number, p: ${type}`, 'return typeof p === "number" ? x * p : x * x;')).diagnostics;
      expect(said.map((d) => `${d.category} ${d.code}`)).toEqual(["warning RG4002"]);
      expect(compile(f(`x: number, p: ${type}`, "return x * x;").replace("@differentiable", "@differentiable wrt x")).diagnostics).toEqual([]);
    });
  }
});

describe("objects with code of their own", () => {
  trap("getters and setters of a literal", f("x: number, y: number", dedent`
    const state = {
      raw: x,
      get value() { return this.raw * 2; },
      set value(v: number) { this.raw = v / 2 + y; },
      get twice() { return 2 * this.value; },
    };
    state.value = x * y;
    state.value += 3;
    for (let i = 0; i < 3; i++) state.value = state.value * 0.5;
    return state.twice * state.raw;
  `), [{ at: [3, 4] }]);
  trap("a getter is called where the object is copied or taken apart", f("x: number, y: number", dedent`
    const v = { x, y, get norm() { return Math.hypot(this.x, this.y); } };
    v.x += y;
    const { norm } = v, c = { ...v };
    v.y = 100;
    return norm * c.norm + v.norm;
  `), [{ at: [3, 4] }]);
  trap(
    "functions that options may hold",
    f(
      "x: number",
      "return run(x) + run(x, { gain: x }) * run(x, { ease: Math.sin, gain: 2 }) + apply({ k: 2 }, x) + apply({ f: (t) => t * t, k: 1 }, x) + apply(undefined, x);",
      dedent`
        interface Opts { ease?: (t: number) => number; gain?: number; onStep?: (i: number) => void }
        function run(x: number, { ease = (t) => t * t, gain = 1, onStep }: Opts = {}): number {
          let s = 0;
          for (let i = 0; i < 3; i++) {
            onStep?.(i);
            s += ease(x + i) * gain;
          }
          return s;
        }
        interface O { f?: (x: number) => number; k: number }
        const apply = (o: O | undefined, x: number): number => o?.f?.(x) ?? x * 5;
      `,
    ),
    [{ at: [0.5] }],
  );
  trap("namespaces in namespaces", f("r: number", "return Geo.Inner.twice(r) * Geo.K + Geo.Inner.Deep.thrice(r);", dedent`
    namespace Geo {
      export const K = 2.5;
      const hidden = (r: number): number => r * K;
      export namespace Inner {
        export const twice = (x: number): number => 2 * x;
        export namespace Deep {
          export function thrice(x: number): number {
            return 3 * twice(x) + hidden(x);
          }
        }
      }
    }
  `), [{ at: [2], value: 27, dr: 13.5 }]);
});

describe("options", () => {
  const run = dedent`
    interface Opts { k?: number; m?: number; name?: string }
    function run(x: number, o: Opts): number {
      return x * (o.k ?? 2) + (o.m ?? 3);
    }
  `;
  trap("a copy has what there is", f("x: number, o: Opts", dedent`
    const copy = { ...o };
    copy.k = (copy.k ?? 1) * x;
    return run(copy.k, copy) + (o.k ?? 0);
  `, run), [{ at: [2, { k: 5 }], value: 108, dx: 100 }, { at: [2, { m: 7 }], value: 11, dx: 4 }]);
  trap("fields before and behind", f("x: number, o?: Opts", "return run(x, { ...o, m: x }) + run(x, { k: x * x, ...o }) * run(x, { ...o });", run), [
    { at: [2, { k: 5 }] },
    { at: [2, { m: 7 }] },
    { at: [2] },
  ]);
  trap("two on top of each other", f("x: number, a: Opts, b: Opts", dedent`
    const { k = 4, m } = { ...a, ...b };
    return run(x, { ...b, ...a, m: x }) * k + (m ?? x);
  `, run), [{ at: [2, { k: 5 }, { m: 7 }] }, { at: [2, { m: 7 }, { m: 3, k: 4 }] }, { at: [2, {}, {}] }]);
  trap("Object.assign", f("x: number, o?: Opts", dedent`
    const cfg: Opts = { name: "a" };
    Object.assign(cfg, o);
    return run(x, cfg) * run(x, Object.assign({ k: x }, o)) + run(x, Object.assign({}, o, { m: 2 }));
  `, run), [{ at: [2, { k: 5 }] }, { at: [2, { m: 7 }] }, { at: [2] }]);
  trap("parts that are objects, in a loop", f("x: number, base: Style, over: Style", dedent`
    let s: Style = { ...base, ...over };
    let t = area(s);
    for (let i = 0; i < 2; i++) {
      s = { ...s, width: (s.width ?? 1) * x };
      t += area(s) * i;
    }
    return t;
  `, dedent`
    interface Style { width?: number; pad?: { x: number; y: number }; grid?: number[] }
    const area = (s: Style): number => (s.width ?? 1) * ((s.pad?.x ?? 0) + (s.pad?.y ?? 0) + 1) + (s.grid ?? []).reduce((a, b) => a + b * b, 0);
  `), [{ at: [2, { width: 5 }, { pad: { x: 1, y: 2 } }] }, { at: [2, { pad: { x: 1, y: 2 }, grid: [1, 2] }, { width: 3, grid: [4] }] }, { at: [2, {}, {}] }]);
  trap("what is evaluated behind does not change what was copied", f("x: number, o: Opts", dedent`
    const change = (): number => { o.k = 100; return x; };
    const q = { ...o, extra: change() };
    return (q.k ?? x) * q.extra + (q.m ?? 0);
  `, run), [{ at: [2, { k: 5 }], value: 10 }, { at: [2, { m: 5 }], value: 9 }]);
  trap("the order of fields is not that of the primal", f("o: Opts, x: number", dedent`
    const q = { ...o, extra: x };
    let s = 0;
    for (const k of Object.keys(q)) s = s * 2 + k.length * x;
    return s;
  `, run), [], { status: "refused", message: /RG2008/ });
});

describe("a class that knows itself by another name, as bundlers write it", () => {
  const view = dedent`
    const View = class _View {
      static readonly k = 2;
      static DEFAULT = _View.make();
      static make(a = 1.5): _View { return new _View(a, 0.3 * _View.k); }
      static twice(x: number): number { return _View.half(x) * 4; }
      static half(x: number): number { return x / 2; }
      a: number;
      b: number;
      constructor(a: number, b: number) { this.a = a; this.b = b; }
      apply(x: number): number { return x * this.a + this.b * x * x; }
      scaled(s: number): _View { return new _View(this.a * s, this.b); }
    };
  `;
  trap("its methods and `new`", f("x: number", dedent`
    const v = View.make(x).scaled(2);
    return View.twice(x) * v.apply(x);
  `, view), [{ at: [1.5] }]);
  trap("an instance that it keeps", f("x: number", "return View.DEFAULT.apply(x) * x;", view), [{ at: [2], dx: 13.2 }]);
  trap("under a second name", f("x: number", "return Other.twice(x) * new Again(x, 1).apply(x);", `${view}\nconst Other = View;\nvar Again = Other;`), [
    { at: [2], value: 32, dx: 48 },
  ]);
  trap("inside the function", f("x: number", dedent`
    const Sum = class Own {
      s = x;
      add(v: number): Own { this.s += v * x; return this; }
      static of(v: number): Own { return new Own().add(v); }
    };
    return Sum.of(x).add(3).s;
  `), [{ at: [2], dx: 8 }]);
});

describe("static fields that are private", () => {
  const luma = (fields: string, more = ""): string =>
    `class Luma {\n  ${fields}\n  ${more}\n  static of(x: number): number { return x * x * Luma.weights[1]! + x * Luma.scale; }\n}`;
  trap("tables and numbers", f("x: number", "return Luma.of(x) * x;", luma(dedent`
    private static readonly weights = [2, 3];
      private static scale = 0.5;
  `)), [{ at: [2], value: 26, dx: 38 }]);
  trap("of a base class, and arrays of arrays", f("x: number", "return Own.of(x);", dedent`
    class Base {
      protected static rows = [[1, 2], [3, 4]];
    }
    class Own extends Base {
      static of(x: number): number {
        let s = 0;
        for (const [a, b] of this.rows) s += a! * x + b! * x * x;
        return s;
      }
    }
  `), [{ at: [2], value: 32, dx: 28 }]);
  const hidden = (text: string): string => text.replaceAll(/weights|scale/g, "#$&");
  trap("with #, unchanged", f("x: number", "return Luma.of(x) * x;", hidden(luma(dedent`
    static weights = [2, 3];
      static scale = 0.25 * 2;
  `))), [{ at: [2], value: 26, dx: 38 }]);
  for (const change of [
    "Luma.scale++",
    "Luma.scale += 1",
    "({ s: Luma.scale } = { s: 3 })",
    "[this.scale] = [4]",
    "Luma.weights[1]! *= 2",
    "Luma.weights.push(1)",
    "const w = Luma.weights; w[1] = 7",
    "for (Luma.scale of [1, 2]) Math.abs(Luma.scale)",
  ]) {
    trap(
      `with #, and changed: ${change}`,
      f(
        "x: number",
        "return Luma.of(x) * x;",
        hidden(
          luma(
            dedent`
              static weights = [2, 3];
                static scale = 0.5;
            `,
            `static change(): void { ${change}; }`,
          ),
        ),
      ),
      [],
      { status: "refused", message: /RG2008.*where the gradient will stand/ },
    );
  }
  const inside = (fields: string, use: string): string =>
    `class Local { ${fields} static of(t: number): number { return t * ${use}; } }\nreturn Local.of(x) * x;`;
  trap("of a class in the function: numbers and tables", f("x: number", inside("static readonly k = 2; static w = [3, 4];", "Local.k * Local.w[1]!")), [
    { at: [3], value: 72, dx: 48 },
  ]);
  trap("of a class in the function: records", f("x: number", inside("static o = { a: 2 };", "Local.o.a")), [], {
    status: "refused",
    message: /RG2008.*declared in a function/,
  });
  trap("of a class in the function: changed", f("x: number", inside("static w = [3, 4];", "(() => { const { w } = Local; w[0] = t; return w[0]!; })()")), [], {
    status: "refused",
  });
  const point = dedent`
    class Point {
      constructor(private x: number) {}
      private scaled(k: number): number { return this.x * k * Point.unit; }
      private static unit = 3;
      private static twice(a: number): number { return this.half(a) * 4; }
      private static half(a: number): number { return a / 2; }
    }
  `;
  trap("read from outside, in brackets", f("x: number", dedent`
    const p = new Point(x);
    return p["scaled"](x) + Point["twice"](x) * Point["unit"] + p["x"];
  `, point), [{ at: [2], value: 26, dx: 19 }]);
});
