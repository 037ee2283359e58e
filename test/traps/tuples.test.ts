/** Tuples with elements that may be missing: `[number, number?]`. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";

const P = "type P = [number, number?];";
const all = (text: string): string => text.replace("@differentiable", "@differentiable with jvp, into");

describe("tuples with elements that may be missing", () => {
  trap("an element that is asked for", all(f("x: number, p: P", "let s = x * p[0];\nif (p[1] !== undefined) s *= p[1];\nconst [a, b = 2] = p;\nreturn s + a * b;", P)), [{ at: [1.5, [2, 3]], dp: [7.5, 5] }]);
  trap("made in a callee on two ways", all(f("x: number, y: number", "let p: P = [x];\nfor (let i = 0; i < 3; i++) {\n  p = half(p);\n  if (i === 1) p = [p[0], y];\n}\nreturn p[0] * (p[1] ?? 1);", `${P}\nfunction half([a, b]: P): P {\n  return b === undefined ? [a / 2] : [a / 2, b / 2];\n}`)), [{ at: [3, 5], value: 0.9375, dx: 0.3125, dy: 0.1875 }]);
  trap("pushed in both lengths", all(f("x: number, n: number", "let s = 0;\nfor (const [a, b] of build(x, n)) s += b === undefined ? a : a * b;\nreturn s;", `${P}\nfunction build(x: number, n: number): P[] {\n  const out: P[] = [];\n  for (let i = 0; i < n; i++) out.push(i % 2 === 0 ? [x * i, x] : [x + i]);\n  return out;\n}`)), [{ at: [1.5, 4], dx: 8 }, { at: [1.5, 0], dx: 0 }]);
  trap("the rest of one", all(f("x: number, q: [number, number?, number?]", "const [a, ...rest] = q;\nlet s = a * x;\nfor (const r of rest) s += (r ?? 0) * x;\nreturn s + (q.length > 2 ? q[2]! : 0);")), [{ at: [2, [3, 4, 5]], dq: [2, 2, 3] }, { at: [2, [3, 4, 0]] }]);
  // The gradient has a place for what is missing, the oracle has none.
  trap("the rest of one that is short", f("x: number, q: [number, number?, number?]", "const [a, ...rest] = q;\nlet s = a * x;\nfor (const r of rest) s += (r ?? 0) * x;\nreturn s + rest.length + (q.length > 2 ? q[2]! : 0);"), [{ at: [2, [3]], value: 6, dx: 3, dq: [2, 0, 0] }], { oracle: false });
  trap("returned by recursion", all(f("x: number, n: number", "const p = rec([x, x], n);\nreturn p[0] * x + (p[1] ?? 0);", `${P}\nfunction rec(p: P, d: number): P {\n  if (d <= 0) return p;\n  const q = rec([p[0] * 0.5], d - 1);\n  return q[1] === undefined ? [q[0], p[0]] : [q[1]];\n}`)), [{ at: [1.5, 0] }, { at: [1.5, 1] }, { at: [1.5, 2] }, { at: [1.5, 5] }]);
  trap("in records", all(f("x: number, boxes: Box[]", "let s = 0;\nfor (const { at: [u, v = x], size } of boxes) {\n  s += u * v;\n  if (size) {\n    const [w, h = w] = size;\n    s += w * h;\n  }\n}\nreturn s;", `${P}\ninterface Box { at: P; size?: [w: number, h?: number] }`)), [{ at: [1.5, [{ at: [2, 5] }, { at: [1, 1], size: [2, 3] }]] }]);
  trap("of the caller, written", f("x: number, p: P", "p[1] = (p[1] ?? x) * x;\np[0] *= p[1];\nlet q: P = p;\nif (x > 1) q = [...p];\nq[1]! += x;\nreturn p[0] * p[1]! + q[1]!;", P), [{ at: [1.5, [2, 3]] }, { at: [0.5, [2, 3]] }]);
});

describe("tuples whose length changes", () => {
  trap("pushed to", f("x: number, y: number", "const p: [number, number] = [x, y];\np.push(x * y);\nlet s = 0;\nfor (const v of p) s = s * x + v;\nreturn s + p.length;"), [{ at: [1.5, 2], value: 12.375, dx: 10.75, dy: 3 }]);
  trap("pushed to and popped, of the caller", f("x: number, p: [number, number]", "p.push(x * x);\nlet s = 0;\nfor (const v of p) s = s * x + v;\np.pop();\np.pop();\nfor (const v of p) s = s * x + v;\nreturn s + p.length;"), [{ at: [1.5, [2, 3]], value: 19.875 }]);
});
