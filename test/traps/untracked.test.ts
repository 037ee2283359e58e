/** Arrays that come out of maps and the like: followed under the one name that they have, refused where they may be found a second time. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../packages/transformer/src/index.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const codes = (parameters: string, body: string): readonly string[] => differentiate(f(parameters, body), { fileName: "f.ts" }).diagnostics.map((d) => d.code);

describe("an array out of a container, written", () => {
  trap("and read by its name", f("x: number, k: string, d: Record<string, number[]>", dedent`
    const row = d[k]!;
    row[0] = x * x;
    return row[0]! * x + row[1]!;
  `), [{ at: [2, "a", { a: [1, 5] }], dx: 12 }]);
  trap("copied in each trip", f("x: number, ks: string[], d: Record<string, number[]>", dedent`
    let s = 0;
    for (const k of ks) {
      const a = d[k]!.slice();
      a[0] = x * x;
      s += a[0]! * d[k]![1]!;
    }
    for (const k of ks) s += d[k]![0]! * x;
    return s;
  `), [{ at: [2, ["a", "b"], { a: [1, 5], b: [3, 4] }], dx: 40 }]);
  test("and taken out again", () => {
    expect(codes("x: number, d: Map<string, number[]>", 'd.get("a")![0] = x * x;\nreturn d.get("a")![0]! * x;')).toEqual(["RG3113"]);
    expect(codes("x: number, k: string, d: Record<string, { w: number }>", dedent`
      const r = d[k]!;
      r.w *= x;
      return d["a"]!.w * 2 + r.w;
    `)).toContain("RG3113");
  });
  test("and taken out in each trip", () => {
    expect(codes("x: number, d: Map<string, number[]>", dedent`
      let s = 0;
      for (const k of ["a", "b", "a"]) {
        const row = d.get(k)!;
        s += row[0]!;
        row[0] = x * x;
      }
      return s;
    `)).toEqual(["RG3113"]);
  });
});

describe("a number put into an object whose methods are not followed", () => {
  test("and asked of it again", () => {
    expect(codes("x: number", dedent`
      const b = new DataView(new ArrayBuffer(8));
      b.setFloat64(0, x * x);
      return b.getFloat64(0) * x;
    `)).toEqual(["RG2101"]);
  });
  trap("where another number was", f("x: number", dedent`
    const b = new DataView(new ArrayBuffer(8));
    b.setFloat64(0, 3);
    return b.getFloat64(0) * x;
  `), [{ at: [2], dx: 3 }]);
  trap("and never asked for", f("x: number", dedent`
    const b = new DataView(new ArrayBuffer(8));
    b.setFloat64(0, x);
    return x * x;
  `), [{ at: [2], dx: 4 }]);
});

describe("a dictionary of arrays or records of numbers as a parameter", () => {
  test("is said to count as constant", () => {
    expect(codes("x: number, d: Record<string, readonly number[]>", "return d.a![0]! * x;")).toEqual(["RG4002"]);
    expect(codes("x: number, d: Record<string, { w: number }>", "return d.a!.w * x;")).toEqual(["RG4002"]);
    expect(codes("x: number, d: Record<string, { w: string }>", "return d.a!.w.length * x;")).toEqual([]);
  });
});
