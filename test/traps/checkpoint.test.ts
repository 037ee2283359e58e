import { describe, expect, test } from "vitest";
import { compile, evaluate } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

const tag = "/** @checkpoint */\n";

describe("loops behind @checkpoint", () => {
  trap(
    "counted",
    f(
      "x: number, n: number",
      `let s = x;\nlet c = 0.5;\n${tag}for (let i = 0; i < n; i++) {\n  s = Math.sin(s) + c * i * 0.1;\n  c = c * s;\n}\nreturn s * c;`,
    ),
    [{ at: [0.7, 0], value: 0.35, dx: 0.5 }, { at: [0.7, 1] }, { at: [0.7, 2] }, { at: [0.7, 10] }, { at: [0.7, 2.5] }, { at: [0.7, -1] }],
  );
  trap(
    "from a start that is no whole number",
    f("x: number, a: number, n: number", `let s = x;\n${tag}for (let i = a; i < n; i++) s = Math.sin(s) * i;\nreturn s;`),
    [{ at: [0.7, 0.5, 6] }],
  );
  trap(
    "the counter is read behind the loop",
    f("x: number, n: number", `let s = x;\nlet i = 0;\n${tag}for (; i < n; i++) s = Math.sin(s) + x;\nreturn s * i;`),
    [{ at: [0.7, 7] }],
  );
  trap(
    "the counter is changed in the loop",
    f("x: number, n: number", `let s = x;\n${tag}for (let i = 0; i < n; i++) {\n  s = Math.sin(s) + x;\n  if (i % 3 === 1) i++;\n}\nreturn s;`),
    [{ at: [0.7, 11] }],
  );
  trap(
    "the limit is changed in the loop",
    f("x: number, n: number", `let s = x;\n${tag}for (let i = 0; i < n; i++) {\n  s = Math.sin(s) + x;\n  if (i % 3 === 1) n--;\n}\nreturn s;`),
    [{ at: [0.7, 11] }],
  );
  trap(
    "the limit is changed by a closure",
    f(
      "x: number, n: number",
      `let s = x;\nconst less = () => { n--; };\n${tag}for (let i = 0; i < n; i++) {\n  s = Math.sin(s) + x;\n  if (i % 3 === 1) less();\n}\nreturn s;`,
    ),
    [{ at: [0.7, 11] }],
  );
  trap(
    "break and continue",
    f(
      "x: number, n: number",
      `let s = x;\nlet k = 0;\n${tag}while (s < 100) {\n  if (k > n) break;\n  if (k % 3 === 1) { k++; continue; }\n  s = s * 1.1 + Math.sin(s);\n  if (s > 90) break;\n  k++;\n}\nreturn s;`,
    ),
    [{ at: [0.7, 5] }, { at: [0.7, 100] }, { at: [200, 3], dx: 1 }, { at: [89, 3] }],
  );
  trap("do while", f("x: number, n: number", `let s = x;\nlet i = 0;\n${tag}do {\n  s = Math.sin(s) * (1 + x);\n  i++;\n} while (i < n);\nreturn s;`), [
    { at: [0.7, 0] },
    { at: [0.7, 1] },
    { at: [0.7, 8] },
  ]);
  trap(
    "do while with continue to the condition",
    f(
      "x: number, n: number",
      `let s = x;\nlet i = 0;\n${tag}do {\n  i++;\n  if (i % 2 === 0) continue;\n  s = Math.sin(s) * (1 + x);\n} while (i < n);\nreturn s;`,
    ),
    [{ at: [0.7, 8] }],
  );
  trap("for of", f("x: number, xs: number[]", `let s = x;\n${tag}for (const v of xs) s = Math.sin(s) + v * s;\nreturn s;`), [
    { at: [0.7, [1, 2, 3, 4, 5]] },
    { at: [0.7, []] },
  ]);
  trap("an active condition", f("x: number", `let s = x;\n${tag}for (; s > 0.01; s = s * s * x) {}\nreturn s;`), [{ at: [0.8] }, { at: [0.001], dx: 1 }]);
  trap(
    "loops inside",
    f("x: number, n: number", `let s = x;\n${tag}for (let i = 0; i < n; i++) {\n  for (let j = 0; j <= i; j++) s = Math.sin(s) + j * x;\n}\nreturn s;`),
    [{ at: [0.7, 6] }],
  );
  trap(
    "one inside the other, both marked",
    f(
      "x: number, n: number",
      `let s = x;\n${tag}for (let i = 0; i < n; i++) {\n  ${tag}  for (let j = 0; j <= i; j++) s = Math.sin(s) + j * x;\n  s += i;\n}\nreturn s;`,
    ),
    [{ at: [0.7, 6] }],
  );
  trap(
    "inside another loop",
    f(
      "x: number, n: number",
      `let s = x;\nfor (let e = 0; e < 3; e++) {\n  ${tag}  for (let i = 0; i < n; i++) s = Math.sin(s) + e * x;\n  s *= x;\n}\nreturn s;`,
    ),
    [{ at: [0.7, 6] }],
  );
  trap(
    "a labelled loop, left from a loop inside",
    f(
      "x: number, n: number",
      `let s = x;\n${tag}outer: for (let i = 0; i < n; i++) {\n  for (let j = 0; j < 4; j++) {\n    s = Math.sin(s) + j * x;\n    if (s > 2.5) break outer;\n    if (j > i) continue outer;\n  }\n}\nreturn s;`,
    ),
    [{ at: [0.7, 9] }, { at: [0.1, 9] }],
  );
  trap(
    "a return from it",
    f("x: number, n: number", `let s = x;\n${tag}for (let i = 0; i < n; i++) {\n  s = Math.sin(s);\n  if (s < 0.1) return s * s;\n}\nreturn s;`),
    [],
    { status: "refused", message: /RG3109.*leaves more than the loop/ },
  );
});

