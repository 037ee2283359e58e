import { describe, expect, test } from "vitest";
import { compile, compileAndRun, sameBits } from "../support/compile.ts";
import { clone } from "../support/oracle.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

describe("shared inputs", () => {
  test("99 two parameters are two variables", () => {
    const { grad_f } = compileAndRun(f("a: number[], b: number[]", dedent`
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i]! * b[i]!;
      return s;
    `));
    const a = [2, 3];
    const result = grad_f!(a, a) as { da: number[]; db: number[] };
    expect(result).toEqual({ value: 13, da: [2, 3], db: [2, 3] });
    expect(result.da).not.toBe(result.db);
  });

  const layout = dedent`
    export interface Node {
      x: number;
    }
    export interface Link {
      source: Node;
      target: Node;
    }

  ` +
    f("nodes: Node[], links: Link[]", dedent`
      let e = 0;
      for (const l of links) e += (l.target.x - l.source.x) ** 2;
      for (const n of nodes) e += n.x * n.x;
      return e;
    `);
  test("100 an object reached twice has one gradient object", () => {
    const { grad_f } = compileAndRun(layout);
    const nodes = [{ x: 1 }, { x: 4 }];
    const links = [{ source: nodes[0]!, target: nodes[1]! }];
    const result = grad_f!(nodes, links) as { value: number; dnodes: { x: number }[]; dlinks: { source: { x: number }; target: { x: number } }[] };
    expect(result.value).toBe(26);
    expect(result.dnodes.map((n) => n.x)).toEqual([-4, 14]);
    expect(result.dlinks[0]!.source).toBe(result.dnodes[0]);
    expect(result.dlinks[0]!.target).toBe(result.dnodes[1]);
  });
  test("100 what is not asked for points at what is", () => {
    const { grad_f } = compileAndRun(layout.replace("@differentiable", "@differentiable wrt nodes"));
    const nodes = [{ x: 1 }, { x: 4 }];
    const result = grad_f!(nodes, [{ source: nodes[0]!, target: nodes[1]! }]) as { dnodes: { x: number }[] };
    expect(result.dnodes.map((n) => n.x)).toEqual([-4, 14]);
    expect("dlinks" in result).toBe(false);
  });
  test("100 objects are told apart by what they are, not by what they hold", () => {
    const { grad_f } = compileAndRun(layout);
    const nodes = [{ x: 1 }, { x: 4 }];
    const result = grad_f!(nodes, [{ source: { x: 1 }, target: { x: 4 } }]) as { dnodes: { x: number }[]; dlinks: { source: { x: number } }[] };
    expect(result.dnodes.map((n) => n.x)).toEqual([2, 8]);
    expect(result.dlinks[0]!.source.x).toBe(-6);
  });
  test("100 cyclic data ends", () => {
    const text = dedent`
      export interface Ring {
        v: number;
        next?: Ring;
      }

    ` + f("r: Ring", dedent`
      let s = 0;
      let at: Ring | undefined = r;
      for (let i = 0; i < 4 && at; i++) {
        s += at.v * at.v;
        at = at.next;
      }
      return s;
    `);
    const { grad_f } = compileAndRun(text);
    const r: { v: number; next?: object } = { v: 3 };
    r.next = r;
    const result = grad_f!(r) as { value: number; dr: { v: number; next?: unknown } };
    expect(result.value).toBe(36);
    expect(result.dr.v).toBe(24);
    expect(result.dr.next).toBe(result.dr);
  });
  test("100 a graph that holds itself in arrays", () => {
    const text = dedent`
      export interface Node {
        x: number;
        near: Node[];
      }

    ` + f("nodes: Node[]", dedent`
      let s = 0;
      for (const n of nodes) for (const m of n.near) s += n.x * m.x;
      return s;
    `);
    const { grad_f } = compileAndRun(text);
    const a: { x: number; near: unknown[] } = { x: 2, near: [] }, b = { x: 3, near: [a] as unknown[] };
    a.near.push(b, a);
    const { value, dnodes } = grad_f!([a, b]) as { value: number; dnodes: { x: number; near: unknown[] }[] };
    expect(value).toBe(16); // a b + a a + b a
    expect(dnodes.map((n) => n.x)).toEqual([10, 4]);
    expect(dnodes[0]!.near).toEqual([dnodes[1], dnodes[0]]);
    expect(dnodes[0]!.near[0]).toBe(dnodes[1]);
  });
  test("100 two elements of a list that are one object, written", () => {
    const { grad_f } = compileAndRun("export interface P {\n  x: number;\n}\n" + f("ps: P[], k: number", dedent`
      for (const p of ps) p.x *= k;
      let s = 0;
      for (const p of ps) s += p.x;
      return s;
    `));
    const p = { x: 3 };
    const { value, dps, dk } = grad_f!([p, p], 2) as { value: number; dps: { x: number }[]; dk: number };
    expect(value).toBe(24); // 2 k² x
    expect(dps[0]).toBe(dps[1]);
    expect(dps[0]!.x).toBe(8);
    expect(dk).toBe(24);
  });
  const written = (name: string, text: string, args: () => readonly unknown[], names: RegExp): void => test(`101 ${name}`, () => {
    const { grad_f } = compileAndRun(text);
    const shared = args(), before = clone(shared);
    expect(() => grad_f!(...shared)).toThrow(names);
    expect(sameBits(shared, before)).toBe(true);
    expect(() => grad_f!(...structuredClone(shared).map((a) => JSON.parse(JSON.stringify(a)) as unknown))).not.toThrow();
  });
  const sum3 = dedent`
    let s = 0;
    for (const plane of cube) for (const row of plane) for (let i = 0; i < row.length; i++) { row[i]! *= k; s += row[i]!; }
    return s;
  `;
  const shared = [1, 2];
  written("rows shared two levels down", f("cube: number[][][], k: number", sum3), () => [[[shared], [shared]], 2], /cube\[\]\[\]/);
  written("an array that is a row of another argument", f("m: number[][], b: number[]", dedent`
    for (let i = 0; i < 2; i++) m[0]![i]! *= b[i]!;
    return m[0]![0]! + m[0]![1]! * b[1]!;
  `), () => [[shared, [3, 4]], shared], /\bm\[\].*\bb\b|\bb\b.*\bm\[\]/s);
  written("arrays inside records", f("ps: { w: number[] }[], k: number", dedent`
    for (const p of ps) p.w[0]! *= k;
    return ps[0]!.w[0]! * ps[1]!.w[0]!;
  `), () => [[{ w: shared }, { w: shared }], 2], /ps\[\]\.w/);
  written("a row of a row and of another matrix", f("a: number[][], b: number[][]", dedent`
    a[0]![0]! *= b[1]![0]!;
    return a[0]![0]! * b[0]![0]! * b[1]![0]!;
  `), () => [[shared], [[5], shared]], /\ba\[\].*\bb\[\]/s);
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
  trap("102 a shared row that is only read", f("row: number[]", dedent`
    const m = new Array<number[]>(2).fill(row);
    return m[0]![0]! * m[1]![1]!;
  `), [{ at: [[2, 3]], value: 6, drow: [3, 2] }], { status: "may" });
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
