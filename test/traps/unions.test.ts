/** Records of a union, told apart by a tag or by the fields they have: values, gradients, and text that passes the strictest flags. */
import { describe, expect, test } from "vitest";
import { compile, evaluate } from "../support/compile.ts";
import { showTypeErrors, typeErrors } from "../support/typecheck.ts";
import { f, trap } from "./trap.ts";

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
  trap("of a parameter", f("s: Shape, k: number", "let t = 1;\nfor (let i = 0; i < 3; i++) {\n  switch (s.kind) {\n    case \"circle\": t += s.r * t * k; break;\n    case \"square\": t = Math.sin(t + s.side); break;\n    default: t += s.w * s.h * t;\n  }\n}\nreturn t;", shapes), [{ at: [circle, 0.5] }, { at: [square, 0.5] }, { at: [rect, 0.5] }]);
  trap("of a parameter whose callee is asked twice", f("s: Shape", "return area(s) * inertia(s);", shapes), [{ at: [circle], value: 16, ds: { r: 48, side: 0, w: 0, h: 0 } }, { at: [square] }, { at: [rect] }]);
  trap("of a list that is passed in", f("shapes: Shape[]", "let t = 0;\nfor (const s of shapes) t += area(s) * t + inertia(s);\nreturn t;", shapes), [{ at: [[circle, square, rect]] }]);
  trap("of a list that is mapped", f("shapes: Shape[]", "return shapes.map(area).reduce((a, b) => a + b, 0);", shapes), [{ at: [[circle, rect, square]], value: 16 }]);
  trap("of a list in a literal", f("a: number, b: number", "const shapes: Shape[] = [{ kind: \"circle\", r: a }, { kind: \"square\", side: b }, { kind: \"rect\", w: a, h: a * b }];\nlet total = 0, moment = 0;\nfor (const s of shapes) { total += area(s); moment += inertia(s); }\nreturn total + moment;", shapes), [{ at: [1.5, 2] }]);
  trap("of a list that grows", f("a: number, b: number", "const shapes: Shape[] = [];\nfor (let i = 0; i < 4; i++) { if (i % 2 === 0) shapes.push({ kind: \"circle\", r: a * i }); else shapes.push({ kind: \"rect\", w: a, h: b + i }); }\nlet total = 0;\nfor (const s of shapes) {\n  if (s.kind === \"circle\") { const q = s.r * s.r; total += q * Math.sin(q); }\n  else if (s.kind === \"square\") total += s.side;\n  else total += Math.exp(s.w) * s.h;\n}\nreturn total;", shapes), [{ at: [0.5, 2] }]);
  test("of a list that is filled place by place, in memory that is kept", () => {
    const text = f("a: number, b: number", "const shapes: Shape[] = [{ kind: \"rect\", w: a, h: b }, { kind: \"circle\", r: b }];\nlet s = 0;\nfor (const q of shapes) s += area(q);\nconst t = s + (\"r\" in shapes[0]! ? shapes[0]!.r : 0.5);\nreturn t * t;", shapes).replace("@differentiable", "@differentiable with into");
    const { code } = compile(text);
    expect(showTypeErrors(typeErrors(code, text.length))).toBe("");
    const out = { da: 0, db: 0 };
    expect(evaluate(code).grad_f_into!(out, 2, 3)).toBe(15.5 ** 2);
    expect(out).toEqual({ da: 93, db: 248 });
  });
  trap("made by a function", f("x: number, n: number", "const make = (v: number): Shape => v > 1 ? { kind: \"circle\", r: v } : { kind: \"square\", side: v };\nreturn area(make(x)) * inertia(make(x * 2)) + area(make(n));", shapes), [{ at: [0.7, 3] }, { at: [2, 0.5] }]);
  trap("in a field", f("scene: Scene", "const { shape, scale } = scene;\nreturn scale * area(shape) + (scene.shape.kind === \"rect\" ? scene.shape.w : 0);", shapes), [{ at: [{ shape: rect, scale: 2 }] }, { at: [{ shape: circle, scale: 2 }] }]);
  trap("in a field of what is made", f("a: number, b: number", "const scene: Scene = { shape: { kind: \"rect\", w: a, h: b }, scale: a * b };\nreturn scene.scale * area(scene.shape) * inertia(scene.shape);", shapes), [{ at: [1.5, 2] }]);
  trap("made for one call, so that the test is decided", f("a: number, b: number", "return area({ kind: \"rect\", w: a, h: b }) * area({ kind: \"circle\", r: a });", shapes), [{ at: [3, 2], value: 54, da: 54, db: 27 }]);
  trap("in a variable that a loop sets", f("a: number, b: number", "let s: Shape = { kind: \"circle\", r: a };\nlet t = 0;\nfor (let i = 0; i < 3; i++) { t += area(s); s = s.kind === \"circle\" ? { kind: \"rect\", w: s.r, h: b } : { kind: \"circle\", r: t }; }\nreturn t;", shapes), [{ at: [1.2, 0.7] }]);
  trap("which may be absent", f("s: Shape | undefined, k: number", "return s === undefined ? k : area(s) * k;", shapes), [{ at: [rect, 2] }, { at: [undefined, 2], dk: 1 }]);
  trap("left early", f("shapes: Shape[], k: number", "const s = shapes[k];\nif (!s) return 0;\nif (s.kind !== \"circle\") return s.kind === \"rect\" ? s.w : s.side;\nreturn s.r * s.r;", shapes), [{ at: [[circle, rect], 0] }, { at: [[circle, rect], 1] }]);
});