describe("the memory of loops behind @checkpoint", () => {
  trap(
    "an array of the caller, written in place",
    f(
      "u: Float64Array, k: number, n: number",
      `const v = new Float64Array(u.length);\n${tag}for (let t = 0; t < n; t++) {\n  for (let i = 1; i < u.length - 1; i++) v[i] = u[i]! + k * (u[i - 1]! - 2 * u[i]! * u[i]! + u[i + 1]!);\n  for (let i = 1; i < u.length - 1; i++) u[i] = Math.sin(v[i]!);\n}\nlet s = 0;\nfor (const x of u) s += x * x;\nreturn s;`,
    ),
    [{ at: [new Float64Array([1, 0.5, -0.3, 2]), 0.2, 7] }, { at: [new Float64Array([1, 0.5, -0.3, 2]), 0.2, 0] }],
  );
  trap(
    "two buffers that change places",
    f(
      "u: number[], n: number",
      `let a = u.slice();\nlet b = new Array<number>(u.length).fill(0);\n${tag}for (let t = 0; t < n; t++) {\n  for (let i = 0; i < u.length; i++) b[i] = Math.sin(a[i]! + a[(i + 1) % u.length]! * u[0]!);\n  [a, b] = [b, a];\n}\nreturn a[0]! * a[1]! + b[0]!;`,
    ),
    [{ at: [[0.4, 0.7, -0.2], 6] }, { at: [[0.4, 0.7, -0.2], 1] }],
  );
  trap(
    "an object",
    f(
      "x: number, n: number",
      `const p = { x, v: 0.1 };\n${tag}for (let t = 0; t < n; t++) {\n  p.v -= Math.sin(p.x) * 0.1;\n  p.x += p.v * x;\n}\nreturn p.x * p.v;`,
    ),
    [{ at: [0.9, 8] }],
  );
  trap(
    "objects in an array of the caller",
    f(
      "ps: { x: number; v: number }[], n: number",
      `${tag}for (let t = 0; t < n; t++) {\n  for (const p of ps) {\n    p.v -= Math.sin(p.x) * 0.1;\n    p.x += p.v * ps[0]!.x;\n  }\n}\nreturn ps[0]!.x * ps[1]!.v;`,
    ),
    [
      {
        at: [
          [
            { x: 0.9, v: 0.1 },
            { x: -0.3, v: 1 },
          ],
          8,
        ],
      },
    ],
  );
  trap(
    "rows of a matrix",
    f(
      "m: number[][], n: number",
      `${tag}for (let t = 0; t < n; t++) {\n  for (let i = 0; i < m.length; i++) for (let j = 0; j < m.length; j++) m[i]![j]! = Math.sin(m[i]![j]! + m[j]![i]! * 0.5);\n}\nreturn m[0]![1]! * m[1]![1]!;`,
    ),
    [
      {
        at: [
          [
            [0.1, 0.2],
            [0.3, 0.4],
          ],
          7,
        ],
      },
    ],
  );
  trap(
    "another name for the array",
    f(
      "u: number[], n: number",
      `const w = u;\n${tag}for (let t = 0; t < n; t++) {\n  u[t % 2] = Math.sin(w[0]! * w[1]!);\n  w[1]! += 0.1 * u[0]!;\n}\nreturn u[0]! * w[1]!;`,
    ),
    [{ at: [[0.4, 0.7], 7] }],
  );
  trap(
    "read before, in and behind the loop",
    f(
      "u: number[], n: number",
      `const a = u[0]! * u[1]!;\n${tag}for (let t = 0; t < n; t++) u[0]! = Math.sin(u[0]! * u[1]!) + a;\nu[1] = u[0]! * u[0]!;\nreturn u[1]! * a;`,
    ),
    [{ at: [[0.4, 0.7], 7] }],
  );
  trap(
    "in each trip of another loop",
    f(
      "u: number[], n: number",
      `let s = 0;\nfor (let e = 0; e < 3; e++) {\n  ${tag}  for (let t = 0; t < n; t++) u[0]! = Math.sin(u[0]! * u[1]!) + 0.2;\n  u[1]! *= u[0]!;\n  s += u[0]! * u[1]!;\n}\nreturn s;`,
    ),
    [{ at: [[0.4, 0.7], 5] }],
  );
  trap(
    "a number written on the way and read at the end",
    f(
      "x: number, n: number",
      `const last = new Array<number>(n).fill(0);\nlet s = x;\n${tag}for (let t = 0; t < n; t++) {\n  s = Math.sin(s) * 1.2;\n  last[t] = s * s;\n}\nreturn last[n - 1]! * last[0]! * s;`,
    ),
    [{ at: [0.4, 9] }],
  );
  trap(
    "arrays that a trip makes for itself",
    f(
      "x: number, n: number",
      `let s = x;\n${tag}for (let t = 0; t < n; t++) {\n  const w = [s, Math.sin(s), x];\n  w[1]! *= w[0]!;\n  s = w[1]! + w[2]! * 0.5;\n}\nreturn s;`,
    ),
    [{ at: [0.4, 9] }],
  );
  trap(
    "an array that is written behind the loop",
    f(
      "u: number[], n: number",
      `let s = u[1]!;\n${tag}for (let t = 0; t < n; t++) s = Math.sin(s * u[0]!) + u[1]!;\nu[0] = s;\nu[1]! *= 2;\nreturn u[0]! * u[1]!;`,
    ),
    [{ at: [[0.4, 0.7], 6] }],
  );
  trap(
    "an array that is filled before the loop",
    f(
      "x: number, n: number",
      `const w: number[] = [];\nfor (let t = 0; t < n; t++) w.push(x * t);\nlet s = x;\n${tag}for (let t = 0; t < n; t++) s = Math.sin(s * w[t]!) + x;\nreturn s;`,
    ),
    [{ at: [0.4, 6] }],
  );
  trap(
    "in a function that calls itself",
    f(
      "u: number[], k: number",
      `return g(u, k);`,
      `function g(u: number[], k: number): number {\n  if (k <= 0) return u[0]!;\n  let s = u[0]!;\n  ${tag}  for (let t = 0; t < k; t++) s = Math.sin(s * u[1]!) + u[0]!;\n  u[0]! += s;\n  return g(u, k - 1) * s;\n}`,
    ),
    [{ at: [[0.4, 0.7], 4] }],
  );
  trap(
    "an array that grows",
    f(
      "x: number, n: number",
      `const path: number[] = [];\nlet s = x;\n${tag}for (let t = 0; t < n; t++) {\n  s = Math.sin(s);\n  path.push(s);\n}\nreturn path[n - 1]! * s;`,
    ),
    [],
    { status: "refused", message: /RG3111.*changes the length/ },
  );
  trap(
    "arrays that replace each other",
    f("x: number, n: number", `let v = [x, x];\n${tag}for (let t = 0; t < n; t++) v = [Math.sin(v[1]!), v[0]! * x];\nreturn v[0]!;`),
    [{ at: [0.4, 0] }, { at: [0.4, 9] }],
  );
  trap(
    "arrays that replace each other, of the caller at first",
    f(
      "y0: readonly number[], h: number, n: number",
      `let y: readonly number[] = y0;\n${tag}for (let t = 0; t < n; t++) {\n  const k = y.map((v, i) => Math.sin(v) - y[(i + 1) % y.length]!);\n  y = y.map((v, i) => v + h * k[i]!);\n}\nreturn y[0]! * y[1]! * y0[0]!;`,
    ),
    [{ at: [Object.freeze([0.4, 0.7, -0.2]), 0.1, 7] }, { at: [Object.freeze([0.4, 0.7, -0.2]), 0.1, 0] }],
  );
  trap(
    "objects that replace each other",
    f(
      "x: number, n: number",
      `let p = { x, v: 0.1 };\n${tag}for (let t = 0; t < n; t++) p = { x: p.x + 0.1 * p.v, v: p.v - 0.1 * Math.sin(p.x) };\nreturn p.x * p.v;`,
    ),
    [{ at: [0.4, 9] }],
  );
  trap(
    "only now and then replaced",
    f(
      "u: number[], n: number",
      `let y = u;\n${tag}for (let t = 0; t < n; t++) {\n  if (t % 3 === 1) y = y.map((v) => Math.sin(v) + u[0]!);\n  if (t % 4 === 2) y = u;\n}\nreturn y[0]! * y[1]! * u[1]!;`,
    ),
    [{ at: [[0.4, 0.7], 12] }, { at: [[0.4, 0.7], 8] }, { at: [[0.4, 0.7], 3] }],
  );
  trap(
    "replaced and written",
    f(
      "u: number[], n: number",
      `let y = u;\n${tag}for (let t = 0; t < n; t++) {\n  y[0]! *= Math.sin(y[1]! + 1);\n  if (t % 3 === 1) y = y.map((v) => Math.sin(v) + u[0]!);\n  y[1]! += y[0]!;\n}\nreturn y[0]! * y[1]! * u[1]!;`,
    ),
    [{ at: [[0.4, 0.7], 12] }, { at: [[0.4, 0.7], 1] }],
  );
  trap(
    "the last two of a row",
    f(
      "x: number, n: number",
      `let before = [x, 0.2];\nlet now = [0.3, x];\n${tag}for (let t = 0; t < n; t++) {\n  const next = now.map((v, i) => 2 * v - before[i]! - 0.1 * Math.sin(v));\n  before = now;\n  now = next;\n}\nreturn now[0]! * before[1]! + now[1]!;`,
    ),
    [{ at: [0.4, 9] }, { at: [0.4, 1] }, { at: [0.4, 2] }],
  );
  trap(
    "one array under two names",
    f(
      "x: number, n: number",
      `let a = [x, 0.2];\nlet b = a;\n${tag}for (let t = 0; t < n; t++) {\n  if (t % 4 === 3) b = [a[1]!, Math.sin(b[0]!)];\n  a = a.map((v, i) => Math.sin(v) + b[i]!);\n  if (t % 2 === 0) b = a;\n}\nreturn a[0]! * b[1]!;`,
    ),
    [{ at: [0.4, 11] }, { at: [0.4, 4] }, { at: [0.4, 5] }],
  );
  trap(
    "matrices that replace each other",
    f("m: number[][], n: number", `let a = m;\n${tag}for (let t = 0; t < n; t++) a = a.map((row) => row.map((v) => Math.sin(v)));\nreturn a[0]![1]!;`),
    [],
    { status: "refused", message: /RG3111.*arrays of arrays/ },
  );
  trap(
    "rows that change places",
    f("m: number[][], n: number", `${tag}for (let t = 0; t < n; t++) {\n  m[0]![0]! *= m[1]![0]!;\n  [m[0], m[1]] = [m[1]!, m[0]!];\n}\nreturn m[0]![0]!;`),
    [],
    { status: "refused", message: /RG3111.*moves arrays/ },
  );
  trap(
    "a call of a function that calls itself",
    f(
      "x: number, n: number",
      `let s = x;\n${tag}for (let t = 0; t < n; t++) s = g(s, 3);\nreturn s;`,
      "function g(x: number, k: number): number { return k <= 0 ? x : Math.sin(g(x, k - 1)); }",
    ),
    [],
    { status: "refused", message: /RG3111.*calls a function/ },
  );
  trap("an effect", f("x: number, n: number", `let s = x;\n${tag}for (let t = 0; t < n; t++) s *= Math.random();\nreturn s;`), [], {
    status: "refused",
    message: /RG3111.*must happen once/,
  });
});

test("of n states about √(2n) are kept, and of a piece no more", () => {
  const { code } = compile(f("x: number, n: number", `let s = x;\n${tag}for (let i = 0; i < n; i++) s = Math.sin(s) + x;\nreturn s;`));
  expect(code).toContain(".push(");
  const counted = code.replace(/(\w+)\.push\((.*)\);/g, "$1.push($2); longest.at = Math.max(longest.at, $1.length);");
  const run = evaluate(`const longest = { at: 0 };\n${counted}\nexport function peak(x: number, n: number): number { grad_f(x, n); return longest.at; }\n`)[
    "peak"
  ]!;
  for (const n of [10, 1_000, 100_000]) {
    const peak = run(0.5, n) as number;
    expect(peak).toBeGreaterThan(1);
    expect(peak).toBeLessThanOrEqual(Math.ceil(Math.sqrt(2 * n)) + 1);
  }
});
