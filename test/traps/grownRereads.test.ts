import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

/** Elements of arrays that grow elsewhere: read again where no push or pop reaches their array any more, recorded otherwise. */
const points = [{ at: [[0.4, -0.7, 1.2, 0.3], 1.3] }, { at: [[0.9, 0.7], -0.6] }, { at: [[0.2], 0.5] }, { at: [[], 0.5] }];
const grown = (body: string, after = "return s;"): string => f("x: number[], k: number", `let s = 0;\n${body}\n${after}`);

describe("arrays that grow", () => {
  trap("the row before, never changed again", grown("let prev = [k, 1, k * 2];\nfor (const v of x) {\n  const cur = [v];\n  for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]! + cur[j - 1]! * v);\n  prev = cur;\n  s += cur[2]!;\n}"), points);
  trap("the row before, which grows on", grown("let prev = [k, 1, k * 2];\nfor (const v of x) {\n  const cur = v > 0.3 ? [v, k, 1] : prev;\n  for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]! * v);\n  prev = cur;\n  s += cur[3]!;\n}"), points);
  trap("the row before, which loses its end", grown("let prev = [k, 1, k * 2];\nfor (const v of x) {\n  const cur = [v, k];\n  for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]! * v);\n  const last = prev.pop()!;\n  cur.pop();\n  cur.push(last * cur[1]!);\n  prev.push(k);\n  s += cur[2]! * prev[2]!;\n  prev = cur;\n}"), points);
  trap("two rows in turn", grown("let a = [k, 1], b = [2, k];\nfor (const v of x) {\n  a.push(b[0]! * b[b.length - 1]! * v);\n  s += a[a.length - 1]! * a[1]!;\n  const h = a; a = b; b = h;\n}"), points);
  trap("rows of a table, a later one into an earlier", grown("const rows: number[][] = [[k, 1]];\nfor (let t = 0; t < x.length; t++) {\n  const row = [x[t]!];\n  row.push(rows[t]![0]! * rows[t]![1]! * k);\n  rows.push(row);\n  rows[t]!.push(row[1]! * x[t]!);\n  s += rows[t]![2]! * row[0]!;\n}"), points);
  trap("rows of a table, one after the other", grown("const rows: number[][] = [[k, 1]];\nfor (let t = 0; t < x.length; t++) {\n  const row: number[] = [];\n  for (let j = 0; j < 2; j++) row.push(rows[t]![j]! * rows[t]![1 - j]! * x[t]!);\n  rows.push(row);\n}\nfor (const row of rows) s += row[0]! * row[1]!;"), points);
  trap("a stack", grown("const stack = [k];\nfor (const v of x) {\n  const top = stack[stack.length - 1]!;\n  if (v > 0.3) stack.push(top * v); else if (stack.length > 1) s += stack.pop()! * top;\n  s += stack[0]! * stack[stack.length - 1]!;\n}"), points);
  trap("past its end, where it grows to later", grown("const a = [k];\nfor (const v of x) {\n  const e = a[1] ?? 0.5;\n  s += e * v * a[0]!;\n  a.push(v * k);\n}"), points);
});

test("what a row before this one held is not recorded", () => {
  const { code } = compile(grown("let prev = [k, 1, k * 2];\nfor (const v of x) {\n  const cur = [v];\n  for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]!);\n  prev = cur;\n  s += cur[2]!;\n}"));
  expect(code).not.toContain("Float64Array");
  expect(code).not.toContain("tape");
});
