/** What the suites of other differentiators and of the language itself ask for, and what was not right when they were first run here. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

describe("a variable that a way leaves undefined, asserted where it is read", () => {
  trap("returned", f("x: number", "let b: number | undefined;\nif (x > 0) b = x * x;\nreturn b!;"), [{ at: [3], value: 9, dx: 6 }]);
  trap("chosen on the spot", f("x: number", "return x > 1 ? x * x : (undefined as number | undefined)!;"), [{ at: [3], value: 9, dx: 6 }]);
  trap("var of a branch, of the type of its initializer", f("x: number", "var a = x;\nif (a > 0) {\n  var b = a * 2;\n  a = b * a;\n}\nreturn b! * a;"), [{ at: [3], value: 108, dx: 108 }]);
  trap("null until something is found", f("xs: number[]", "let best: number | null = null;\nfor (const x of xs) if (best === null || x > best) best = x;\nreturn best! * best!;"), [{ at: [[1, 3, 2]], dxs: [0, 6, 0] }]);
});

describe("callbacks that take elements out of the array they are called for", () => {
  const cases = [{ at: [[1.5, 2.5, 3.5, 4.5]] }];
  trap("forEach and pop", f("xs: number[]", "const ys = xs.slice();\nlet s = 0;\nys.forEach((y, i) => {\n  if (i < 2) ys.pop();\n  s += y * (i + 1);\n});\nreturn s + ys.length;"), [{ at: [[1.5, 2.5, 3.5, 4.5]], value: 8.5, dxs: [1, 2, 0, 0] }]);
  trap("forEach and shift", f("xs: number[]", "const ys = xs.slice();\nlet s = 0;\nys.forEach((y) => {\n  s = s * 1.5 + y;\n  ys.shift();\n});\nreturn s;"), [{ at: [[1.5, 2.5, 3.5, 4.5]], value: 5.75, dxs: [1.5, 0, 1, 0] }]);
  trap("filter", f("xs: number[]", "const ys = xs.slice();\nlet n = 0;\nconst kept = ys.filter((y) => {\n  n++;\n  ys.pop();\n  return y > 0;\n});\nreturn kept.reduce((a, b) => a * b, 1) * n;"), [{ at: [[1.5, 2.5, 3.5, 4.5]], value: 7.5, dxs: [5, 3, 0, 0] }]);
  trap("reduce", f("xs: number[]", "const ys = xs.slice();\nreturn ys.reduce((a, b) => {\n  ys.pop();\n  return a * b + a;\n});"), cases);
  trap("every", f("xs: number[]", "const ys = xs.slice();\nlet s = 0;\nconst all = ys.every((y) => {\n  ys.length--;\n  s += y * y;\n  return true;\n});\nreturn all ? s : -s;"), cases);
  trap("map", f("xs: number[]", "const ys = xs.slice();\nconst r = ys.map((y, i) => {\n  if (i === 0) ys.length = 2;\n  return y * 2;\n});\nreturn r[0]! * r[1]! + r.length;"), [{ at: [[1.5, 2.5, 3.5]], value: 18, dxs: [10, 6, 0] }]);
  trap("another array is no matter", f("xs: number[]", "const stack = [1, 2, 3, 4];\nlet s = 0;\nxs.forEach((x) => {\n  s += x * stack.pop()!;\n});\nreturn s;"), [{ at: [[1.5, 2.5, 3.5, 4.5]], dxs: [4, 3, 2, 1] }]);
});

describe("static fields that change", () => {
  const counted = "class Particle {\n  static count = 0;\n  readonly x: number;\n  constructor(x: number) {\n    this.x = x;\n    Particle.count++;\n  }\n  sq(): number {\n    return this.x * this.x;\n  }\n}";
  trap("counted by the constructor", f("x: number", "Particle.count = 0;\nconst p = new Particle(x), q = new Particle(p.sq());\nreturn q.sq() * Particle.count;", counted), [{ at: [3], value: 162, dx: 216 }]);
  const hidden = "class Scale {\n  private static k = 1;\n  static grow(): void {\n    this.k *= 2;\n  }\n  static of(x: number): number {\n    return Scale.k * x;\n  }\n  static reset(): void {\n    Scale.k = 1;\n  }\n}";
  trap("private, by this in a static method", f("x: number", "Scale.reset();\nScale.grow();\nScale.grow();\nreturn Scale.of(x) * x;", hidden), [{ at: [3], value: 36, dx: 24 }]);
  trap("by the name of a class that extends the owner: another field", f("x: number", "Sub.count = 2;\nreturn Base.count * x;", "class Base {\n  static count = 1;\n}\nclass Sub extends Base {}"), [], { status: "refused" });
});

describe("arguments that cannot be one object", () => {
  trap("records that hold arrays of two kinds", f("a: { q: number; o: number[] }, b: { q: number; o: Float64Array }", "b.q += a.q;\nreturn b.q * a.q * a.o[0]! * b.o[0]!;"), [{ at: [{ q: 2, o: [3] }, { q: 5, o: new Float64Array([7]) }], value: 294 }]);
});

describe("what the checker has seen to be there", () => {
  trap("spread where a test says so, of a recursive type", f("x: number", "const insert = (t: T | undefined, v: number): T => (!t ? { v } : v < t.v ? { ...t, l: insert(t.l, v) } : { ...t, r: insert(t.r, v) });\nconst sum = (t: T | undefined, d: number): number => (t ? t.v * d + sum(t.l, d + 1) + sum(t.r, d * 2) : 0);\nlet t: T | undefined;\nfor (const v of [x, x * x, 2, x / 2]) t = insert(t, v);\nreturn sum(t, 1);", "type T = { l?: T | undefined; r?: T | undefined; v: number };"), [{ at: [1.7] }]);
});

describe("a loop in a trip that the reverse runs again", () => {
  trap("computes with what the trip starts with", f("x: number", "for (let a = x, i = 0; a < 3 && i < 4; a += 0.7 + Math.exp(-a * a), i++) {\n  for (let k = 0; k < 1; k++) x += 1 / (1 + Math.exp(-Math.sin(a)));\n}\nreturn x;"), [{ at: [-0.61919], dx: 1.4036007 }, { at: [0.3] }, { at: [4] }]);
  trap("adds on to what the trip starts with", f("x: number", "for (let a = x, i = 0; a < 3 && i < 4; a += 0.7 + Math.exp(-a * a), i++) {\n  let t = a;\n  for (let k = 0; k < 3; k++) t += 1 / (1 + Math.exp(-Math.sin(x * k)));\n  x = x * 0.9 + t;\n}\nreturn x;"), [{ at: [-0.61919] }, { at: [0.3] }]);
  trap("behind @checkpoint", f("x: number, k: number", "let a = x, s = 0;\n/** @checkpoint */\nfor (let i = 0; i < 7; i++) {\n  for (let j = 0; j < 3; j++) s += Math.sin(Math.exp(-a * j) * k);\n  a = a * k + Math.exp(-a * a);\n}\nreturn s;"), [{ at: [-0.61919, 0.8] }]);
});

