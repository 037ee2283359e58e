/** Records of a union, told apart by a tag or by the fields they have: values, gradients, and text that passes the strictest flags. */
import { describe, expect, test } from "vitest";
import { compile, evaluate } from "../support/compile.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const shapes = `interface Circle { kind: "circle"; r: number }
interface Square { kind: "square"; side: number }
interface Rect { kind: "rect"; w: number; h: number }
type Shape = Circle | Square | Rect;
function area(s: Shape): number {
  switch (s.kind) {
    case "circle": return s.r * s.r;
    case "square": return s.side * s.side;
    case "rect": return s.w * s.h;
  }
}
function inertia(s: Shape): number {
  if (s.kind === "circle") return s.r ** 4 / 4;
  if (s.kind === "square") return s.side ** 4 / 12;
  return (s.w * s.h ** 3) / 12;
}
interface Scene { shape: Shape; scale: number }`;
const circle = { kind: "circle", r: 2 }, square = { kind: "square", side: 3 }, rect = { kind: "rect", w: 2, h: 1.5 };

describe("records told apart by a tag", () => {
  trap("of a parameter", f("s: Shape, k: number", dedent`
    let t = 1;
    for (let i = 0; i < 3; i++) {
      switch (s.kind) {
        case "circle": t += s.r * t * k; break;
        case "square": t = Math.sin(t + s.side); break;
        default: t += s.w * s.h * t;
      }
    }
    return t;
  `, shapes), [{ at: [circle, 0.5] }, { at: [square, 0.5] }, { at: [rect, 0.5] }]);
  trap("of a parameter whose callee is asked twice", f("s: Shape", "return area(s) * inertia(s);", shapes), [
    { at: [circle], value: 16, ds: { r: 48, side: 0, w: 0, h: 0 } },
    { at: [square] },
    { at: [rect] },
  ]);
  trap("of a list that is passed in", f("shapes: Shape[]", dedent`
    let t = 0;
    for (const s of shapes) t += area(s) * t + inertia(s);
    return t;
  `, shapes), [{ at: [[circle, square, rect]] }]);
  trap("of a list that is mapped", f("shapes: Shape[]", "return shapes.map(area).reduce((a, b) => a + b, 0);", shapes), [
    { at: [[circle, rect, square]], value: 16 },
  ]);
  trap("of a list in a literal", f("a: number, b: number", dedent`
    const shapes: Shape[] = [{ kind: "circle", r: a }, { kind: "square", side: b }, { kind: "rect", w: a, h: a * b }];
    let total = 0, moment = 0;
    for (const s of shapes) { total += area(s); moment += inertia(s); }
    return total + moment;
  `, shapes), [{ at: [1.5, 2] }]);
  trap("of a list that grows", f("a: number, b: number", dedent`
    const shapes: Shape[] = [];
    for (let i = 0; i < 4; i++) { if (i % 2 === 0) shapes.push({ kind: "circle", r: a * i }); else shapes.push({ kind: "rect", w: a, h: b + i }); }
    let total = 0;
    for (const s of shapes) {
      if (s.kind === "circle") { const q = s.r * s.r; total += q * Math.sin(q); }
      else if (s.kind === "square") total += s.side;
      else total += Math.exp(s.w) * s.h;
    }
    return total;
  `, shapes), [{ at: [0.5, 2] }]);
  test("of a list that is filled place by place, in memory that is kept", () => {
    const text = f("a: number, b: number", dedent`
      const shapes: Shape[] = [{ kind: "rect", w: a, h: b }, { kind: "circle", r: b }];
      let s = 0;
      for (const q of shapes) s += area(q);
      const t = s + ("r" in shapes[0]! ? shapes[0]!.r : 0.5);
      return t * t;
    `, shapes).replace("@differentiable", "@differentiable with into");
    const { code } = compile(text);
    expect(showTypeErrors(typeErrors(code, text.length))).toBe("");
    const out = { da: 0, db: 0 };
    expect(evaluate(code).grad_f_into!(out, 2, 3)).toBe(15.5 ** 2);
    expect(out).toEqual({ da: 93, db: 248 });
  });
  trap("made by a function", f("x: number, n: number", dedent`
    const make = (v: number): Shape => v > 1 ? { kind: "circle", r: v } : { kind: "square", side: v };
    return area(make(x)) * inertia(make(x * 2)) + area(make(n));
  `, shapes), [{ at: [0.7, 3] }, { at: [2, 0.5] }]);
  trap("in a field", f("scene: Scene", dedent`
    const { shape, scale } = scene;
    return scale * area(shape) + (scene.shape.kind === "rect" ? scene.shape.w : 0);
  `, shapes), [{ at: [{ shape: rect, scale: 2 }] }, { at: [{ shape: circle, scale: 2 }] }]);
  trap("in a field of what is made", f("a: number, b: number", dedent`
    const scene: Scene = { shape: { kind: "rect", w: a, h: b }, scale: a * b };
    return scene.scale * area(scene.shape) * inertia(scene.shape);
  `, shapes), [{ at: [1.5, 2] }]);
  trap(
    "made for one call, so that the test is decided",
    f("a: number, b: number", 'return area({ kind: "rect", w: a, h: b }) * area({ kind: "circle", r: a });', shapes),
    [{ at: [3, 2], value: 54, da: 54, db: 27 }],
  );
  trap("in a variable that a loop sets", f("a: number, b: number", dedent`
    let s: Shape = { kind: "circle", r: a };
    let t = 0;
    for (let i = 0; i < 3; i++) { t += area(s); s = s.kind === "circle" ? { kind: "rect", w: s.r, h: b } : { kind: "circle", r: t }; }
    return t;
  `, shapes), [{ at: [1.2, 0.7] }]);
  trap("which may be absent", f("s: Shape | undefined, k: number", "return s === undefined ? k : area(s) * k;", shapes), [
    { at: [rect, 2] },
    { at: [undefined, 2], dk: 1 },
  ]);
  trap("left early", f("shapes: Shape[], k: number", dedent`
    const s = shapes[k];
    if (!s) return 0;
    if (s.kind !== "circle") return s.kind === "rect" ? s.w : s.side;
    return s.r * s.r;
  `, shapes), [{ at: [[circle, rect], 0] }, { at: [[circle, rect], 1] }]);
});

describe("tags of other kinds", () => {
  const result = dedent`
    type Res = { ok: true; value: number } | { ok: false; penalty: number };
    function solve(x: number): Res { return x > 0 ? { ok: true, value: Math.sqrt(x) } : { ok: false, penalty: x * x }; }
  `;
  trap("truth values", f("x: number", dedent`
    const r = solve(x);
    return r.ok ? r.value : -r.penalty;
  `, result), [{ at: [4], dx: 0.25 }, { at: [-3], dx: 6 }]);
  trap("truth values in a loop that is continued", f("xs: number[]", dedent`
    let s = 1;
    for (const x of xs) { const r = solve(x); if (!r.ok) { s -= r.penalty; continue; } s += r.value * s; }
    return s;
  `, result), [{ at: [[4, -1, 2]] }]);
  const numbers = "type Num = { n: 1; a: number } | { n: 2; b: number; c: number };";
  trap("numbers", f("v: Num[], k: number", dedent`
    let s = k;
    for (const o of v) { if (o.n === 1) s *= o.a; else s += o.b * o.c * s; }
    return s;
  `, numbers), [{ at: [[{ n: 1, a: 2 }, { n: 2, b: 3, c: 0.5 }, { n: 1, a: 3 }], 1.5] }]);
  trap("numbers of what is made", f("x: number, y: number", dedent`
    const o: Num[] = [{ n: 1, a: x }, { n: 2, b: x, c: y }];
    let s = y;
    for (const v of o) s = v.n === 2 ? s * v.b + v.c : Math.sin(s * v.a);
    return s;
  `, numbers), [{ at: [1.5, 2] }]);
  trap("members of an object of constants", f("path: readonly Seg[], k: number", dedent`
    let l = k;
    for (let i = 0; i < path.length; i++) l += len(path[i]!) ** 2 * l;
    return l;
  `, dedent`
    const Kind = { Line: 0, Arc: 1 } as const;
    type Seg = { t: typeof Kind.Line; dx: number; dy: number } | { t: typeof Kind.Arc; radius: number; angle: number };
    function len(s: Seg): number { return s.t === Kind.Line ? Math.hypot(s.dx, s.dy) : s.radius * s.angle; }
  `), [{ at: [[{ t: 0, dx: 3, dy: 4 }, { t: 1, radius: 2, angle: 0.5 }], 0.1] }]);
  const some = dedent`
    interface A { readonly type: 1; readonly p: number }
    interface B { readonly type: 2; readonly p: number; readonly q: number }
    interface C { readonly type: 3 }
    type ABC = A | B | C;
    const of = (x: ABC): number => { switch (x.type) { case 1: return x.p * 2; case 2: return x.p * x.q; case 3: return 1; } };
  `;
  trap("of fields that some share", f("x: ABC, y: ABC", "return of(x) * of(y);", some), [
    {
      at: [
        { type: 1, p: 3 },
        { type: 2, p: 2, q: 0.5 },
      ],
    },
    { at: [{ type: 3 }, { type: 2, p: 2, q: 0.5 }] },
  ]);
  trap("of fields that some share, made in a list", f("p: number, q: number", dedent`
    const xs: ABC[] = [{ type: 1, p }, { type: 2, p, q }, { type: 3 }];
    let s = 0;
    for (let i = 0; i < xs.length; i++) { const x = xs[i]!; if (x.type === 3) continue; s += x.p ** 2; if (x.type === 2) s *= x.q; }
    return s;
  `, some), [{ at: [1.5, 2] }]);
});

describe("records told apart by their fields", () => {
  const either = dedent`
    type Either = { r: number } | { w: number; h: number };
    function scaled(o: Either, k: number): Either { return "r" in o ? { r: o.r * k } : { w: o.w * k, h: o.h * k }; }
  `;
  trap("of a parameter", f("v: Either", dedent`
    if ("r" in v) return v.r * v.r;
    return v.w * v.h;
  `, either), [{ at: [{ r: 3 }] }, { at: [{ w: 2, h: 3 }] }]);
  trap("of a list that is passed in", f("v: Either[]", 'return v.reduce((s, e) => s + ("r" in e ? Math.sin(e.r) : e.w * e.h * s), 1);', either), [
    { at: [[{ r: 3 }, { w: 2, h: 3 }]] },
  ]);
  trap("of a list in a literal", f("x: number, y: number", dedent`
    const list: Either[] = [{ r: x }, { w: x, h: y }];
    let s = 0;
    for (const v of list) { const a = "r" in v ? v.r * v.r : v.w * v.h; s += a * a; }
    return s;
  `, either), [{ at: [1.5, 2] }]);
  trap("made by a function of one", f("v: Either, k: number", dedent`
    const o = scaled(scaled(v, k), 2);
    return "r" in o ? o.r : o.w * o.h;
  `, either), [{ at: [{ r: 3 }, 0.5] }, { at: [{ w: 2, h: 3 }, 0.5] }]);
  trap("of a union without a name", f("x: number, y: number", dedent`
    const o: { x: number } | { x: number; y: number } = x > y ? { x } : { x, y };
    return "y" in o ? o.x * o.y : Object.keys(o).length * o.x;
  `), [{ at: [3, 2], dx: 1 }, { at: [2, 3], dx: 3, dy: 2 }]);
});

describe("unions without a name", () => {
  const tagged = "{ t: \"a\"; u: number } | { t: \"b\"; v: number; w?: number }";
  trap("in a variable", f("x: number, y: number", dedent`
    const o: { k: "c"; r: number } | { k: "b"; w: number; h: number } = x > y ? { k: "c", r: x } : { k: "b", w: x, h: y };
    return o.k === "c" ? o.r * o.r : o.w * o.h;
  `), [{ at: [3, 2], dx: 6 }, { at: [2, 3], dx: 3, dy: 2 }]);
  trap("in a list that is passed in", f(`list: (${tagged})[]`, dedent`
    let s = 0;
    for (const e of list) s += e.t === "a" ? e.u * e.u : e.v * (e.w ?? 2);
    return s;
  `), [{ at: [[{ t: "a", u: 2 }, { t: "b", v: 3 }, { t: "b", v: 1, w: 4 }]] }]);
  trap(
    "in a list in a literal",
    f(
      "x: number, y: number",
      `const list: (${tagged})[] = [{ t: "a", u: x }, { t: "b", v: x * y, w: y }, { t: "b", v: y }];\nlet s = 1;\nfor (const e of list) s *= e.t === "a" ? e.u * e.u : e.v * (e.w ?? 2);\nreturn s;`,
    ),
    [{ at: [1.5, 2] }],
  );
});

describe("fields that are arrays, of some", () => {
  const poly = dedent`
    type Poly = { kind: "poly"; pts: number[]; scale: number } | { kind: "disc"; r: number; c: [number, number] };
    function size(p: Poly): number {
      if (p.kind === "poly") { let s = 0; for (const v of p.pts) s += v * v * p.scale; return s; }
      return p.r * p.r * p.c[0] + p.c[1];
    }
  `;
  trap("of a list that is passed in", f("ps: Poly[]", dedent`
    let s = 0;
    for (const p of ps) s += Math.sin(size(p));
    return s;
  `, poly), [{ at: [[{ kind: "poly", pts: [1, 2], scale: 0.5 }, { kind: "disc", r: 0.5, c: [1, 2] }]] }]);
  trap("of a list in a literal", f("a: number, b: number", dedent`
    const ps: Poly[] = [{ kind: "poly", pts: [a, b, a * b], scale: a }, { kind: "disc", r: b, c: [a, b] }];
    let s = 0;
    for (const p of ps) s += Math.sin(size(p));
    return s;
  `, poly), [{ at: [0.5, 0.7] }]);
  trap("of an instance", f("a: number", dedent`
    const h = new Holder({ kind: "disc", r: a, c: [a, 1] });
    const t = h.size();
    h.shape = { kind: "poly", pts: [a], scale: t };
    return t * h.size();
  `, `${poly}\nclass Holder { shape: Poly; constructor(shape: Poly) { this.shape = shape; } size(): number { return size(this.shape); } }`), [{ at: [1.5] }]);
  trap(
    "of one that is changed",
    f(
      "ps: Poly[], i: number",
      dedent`
        const p = ps[i];
        if (!p) return 0;
        if (p.kind !== "disc") return p.scale;
        p.r *= 2;
        return p.r * p.r;
      `,
      poly,
    ),
    [
      {
        at: [
          [
            { kind: "poly", pts: [1, 2], scale: 0.5 },
            { kind: "disc", r: 0.5, c: [1, 2] },
          ],
          1,
        ],
      },
      { at: [[{ kind: "poly", pts: [1, 2], scale: 0.5 }], 0] },
    ],
  );
});

describe("unions that contain themselves", () => {
  const tree = dedent`
    type Tree = { tag: "leaf"; value: number } | { tag: "node"; left: Tree; right: Tree; w: number };
    function ev(t: Tree): number { return t.tag === "leaf" ? t.value : t.w * Math.sin(ev(t.left)) + ev(t.right); }
  `;
  const leaf = (value: number): object => ({ tag: "leaf", value }),
    node = (left: object, right: object, w: number): object => ({ tag: "node", left, right, w });
  trap("passed in", f("t: Tree", "return ev(t);", tree), [
    { at: [leaf(2)], value: 2 },
    { at: [node(leaf(0.5), node(node(leaf(0.1), leaf(0.2), 3), leaf(0.7), 2), 1.5)] },
  ]);
  trap(
    "in a literal",
    f(
      "a: number, b: number",
      dedent`
        const t: Tree = { tag: "node", left: { tag: "leaf", value: a }, right: { tag: "node", w: b, left: { tag: "leaf", value: b }, right: { tag: "leaf", value: a * b } }, w: a * b };
        return ev(t);
      `,
      tree,
    ),
    [{ at: [0.5, 0.7] }],
  );
  trap("which may be absent", f("t: Tree | undefined, k: number", "return t ? ev(t) * k : k;", tree), [{ at: [node(leaf(0.5), leaf(0.7), 1.5), 2] }]);
  trap("of which one member is passed in", f("n: Branch", "return ev(n.left) * n.w;", dedent`
    interface Leaf { tag: "leaf"; value: number }
    interface Branch { tag: "node"; left: Tree; right: Tree; w: number }
    type Tree = Leaf | Branch;
    function ev(t: Tree): number { return t.tag === "leaf" ? t.value : t.w * Math.sin(ev(t.left)) + ev(t.right); }
  `), [{ at: [node(node(leaf(0.5), leaf(0.7), 1.5), leaf(2), 3)] }]);
  const terms = dedent`
    type Term = Num | Sum | Product;
    interface Num { op: "num"; v: number }
    interface Sum { op: "sum"; of: Term[] }
    interface Product { op: "product"; a: Term; b: Term }
    function ev(t: Term): number {
      switch (t.op) {
        case "num": return t.v;
        case "sum": { let s = 0; for (const u of t.of) s += ev(u); return s; }
        case "product": return ev(t.a) * ev(t.b);
      }
    }
  `;
  trap(
    "of terms, in a literal",
    f(
      "x: number, y: number",
      'return ev({ op: "product", a: { op: "sum", of: [{ op: "num", v: x }, { op: "num", v: y }] }, b: { op: "product", a: { op: "num", v: x }, b: { op: "num", v: y } } });',
      terms,
    ),
    [{ at: [2, 3], value: 30, dx: 21, dy: 16 }],
  );
});
