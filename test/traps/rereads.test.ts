/** What is written in loops: read again where nothing overwrites it, recorded where something does. Every case against dual numbers. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

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
const prefix = f("xs: number[], k: number", "const y = xs.slice();\nfor (let i = 1; i < y.length; i++) y[i]! += k * y[i - 1]!;\nreturn y[y.length - 1]! * y[0]!;");
const matrix = [[4, 1, 2], [1, 5, 3], [2, 0.5, 6]];

describe("elements that nothing overwrites", () => {
  recordsNothing("a prefix sum", prefix);
  recordsNothing("factors in place", lu);
  recordsNothing("factors in one array", flat);
  trap("a prefix sum", prefix, [{ at: [[1, 2, 3], 0.5], value: 4.25, dxs: [4.5, 0.5, 1], dk: 3 }]);
  trap("factors in place", lu, [{ at: [matrix] }]);
  trap("factors in one array", flat, [{ at: [matrix.flat(), 3] }]);
  trap("what is written is read again from there", f("xs: number[]", "const w = new Array<number>(xs.length);\nlet s = 0;\nfor (let i = 0; i < xs.length; i++) {\n  w[i] = Math.exp(xs[i]!);\n  s += w[i]! * w[i]!;\n}\nreturn s * w[0]!;"), [{ at: [[0.1, 0.2, -0.3]] }]);
});

describe("elements that something overwrites", () => {
  const y = "const y = xs.slice();\n";
  const end = "\nreturn y[0]! * y[1]! * y[2]! + y[3]!;";
  const at = [{ at: [[1.5, 2, -0.5, 0.75]] }];
  trap("downwards, what a later trip writes", f("xs: number[]", `${y}for (let i = 3; i >= 1; i--) y[i]! *= Math.sin(y[i - 1]!);${end}`), at);
  trap("upwards, the element behind", f("xs: number[]", `${y}for (let i = 0; i < 3; i++) y[i]! *= Math.sin(y[i + 1]!);${end}`), at);
  trap("from the other end", f("xs: number[]", `${y}for (let i = 0; i < 4; i++) y[i] = Math.sin(y[3 - i]! * y[i]!);${end}`), at);
  trap("a loop that runs twice", f("xs: number[]", `${y}for (let t = 0; t < 2; t++) for (let i = 1; i < 4; i++) y[i]! *= Math.sin(y[i - 1]!);${end}`), at);
  trap("a second loop writes", f("xs: number[]", `${y}let s = 0;\nfor (let i = 0; i < 4; i++) s += y[i]! ** 2;\nfor (let i = 0; i < 4; i++) y[i]! *= s;${end}`), at);
  trap("rows that are one array", f("xs: number[]", `${y}const m = [y, y];\nfor (let i = 1; i < 2; i++) for (let j = 0; j < 4; j++) m[i]![j]! *= Math.sin(m[i - 1]![j]! + 1);${end}`), at);
  trap("rows that change places", f("xs: number[]", `${y}const m = [y, [1, 2, 3, 4]];\nfor (let i = 0; i < 3; i++) {\n  m[1]![i] = Math.sin(m[0]![i]! * m[1]![i]!);\n  [m[0], m[1]] = [m[1]!, m[0]!];\n}\nreturn m[0]![0]! * m[1]![1]! + m[0]![2]! * m[1]![2]!;`), at);
  trap("another name for the array", f("xs: number[], c: number", `${y}const z = c > 0 ? y : [1, 2, 3, 4];\nfor (let i = 1; i < 4; i++) y[i]! *= Math.sin(z[3 - i]!);${end}`), [{ at: [[1.5, 2, -0.5, 0.75], 1] }, { at: [[1.5, 2, -0.5, 0.75], -1] }]);
  trap("a matrix in one array whose columns run past the row", f("xs: number[]", `${y}for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) if (i + j < 4) y[i + j]! *= Math.sin(y[i]! + j);${end}`), at);
  trap("a stack", f("xs: number[]", "const s: number[] = [];\nlet p = 1;\nfor (const x of xs) {\n  s.push(x * x);\n  if (s.length > 2) p *= s.pop()! + s[0]!;\n}\nreturn p * s[1]!;"), at);
});
