/** Arrays that come out of maps and the like: followed under the one name that they have, refused where they may be found a second time. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../packages/transformer/src/index.ts";
import { f, trap } from "./trap.ts";

const codes = (parameters: string, body: string): readonly string[] => differentiate(f(parameters, body), { fileName: "f.ts" }).diagnostics.map((d) => d.code);

describe("an array out of a container, written", () => {
  trap("and read by its name", f("x: number, k: string, d: Record<string, number[]>", "const row = d[k]!;\nrow[0] = x * x;\nreturn row[0]! * x + row[1]!;"), [{ at: [2, "a", { a: [1, 5] }], dx: 12 }]);
  trap("copied in each trip", f("x: number, ks: string[], d: Record<string, number[]>", "let s = 0;\nfor (const k of ks) {\n  const a = d[k]!.slice();\n  a[0] = x * x;\n  s += a[0]! * d[k]![1]!;\n}\nfor (const k of ks) s += d[k]![0]! * x;\nreturn s;"), [{ at: [2, ["a", "b"], { a: [1, 5], b: [3, 4] }], dx: 40 }]);
  test("and taken out again", () => {
    expect(codes("x: number, d: Map<string, number[]>", 'd.get("a")![0] = x * x;\nreturn d.get("a")![0]! * x;')).toEqual(["RG3113"]);
    expect(codes("x: number, k: string, d: Record<string, { w: number }>", 'const r = d[k]!;\nr.w *= x;\nreturn d["a"]!.w * 2 + r.w;')).toContain("RG3113");
  });
  test("and taken out in each trip", () => {
    expect(codes("x: number, d: Map<string, number[]>", 'let s = 0;\nfor (const k of ["a", "b", "a"]) {\n  const row = d.get(k)!;\n  s += row[0]!;\n  row[0] = x * x;\n}\nreturn s;')).toEqual(["RG3113"]);
  });
});

describe("a number put into an object whose methods are not followed", () => {
  test("and asked of it again", () => {
    expect(codes("x: number", "const b = new DataView(new ArrayBuffer(8));\nb.setFloat64(0, x * x);\nreturn b.getFloat64(0) * x;")).toEqual(["RG2101"]);
  });
  trap("where another number was", f("x: number", "const b = new DataView(new ArrayBuffer(8));\nb.setFloat64(0, 3);\nreturn b.getFloat64(0) * x;"), [{ at: [2], dx: 3 }]);
  trap("and never asked for", f("x: number", "const b = new DataView(new ArrayBuffer(8));\nb.setFloat64(0, x);\nreturn x * x;"), [{ at: [2], dx: 4 }]);
});

describe("a dictionary of arrays or records of numbers as a parameter", () => {
  test("is said to count as constant", () => {
    expect(codes("x: number, d: Record<string, readonly number[]>", "return d.a![0]! * x;")).toEqual(["RG4002"]);
    expect(codes("x: number, d: Record<string, { w: number }>", "return d.a!.w * x;")).toEqual(["RG4002"]);
    expect(codes("x: number, d: Record<string, { w: string }>", "return d.a!.w.length * x;")).toEqual([]);
  });
});