describe("declared before a loop that assigns it", () => {
  trap("a row", f("m: number[][]", "let row: number[];\nlet s = 0;\nfor (let i = 0; i < m.length; i++) {\n  row = m[i]!;\n  s += row[0]! * row[1]!;\n}\nreturn s + row![0]!;"), [{ at: [[[1, 2], [3, 4]]], value: 17, dm: [[2, 1], [5, 3]] }]);
  trap("a record, by for…of", f("list: { v: number }[]", "let o: { v: number };\nlet s = 0;\nfor (o of list) s += o.v ** 2;\nreturn s + o!.v;"), [{ at: [[{ v: 2 }, { v: 3 }]], value: 16 }]);
  trap("a name, by for…in", f("x: number", "let k: \"a\" | \"b\";\nlet s = 0;\nconst o = { a: x, b: x * x };\nfor (k in o) s += o[k as \"a\" | \"b\"] * s + 1;\nreturn s;"), [{ at: [1.5], value: 4.25, dx: 3 }]);
});

describe("classes", () => {
  trap("static methods of an abstract class", f("x: number", "return Shape.unit(x).area() * Shape.twice(x);", "abstract class Shape {\n  abstract area(): number;\n  static unit(x: number): Shape {\n    return new Square(x);\n  }\n  static twice(x: number): number {\n    return 2 * x;\n  }\n}\nclass Square extends Shape {\n  readonly s: number;\n  constructor(s: number) {\n    super();\n    this.s = s;\n  }\n  area(): number {\n    return this.s * this.s;\n  }\n}"), [{ at: [3], value: 54, dx: 54 }]);
});

