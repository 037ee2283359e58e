import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { createPrograms, type Sources } from "../../packages/retrograd/src/inMemory/programs.ts";
import { createProject, type Project } from "../../packages/retrograd/src/inMemory/project.ts";
import { requireFreshBuild } from "../cli/project.ts";
import { transformProgram } from "../../packages/retrograd/src/hosts/tsPatch/transformProgram.ts";
import { curve, hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));
function project(files: Readonly<Record<string, string>>, packages: readonly string[] = []): HostProject {
  const created = hostProject(files, packages);
  made.push(created);
  return created;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  types: [],
};

describe("programs", () => {
  const at = (name: string): string => `/nowhere/${name}`;
  const setUp = (texts: Record<string, string>, references?: readonly ts.ProjectReference[]) => {
    const files = new Map(Object.entries(texts).map(([name, text]) => [at(name), text] as const));
    const roots = [at("a.ts")];
    const textOf = (name: string): string | undefined => files.get(name) ?? (name.includes("/lib.") ? ts.sys.readFile(name) : undefined);
    const sources: Sources = {
      roots: () => roots,
      options: () => options,
      references,
      version: (name) => files.get(name) ?? textOf(name)?.slice(0, 1),
      text: textOf,
      parsed: () => undefined,
    };
    const program = createPrograms(sources, {
      getCurrentDirectory: () => "/nowhere",
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      useCaseSensitiveFileNames: () => true,
      fileExists: (name) => textOf(name) !== undefined,
      readFile: textOf,
    });
    return { files, roots, program };
  };
  const errors = (program: ts.Program): number => program.getSemanticDiagnostics().length + program.getGlobalDiagnostics().length;

  it("are the same one while nothing changes, and keep what does not change", () => {
    const { files, roots, program } = setUp({ "a.ts": 'import { b } from "./b.js"; export const a: number = b;', "b.ts": "export const b = 1;" });
    const first = program();
    expect(program()).toBe(first);
    expect(errors(first)).toBe(0);
    files.set(at("b.ts"), 'export const b = "1";');
    const second = program();
    expect(second).not.toBe(first);
    expect(second.getSourceFile(at("a.ts"))).toBe(first.getSourceFile(at("a.ts")));
    expect(errors(second)).toBe(1);
    files.set(at("c.ts"), "export const c = 1;");
    expect(program()).toBe(second); // nobody asks for it
    roots.push(at("c.ts"));
    expect(program().getSourceFile(at("c.ts"))).toBeDefined();
    // Of the libraries there is one for the process.
    const library = (p: ts.Program): ts.SourceFile | undefined => p.getSourceFiles().find((file) => file.fileName.endsWith("/lib.es5.d.ts"));
    expect(library(setUp({ "a.ts": "" }).program())).toBe(library(first));
  });

  it("see files that come and go", () => {
    const { files, program } = setUp({ "a.ts": '/// <reference path="./d.d.ts" />\nexport const a: D = 1;' });
    const first = program();
    expect(errors(first)).toBeGreaterThan(0);
    files.set(at("d.d.ts"), "type D = number;");
    expect(errors(program())).toBe(0);
    files.delete(at("d.d.ts"));
    expect(errors(program())).toBeGreaterThan(0);
  });
});

describe("a project among the files of another program", () => {
  const files = {
    ...curve,
    "src/helper.ts": "export const twice = (x: number): number => 2 * x;\n",
    "src/f.ts":
      dedent`
        import { twice } from "./helper.js";
        /** @differentiable */
        export function f(x: number): number {
          return twice(x) * x;
        }

      `,
  };
  const programOf = (p: HostProject, old?: ts.Program): ts.Program =>
    ts.createProgram({ rootNames: [p.at("src/f.ts"), p.at("src/main.ts")], options, ...(old === undefined ? {} : { oldProgram: old }) });
  const projectOf = (p: HostProject, parsed?: (name: string) => ts.SourceFile | undefined): Project =>
    createProject({
      configuration: { fileName: null, root: p.directory, options, files: [], declarations: [], references: [] },
      cwd: p.directory,
      marked: [p.at("src/f.ts")],
      parsed,
    });

  it("parses nothing again, and says the same", () => {
    const p = project(files);
    let theirs = programOf(p);
    const among = projectOf(p, (name) => theirs.getSourceFile(name)), alone = projectOf(p);
    const same = (): void => {
      const name = p.at("src/f.ts");
      expect(among.augment(name)).toEqual(alone.augment(name));
      expect(among.augment(name)?.code).toContain("export function grad_f(");
      among.read(name, ({ program }) => {
        const parsed = program.getSourceFiles().filter((file) => file !== theirs.getSourceFile(file.fileName));
        expect(parsed.map((file) => file.fileName)).toEqual([]);
        expect(program.getSourceFiles().some((file) => file.fileName.endsWith("/lib.dom.d.ts"))).toBe(true);
      });
    };
    same();
    // A new program of theirs is what counts, whatever the disk says meanwhile.
    const before = among.augment(p.at("src/f.ts"));
    p.write({ "src/helper.ts": "export const twice = (x: number): number => 3 * x;\n" });
    expect(among.augment(p.at("src/f.ts"))).toBe(before);
    theirs = programOf(p);
    same();
    expect(among.augment(p.at("src/f.ts"))?.code).not.toBe(before?.code);
  });

  it("reads a text that it was given, and what is not in the program", () => {
    const p = project(files);
    const theirs = programOf(p);
    const among = projectOf(p, (name) => (name.endsWith("helper.ts") ? undefined : theirs.getSourceFile(name)));
    const given = files["src/f.ts"].replace("* x", "* x * x");
    among.give(p.at("src/f.ts"), given);
    expect(among.augment(p.at("src/f.ts"))?.text).toBe(given);
    among.read(p.at("src/f.ts"), ({ program }) => {
      const own = program.getSourceFiles().filter((file) => file !== theirs.getSourceFile(file.fileName));
      expect(own.map((file) => path.basename(file.fileName)).sort()).toEqual(["f.ts", "helper.ts"]);
    });
  });
});

