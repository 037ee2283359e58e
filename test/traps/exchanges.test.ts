import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Rows and records that change places in an array: put back in reverse, or recorded where that cannot be. */
const points = [{ at: [[0.4, -0.7, 1.2, 0.3, -1.1, 0.8], 1.3] }, { at: [[-0.4, 0.7, 0.2, 1.3, 1.1, 0.1], -0.6] }, { at: [[2, 1, 3, 1.5, 2.5, 0.5], 0.2] }];
const rows = (body: string, after = dedent`
  let s = 0;
  for (let i = 0; i < 3; i++) s += a[i]![0]! * a[i]![1]! * (i + 1);
  return s;
`, make = "const a = [0, 1, 2].map((i) => [x[2 * i]!, x[2 * i + 1]! * k]);"): string => f("x: number[], k: number", `${make}\n${body}\n${after}`);
const eliminate = dedent`
  for (let i = c + 1; i < 3; i++) {
    const l = a[i]![c % 2]! / (a[c]![c % 2]! + 3);
    for (let j = 0; j < 2; j++) a[i]![j]! -= l * a[c]![j]!;
  }
`;

describe("rows that change places", () => {
  trap(
    "by destructuring",
    rows(
      `for (let c = 0; c < 2; c++) {\n  let p = c;\n  for (let i = c + 1; i < 3; i++) if (Math.abs(a[i]![c]!) > Math.abs(a[p]![c]!)) p = i;\n  if (p !== c) [a[c], a[p]] = [a[p]!, a[c]!];\n  ${eliminate}\n}`,
    ),
    points,
  );
  trap(
    "by a variable",
    rows(`for (let c = 0; c < 2; c++) {\n  const p = a[c]![0]! > a[2]![1]! ? c : 2;\n  const t = a[c]!;\n  a[c] = a[p]!;\n  a[p] = t;\n  ${eliminate}\n}`),
    points,
  );
  trap(
    "in copies of the rows of the caller",
    f(
      "m: number[][], k: number",
      `const a = m.map((r) => r.slice());\nfor (let c = 0; c < 2; c++) {\n  let p = c;\n  for (let i = c + 1; i < 3; i++) if (Math.abs(a[i]![c]!) > Math.abs(a[p]![c]!)) p = i;\n  [a[c], a[p]] = [a[p]!, a[c]!];\n  for (let i = c + 1; i < 3; i++) {\n    a[i]![c]! /= a[c]![c]! * k;\n    for (let j = c + 1; j < 3; j++) a[i]![j]! -= a[i]![c]! * a[c]![j]!;\n  }\n}\nreturn a[0]![0]! * a[1]![1]! * a[2]![2]!;`,
    ),
    [
      {
        at: [
          [
            [1, 2, 0.5],
            [2, 0.3, 1],
            [3, -1, 0.2],
          ],
          1.2,
        ],
      },
      {
        at: [
          [
            [3, 2, 0.5],
            [2, 4.3, 1],
            [1, -1, 5],
          ],
          0.7,
        ],
      },
    ],
  );
  trap(
    "the rows of the caller",
    f(
      "m: number[][], k: number",
      `for (let c = 0; c < 2; c++) {\n  [m[c], m[2]] = [m[2]!, m[c]!];\n  for (let i = 0; i < 3; i++) m[i]![c]! *= k * m[c]![1]!;\n}\nreturn m[0]![0]! * m[1]![1]! * m[2]![0]!;`,
    ),
    [
      {
        at: [
          [
            [1, 2],
            [2, 0.3],
            [3, -1],
          ],
          1.2,
        ],
      },
    ],
  );
  trap("in a ring", rows(dedent`
    for (let t = 0; t < 4; t++) {
      const first = a[0]!;
      for (let i = 0; i < 2; i++) a[i] = a[i + 1]!;
      a[2] = first;
      for (let j = 0; j < 2; j++) a[2]![j] = Math.sin(a[0]![j]! * a[1]![j]! + first[j]!);
    }
  `), points);
  trap("one twice, until it is written", rows(dedent`
    for (let t = 0; t < 3; t++) {
      a[t % 2] = a[2]!;
      a[0]![0]! *= a[1]![1]! + k;
      a[2]![1]! += a[0]![0]! * a[1]![0]!;
    }
  `), points);
  trap("sorted by hand", rows(dedent`
    for (let i = 0; i < 3; i++) for (let j = 0; j < 2; j++) {
      if (a[j]![0]! > a[j + 1]![0]!) { const t = a[j]!; a[j] = a[j + 1]!; a[j + 1] = t; }
      a[j]![1]! *= a[j + 1]![0]!;
    }
  `), points);
  trap("until a loop is left", rows(dedent`
    for (let c = 0; c < 5; c++) {
      [a[0], a[1]] = [a[1]!, a[0]!];
      a[0]![0]! *= a[1]![0]! * k;
      if (a[0]![0]! > 1.1) break;
      [a[1], a[2]] = [a[2]!, a[1]!];
      a[1]![1]! += a[2]![0]!;
    }
  `), points);
  trap("between two arrays", rows(dedent`
    const b = [[k, 1], [2, k], [3, 4]];
    for (let c = 0; c < 3; c++) {
      [a[c], b[c]] = [b[c]!, a[c]!];
      for (let j = 0; j < 2; j++) b[c]![j]! *= a[c]![j]! + a[0]![j]!;
      if (c > 0) [a[c - 1], b[c]] = [b[c]!, a[c - 1]!];
    }
  `), points);
  trap("held by a variable meanwhile", rows(dedent`
    let top = a[0]!;
    for (let c = 0; c < 3; c++) {
      [a[0], a[c]] = [a[c]!, a[0]!];
      top[0]! *= a[0]![1]! + k;
      if (a[0]![0]! > top[1]!) top = a[0]!;
    }
  `), points);
  trap("with a new one", rows(dedent`
    for (let c = 0; c < 3; c++) {
      const t = a[c]!;
      a[c] = a[(c + 1) % 3]!;
      a[(c + 1) % 3] = [t[0]! * a[c]![1]!, t[1]! + k];
      t[0]! += a[c]![0]!;
    }
  `), points);
  trap(
    "in an array that grew",
    rows(
      `for (let c = 0; c < 2; c++) {\n  const p = a[c]![0]! > a[2]![1]! ? c : 2;\n  [a[c], a[p]] = [a[p]!, a[c]!];\n  ${eliminate}\n}`,
      undefined,
      dedent`
        const a: number[][] = [];
        for (let i = 0; i < 3; i++) a[i] = [x[2 * i]!, x[2 * i + 1]! * k];
      `,
    ),
    points,
  );
  trap("of arrays in arrays", f("x: number[], k: number", dedent`
    const a = [[[x[0]!, k], [x[1]!, 1]], [[x[2]!, 2], [x[3]!, k]]];
    for (let c = 0; c < 3; c++) {
      [a[0]![c % 2], a[1]![0]] = [a[1]![0]!, a[0]![c % 2]!];
      [a[0], a[1]] = [a[1]!, a[0]!];
      a[0]![0]![0]! *= a[1]![1]![0]! * a[0]![1]![1]!;
    }
    return a[0]![0]![0]! * a[1]![0]![0]! + a[0]![1]![0]!;
  `), points);
  trap("at places that are not there", rows(dedent`
    for (let c = 0; c < 3; c++) {
      a[c + 3] = a[c]!;
      a[c] = a[c + 2]!;
      a[c]![0]! *= a[c + 3]![1]!;
    }
  `), points);
  trap("through a reference from before", rows(dedent`
    for (let c = 0; c < 2; c++) {
      const r = a[c + 1]!;
      [a[c], a[c + 1]] = [a[c + 1]!, a[c]!];
      for (let j = 0; j < 2; j++) {
        const v = a[c]![j]! * k;
        r[j] = Math.sin(v + a[c + 1]![j]!);
        a[2]![j]! += v * v;
      }
    }
  `), points);
  trap("through a reference from before, read again", rows(dedent`
    for (let c = 0; c < 2; c++) {
      const r = a[c]!, q = a[2]!;
      if (r[0]! < q[0]!) [a[c], a[2]] = [q, r];
      const u = a[c]!;
      const v = u[0]! * u[1]!;
      q[0] = v * k;
      r[1] = v - q[0]!;
      a[c]![0]! += v * u[1]!;
    }
  `), points);
  trap(
    "below the place that a search begins with",
    rows(
      `for (let c = 1; c < 3; c++) {\n  let p = c;\n  for (let i = 0; i < c; i++) if (Math.abs(a[i]![0]!) > Math.abs(a[p]![0]!)) p = i;\n  [a[c], a[p]] = [a[p]!, a[c]!];\n  for (let i = 0; i < c; i++) for (let j = 0; j < 2; j++) a[i]![j]! -= a[i]![0]! * a[c]![j]! * k;\n}`,
    ),
    points,
  );
  trap("with the row that came up in a variable", rows(dedent`
    for (let c = 0; c < 2; c++) {
      const p = a[c]![0]! > a[2]![1]! ? c : 2;
      const row = a[p]!;
      a[p] = a[c]!;
      a[c] = row;
      for (let i = c + 1; i < 3; i++) {
        const below = a[i]!, l = below[c]! / (row[c]! + 3);
        below[c] = l;
        for (let j = 0; j < 2; j++) below[j]! -= l * row[j]! * k;
      }
    }
  `), points);
  trap("with a row in a variable that may have come up", rows(dedent`
    for (let c = 0; c < 2; c++) {
      const row = a[2]!;
      if (row[0]! > a[c]![0]!) {
        a[2] = a[c]!;
        a[c] = row;
      }
      for (let i = 0; i < 3; i++) for (let j = 0; j < 2; j++) a[i]![j]! -= row[j]! * row[0]! * k;
    }
  `), points);
  trap("with a row in a variable from an earlier trip", rows(dedent`
    let row = a[0]!;
    for (let c = 0; c < 3; c++) {
      for (let j = 0; j < 2; j++) a[c]![j]! *= row[j]! + row[0]! * k;
      row = a[2]!;
      a[2] = a[c]!;
      a[c] = row;
    }
  `), points);
  trap(
    "twice in a trip",
    rows(
      `for (let c = 0; c < 2; c++) {\n  [a[c], a[c + 1]] = [a[c + 1]!, a[c]!];\n  ${eliminate}\n  [a[c], a[2]] = [a[2]!, a[c]!];\n  a[c]![0]! *= a[2]![1]!;\n}`,
    ),
    points,
  );
});

