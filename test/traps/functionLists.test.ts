/** Lists of functions that are made one after the other, and tables of functions. */
import { describe, expect, test } from "vitest";
import { compile } from "../support/compile.ts";
import { f, trap } from "./trap.ts";

const fn = "type Fn = (x: number) => number;";

describe("functions that are pushed", () => {
  trap("one after the other", f("x: number, w: number", "const layers: Fn[] = [];\nlayers.push((v) => v * w);\nlayers.push(Math.sin, (v) => v * v + w);\nlet a = x;\nfor (const layer of layers) a = layer(a);\nreturn a * layers.length;", fn), [{ at: [0.7, 1.3] }]);
  trap("asked by place", f("x: number, k: number", "const fs: Fn[] = [];\nfs.push(Math.sin);\nfs.push(Math.cos);\nfs.push((v) => v * v * x);\nreturn fs[k]!(x) + fs[fs.length - 1]!(x);", fn), [{ at: [0.7, 0] }, { at: [0.7, 1] }, { at: [0.7, 2] }]);
  trap("that see what is assigned later", f("x: number", "let w = x;\nconst fs: Fn[] = [];\nfs.push((v) => v * w);\nw = 3;\nreturn fs.reduce((a, g) => g(a), x);", fn), [{ at: [0.7], value: 0.7 * 3, dx: 3 }]);
  trap("in a switch", f("x: number, kind: string", "const fs: Fn[] = [];\nswitch (kind) {\n  case \"a\": fs.push(Math.sin); break;\n  case \"b\": fs.push(Math.cos); fs.push(Math.exp); break;\n  default: return x;\n}\nlet s = x;\nfs.forEach((g, i) => { s += g(x) * (i + 1); });\nreturn s;", fn), [{ at: [0.7, "a"] }, { at: [0.7, "b"] }, { at: [0.7, "c"], dx: 1 }]);
  trap("in an arm, with what is known there", f("x: number, c: boolean", "const fs: Fn[] = [];\nfs.push(Math.sin);\nif (c) {\n  const k = Math.exp(x);\n  fs.push((v) => v * k);\n} else if (x > 5) {\n  return 0;\n} else {\n  fs.push((v) => v * v);\n}\nreturn fs.reduce((a, g) => g(a), x);", fn), [{ at: [0.7, true] }, { at: [0.7, false] }, { at: [7, false] }]);
  trap("called in a loop", f("x: number, n: number", "const fs: Fn[] = [];\nfs.push(Math.sin);\nfs.push((v) => v * x);\nlet a = x;\nfor (let i = 0; i < n; i++) for (const g of fs) a = g(a) + 0.1 * i;\nreturn a;", fn), [{ at: [0.7, 0] }, { at: [0.7, 3] }]);
  trap("by the methods of an object", f("x: number, w: number", "return new Net().add((v) => v * w).add(Math.tanh).run(x) + new Net().add(Math.sin).run(w);", `${fn}\nclass Net {\n  layers: Fn[] = [];\n  add(layer: Fn): this {\n    this.layers.push(layer);\n    return this;\n  }\n  run(x: number): number {\n    return this.layers.reduce((a, layer) => layer(a), x);\n  }\n}`), [{ at: [0.7, 1.3] }]);
  trap("by an inner function", f("x: number, w: number", "const fs: Fn[] = [];\nconst use = (g: Fn): void => { fs.push(g); };\nuse((v) => v * w);\nuse(Math.sin);\nlet a = x;\nfor (const g of fs) a = g(a);\nreturn a;", fn), [{ at: [0.7, 1.3] }]);
});

describe("functions that come out of a list", () => {
  trap("of numbers", f("x: number", "const fs = [1, 2, 3].map((k) => (v: number) => v ** k * k);\nreturn fs.reduce((a, g) => a + g(x), 0);"), [{ at: [0.7], dx: 1 + 4 * 0.7 + 9 * 0.49 }]);
  trap("that are folded", f("x: number", "return [Math.sin, (v: number) => v * v, Math.exp].reduce((a, g) => g(a), x);"), [{ at: [0.7] }]);
  trap("of a table, by name", f("a: number, b: number, name: \"add\" | \"mul\"", "return ops[name](a, b);", "const ops = { add: (a: number, b: number) => a + b, mul: (a: number, b: number) => a * b };"), [{ at: [2, 3, "add"], da: 1, db: 1 }, { at: [2, 3, "mul"], da: 3, db: 2 }]);
});

describe("what is not followed", () => {
  const said = (body: string): readonly string[] => [...new Set(compile(f("x: number, n: number", body, fn), { fileName: "f.ts" }).diagnostics.map((d) => d.code))];
  test("a list that grows in a loop", () => expect(said("const fs: Fn[] = [];\nfor (let i = 0; i < n; i++) fs.push((v) => v * i);\nlet a = x;\nfor (const g of fs) a = g(a);\nreturn a;")).toEqual(["RG2004"]));
  test("a list with two names", () => expect(said("const fs: Fn[] = [];\nconst gs = fs;\nfs.push(Math.sin);\nreturn gs.length * x * n;")).toEqual(["RG2003"]));
  test("a list that is handed on", () => expect(said("const fs: Fn[] = [];\nconst grow = (gs: Fn[]): void => { gs.push(Math.sin); };\ngrow(fs);\nfs.push(Math.cos);\nreturn fs.length * x * n;")).not.toEqual([]));
});