describe("the program that ts-patch goes on with", () => {
  it("has the files of the last build where nothing has changed, and new ones where something has", () => {
    const p = project({ ...curve, "src/f.ts": "/** @differentiable */\nexport const f = (x: number): number => x * x;\n" });
    const host = ts.createCompilerHost(options);
    const parsed = new Map<string, ts.SourceFile>();
    const { getSourceFile } = host;
    host.getSourceFile = (name, ...rest) => {
      const known = parsed.get(name);
      const file = known?.text === ts.sys.readFile(name) ? known : getSourceFile.call(host, name, ...rest);
      if (file !== undefined) parsed.set(name, file);
      return file;
    };
    const build = (text: (name: string) => string): ts.Program => {
      const first = ts.createProgram({ rootNames: [p.at("src/main.ts"), p.at("src/f.ts")], options, host });
      const augmented = (file: ts.SourceFile) => ({
        fileName: file.fileName,
        text: file.text,
        code: file.text + text(path.basename(file.fileName)),
        map: null,
        diagnostics: [],
        derivatives: [],
        functions: [],
        dependencies: [],
      });
      return transformProgram(ts, first, host, (marked) => marked.map(augmented));
    };
    const of = (program: ts.Program): readonly (ts.SourceFile | undefined)[] => ["src/curve.ts", "src/f.ts"].map((name) => program.getSourceFile(p.at(name)));
    const [curve1, f1] = of(build((name) => `// ${name}`));
    expect(curve1?.text).toMatch(/\/\/ curve\.ts$/);
    const [curve2, f2] = of(build((name) => `// ${name}`));
    expect(curve2).toBe(curve1);
    expect(f2).toBe(f1);
    const [curve3, f3] = of(build((name) => (name === "f.ts" ? "// another" : `// ${name}`)));
    expect(curve3).toBe(curve1);
    expect(f3?.text).toMatch(/\/\/ another$/);
    p.write({ "src/curve.ts": `// moved\n${p.read("src/curve.ts")}` });
    expect(of(build((name) => `// ${name}`))[0]?.text).toMatch(/^\/\/ moved\n[^]*\/\/ curve\.ts$/);
  });
});

describe("what a build loads", () => {
  /** The files of our packages that a built file imports before it does anything. */
  const importsOf = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b(?:[^"';()]*\bfrom)?\s*["']([^"']+)["']/gm))
      if (specifier.startsWith(".")) importsOf(path.resolve(path.dirname(file), specifier), seen);
      else seen.add(specifier);
    return seen;
  };

  it("is no compiler, where nothing is marked", () => {
    requireFreshBuild();
    for (const host of ["tsPatch", "vite", "esbuild", "rollup", "webpack", "rspack"]) {
      const loaded = importsOf(path.resolve(`node_modules/retrograd/dist/hosts/${host}.js`));
      expect([...loaded].length).toBeGreaterThan(3);
      expect([...loaded].filter((name) => name === "#typescript" || name === "@retrograd/transformer")).toEqual([]);
    }
  });

  it("is the compiler that runs us, if it is of our version", () => {
    requireFreshBuild();
    const config = {
      compilerOptions: {
        ...options,
        target: "es2022",
        module: "nodenext",
        moduleResolution: "nodenext",
        outDir: "dist",
        rootDir: "src",
        plugins: [{ transform: "retrograd/ts-patch", transformProgram: true }],
      },
      include: ["src"],
    };
    const p = project({
      ...curve,
      "tsconfig.json": JSON.stringify(config),
      "watch.cjs": `const { _load } = require("module");
require("module")._load = function (name, parent, ...rest) {
  if (name === "typescript" && /(?:retrograd|transformer).typescript\\.cjs$/.test(parent?.filename ?? "")) console.log("our own");
  return _load.call(this, name, parent, ...rest);
};\n`,
    }, ["typescript", "ts-patch"]);
    const build = (...args: readonly string[]) => p.node(["--require", "./watch.cjs", "node_modules/ts-patch/bin/tspc.js", "-p", ".", ...args]);
    expect(build()).toEqual({ code: 0, out: "" });
    const lent = p.read("dist/curve.js");
    expect(lent).toContain("function grad_curve(");
    // One that says it is another is not ours, and the result is the same.
    p.write({
      "other.mjs": `import plugin from "retrograd/ts-patch";
export default (program, host, config, { ts, ...extras }) => plugin(program, host, config, { ...extras, ts: new Proxy(ts, { get: (all, name) => (name === "version" ? "6.0.1" : all[name]) }) });\n`,
    });
    p.write({ "tsconfig.json": JSON.stringify(config).replace('"retrograd/ts-patch"', '"./other.mjs"') });
    rmSync(p.at("dist"), { recursive: true });
    rmSync(p.at("node_modules/.cache"), { recursive: true, force: true });
    const other = build();
    expect(other.code).toBe(0);
    expect(other.out).toContain("our own");
    expect(p.read("dist/curve.js")).toBe(lent);
  });
});
