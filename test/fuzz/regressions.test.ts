/** Programs that the fuzzer found wrong once, made small: each with the seed's kind of point, against dual numbers. */
import { describe } from "vitest";
import { f, trap } from "../traps/trap.ts";

describe("found by random programs", () => {
  trap("an arm of a switch inside an if on a number", f("x: number", "if (x) {\n  switch (x) {\n    default: {\n    }\n    case 3: {\n      x = 1 / x;\n      break;\n    }\n  }\n}\nreturn x;"), [{ at: [1.03] }, { at: [3] }, { at: [0] }]);
  trap("a value needed by the reverse of an early return in nested ifs", f("x: number, y: number", "if (x) {\n  if (x) return Math.abs(y - 0.9);\n}\nreturn x;"), [{ at: [-1.09, 1.77] }, { at: [0, 1] }]);
  trap("a value needed on the returning path of a recursion", f("y: number", "return help(2, y);", "function help(v: number, ds: number): number {\n  if (v <= 0) return Math.sin(Math.log1p(ds));\n  return Math.sin(help(v - 1, ds) * ds);\n}"), [{ at: [0.87] }]);
  trap("an operand that the other operand's call changes", f("x: number", "let w = x;\nconst g = (k: number): number => {\n  for (let i = 3; i; i--) {\n    [x, k] = [k, w];\n    w--;\n    if (x) continue;\n  }\n  return x;\n};\nreturn w * g(1);"), [{ at: [-1.86] }]);
  trap("an effect in the test of a break", f("x: number", "let s = 0;\nfor (;;) {\n  if (s++) break;\n  x += x;\n}\nreturn x;"), [{ at: [1.73], dx: 2 }]);
  trap("the same, a chain of assignments", f("x: number, y: number", "let p = x;\nlet u = 0;\nfor (;;) {\n  if (u++) break;\n  y = p = Math.sin(x);\n}\nreturn p + y;"), [{ at: [-0.36, 1.9] }]);
  trap("a local array in a loop whose trips are recomputed", f("x: number, c: Float64Array", "for (let a = 0; a < 1; a++) {\n  let m = 0;\n  while (x) {\n    if (m++) break;\n    x = c.map(() => x)[a]! / 2;\n  }\n}\nreturn x;"), [{ at: [-0.37, new Float64Array([0.05, 1.27])], dx: 0.5 }]);
  trap("map and reduce in a loop in a callback", f("x: number, t: [number, number], u: Float64Array", "for (let s = 1, i = 0; i < 4; i++) {\n  t.forEach(() => {\n    x = u.map(() => x).reduce((_, v) => v, s);\n  });\n}\nreturn x;"), [{ at: [0.32, [-1.09, 1.47], new Float64Array([1, -2, 3])], dx: 1 }]);
  trap("an assignment inside a callback of map", f("x: number, a: Float64Array", "let i = 0;\nwhile (i < 4) {\n  i++;\n  x = -(a.map(() => Math.sin((x -= 1)))[2]! / 2);\n}\nreturn x;"), [{ at: [0.15, new Float64Array([0.59, -1.55, -1.67])] }]);
  trap("a local array in the update of a for", f("x: number, y: number", "const q = new Float64Array(1);\nfor (let i = 0; i < 3; i++, y = 1 / (1 + -(q.map(() => Math.tanh(x))[0]! / 2))) {\n}\nreturn y;"), [{ at: [0.25, -0.4] }]);
  trap("a typed array spread into an ordinary one", f("x: number, z: Float64Array", "const s = [...z, x];\nreturn s[s.length - 1]! * s[0]!;"), [{ at: [2, new Float64Array([3, 4])], value: 6, dx: 3 }]);
  trap("a value or null", f("x: number", "const maybe = x > 1 ? x * x : null;\nreturn maybe === null ? x : (maybe ?? 2) * x;"), [{ at: [2], dx: 12 }, { at: [0.5], dx: 1 }]);
  trap("parameters s and ds", f("x: number, s: Float64Array, ds: number[]", "let y = x;\nfor (let i = 0; i < 3; i++) y += Math.atan(ds[0]! * s[i % 2]!) * y;\nreturn y * s[1]!;"), [{ at: [1.4, new Float64Array([0.3, 0.7]), [0.9]] }]);
  trap("a callback handed to a helper that is otherwise inactive", f("x: number", "return x * help((q) => Math.tanh(q), 1);", "function help(v: (u: number) => number, k: number): number {\n  if (v(k) > 2) return v(k * 2);\n  return v(k);\n}"), [{ at: [0.7] }]);
  trap("an array parameter that is pushed to", f("x: number, w: number[]", "w.push(x);\nreturn x * w[0]! * w[w.length - 1]!;"), [{ at: [2, [3, 4]], value: 12, dx: 12, dw: [4, 0] }], { status: "may" });
  trap("an array parameter that is pushed to and no more", f("x: number, w: number[]", "w.push(x);\nreturn x;"), [{ at: [2, [3, 4]], dx: 1, dw: [0, 0] }], { status: "may" });
  trap("returns of two branches, then more", f("x: number, y: number", "if (x > 1) {\n  if (y > 2) return Math.tanh(y);\n  const nodes = [{ p: x * 0.3, q: x }, { p: y, q: 1 }];\n  [nodes[0], nodes[1]] = [nodes[1]!, nodes[0]!];\n  nodes[0]!.q *= nodes[1]!.p;\n} else {\n  if (x * y > y) return y;\n}\nreturn x;"), [{ at: [1.8, 0.57], value: 1.8, dx: 1 }, { at: [1.8, 3] }, { at: [0.5, -1] }]);
  trap("an element that is put back in a loop: inference would go round", f("x: number", "const row = new Float64Array(5);\nrow[0] = x;\nfor (;;) {\n  if (x) break;\n  [row[0], row[0]] = [x, row[0]!];\n}\nreturn row[0]! * x;"), [{ at: [0.5], dx: 1 }]);
});