describe("records that change places", () => {
  const bodies = (body: string): string =>
    f(
      "x: number[], k: number",
      `const b = [0, 1, 2].map((i) => ({ p: x[2 * i]!, v: x[2 * i + 1]! * k }));\n${body}\nlet s = 0;\nfor (let i = 0; i < 3; i++) s += b[i]!.p * b[i]!.v * (i + 1);\nreturn s;`,
    );
  trap("two of them", bodies(dedent`
    for (let c = 0; c < 4; c++) {
      const i = c % 3, j = (c + 1) % 3;
      [b[i], b[j]] = [b[j]!, b[i]!];
      b[i]!.p += b[j]!.v * b[i]!.p;
      b[j]!.v *= b[i]!.p;
    }
  `), points);
  trap("where one is greater", bodies(dedent`
    for (let c = 0; c < 2; c++) for (let i = 0; i < 2; i++) {
      if (b[i]!.p > b[i + 1]!.p) { const t = b[i]!; b[i] = b[i + 1]!; b[i + 1] = t; }
      b[i]!.v *= b[i + 1]!.p;
    }
  `), points);
  trap("with numbers beside", bodies(dedent`
    const order = [0, 1, 2];
    for (let c = 0; c < 3; c++) {
      const i = order[c]!;
      [b[i], b[0]] = [b[0]!, b[i]!];
      [order[0], order[2]] = [order[2]!, order[0]!];
      b[order[0]!]!.p *= b[order[1]!]!.v;
    }
  `), points);
});

