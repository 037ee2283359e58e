import { describe, expect, test } from "vitest";
import { compile, compileAndRun, sameBits } from "../support/compile.ts";
import { clone } from "../support/oracle.ts";
import { f, trap } from "./trap.ts";

describe("shared inputs", () => {
  test("99 two parameters are two variables", () => {
    const { grad_f } = compileAndRun(f("a: number[], b: number[]", "let s = 0;\nfor (let i = 0; i < a.length; i++) s += a[i]! * b[i]!;\nreturn s;"));
    const a = [2, 3];
    const result = grad_f!(a, a) as { da: number[]; db: number[] };
    expect(result).toEqual({ value: 13, da: [2, 3], db: [2, 3] });
    expect(result.da).not.toBe(result.db);
  });

  const layout = "export interface Node {\n  x: number;\n}\nexport interface Link {\n  source: Node;\n  target: Node;\n}\n" +
    f("nodes: Node[], links: Link[]", "let e = 0;\nfor (const l of links) e += (l.target.x - l.source.x) ** 2;\nfor (const n of nodes) e += n.x * n.x;\nreturn e;");
  test("100 an object reached twice has one gradient object, or the function is refused", () => {
    const { code, diagnostics } = compile(layout);
    const error = diagnostics.find((d) => d.category === "error");
    if (error) return expect(error.line).toBeGreaterThan(0);
    expect(code).toContain("grad_f");
    const { grad_f } = compileAndRun(layout);
    const nodes = [{ x: 1 }, { x: 4 }];
    const links = [{ source: nodes[0]!, target: nodes[1]! }];
    let result: { value: number; dnodes: { x: number }[]; dlinks: { source: { x: number }; target: { x: number } }[] };
    try {
      result = grad_f!(nodes, links) as typeof result;
    } catch (thrown) {
      return expect(String(thrown)).toMatch(/nodes.*links|links.*nodes/s); // refused at entry, naming both paths
    }
    expect(result.value).toBe(26);
    expect(result.dnodes.map((n) => n.x)).toEqual([-4, 14]);
    expect(result.dlinks[0]!.source).toBe(result.dnodes[0]);
    expect(result.dlinks[0]!.target).toBe(result.dnodes[1]);
  });
  test("100 cyclic data ends", () => {
    const text = "export interface Ring {\n  v: number;\n  next?: Ring;\n}\n" + f("r: Ring", "let s = 0;\nlet at: Ring | undefined = r;\nfor (let i = 0; i < 4 && at; i++) {\n  s += at.v * at.v;\n  at = at.next;\n}\nreturn s;");
    const { diagnostics } = compile(text);
    if (diagnostics.some((d) => d.category === "error")) return expect(diagnostics[0]!.line).toBeGreaterThan(0);
    const { grad_f } = compileAndRun(text);
    const r: { v: number; next?: object } = { v: 3 };
    r.next = r;
    let result: { value: number; dr: { v: number; next?: unknown } };
    try {
      result = grad_f!(r) as typeof result;
    } catch (thrown) {
      return expect(thrown).not.toBeInstanceOf(RangeError);
    }
    expect(result.value).toBe(36);
    expect(result.dr.v).toBe(24);
  });
  test("101 writes through one parameter while another names the same memory", () => {
    const text = f("x: number, a: number[], b: number[]", "a[0] = b[1]! * x;\nreturn a[1]! * b[0]!;");
    const { diagnostics } = compile(text);
    if (diagnostics.some((d) => d.category === "error")) return expect(diagnostics[0]!.line).toBe(3);
    const { grad_f } = compileAndRun(text);
    const a = [2, 3];
    const before = clone(a);
    try {
      const { value, dx } = grad_f!(5, a, a) as { value: number; dx: number };
      expect(value).toBe(45); // a[0] becomes 15, a[1] is 3
      expect(dx).toBe(9);
    } catch (thrown) {
      expect(String(thrown)).toMatch(/\ba\b.*\bb\b/s);
      expect(sameBits(a, before)).toBe(true);
    }
  });
  trap("102 a shared row that is only read", f("row: number[]", "const m = new Array<number[]>(2).fill(row);\nreturn m[0]![0]! * m[1]![1]!;"), [{ at: [[2, 3]], value: 6, drow: [3, 2] }], { status: "may" });
  test("102 rows shared inside an argument", () => {
    const { grad_f } = compileAndRun(f("m: number[][]", "let s = 0;\nfor (const row of m) s += row[0]! * row[1]!;\nreturn s;"));
    const row = [2, 3];
    const { value, dm } = grad_f!([row, row]) as { value: number; dm: number[][] };
    expect(value).toBe(12);
    // one row has one gradient, found at both places; slots of their own give half of it each
    if (dm[0] === dm[1]) expect(dm[0]).toEqual([6, 4]);
    else expect(dm).toEqual([[3, 2], [3, 2]]);
  });
});