describe("tags of other kinds", () => {
  const result = "type Res = { ok: true; value: number } | { ok: false; penalty: number };\nfunction solve(x: number): Res { return x > 0 ? { ok: true, value: Math.sqrt(x) } : { ok: false, penalty: x * x }; }";
  trap("truth values", f("x: number", "const r = solve(x);\nreturn r.ok ? r.value : -r.penalty;", result), [{ at: [4], dx: 0.25 }, { at: [-3], dx: 6 }]);
  trap("truth values in a loop that is continued", f("xs: number[]", "let s = 1;\nfor (const x of xs) { const r = solve(x); if (!r.ok) { s -= r.penalty; continue; } s += r.value * s; }\nreturn s;", result), [{ at: [[4, -1, 2]] }]);
  const numbers = "type Num = { n: 1; a: number } | { n: 2; b: number; c: number };";
  trap("numbers", f("v: Num[], k: number", "let s = k;\nfor (const o of v) { if (o.n === 1) s *= o.a; else s += o.b * o.c * s; }\nreturn s;", numbers), [{ at: [[{ n: 1, a: 2 }, { n: 2, b: 3, c: 0.5 }, { n: 1, a: 3 }], 1.5] }]);
  trap("numbers of what is made", f("x: number, y: number", "const o: Num[] = [{ n: 1, a: x }, { n: 2, b: x, c: y }];\nlet s = y;\nfor (const v of o) s = v.n === 2 ? s * v.b + v.c : Math.sin(s * v.a);\nreturn s;", numbers), [{ at: [1.5, 2] }]);
  trap("members of an object of constants", f("path: readonly Seg[], k: number", "let l = k;\nfor (let i = 0; i < path.length; i++) l += len(path[i]!) ** 2 * l;\nreturn l;", "const Kind = { Line: 0, Arc: 1 } as const;\ntype Seg = { t: typeof Kind.Line; dx: number; dy: number } | { t: typeof Kind.Arc; radius: number; angle: number };\nfunction len(s: Seg): number { return s.t === Kind.Line ? Math.hypot(s.dx, s.dy) : s.radius * s.angle; }"), [{ at: [[{ t: 0, dx: 3, dy: 4 }, { t: 1, radius: 2, angle: 0.5 }], 0.1] }]);
  const some = "interface A { readonly type: 1; readonly p: number }\ninterface B { readonly type: 2; readonly p: number; readonly q: number }\ninterface C { readonly type: 3 }\ntype ABC = A | B | C;\nconst of = (x: ABC): number => { switch (x.type) { case 1: return x.p * 2; case 2: return x.p * x.q; case 3: return 1; } };";
  trap("of fields that some share", f("x: ABC, y: ABC", "return of(x) * of(y);", some), [{ at: [{ type: 1, p: 3 }, { type: 2, p: 2, q: 0.5 }] }, { at: [{ type: 3 }, { type: 2, p: 2, q: 0.5 }] }]);
  trap("of fields that some share, made in a list", f("p: number, q: number", "const xs: ABC[] = [{ type: 1, p }, { type: 2, p, q }, { type: 3 }];\nlet s = 0;\nfor (let i = 0; i < xs.length; i++) { const x = xs[i]!; if (x.type === 3) continue; s += x.p ** 2; if (x.type === 2) s *= x.q; }\nreturn s;", some), [{ at: [1.5, 2] }]);
});