test("which row was where is not recorded for each element", () => {
  const { code } = compile(
    rows(`for (let c = 0; c < 2; c++) {\n  const p = a[c]![0]! > a[2]![1]! ? c : 2;\n  if (p !== c) [a[c], a[p]] = [a[p]!, a[c]!];\n  ${eliminate}\n}`),
  );
  expect(code).not.toMatch(/push\(da\[i\]/);
});

/** The largest below, without a tape of a number for each element: what a search finds is not above where it begins. */
test("elimination with a search for the pivot needs no element again", () => {
  const search = dedent`
    for (let c = 0; c < n; c++) {
      let p = c;
      for (let i = c + 1; i < n; i++) if (Math.abs(AT(i, c)) > Math.abs(AT(p, c))) p = i;
      SWAP
      for (let i = c + 1; i < n; i++) {
        AT(i, c) /= AT(c, c);
        for (let j = c + 1; j < n; j++) AT(i, j) -= AT(i, c) * AT(c, j);
      }
    }
  `;
  const written = (at: string, swap: string): string => search.replace(/AT\((\w), (\w)\)/g, at).replace("SWAP", swap);
  const nested = compile(
    f(
      "m: number[][], n: number",
      `const a = m.map((r) => r.slice());\n${written("a[$1]![$2]!", "[a[c], a[p]] = [a[p]!, a[c]!];")}\nlet s = 0;\nfor (let i = 0; i < n; i++) s += Math.log(Math.abs(a[i]![i]!));\nreturn s;`,
    ),
  ).code;
  const flat = compile(
    f(
      "m: Float64Array, n: number",
      `const a = m.slice();\n${written("a[$1 * n + $2]!", "for (let j = 0; j < n; j++) { const t = a[c * n + j]!; a[c * n + j] = a[p * n + j]!; a[p * n + j] = t; }")}\nlet s = 0;\nfor (let i = 0; i < n; i++) s += Math.log(Math.abs(a[i * n + i]!));\nreturn s;`,
    ),
  ).code;
  expect(nested).not.toMatch(/entries|push\(/);
  expect(flat).not.toMatch(/\* row\)/);
});
