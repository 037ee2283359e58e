import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** What every trip of a loop finds the same has one entry on a tape for all of them; what only seems so has one for each. */
const points = [{ at: [[0.4, -0.7, 1.2, 0.3, -1.1, 0.8], 1.3] }, { at: [[2, 1, 3, 1.5, 2.5, 0.5], 0.2] }];
const over = (body: string, n = 3): string =>
  f(
    "x: number[], k: number",
    `const a = x.slice();\nlet s = 0;\nfor (let t = 0; t < ${n}; t++) {\n  ${body}\n}\nfor (let i = 0; i < a.length; i++) s += a[i]! * a[i]! * (i + 1);\nreturn s;`,
  );

describe("what is the same in every trip of a loop", () => {
  trap("computed from the loop outside", over("for (let i = 0; i < 3; i++) a[i]! *= Math.cos(t * k) + a[i + 1]! * Math.sin(t);"), points);
  trap("read from what the inner loop does not write", over(dedent`
    for (let i = 1; i < 6; i++) a[i]! *= a[0]! * k;
      a[0]! *= Math.sin(a[5]!);
  `), points);
  trap("read from what the inner loop writes once", over("for (let i = 0; i < 6; i++) a[i]! *= a[0]! * k;"), points);
  trap("read from what the inner loop writes last", over("for (let i = 0; i < 6; i++) a[i]! *= a[5]! * k;"), points);
  trap("in the middle of three loops", over(dedent`
    for (let i = 3; i < 6; i++) for (let j = 0; j < 3; j++) a[i]! -= a[j]! * a[t]! * k;
      for (let j = 0; j < 3; j++) a[j]! *= a[j + 3]!;
  `), points);
  trap("in the middle of three loops, but for one", over(dedent`
    for (let i = 2; i < 6; i++) for (let j = 0; j < 3; j++) a[i]! -= a[j]! * a[t]! * k;
      for (let j = 0; j < 3; j++) a[j]! *= a[j + 3]!;
  `), points);
  trap("by the inner loop, counting down", over(dedent`
    for (let i = 5; i > 2; i--) for (let j = 2; j >= 0; j--) a[i]! -= a[j]! * a[t]! * k;
      for (let j = 0; j < 3; j++) a[j]! *= a[j + 3]!;
  `), points);
  trap("by an inner loop that begins elsewhere each time", over(dedent`
    for (let i = 3; i < 6; i++) for (let j = i - 3; j < 3; j++) a[i]! -= a[j]! * a[t]! * k;
      for (let j = 0; j < 3; j++) a[j]! *= a[j + 3]!;
  `), points);
  trap("on some trips only", over(dedent`
    for (let i = 1; i < 6; i++) { if (a[i]! > 0.5) a[i]! *= a[0]! * a[0]! * k; }
      a[0]! *= Math.sin(a[5]!);
  `), points);
  trap("a place that each trip looks up", over(dedent`
    const at = [5, 4, 3];
      for (let i = 0; i < 3; i++) { a[i]! *= a[at[t]!]! * k; at[t] = 3 + i; }
      a[3 + t]! *= a[0]!;
  `), points);
  trap("a row that is another in each trip", f("x: number[], k: number", dedent`
    let row = x.slice(), other = row.map((v) => v * k);
    let s = 0;
    for (let t = 0; t < 3; t++) {
      for (let i = 0; i < 4; i++) {
        other[i]! *= row[t]!;
        const u = row;
        row = other;
        other = u;
      }
      row[t]! *= k;
    }
    for (let i = 0; i < 6; i++) s += row[i]! * other[i]!;
    return s;
  `), points);
  trap(
    "no trips at all",
    f(
      "x: number[], k: number, n: number",
      dedent`
        const a = x.slice();
        for (let t = 0; t < n; t++) {
          for (let i = 1; i < n; i++) a[i]! *= a[0]! * k;
          a[0]! *= Math.sin(a[1]!);
        }
        return a[0]! * a[1]! * a[2]!;
      `,
    ),
    [
      ...points.map(({ at }) => ({ at: [...at, 0] })),
      ...points.map(({ at }) => ({ at: [...at, NaN] })),
      ...points.map(({ at }) => ({ at: [...at, 2.5] })),
      ...points.map(({ at }) => ({ at: [...at, -2] })),
    ],
  );
});

test("a cosine of the outer loop is not recorded for each trip of the inner one", () => {
  const { code } = compile(f("x: number[], k: number, n: number", dedent`
    const a = x.slice();
    for (let t = 0; t < n; t++) for (let i = 0; i < a.length; i++) a[i] = k * Math.cos(t * k) + a[i]! * 0.5;
    return a[0]! * a[1]!;
  `));
  expect(code).not.toMatch(/entries/);
});
