import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { FunctionReport } from "../compiler.ts";
import { layOutSibling, type Sibling } from "./layOutSibling.ts";

/** Lays out a sibling as if the compiler had appended `generated`: what is tested here is what it needs, not what it computes. */
function layOut(
  source: string,
  generated: string,
  options: ts.CompilerOptions = {},
  target = "/p/src/a.grad.ts",
): Sibling {
  const fileName = "/p/src/a.ts";
  const host = ts.createCompilerHost({});
  const sourceFile = ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2022, true);
  host.getSourceFile = (name) => (name === fileName ? sourceFile : undefined);
  const program = ts.createProgram({
    rootNames: [fileName],
    options: { ...options, noLib: true, noResolve: true, types: [] },
    host,
  });
  const names = [...generated.matchAll(/function grad_(\w+)/g)].map((match) => match[1] ?? "");
  const functions = names.map((name): FunctionReport => ({
    name,
    gradientName: `grad_${name}`,
    derivatives: [`grad_${name}`],
    exported: true,
    wrt: [],
    text: "",
    helpers: [],
    recorded: [],
    statementsIn: 0,
    statementsOut: 0,
  }));
  const sibling = layOutSibling({
    program,
    sourceFile,
    target,
    compiled: { code: `${source}\n${generated}`, diagnostics: [], functions, tagged: names },
  });
  if (sibling === null) throw new Error("nothing was laid out");
  return sibling;
}

const marked = "/** @differentiable */\nexport function f(x: number): number { return x; }\n";
const gradient = (body: string, parameters = "x: number"): string =>
  `export function grad_f(${parameters}): { value: number; dx: number } {\n${body}\n}\n`;
const body = (text: string): string => text.slice(text.indexOf("\n\n") + 2);
const codes = ({ diagnostics }: Sibling): readonly string[] => diagnostics.map((diagnostic) => diagnostic.code);

describe("what a gradient needs of its module", () => {
  it("imports what the module imports, as values or types, under the same names", () => {
    const source = `import fs, * as path from "node:path";\nimport { a as b, c, type D } from "./other.js";\nimport type { E } from "pkg";\n${marked}`;
    const { text } = layOut(source, gradient("fs(path); return b(c as unknown as D, x as unknown as E);"));
    expect(body(text).split("\n").slice(0, 4)).toEqual([
      'import fs from "node:path";',
      'import * as path from "node:path";',
      'import type { E } from "pkg";',
      'import { type D, a as b, c } from "./other.js";',
    ]);
  });

  it("imports what the module exports, also under another name, and nothing that is not used", () => {
    const source = `let n = 0;\nexport { n as count };\nexport default class Box {}\nexport interface Point { x: number }\nexport const unused = 1;\n${marked}`;
    const { text } = layOut(source, gradient("new Box(); return { value: n, dx: p.x };", "x: number, p: Point"));
    expect(body(text)).toMatch(
      /^import Box from "\.\/a\.js";\nimport \{ type Point, count as n \} from "\.\/a\.js";\n\nexport function grad_f/,
    );
  });

  it("takes along types, functions and constants of literals, with what these use, in the order of the source", () => {
    const source = [
      'import type { Foo } from "./foo.js";',
      "const table = [1, 2] as const;",
      "const scale = 2 * Math.PI;",
      "type Q = P & { foo: Foo };",
      "interface P { readonly a: number }",
      "/** Half of it. */",
      "const half = (x: number): number => x / 2;",
      "function helper(q: Q): number { return half(q.a) * scale + table[0]; }",
      "const other = 3;",
      marked,
    ].join("\n");
    const { text } = layOut(source, gradient("return { value: helper(q), dx: x };", "x: number, q: Q"));
    const taken = body(text).split("\n\n");
    expect(taken.slice(0, -1)).toEqual([
      'import type { Foo } from "./foo.js";',
      "const table = [1, 2] as const;",
      "const scale = 2 * Math.PI;",
      "type Q = P & { foo: Foo };",
      "interface P { readonly a: number }",
      "/** Half of it. */\nconst half = (x: number): number => x / 2;",
      "function helper(q: Q): number { return half(q.a) * scale + table[0]; }",
    ]);
  });

  it("does not take a tag along", () => {
    const { text } = layOut(
      `/** @differentiable */\nfunction g(x: number): number { return x; }\n${marked}`,
      gradient("return { value: g(x), dx: 1 };"),
    );
    expect(text).toContain("function g(x: number)");
    expect(text).not.toContain("@differentiable");
  });

  it("is not misled by shadowing, properties and shorthand", () => {
    const source = `let n = 0;\nconst dx = 1;\n${marked}`;
    const { text, diagnostics } = layOut(
      source,
      gradient("const p = { n: 1 }; { const n = p.n; console.log(n); }\nreturn { value: x, dx };"),
    );
    expect(diagnostics).toEqual([]);
    expect(body(text)).toMatch(/^const dx = 1;/);
  });

  it("writes paths anew for another directory, and .ts where the user's imports may have it", () => {
    const source = `import { h } from "../lib/h.js";\nimport { i } from "./i.js";\nexport let n = 0;\n${marked}`;
    const { text } = layOut(
      source,
      gradient("return { value: h(n), dx: i(x) };"),
      { allowImportingTsExtensions: true },
      "/p/gen/src/a.grad.ts",
    );
    expect(text).toContain('import { n } from "../../src/a.ts";');
    expect(text).toContain('import { h } from "../../lib/h.js";');
    expect(text).toContain('import { i } from "../../src/i.js";');
  });
});

describe("what cannot leave its module", () => {
  it.each([
    ["a variable", "let n = 0;", "n", "RG1201"],
    ["an array that could change", "const ns = [1, 2];", "ns[0]", "RG1201"],
    ["a map", "const cache = new Map<number, number>();", "cache.size", "RG1201"],
    ["a class", "class C {}", "new C()", "RG1201"],
    ["an enum", "enum E { A }", "E.A", "RG1201"],
    ["a call at module level", "const seed = Math.random();", "seed", "RG1201"],
    ["state behind a helper", "let n = 0;\nconst next = (): number => ++n;", "next()", "RG1201"],
    ["an assignment to an import", "export let n = 0;", "n = 1", "RG1202"],
    ["an increment of an import", "export let n = 0;", "n++", "RG1202"],
    ["a destructuring assignment", "export let n = 0;", "[n] = [1]", "RG1202"],
  ])("%s", (_name, declaration, use, code) => {
    const sibling = layOut(`${declaration}\n${marked}`, gradient(`console.log(${use}); return { value: x, dx: 1 };`));
    expect(codes(sibling)).toEqual([code]);
    expect(sibling.text).toContain(`throw new Error("a.ts:`);
    expect(sibling.text).toContain(
      "export function grad_f(..._parameters: Parameters<typeof f>): { value: number; dx: number } {",
    );
  });

  it("reading an exported variable is fine", () => {
    expect(
      codes(layOut(`export let n = 0;\n${marked}`, gradient("return { value: n, dx: n === 1 ? 1 : 0 };"))),
    ).toEqual([]);
  });
});