describe("records told apart by their fields", () => {
  const either = "type Either = { r: number } | { w: number; h: number };\nfunction scaled(o: Either, k: number): Either { return \"r\" in o ? { r: o.r * k } : { w: o.w * k, h: o.h * k }; }";
  trap("of a parameter", f("v: Either", "if (\"r\" in v) return v.r * v.r;\nreturn v.w * v.h;", either), [{ at: [{ r: 3 }] }, { at: [{ w: 2, h: 3 }] }]);
  trap("of a list that is passed in", f("v: Either[]", "return v.reduce((s, e) => s + (\"r\" in e ? Math.sin(e.r) : e.w * e.h * s), 1);", either), [{ at: [[{ r: 3 }, { w: 2, h: 3 }]] }]);
  trap("of a list in a literal", f("x: number, y: number", "const list: Either[] = [{ r: x }, { w: x, h: y }];\nlet s = 0;\nfor (const v of list) { const a = \"r\" in v ? v.r * v.r : v.w * v.h; s += a * a; }\nreturn s;", either), [{ at: [1.5, 2] }]);
  trap("made by a function of one", f("v: Either, k: number", "const o = scaled(scaled(v, k), 2);\nreturn \"r\" in o ? o.r : o.w * o.h;", either), [{ at: [{ r: 3 }, 0.5] }, { at: [{ w: 2, h: 3 }, 0.5] }]);
  trap("of a union without a name", f("x: number, y: number", "const o: { x: number } | { x: number; y: number } = x > y ? { x } : { x, y };\nreturn \"y\" in o ? o.x * o.y : Object.keys(o).length * o.x;"), [{ at: [3, 2], dx: 1 }, { at: [2, 3], dx: 3, dy: 2 }]);
});

describe("unions without a name", () => {
  const tagged = "{ t: \"a\"; u: number } | { t: \"b\"; v: number; w?: number }";
  trap("in a variable", f("x: number, y: number", "const o: { k: \"c\"; r: number } | { k: \"b\"; w: number; h: number } = x > y ? { k: \"c\", r: x } : { k: \"b\", w: x, h: y };\nreturn o.k === \"c\" ? o.r * o.r : o.w * o.h;"), [{ at: [3, 2], dx: 6 }, { at: [2, 3], dx: 3, dy: 2 }]);
  trap("in a list that is passed in", f(`list: (${tagged})[]`, "let s = 0;\nfor (const e of list) s += e.t === \"a\" ? e.u * e.u : e.v * (e.w ?? 2);\nreturn s;"), [{ at: [[{ t: "a", u: 2 }, { t: "b", v: 3 }, { t: "b", v: 1, w: 4 }]] }]);
  trap("in a list in a literal", f("x: number, y: number", `const list: (${tagged})[] = [{ t: "a", u: x }, { t: "b", v: x * y, w: y }, { t: "b", v: y }];\nlet s = 1;\nfor (const e of list) s *= e.t === "a" ? e.u * e.u : e.v * (e.w ?? 2);\nreturn s;`), [{ at: [1.5, 2] }]);
});

