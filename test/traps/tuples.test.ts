/** Tuples with elements that may be missing: `[number, number?]`. */
import { describe } from "vitest";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const P = "type P = [number, number?];";
const all = (text: string): string => text.replace("@differentiable", "@differentiable with jvp, into");

describe("tuples with elements that may be missing", () => {
  trap("an element that is asked for", all(f("x: number, p: P", dedent`
    let s = x * p[0];
    if (p[1] !== undefined) s *= p[1];
    const [a, b = 2] = p;
    return s + a * b;
  `, P)), [{ at: [1.5, [2, 3]], dp: [7.5, 5] }]);
  trap("made in a callee on two ways", all(f("x: number, y: number", dedent`
    let p: P = [x];
    for (let i = 0; i < 3; i++) {
      p = half(p);
      if (i === 1) p = [p[0], y];
    }
    return p[0] * (p[1] ?? 1);
  `, `${P}\nfunction half([a, b]: P): P {\n  return b === undefined ? [a / 2] : [a / 2, b / 2];\n}`)), [{ at: [3, 5], value: 0.9375, dx: 0.3125, dy: 0.1875 }]);
  trap(
    "pushed in both lengths",
    all(
      f(
        "x: number, n: number",
        dedent`
          let s = 0;
          for (const [a, b] of build(x, n)) s += b === undefined ? a : a * b;
          return s;
        `,
        `${P}\nfunction build(x: number, n: number): P[] {\n  const out: P[] = [];\n  for (let i = 0; i < n; i++) out.push(i % 2 === 0 ? [x * i, x] : [x + i]);\n  return out;\n}`,
      ),
    ),
    [
      { at: [1.5, 4], dx: 8 },
      { at: [1.5, 0], dx: 0 },
    ],
  );
  trap("the rest of one", all(f("x: number, q: [number, number?, number?]", dedent`
    const [a, ...rest] = q;
    let s = a * x;
    for (const r of rest) s += (r ?? 0) * x;
    return s + (q.length > 2 ? q[2]! : 0);
  `)), [{ at: [2, [3, 4, 5]], dq: [2, 2, 3] }, { at: [2, [3, 4, 0]] }]);
  // The gradient has a place for what is missing, the oracle has none.
  trap("the rest of one that is short", f("x: number, q: [number, number?, number?]", dedent`
    const [a, ...rest] = q;
    let s = a * x;
    for (const r of rest) s += (r ?? 0) * x;
    return s + rest.length + (q.length > 2 ? q[2]! : 0);
  `), [{ at: [2, [3]], value: 6, dx: 3, dq: [2, 0, 0] }], { oracle: false });
  trap(
    "returned by recursion",
    all(
      f(
        "x: number, n: number",
        dedent`
          const p = rec([x, x], n);
          return p[0] * x + (p[1] ?? 0);
        `,
        `${P}\nfunction rec(p: P, d: number): P {\n  if (d <= 0) return p;\n  const q = rec([p[0] * 0.5], d - 1);\n  return q[1] === undefined ? [q[0], p[0]] : [q[1]];\n}`,
      ),
    ),
    [{ at: [1.5, 0] }, { at: [1.5, 1] }, { at: [1.5, 2] }, { at: [1.5, 5] }],
  );
  trap("in records", all(f("x: number, boxes: Box[]", dedent`
    let s = 0;
    for (const { at: [u, v = x], size } of boxes) {
      s += u * v;
      if (size) {
        const [w, h = w] = size;
        s += w * h;
      }
    }
    return s;
  `, `${P}\ninterface Box { at: P; size?: [w: number, h?: number] }`)), [{ at: [1.5, [{ at: [2, 5] }, { at: [1, 1], size: [2, 3] }]] }]);
  trap("of the caller, written", f("x: number, p: P", dedent`
    p[1] = (p[1] ?? x) * x;
    p[0] *= p[1];
    let q: P = p;
    if (x > 1) q = [...p];
    q[1]! += x;
    return p[0] * p[1]! + q[1]!;
  `, P), [{ at: [1.5, [2, 3]] }, { at: [0.5, [2, 3]] }]);
});

describe("tuples whose length changes", () => {
  trap("pushed to", f("x: number, y: number", dedent`
    const p: [number, number] = [x, y];
    p.push(x * y);
    let s = 0;
    for (const v of p) s = s * x + v;
    return s + p.length;
  `), [{ at: [1.5, 2], value: 12.375, dx: 10.75, dy: 3 }]);
  trap("pushed to and popped, of the caller", f("x: number, p: [number, number]", dedent`
    p.push(x * x);
    let s = 0;
    for (const v of p) s = s * x + v;
    p.pop();
    p.pop();
    for (const v of p) s = s * x + v;
    return s + p.length;
  `), [{ at: [1.5, [2, 3]], value: 19.875 }]);
});