describe("arrays", () => {
  trap("an empty one beside others", f("xs: number[]", "const all = [xs, [], [xs[0]! * 2]].flat();\nreturn all.reduce((s, x) => s + x * x, 0);"), [{ at: [[1, 2]], value: 9, dxs: [10, 4] }]);
});

describe("tuples and texts", () => {
  trap("a tuple with optional and further numbers", f("p: [number, number?, ...number[]]", "const [a, b = a * 2, ...c] = p;\nreturn a * b + c.reduce((x, y) => x + y, 0) * a + p.length;"), [{ at: [[1.5]], value: 5.5 }, { at: [[1.5, 2]], value: 5, dp: [2, 1.5] }, { at: [[1.5, 2, 3, 4]], dp: [9, 1.5, 1.5, 1.5] }], { oracle: false });
  trap("the length of a text that may be a number", f("x: number", "const a: (number | string)[] = [x, \"ab\", 2 * x];\nlet s = 0;\nfor (const v of a) {\n  if (typeof v === \"number\") s += v * v;\n  else s += v.length * x;\n}\nreturn s;"), [{ at: [1.5], value: 14.25, dx: 17 }]);
});

describe("NaN among numbers", () => {
  trap("is included, and has no place", f("x: number", "const a = [x, NaN, 3];\nreturn (a.includes(NaN) ? x : 0) + (a.indexOf(NaN) + a.lastIndexOf(NaN)) * x + a.findIndex(Number.isNaN) * x;"), [{ at: [1.5], value: 0, dx: 0 }]);
});

describe("arrays that are made and sorted", () => {
  trap("Array.from with a length alone", f("x: number", "const a = Array.from<number>({ length: 2 }).fill(x);\nconst b = Array.from<number>({ length: 3 });\nfor (let i = 0; i < 3; i++) b[i] = x * i;\nreturn a[1]! * a.length + b.reduce((p, q) => p + q * q, 0);"), [{ at: [1.5], value: 14.25, dx: 17 }]);
  trap("comparisons that take their elements apart", f("x: number", "const h = [5, 3, 8].map((p) => ({ p, v: p * x }));\nh.sort(({ p: a }, { p: b }) => b - a);\nconst g = h.toSorted(({ v }, { v: w }) => v - w);\nreturn h[0]!.v * 2 + h[2]!.v * h.length + g[0]!.v;"), [{ at: [1.5], value: 42, dx: 28 }]);
});

describe("what is added and taken away again", () => {
  trap("to round off: the partial is the number that was computed", f("x: number, v: number", "return Math.sin(x) * (v + 6755399441055744 - 6755399441055744);"), [{ at: [0.3, 2.3], dx: 2 * Math.cos(0.3) }], { oracle: false });
  trap("numbers of the module", f("x: number", "const big = 2 ** 53;\nreturn (big + 1 - big) * x + x * x;"), [{ at: [1.5], dx: 3 }]);
});

describe("the origin", () => {
  trap("a root of a mean of squares, the factor a number of its own", f("x: number[]", "const n = 1 / x.length;\nlet s = 0;\nfor (const v of x) s += v * v;\nreturn -20 * Math.exp(-0.2 * Math.sqrt(n * s));"), [{ at: [[0, 0]], dx: [0, 0] }, { at: [[3, 4]] }], { oracle: false });
});

describe("text", () => {
  trap("methods of an object by their names in brackets", f("x: number", "const o = {\n  f(v: number): number {\n    return v * this.k;\n  },\n  k: x,\n};\nreturn o[\"f\"](2) * o.f(x);"), [{ at: [3], value: 54, dx: 54 }]);
  trap("functions of Math by their names in brackets", f("x: number", "return Math[\"cos\"](x) * Math[\"PI\"] + Number[\"EPSILON\"];"), [{ at: [0.3] }]);
  test("comments of a file with the line ends of Windows", () => {
    const { code } = compile("/** @differentiable */\r\nexport function f(x: number): number {\r\n  /* one\r\n     two */\r\n  const a = x * x; // three\r\n  return a * a;\r\n}\r\n");
    expect(code.slice(code.indexOf("Value and gradient"))).not.toContain("\r");
  });
  trap("a loose comparison of literals", f("u: number, v: number", "let s = 0;\nfor (let i = 0; i != 1;) {\n  s += u * v;\n  break;\n}\nreturn s;"), [{ at: [2, 3], du: 3, dv: 2 }]);
});