describe("fields that are arrays, of some", () => {
  const poly = "type Poly = { kind: \"poly\"; pts: number[]; scale: number } | { kind: \"disc\"; r: number; c: [number, number] };\nfunction size(p: Poly): number {\n  if (p.kind === \"poly\") { let s = 0; for (const v of p.pts) s += v * v * p.scale; return s; }\n  return p.r * p.r * p.c[0] + p.c[1];\n}";
  trap("of a list that is passed in", f("ps: Poly[]", "let s = 0;\nfor (const p of ps) s += Math.sin(size(p));\nreturn s;", poly), [{ at: [[{ kind: "poly", pts: [1, 2], scale: 0.5 }, { kind: "disc", r: 0.5, c: [1, 2] }]] }]);
  trap("of a list in a literal", f("a: number, b: number", "const ps: Poly[] = [{ kind: \"poly\", pts: [a, b, a * b], scale: a }, { kind: \"disc\", r: b, c: [a, b] }];\nlet s = 0;\nfor (const p of ps) s += Math.sin(size(p));\nreturn s;", poly), [{ at: [0.5, 0.7] }]);
  trap("of an instance", f("a: number", "const h = new Holder({ kind: \"disc\", r: a, c: [a, 1] });\nconst t = h.size();\nh.shape = { kind: \"poly\", pts: [a], scale: t };\nreturn t * h.size();", `${poly}\nclass Holder { shape: Poly; constructor(shape: Poly) { this.shape = shape; } size(): number { return size(this.shape); } }`), [{ at: [1.5] }]);
  trap("of one that is changed", f("ps: Poly[], i: number", "const p = ps[i];\nif (!p) return 0;\nif (p.kind !== \"disc\") return p.scale;\np.r *= 2;\nreturn p.r * p.r;", poly), [{ at: [[{ kind: "poly", pts: [1, 2], scale: 0.5 }, { kind: "disc", r: 0.5, c: [1, 2] }], 1] }, { at: [[{ kind: "poly", pts: [1, 2], scale: 0.5 }], 0] }]);
});

describe("unions that contain themselves", () => {
  const tree = "type Tree = { tag: \"leaf\"; value: number } | { tag: \"node\"; left: Tree; right: Tree; w: number };\nfunction ev(t: Tree): number { return t.tag === \"leaf\" ? t.value : t.w * Math.sin(ev(t.left)) + ev(t.right); }";
  const leaf = (value: number): object => ({ tag: "leaf", value }), node = (left: object, right: object, w: number): object => ({ tag: "node", left, right, w });
  trap("passed in", f("t: Tree", "return ev(t);", tree), [{ at: [leaf(2)], value: 2 }, { at: [node(leaf(0.5), node(node(leaf(0.1), leaf(0.2), 3), leaf(0.7), 2), 1.5)] }]);
  trap("in a literal", f("a: number, b: number", "const t: Tree = { tag: \"node\", left: { tag: \"leaf\", value: a }, right: { tag: \"node\", w: b, left: { tag: \"leaf\", value: b }, right: { tag: \"leaf\", value: a * b } }, w: a * b };\nreturn ev(t);", tree), [{ at: [0.5, 0.7] }]);
  trap("which may be absent", f("t: Tree | undefined, k: number", "return t ? ev(t) * k : k;", tree), [{ at: [node(leaf(0.5), leaf(0.7), 1.5), 2] }]);
  trap("of which one member is passed in", f("n: Branch", "return ev(n.left) * n.w;", "interface Leaf { tag: \"leaf\"; value: number }\ninterface Branch { tag: \"node\"; left: Tree; right: Tree; w: number }\ntype Tree = Leaf | Branch;\nfunction ev(t: Tree): number { return t.tag === \"leaf\" ? t.value : t.w * Math.sin(ev(t.left)) + ev(t.right); }"), [{ at: [node(node(leaf(0.5), leaf(0.7), 1.5), leaf(2), 3)] }]);
  const terms = "type Term = Num | Sum | Product;\ninterface Num { op: \"num\"; v: number }\ninterface Sum { op: \"sum\"; of: Term[] }\ninterface Product { op: \"product\"; a: Term; b: Term }\nfunction ev(t: Term): number {\n  switch (t.op) {\n    case \"num\": return t.v;\n    case \"sum\": { let s = 0; for (const u of t.of) s += ev(u); return s; }\n    case \"product\": return ev(t.a) * ev(t.b);\n  }\n}";
  trap("of terms, in a literal", f("x: number, y: number", "return ev({ op: \"product\", a: { op: \"sum\", of: [{ op: \"num\", v: x }, { op: \"num\", v: y }] }, b: { op: \"product\", a: { op: \"num\", v: x }, b: { op: \"num\", v: y } } });", terms), [{ at: [2, 3], value: 30, dx: 21, dy: 16 }]);
});
