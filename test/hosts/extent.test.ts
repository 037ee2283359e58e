import path from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { freeNames } from "../../packages/retrograd/src/inMemory/freeNames.ts";
import { needsOf } from "../../packages/retrograd/src/inMemory/needs.ts";
import { createProject } from "../../packages/retrograd/src/inMemory/project.ts";
import { hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));

const parse = (text: string, name = "f.ts"): ts.SourceFile => ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
const marked = dedent`
  /** @differentiable */
  export function f(x: number): number {
    return x * x;
  }

`;

describe("what a marked file needs", () => {
  const idle = (text: string, name?: string): readonly string[] => [...needsOf(parse(text, name)).idle];

  it("is what its marked functions mention, and what that mentions", () => {
    const uses = (body: string, more = ""): string => `${more}\n${marked.replace("x * x", body)}`;
    expect(idle(`import { a } from "./a.js";\n${marked}export const b = a;`)).toEqual(["./a.js"]);
    expect(idle(uses("b(x)", 'import { a } from "./a.js";\nconst b = (x: number) => c(x), c = a;'))).toEqual([]);
    expect(idle(uses("b(x)", 'import { a } from "./a.js";\nconst { c: [b] } = { c: [a] };'))).toEqual([]);
    expect(idle(uses("m.b(x)", 'import * as m from "./m.js"; import d from "./d.js";'))).toEqual(["./d.js"]);
    expect(idle(uses("x as A", 'import type { A } from "./a.js"; import type { B } from "./b.js";'))).toEqual(["./b.js"]);
    expect(idle(uses("x as B", 'import type { A } from "./a.js"; interface B extends C {} type C = A;'))).toEqual([]);
    expect(idle(uses('x as import("./a.js").A', 'import { b } from "./a.js";'))).toEqual([]);
    expect(idle(`export { a } from "./a.js"; export * from "./b.js";\n${marked}`)).toEqual(["./a.js", "./b.js"]);
  });

  it("is all that it imports for what it does, or uses where it stands", () => {
    expect(idle(`import "./a.js"; import b = require("./b.js");\n${marked}`)).toEqual([]);
    expect(idle(`import { a } from "./a.js";\na(1);\n${marked}`)).toEqual([]);
    expect(idle(`import { a } from "./a.js";\n/** @derivativeOf g */\nconst dg = a;\n${marked}`)).toEqual([]);
    expect(idle(`import { A } from "./a.js";\ndeclare global { var it: A; }\n${marked}`)).toEqual([]);
  });

  it("is everything where classes, JavaScript or escapes are met", () => {
    const file = `import { a } from "./a.js";\n${marked}`;
    expect(idle(file)).toEqual(["./a.js"]);
    expect(idle(file, "f.js")).toEqual([]);
    expect(idle(file.replace("x * x", "new V(x).x") + "class V { constructor(readonly x: number) {} }")).toEqual([]);
    expect(idle(`${file}const \\u0061 = 1;`)).toEqual([]);
  });
});

it("free names are those that nothing declares", () => {
  const free = (text: string): readonly string[] => [...freeNames([parse(text)])].sort();
  expect(free("function f<T>(x: T, { a: b }: P): T { return x.c + g(b) + { d: e, h }.d; }")).toEqual(["P", "e", "g", "h"]);
  expect(free('import { a as b } from "./a.js"; type T = b & Q.R<typeof s>; export { b as c };')).toEqual(["Q", "s"]);
  expect(free("interface I { m(k: U): void; readonly p: V } enum E { A = z } here: for (;;) break here; let n = [1] as const;")).toEqual(["U", "V", "z"]);
});

