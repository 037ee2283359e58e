import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

/** Elements of arrays that grow elsewhere: read again where no push or pop reaches their array any more, recorded otherwise. */
const points = [{ at: [[0.4, -0.7, 1.2, 0.3], 1.3] }, { at: [[0.9, 0.7], -0.6] }, { at: [[0.2], 0.5] }, { at: [[], 0.5] }];
const grown = (body: string, after = "return s;"): string => f("x: number[], k: number", `let s = 0;\n${body}\n${after}`);

describe("arrays that grow", () => {
  trap("the row before, never changed again", grown(dedent`
    let prev = [k, 1, k * 2];
    for (const v of x) {
      const cur = [v];
      for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]! + cur[j - 1]! * v);
      prev = cur;
      s += cur[2]!;
    }
  `), points);
  trap("the row before, which grows on", grown(dedent`
    let prev = [k, 1, k * 2];
    for (const v of x) {
      const cur = v > 0.3 ? [v, k, 1] : prev;
      for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]! * v);
      prev = cur;
      s += cur[3]!;
    }
  `), points);
  trap("the row before, which loses its end", grown(dedent`
    let prev = [k, 1, k * 2];
    for (const v of x) {
      const cur = [v, k];
      for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]! * v);
      const last = prev.pop()!;
      cur.pop();
      cur.push(last * cur[1]!);
      prev.push(k);
      s += cur[2]! * prev[2]!;
      prev = cur;
    }
  `), points);
  trap("two rows in turn", grown(dedent`
    let a = [k, 1], b = [2, k];
    for (const v of x) {
      a.push(b[0]! * b[b.length - 1]! * v);
      s += a[a.length - 1]! * a[1]!;
      const h = a; a = b; b = h;
    }
  `), points);
  trap("rows of a table, a later one into an earlier", grown(dedent`
    const rows: number[][] = [[k, 1]];
    for (let t = 0; t < x.length; t++) {
      const row = [x[t]!];
      row.push(rows[t]![0]! * rows[t]![1]! * k);
      rows.push(row);
      rows[t]!.push(row[1]! * x[t]!);
      s += rows[t]![2]! * row[0]!;
    }
  `), points);
  trap("rows of a table, one after the other", grown(dedent`
    const rows: number[][] = [[k, 1]];
    for (let t = 0; t < x.length; t++) {
      const row: number[] = [];
      for (let j = 0; j < 2; j++) row.push(rows[t]![j]! * rows[t]![1 - j]! * x[t]!);
      rows.push(row);
    }
    for (const row of rows) s += row[0]! * row[1]!;
  `), points);
  trap("a stack", grown(dedent`
    const stack = [k];
    for (const v of x) {
      const top = stack[stack.length - 1]!;
      if (v > 0.3) stack.push(top * v); else if (stack.length > 1) s += stack.pop()! * top;
      s += stack[0]! * stack[stack.length - 1]!;
    }
  `), points);
  trap("past its end, where it grows to later", grown(dedent`
    const a = [k];
    for (const v of x) {
      const e = a[1] ?? 0.5;
      s += e * v * a[0]!;
      a.push(v * k);
    }
  `), points);
});

test("what a row before this one held is not recorded", () => {
  const { code } = compile(grown(dedent`
    let prev = [k, 1, k * 2];
    for (const v of x) {
      const cur = [v];
      for (let j = 1; j < 3; j++) cur.push(prev[j]! * prev[j - 1]!);
      prev = cur;
      s += cur[2]!;
    }
  `));
  expect(code).not.toContain("Float64Array");
  expect(code).not.toContain("tape");
});
