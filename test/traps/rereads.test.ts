/** What is written in loops: read again where nothing overwrites it, recorded where something does. Every case against dual numbers. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const recordsNothing = (title: string, text: string): void => test(`${title}: nothing is recorded`, () => {
  const code = compile(text).code.slice(text.length);
  expect(code).not.toMatch(/\btape\d*\b|\.pop\(\)/);
});

const lu = f("a0: number[][]", `const n = 3;
const a = [[a0[0]![0]!, a0[0]![1]!, a0[0]![2]!], [a0[1]![0]!, a0[1]![1]!, a0[1]![2]!], [a0[2]![0]!, a0[2]![1]!, a0[2]![2]!]];
for (let k = 0; k < n; k++) {
  for (let i = k + 1; i < n; i++) {
    a[i]![k]! /= a[k]![k]!;
    for (let j = k + 1; j < n; j++) a[i]![j]! -= a[i]![k]! * a[k]![j]!;
  }
}
return Math.log(a[0]![0]! * a[1]![1]! * a[2]![2]!);`);
const flat = f("a0: number[], n: number", `const a = a0.slice();
for (let k = 0; k < n; k++) {
  for (let i = k + 1; i < n; i++) {
    a[i * n + k]! /= a[k * n + k]!;
    for (let j = k + 1; j < n; j++) a[i * n + j]! -= a[i * n + k]! * a[k * n + j]!;
  }
}
return Math.log(a[0]! * a[n + 1]! * a[2 * n + 2]!);`);
const prefix = f("xs: number[], k: number", dedent`
  const y = xs.slice();
  for (let i = 1; i < y.length; i++) y[i]! += k * y[i - 1]!;
  return y[y.length - 1]! * y[0]!;
`);
const matrix = [[4, 1, 2], [1, 5, 3], [2, 0.5, 6]];

describe("elements that nothing overwrites", () => {
  recordsNothing("a prefix sum", prefix);
  recordsNothing("factors in place", lu);
  recordsNothing("factors in one array", flat);
  trap("a prefix sum", prefix, [{ at: [[1, 2, 3], 0.5], value: 4.25, dxs: [4.5, 0.5, 1], dk: 3 }]);
  trap("factors in place", lu, [{ at: [matrix] }]);
  trap("factors in one array", flat, [{ at: [matrix.flat(), 3] }]);
  trap("what is written is read again from there", f("xs: number[]", dedent`
    const w = new Array<number>(xs.length);
    let s = 0;
    for (let i = 0; i < xs.length; i++) {
      w[i] = Math.exp(xs[i]!);
      s += w[i]! * w[i]!;
    }
    return s * w[0]!;
  `), [{ at: [[0.1, 0.2, -0.3]] }]);
});

describe("elements that something overwrites", () => {
  const y = "const y = xs.slice();\n";
  const end = "\nreturn y[0]! * y[1]! * y[2]! + y[3]!;";
  const at = [{ at: [[1.5, 2, -0.5, 0.75]] }];
  trap("downwards, what a later trip writes", f("xs: number[]", `${y}for (let i = 3; i >= 1; i--) y[i]! *= Math.sin(y[i - 1]!);${end}`), at);
  trap("upwards, the element behind", f("xs: number[]", `${y}for (let i = 0; i < 3; i++) y[i]! *= Math.sin(y[i + 1]!);${end}`), at);
  trap("from the other end", f("xs: number[]", `${y}for (let i = 0; i < 4; i++) y[i] = Math.sin(y[3 - i]! * y[i]!);${end}`), at);
  trap("a loop that runs twice", f("xs: number[]", `${y}for (let t = 0; t < 2; t++) for (let i = 1; i < 4; i++) y[i]! *= Math.sin(y[i - 1]!);${end}`), at);
  trap(
    "a second loop writes",
    f("xs: number[]", `${y}let s = 0;\nfor (let i = 0; i < 4; i++) s += y[i]! ** 2;\nfor (let i = 0; i < 4; i++) y[i]! *= s;${end}`),
    at,
  );
  trap(
    "rows that are one array",
    f("xs: number[]", `${y}const m = [y, y];\nfor (let i = 1; i < 2; i++) for (let j = 0; j < 4; j++) m[i]![j]! *= Math.sin(m[i - 1]![j]! + 1);${end}`),
    at,
  );
  trap(
    "rows that change places",
    f(
      "xs: number[]",
      `${y}const m = [y, [1, 2, 3, 4]];\nfor (let i = 0; i < 3; i++) {\n  m[1]![i] = Math.sin(m[0]![i]! * m[1]![i]!);\n  [m[0], m[1]] = [m[1]!, m[0]!];\n}\nreturn m[0]![0]! * m[1]![1]! + m[0]![2]! * m[1]![2]!;`,
    ),
    at,
  );
  trap(
    "another name for the array",
    f("xs: number[], c: number", `${y}const z = c > 0 ? y : [1, 2, 3, 4];\nfor (let i = 1; i < 4; i++) y[i]! *= Math.sin(z[3 - i]!);${end}`),
    [{ at: [[1.5, 2, -0.5, 0.75], 1] }, { at: [[1.5, 2, -0.5, 0.75], -1] }],
  );
  trap(
    "a matrix in one array whose columns run past the row",
    f("xs: number[]", `${y}for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) if (i + j < 4) y[i + j]! *= Math.sin(y[i]! + j);${end}`),
    at,
  );
  trap("a stack", f("xs: number[]", dedent`
    const s: number[] = [];
    let p = 1;
    for (const x of xs) {
      s.push(x * x);
      if (s.length > 2) p *= s.pop()! + s[0]!;
    }
    return p * s[1]!;
  `), at);
});

describe("objects that were made later", () => {
  const at = [{ at: [[1.5, -0.4], 3] }, { at: [[1.5, -0.4], 0] }, { at: [[0.3, 0.7], 1] }];
  const step = (body: string, end = "return p[0]![0]! * p[1]![1]! + p[0]![1]!;"): string =>
    f("xs: number[], n: number", `let p = [[xs[0]!, xs[1]!], [xs[1]!, 0.3]];\nfor (let t = 0; t < n; t++) {\n${body}\n}\n${end}`);
  trap("a matrix made anew in each trip", step(dedent`
    const q = p.map((row) => row.map((v) => Math.sin(v)));
    for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) q[i]![j]! += p[j]![i]! * p[i]![j]!;
    p = q;
  `), at);
  trap("changed after it was read, in the same trip", step(dedent`
    const q = p.map((row) => row.map((v) => v * v));
    for (let i = 0; i < 2; i++) q[i]![0]! *= q[i]![1]! + p[i]![0]!;
    p[0]![0] = 0.1;
    p = q;
  `), at);
  trap("the same rows in a new container", step(dedent`
    const q = p.map((row) => row);
    for (let i = 0; i < 2; i++) q[i]![0]! *= Math.sin(p[1 - i]![0]! + q[i]![1]!);
    p = q;
  `), at);
  trap("a row of the old matrix in the new one", step(dedent`
    const q = [p[1]!, p[0]!.map((v) => v * 1.5)];
    for (let j = 0; j < 2; j++) q[0]![j]! *= Math.cos(p[0]![j]! * p[1]![j]!);
    p = q;
  `), at);
  trap("a row stored twice", step(dedent`
    const row = p[0]!.map((v) => v * 0.7);
    const q = [row, row];
    for (let i = 0; i < 2; i++) q[i]![i]! *= p[i]![0]! + q[1 - i]![0]!;
    p = q;
  `), at);
  trap("a row in two containers", step(dedent`
    const q: number[][] = [], w: number[][] = [];
    for (let i = 0; i < 2; i++) { const row = p[i]!.map((v) => v * 0.7); q.push(row); w.push(row); }
    for (let i = 0; i < 2; i++) q[i]![0]! *= Math.sin(w[i]![1]! * w[1 - i]![0]!);
    p = w;
  `), at);
  trap("the old one kept in a branch", step(dedent`
    const q = p.map((row) => row.map((v) => v * v + 0.1));
    for (let i = 0; i < 2; i++) q[i]![0]! *= p[i]![1]!;
    p = q[0]![0]! > 0.5 ? q : p;
    p[0]![1]! *= 0.9;
  `), at);
  trap("written through the old name when the old is the new", step(dedent`
    const old = p;
    if (t > 0) p = p.map((row) => row.map((v) => v * v));
    for (let j = 0; j < 2; j++) p[0]![j]! *= Math.sin(old[0]![j]! + old[1]![0]!);
  `), at);
  trap("two that change places", f("xs: number[], n: number", dedent`
    let a = xs.map((x) => x), b = xs.map((x) => x * x);
    for (let t = 0; t < n; t++) {
      for (let i = 0; i < 2; i++) a[i]! *= b[1 - i]! + a[1 - i]!;
      const c = a; a = b; b = c;
    }
    return a[0]! * b[1]!;
  `), at);
  trap("numbers that change places", f("xs: number[], n: number", dedent`
    let a = xs[0]!, b = xs[1]!, s = 0;
    for (let t = 0; t < n; t++) { s += a * a * b; const c = a; a = b; b = c; }
    return s;
  `), at);
  trap("three that go round", f("xs: number[], n: number", dedent`
    let a = xs[0]!, b = xs[1]!, c = a * b, s = 0;
    for (let t = 0; t < n; t++) { s += a * a * b * c; const d = a; a = b; b = c; c = d; }
    return s;
  `), at);
  trap("a mapped array that is read while a later one is filled", f("xs: number[], n: number", dedent`
    let s = 0, before = xs;
    for (let t = 0; t < n; t++) {
      const now = before.map((v, i) => v * before[before.length - 1 - i]!);
      s += now[0]! * now[1]!;
      before = now;
    }
    return s + before[0]!;
  `), at);
  trap("a mapped array that is pushed to, and popped", f("xs: number[], n: number", dedent`
    let s = 0;
    for (let t = 0; t < n; t++) {
      const ys = xs.map((v) => v * v + s);
      ys.push(ys[0]! * xs[1]!);
      s += ys.pop()! * ys[1]!;
      ys.push(s);
      s += ys[2]! * ys.length;
    }
    return s;
  `), at);
  trap("a callback that grows the array it goes through", f("xs: number[]", dedent`
    const a = [xs[0]!, xs[1]!];
    const b = a.map((v) => { a.push(v * v); return v * 2; });
    return b.length * b[1]! * a[2]! + a.length;
  `), [{ at: [[1.5, -0.4]] }]);
  trap("a callback that throws or leaves nothing out", f("xs: number[]", dedent`
    const b = xs.map((v) => (v > 0 ? v * v : 0));
    const c = b.filter((v) => v > 0).map((v) => Math.sqrt(v) * b[0]!);
    let s = 0;
    for (const v of c) s += v;
    return s;
  `), [{ at: [[1.5, -0.4, 2]] }, { at: [[]] }, { at: [[-1]] }]);
  trap("an element overwritten after map has written it", f("xs: number[]", dedent`
    const b = xs.map((v) => v * v);
    for (let i = 0; i < b.length; i++) b[i]! *= Math.sin(b[b.length - 1 - i]!);
    return b[0]! + b[1]! * b[2]!;
  `), [{ at: [[1.5, -0.4, 2]] }]);
  trap("empty, and one that holds objects", f("xs: number[]", dedent`
    const b = xs.map((v, i) => ({ v, w: v * i }));
    let s = 0;
    for (const { v, w } of b) s += v * w;
    for (const e of b) e.v *= e.w;
    for (const e of b) s += e.v;
    return s;
  `), [{ at: [[1.5, -0.4, 2]] }, { at: [[]] }]);
});