describe("a project", () => {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: [],
  };
  const setUp = (files: Readonly<Record<string, string>>, roots = ["f.ts"]) => {
    const p = hostProject(files);
    made.push(p);
    const project = createProject({
      configuration: { fileName: null, root: p.directory, options, files: [], declarations: [], references: [] },
      cwd: p.directory,
      marked: roots.map(p.at),
    });
    const augment = (name = "f.ts") => project.augment(p.at(name));
    /** The files of the program besides libraries. */
    const read = (name = "f.ts"): readonly string[] | undefined =>
      project.read(p.at(name), ({ program }) =>
        program
          .getSourceFiles()
          .filter((file) => !program.isSourceFileDefaultLibrary(file))
          .map((file) => path.basename(file.fileName))
          .sort(),
      );
    return { p, augment, read };
  };
  const f = (body: string, more: string): string => `${more}\n${marked.replace("x * x", body)}`;

  it("does not read what marked functions cannot mean, and depends on nothing of it", () => {
    const { p, augment, read } = setUp({
      "f.ts": f("g(x)", 'import { a } from "./a.js"; import { g } from "./g.js"; export const b = a;'),
      "a.ts": 'export { b as a } from "./b.js";',
      "b.ts": "export const b = 1;",
      "g.ts": "export const g = (x: number): number => x * x;",
    });
    expect(read()).toEqual(["f.ts", "g.ts"]);
    expect(augment()?.diagnostics).toEqual([]);
    expect(augment()?.dependencies).toEqual([p.at("g.ts")]);
    // An edit that needs more gets it.
    p.write({ "f.ts": f("g(x) * a", 'import { a } from "./a.js"; import { g } from "./g.js"; // now') });
    expect(read()).toEqual(["a.ts", "b.ts", "f.ts", "g.ts"]);
    expect(augment()?.code).toContain("* a");
  });

  it("reads all that a marked file imports if another imports that file", () => {
    const files = {
      "f.ts": `import { a } from "./a.js";\nexport const twice = (x: number): number => a * x;\n${marked}`,
      "a.ts": "export const a = 2;",
      "g.ts": f("twice(x)", 'import { twice } from "./f.js";').replace("function f", "function g"),
    };
    for (const roots of [["f.ts", "g.ts"], ["g.ts", "f.ts"], ["f.ts"]]) {
      const { augment, read } = setUp(files, roots);
      augment("f.ts");
      expect(augment("g.ts")?.diagnostics).toEqual([]);
      expect(read("g.ts")).toEqual(["a.ts", "f.ts", "g.ts"]);
    }
  });

  it("reads all where something may be declared for all modules", () => {
    const files = (body: string) => ({
      "f.ts": f(body, 'import { a } from "./a.js"; export const b = a;').replace("x: number", "x: number, o: Thing"),
      "a.ts": "export const a = 1; declare global { interface Thing { k: number } var gravity: number }",
    });
    const ofTypes = setUp(files("x * x"));
    expect(ofTypes.read()).toEqual(["a.ts", "f.ts"]);
    expect(ofTypes.augment()?.code).toContain("do: { k: number }");
    const ofValues = setUp({ ...files("gravity * x"), "f.ts": f("gravity * x", 'import { a } from "./a.js"; export const b = a;') });
    // Not that it is unknown.
    expect(ofValues.augment()?.diagnostics.map((each) => each.message)).toEqual([expect.stringContaining("`gravity` belongs to another file")]);
  });

  it("reads all where classes are met", () => {
    const { augment, read } = setUp({
      "f.ts": f("length(new V(x))", 'import { V, length } from "./v.js"; import { W } from "./w.js"; export const w = () => new W(1);'),
      "v.ts": dedent`
        export class V { constructor(readonly x: number) {} size(): number { return this.x; } }
        export const length = (v: V): number => v.size();
      `,
      "w.ts": 'import { V } from "./v.js";\nexport class W extends V { size(): number { return 2 * this.x; } }',
    });
    expect(augment()).toBeDefined();
    expect(read()).toEqual(["f.ts", "v.ts", "w.ts"]);
  });

  it("says nothing that is not so of the whole file", () => {
    const { augment, read } = setUp({
      "f.ts": f("Math.floor(x)", 'import { a } from "./a.js"; export const b = a;').replace("@differentiable", "@differentiable wrt y"),
      "a.ts": "export const a = 1;",
    });
    expect(augment()?.diagnostics.length).toBeGreaterThan(0);
    expect(read()).toEqual(["a.ts", "f.ts"]);
  });
});
