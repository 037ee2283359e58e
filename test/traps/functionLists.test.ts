/** Lists of functions that are made one after the other, and tables of functions. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";
import { dedent } from "../support/dedent.ts";

const fn = "type Fn = (x: number) => number;";

describe("functions that are pushed", () => {
  trap("one after the other", f("x: number, w: number", dedent`
    const layers: Fn[] = [];
    layers.push((v) => v * w);
    layers.push(Math.sin, (v) => v * v + w);
    let a = x;
    for (const layer of layers) a = layer(a);
    return a * layers.length;
  `, fn), [{ at: [0.7, 1.3] }]);
  trap("asked by place", f("x: number, k: number", dedent`
    const fs: Fn[] = [];
    fs.push(Math.sin);
    fs.push(Math.cos);
    fs.push((v) => v * v * x);
    return fs[k]!(x) + fs[fs.length - 1]!(x);
  `, fn), [{ at: [0.7, 0] }, { at: [0.7, 1] }, { at: [0.7, 2] }]);
  trap("that see what is assigned later", f("x: number", dedent`
    let w = x;
    const fs: Fn[] = [];
    fs.push((v) => v * w);
    w = 3;
    return fs.reduce((a, g) => g(a), x);
  `, fn), [{ at: [0.7], value: 0.7 * 3, dx: 3 }]);
  trap("in a switch", f("x: number, kind: string", dedent`
    const fs: Fn[] = [];
    switch (kind) {
      case "a": fs.push(Math.sin); break;
      case "b": fs.push(Math.cos); fs.push(Math.exp); break;
      default: return x;
    }
    let s = x;
    fs.forEach((g, i) => { s += g(x) * (i + 1); });
    return s;
  `, fn), [{ at: [0.7, "a"] }, { at: [0.7, "b"] }, { at: [0.7, "c"], dx: 1 }]);
  trap("in an arm, with what is known there", f("x: number, c: boolean", dedent`
    const fs: Fn[] = [];
    fs.push(Math.sin);
    if (c) {
      const k = Math.exp(x);
      fs.push((v) => v * k);
    } else if (x > 5) {
      return 0;
    } else {
      fs.push((v) => v * v);
    }
    return fs.reduce((a, g) => g(a), x);
  `, fn), [{ at: [0.7, true] }, { at: [0.7, false] }, { at: [7, false] }]);
  trap("called in a loop", f("x: number, n: number", dedent`
    const fs: Fn[] = [];
    fs.push(Math.sin);
    fs.push((v) => v * x);
    let a = x;
    for (let i = 0; i < n; i++) for (const g of fs) a = g(a) + 0.1 * i;
    return a;
  `, fn), [{ at: [0.7, 0] }, { at: [0.7, 3] }]);
  trap(
    "by the methods of an object",
    f(
      "x: number, w: number",
      "return new Net().add((v) => v * w).add(Math.tanh).run(x) + new Net().add(Math.sin).run(w);",
      `${fn}\nclass Net {\n  layers: Fn[] = [];\n  add(layer: Fn): this {\n    this.layers.push(layer);\n    return this;\n  }\n  run(x: number): number {\n    return this.layers.reduce((a, layer) => layer(a), x);\n  }\n}`,
    ),
    [{ at: [0.7, 1.3] }],
  );
  trap("by an inner function", f("x: number, w: number", dedent`
    const fs: Fn[] = [];
    const use = (g: Fn): void => { fs.push(g); };
    use((v) => v * w);
    use(Math.sin);
    let a = x;
    for (const g of fs) a = g(a);
    return a;
  `, fn), [{ at: [0.7, 1.3] }]);
});

describe("functions that come out of a list", () => {
  trap("of numbers", f("x: number", dedent`
    const fs = [1, 2, 3].map((k) => (v: number) => v ** k * k);
    return fs.reduce((a, g) => a + g(x), 0);
  `), [{ at: [0.7], dx: 1 + 4 * 0.7 + 9 * 0.49 }]);
  trap("that are folded", f("x: number", "return [Math.sin, (v: number) => v * v, Math.exp].reduce((a, g) => g(a), x);"), [{ at: [0.7] }]);
  trap(
    "of a table, by name",
    f(
      'a: number, b: number, name: "add" | "mul"',
      "return ops[name](a, b);",
      "const ops = { add: (a: number, b: number) => a + b, mul: (a: number, b: number) => a * b };",
    ),
    [
      { at: [2, 3, "add"], da: 1, db: 1 },
      { at: [2, 3, "mul"], da: 3, db: 2 },
    ],
  );
});

describe("what is not followed", () => {
  const said = (body: string): readonly string[] => [
    ...new Set(compile(f("x: number, n: number", body, fn), { fileName: "f.ts" }).diagnostics.map((d) => d.code)),
  ];
  test("a list that grows in a loop", () => expect(said(dedent`
    const fs: Fn[] = [];
    for (let i = 0; i < n; i++) fs.push((v) => v * i);
    let a = x;
    for (const g of fs) a = g(a);
    return a;
  `)).toEqual(["RG2004"]));
  test("a list with two names", () => expect(said(dedent`
    const fs: Fn[] = [];
    const gs = fs;
    fs.push(Math.sin);
    return gs.length * x * n;
  `)).toEqual(["RG2003"]));
  test("a list that is handed on", () => expect(said(dedent`
    const fs: Fn[] = [];
    const grow = (gs: Fn[]): void => { gs.push(Math.sin); };
    grow(fs);
    fs.push(Math.cos);
    return fs.length * x * n;
  `)).not.toEqual([]));
});
