import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openAnswers } from "../../packages/retrograd/src/cache/answers.ts";
import { createStore, storeFor } from "../../packages/retrograd/src/cache/store.ts";
import type { Augmented } from "../../packages/retrograd/src/inMemory/augmented.ts";
import { createWorkspace } from "../../packages/retrograd/src/inMemory/workspace.ts";
import { hostProject, type HostProject } from "./project.ts";
import { dedent } from "../support/dedent.ts";

const made: HostProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));
function project(files: Readonly<Record<string, string>>): HostProject {
  const created = hostProject(files);
  made.push(created);
  return created;
}

/** A project that asks the disk for all that a project can ask it for. */
const files: Readonly<Record<string, string>> = {
  "tsconfig.json": JSON.stringify({
    extends: ["./base.json", "shared-config/tsconfig.json"],
    compilerOptions: { paths: { "@/*": ["./src/*"] }, types: ["*"] },
    include: ["src"],
  }),
  "base.json": '{ "compilerOptions": { "strict": true, "target": "es2022", "libReplacement": true } }',
  "node_modules/shared-config/tsconfig.json": '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" } }',
  "node_modules/shared-config/package.json": '{ "name": "shared-config", "version": "1.0.0" }',
  "node_modules/units/package.json": '{ "name": "units", "exports": { ".": { "types": "./a.d.ts" }, "./b": { "types": "./b.d.ts" } } }',
  "node_modules/units/a.d.ts": "export declare const scale: number;\n",
  "node_modules/units/b.d.ts": "export declare const scale: string;\n",
  "src/globals.d.ts": "type Rate = number;\n",
  "src/f.ts": `import { scale } from "units";
import { twice } from "@/helper";
/** @differentiable wrt x */
export function f(x: number, rate: Rate): number {
  return twice(x) * x * rate * scale;
}
`,
  "src/helper.ts": 'import { two } from "./two";\nexport const twice = (x: number): number => two * x;\n',
  "src/two.ts": "export const two = 2;\n",
  "src/other.ts": `import { grad_f } from "./f.grad";
import { scale } from "units"; // of which the gradient of f is made
/** @differentiable wrt x */
export function steep(x: number): number { return grad_f(x, 3).dx; }
`,
  "src/plain.ts": "export const plain = 1;\n",
};

interface Built {
  readonly answers: readonly (Augmented | undefined)[];
  /** The source of `@/f.grad`, as a bundler asks for it. */
  readonly source: string | undefined;
  /** Nothing had to be made. */
  readonly isKnown: boolean;
}

/** What a new process does: asks for gradients, makes those that are not known, keeps them. */
function build(p: HostProject, { identity = "us", names = ["src/f.ts", "src/other.ts"], meanwhile = (): void => undefined } = {}): Built {
  const answers = openAnswers(p.directory, "test", { store: createStore(p.at("kept")), identity });
  if (answers === undefined) throw new Error("nothing can be kept");
  let workspace: ReturnType<typeof createWorkspace> | undefined;
  const projectOf = (fileName: string) => (workspace ??= createWorkspace({ cwd: p.directory, witness: answers.witness })).projectOf(fileName);
  const all = names.filter((name) => p.exists(name)).map((name, index) => {
    if (index === 1) meanwhile();
    const fileName = p.at(name);
    const text = p.read(name);
    const known = answers.find(fileName, text);
    if (known !== undefined) return known;
    const own = projectOf(fileName);
    own.give(fileName, text);
    return own.augment(fileName);
  });
  const importer = p.at("src/main.ts");
  const known = answers.findSource("@/f.grad", importer);
  const state = answers.witness.state();
  const source = known === undefined ? projectOf(importer).gradientSource("@/f.grad", importer) : (known ?? undefined);
  if (known === undefined) answers.keepSource("@/f.grad", importer, source, state);
  answers.save();
  return { answers: all, source, isKnown: workspace === undefined };
}

/** The same with nothing kept. */
function afresh(p: HostProject): Built {
  rmSync(p.at("kept"), { recursive: true, force: true });
  return build(p);
}
const texts = ({ answers }: Built) => answers.map((answer) => [answer?.code, answer?.diagnostics]);

const isChanged: Readonly<Record<string, (p: HostProject) => void>> = {
  "the marked file": (p) => p.write({ "src/f.ts": p.read("src/f.ts").replace("twice(x) * x", "twice(x) + x") }),
  "the marked file, in as many characters and at the same time": (p) => {
    const { atime, mtime } = statSync(p.at("src/f.ts"));
    p.write({ "src/f.ts": p.read("src/f.ts").replace("twice(x) * x", "twice(x) + x") });
    utimesSync(p.at("src/f.ts"), atime, mtime);
  },
  "what it calls": (p) => p.write({ "src/helper.ts": "export const twice = (x: number): number => x * x;\n" }),
  "what that imports": (p) => p.write({ "src/two.ts": "export const two = 3;\n" }),
  "global declarations": (p) => p.write({ "src/globals.d.ts": "type Rate = string;\n" }),
  "global declarations in a new file": (p) => p.write({ "src/more.d.ts": "interface Math { cube(x: number): number }\n" }),
  "a marked file that is new": (p) =>
    p.write({
      "src/g.ts": dedent`
        /** @differentiable */
        function g(x: number): number { return x; }
        interface Math { sin(x: string): string }

      `,
    }),
  "a file that is marked now": (p) => p.write({ "src/plain.ts": "/** @differentiable */\nfunction g(x: number): number { return x; }\n" }),
  "the configuration": (p) => p.write({ "tsconfig.json": p.read("tsconfig.json").replace('"types":["*"]', '"types":[],"strict":false') }),
  "what the configuration extends": (p) => p.write({ "base.json": '{ "compilerOptions": { "strict": false } }' }),
  "what it extends in a package": (p) => p.write({ "node_modules/shared-config/tsconfig.json": '{ "compilerOptions": { "module": "nodenext" } }' }),
  "a nearer configuration": (p) => p.write({ "src/tsconfig.json": '{ "compilerOptions": { "strict": false } }' }),
  "the types of a package": (p) => p.write({ "node_modules/units/a.d.ts": "export declare const scale: string;\n" }),
  "what a package exports": (p) => p.write({ "node_modules/units/package.json": '{ "name": "units", "exports": { ".": { "types": "./b.d.ts" } } }' }),
  "a nearer package": (p) =>
    p.write({
      "src/node_modules/units/package.json": '{ "name": "units", "types": "b.d.ts" }',
      "src/node_modules/units/b.d.ts": "export declare const scale: string;\n",
    }),
  "types that appear": (p) =>
    p.write({
      "node_modules/@types/wide/index.d.ts": dedent`
        interface Math { cube(x: number): number }

      `,
      "node_modules/@types/wide/package.json": '{ "name": "@types/wide" }',
    }),
  "a file with a better name": (p) => p.write({ "src/two.d.ts": "export declare const two: string;\n", "src/helper.tsx": "" }),
  "a file that is gone": (p) => rmSync(p.at("src/two.ts")),
  "a gradient that somebody wrote": (p) =>
    p.write({
      "src/f.grad.ts": dedent`
        export const grad_f = (x: number, rate: number) => ({ value: x * rate, dx: rate });

      `,
    }),
  "where a link leads": (p) => {
    p.write({ "elsewhere/two.ts": "export const two = 5;\n" });
    rmSync(p.at("src/two.ts"));
    symlinkSync(p.at("elsewhere/two.ts"), p.at("src/two.ts"));
  },
  "the language's library": (p) =>
    p.write({
      "node_modules/@typescript/lib-es5/index.d.ts": dedent`
        interface Math { sin(x: string): string }

      `,
      "node_modules/@typescript/lib-es5/package.json": '{ "name": "@typescript/lib-es5", "types": "index.d.ts" }',
    }),
};
/** A change of these may leave every gradient as it was. */
const mayBeTheSame = new Set([
  "global declarations in a new file",
  "a marked file that is new",
  "a file that is marked now",
  "types that appear",
  "a file with a better name",
  "a nearer package",
  "the configuration",
  "what the configuration extends",
  "what it extends in a package",
  "a nearer configuration",
  "the language's library",
  "global declarations",
  "what a package exports",
  "the types of a package",
]);

describe("gradients that are kept", () => {
  it("are given again by the next process, and nothing is made", () => {
    const p = project(files);
    const first = build(p);
    expect(first.isKnown).toBe(false);
    expect(texts(first)).toMatchObject([[expect.stringContaining("function grad_f"), []], [expect.stringContaining("function grad_steep"), []]]);
    const second = build(p);
    expect(second.isKnown).toBe(true);
    expect(second.answers).toEqual(JSON.parse(JSON.stringify(first.answers)));
    expect([first.source, second.source]).toEqual([p.at("src/f.ts"), p.at("src/f.ts")]);
  });

  for (const [what, change] of Object.entries(isChanged))
    it(`are made anew when another is ${what}`, () => {
      const p = project(files);
      const before = build(p);
      expect(build(p).isKnown).toBe(true);
      change(p);
      const after = build(p);
      expect(after.isKnown).toBe(false);
      const truth = afresh(p);
      expect(texts(after)).toEqual(texts(truth));
      expect(after.source).toBe(truth.source);
      if (!mayBeTheSame.has(what)) expect(texts(after)).not.toEqual(texts(before));
    });

  it("stay when what changes cannot matter", () => {
    const p = project(files);
    build(p);
    p.write({ "src/plain.ts": "export const plain = 2;\n", "src/style.css": "", "README.md": "other" });
    const now = new Date();
    utimesSync(p.at("src/f.ts"), now, now);
    expect(build(p).isKnown).toBe(true);
  });

  it("are those of one compiler", () => {
    const p = project(files);
    build(p);
    expect(build(p, { identity: "others" }).isKnown).toBe(false);
    expect(build(p).isKnown).toBe(true);
  });

  it("are not given when a dependency changes while the process runs", () => {
    const p = project(files);
    build(p, { names: ["src/helper.ts", "src/f.ts"] });
    const names = ["src/other.ts", "src/f.ts"];
    build(p, { names });
    expect(build(p, { names }).isKnown).toBe(true);
    const changing = build(p, { names, meanwhile: () => p.write({ "src/helper.ts": dedent`
      export const twice = (x: number): number => x ** 3;

    ` }) });
    expect(changing.answers[1]?.code).toContain("** 3");
    // What was made before the change is not kept with what was made after it.
    const next = build(p, { names });
    expect(texts(next)).toEqual(texts({ ...next, answers: [afresh(p).answers[1], afresh(p).answers[0]] }));
  });

  it("leave out what is wrong, which is said each time", () => {
    const p = project({ ...files, "src/f.ts": dedent`
      /** @differentiable */
      export function f(x: number): number { return x * unknownThing(x); }

    ` });
    const [first, second] = [build(p), build(p)];
    expect(first.answers[0]?.diagnostics.length).toBeGreaterThan(0);
    expect(second.isKnown).toBe(false);
    expect(texts(second)).toEqual(texts(first));
  });

  it("repeat their warnings", () => {
    const text = "/** @differentiable wrt x, n */\nexport function f(x: number, n: number): number { return n > 0 ? x * x : x; }\n";
    const p = project({ ...files, "src/f.ts": text });
    const [first, second] = [build(p, { names: ["src/f.ts"] }), build(p, { names: ["src/f.ts"] })];
    expect(first.answers[0]?.diagnostics).toMatchObject([{ category: "warning" }]);
    expect(second.isKnown).toBe(true);
    expect(second.answers[0]?.diagnostics).toEqual(first.answers[0]?.diagnostics);
  });

  it("are ignored, and made again, when their file is damaged", () => {
    const p = project(files);
    const first = build(p);
    const [name = ""] = readdirSync(p.at("kept"));
    const file = p.at(`kept/${name}`);
    const whole = readFileSync(file);
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1]! ^= 1;
    for (const damaged of [whole.subarray(0, whole.length - 7), flipped, Buffer.alloc(0), Buffer.from("{}\n{}")]) {
      writeFileSync(file, damaged);
      const next = build(p);
      expect(next.isKnown).toBe(false);
      expect(texts(next)).toEqual(texts(first));
      expect(build(p).isKnown).toBe(true);
    }
  });

  it("are done without where nothing can be written", () => {
    const p = project(files);
    p.write({ kept: "a file where the folder should be" });
    expect(texts(build(p))).toMatchObject([[expect.stringContaining("grad_f"), []], [expect.stringContaining("grad_steep"), []]]);
    expect(p.read("kept")).toBe("a file where the folder should be");
  });

  it("are kept with the nearest packages", () => {
    const p = project({ "deep/er/a.ts": "", "far/node_modules/units/index.ts": "" });
    const name = "0".repeat(40);
    for (const [from, to] of [["deep/er", "node_modules"], ["far/node_modules/units", "far/node_modules"]] as const) {
      storeFor(p.at(from))?.write(name, from);
      expect(p.read(`${to}/.cache/retrograd/${name}.json`)).toContain(from);
    }
  });

  it("make no project anew that is gone", () => {
    const p = project({ "a.ts": "" });
    const store = storeFor(p.directory);
    rmSync(p.directory, { recursive: true });
    store?.write("0".repeat(40), "late");
    expect(existsSync(p.directory)).toBe(false);
  });

  it("take up no more than their share, and go when they are old", () => {
    const p = project({});
    const store = createStore(p.at("kept"), { largest: 640, sum: 1400, age: 1e9 });
    const name = (n: number): string => n.toString(16).padStart(40, "0");
    for (let n = 0; n < 4; n++) {
      store.write(name(n), "x".repeat(400));
      const time = Date.now() / 1000 - 60 * (4 - n);
      utimesSync(p.at(`kept/${name(n)}.json`), time, time);
    }
    p.write({ "kept/not-ours.json": "{}", [`kept/${name(9)}.0a1b.tmp`]: "left by a process that was killed" });
    for (const file of [`kept/${name(9)}.0a1b.tmp`, "kept/not-ours.json", `kept/${name(3)}.json`]) utimesSync(p.at(file), 1, 1);
    store.write(name(5), "small");
    store.write(name(6), "x".repeat(650));
    expect(readdirSync(p.at("kept")).sort()).toEqual([`${name(1)}.json`, `${name(2)}.json`, `${name(5)}.json`, "not-ours.json"]);
  });
});

describe("gradients that a build keeps", () => {
  const esbuild = `import { build } from "esbuild";
import retrograd from "retrograd/esbuild";
await build({ entryPoints: ["src/other.ts"], bundle: true, format: "esm", outfile: process.argv[2] ?? "out.js", plugins: [retrograd({ cache: process.env.CACHE !== "no" })], logLevel: "silent" });
`;
  const bundled = {
    ...files,
    "esbuild.mjs": esbuild,
    "node_modules/units/package.json": '{ "name": "units", "exports": { ".": { "types": "./a.d.ts", "default": "./a.js" } } }',
    "node_modules/units/a.js": "export const scale = 2;\n",
  };
  const cacheOf = (p: HostProject): string => p.at("node_modules/.cache/retrograd");
  const withEsbuild = (): HostProject => {
    const p = hostProject(bundled, ["esbuild"]);
    made.push(p);
    return p;
  };

  /** Builds, and says whether the compiler was loaded: among what Node has loaded. */
  const bundle = (p: HostProject, env: Readonly<Record<string, string>> = {}): "made" | "known" => {
    rmSync(p.at("loaded"), { recursive: true, force: true });
    expect(p.node(["esbuild.mjs"], { ...env, NODE_V8_COVERAGE: p.at("loaded") })).toEqual({ code: 0, out: "" });
    const loaded = readdirSync(p.at("loaded")).map((name) => p.read(`loaded/${name}`)).join("");
    expect(loaded).toContain("hosts/bundler/plugin.js");
    return loaded.includes("hosts/bundler/inside.js") ? "made" : "known";
  };

  it("are in node_modules/.cache/retrograd, and the compiler is not loaded for them", () => {
    const p = withEsbuild();
    expect(bundle(p, { CACHE: "no" })).toBe("made");
    expect(existsSync(cacheOf(p))).toBe(false);
    const truth = p.read("out.js");
    for (const expected of ["made", "known"]) {
      expect(bundle(p)).toBe(expected);
      expect(p.read("out.js")).toBe(truth);
    }
    expect(readdirSync(cacheOf(p))).toHaveLength(1);
    expect(bundle(p, { CACHE: "no" })).toBe("made");
  });

  it("are whole when several processes write them at once", async () => {
    const p = withEsbuild();
    const run = async (index: number): Promise<number | null> => {
      const child = spawn(process.execPath, ["esbuild.mjs", `out${index}.js`], { cwd: p.directory });
      const [code] = (await once(child, "close")) as [number | null];
      return code;
    };
    expect(await Promise.all([0, 1, 2].map(run))).toEqual([0, 0, 0]);
    expect(readdirSync(cacheOf(p))).toHaveLength(1);
    expect(bundle(p)).toBe("known");
    for (const index of [0, 1, 2]) expect(p.read(`out${index}.js`)).toBe(p.read("out.js"));
  });

  it("serve tspc", () => {
    const p = hostProject({ ...files, "tsconfig.json": tspcConfig() }, ["typescript", "ts-patch"]);
    made.push(p);
    const compile = (): string => {
      rmSync(p.at("out"), { recursive: true, force: true });
      expect(p.node(["node_modules/ts-patch/bin/tspc.js", "-p", "."])).toEqual({ code: 0, out: "" });
      return p.read("out/f.js");
    };
    const truth = compile();
    const [name = ""] = readdirSync(cacheOf(p));
    // An answer that only the cache can have given.
    const [, kept = ""] = p.read(`node_modules/.cache/retrograd/${name}`).split("\n");
    const marked = kept.replaceAll("export function grad_f", "/* kept */ export function grad_f");
    p.write({ [`node_modules/.cache/retrograd/${name}`]: `${createHash("sha1").update(marked).digest("hex")}\n${marked}` });
    expect(compile()).toBe(truth.replace("export function grad_f", "/* kept */ export function grad_f"));
    p.write({ "tsconfig.json": tspcConfig({ cache: false }) });
    expect(compile()).toBe(truth);
    p.write({ "tsconfig.json": tspcConfig(), "src/two.ts": "export const two = 7;\n" });
    expect(compile()).toContain("7");
  });

  it("depend on nothing that is not written down: every question to the disk is", () => {
    const p = withEsbuild();
    p.write({ "all.cjs": everyQuestion });
    const { code, out } = p.node(["all.cjs"]);
    expect(out).toMatch(/^[1-9]\d+ questions, not witnessed: \[\]\n$/);
    expect(code).toBe(0);
  });
});

const tspcConfig = (more: object = {}): string =>
  JSON.stringify({
    extends: ["./base.json"],
    compilerOptions: {
      module: "esnext",
      moduleResolution: "bundler",
      paths: { "@/*": ["./src/*"] },
      types: [],
      rootDir: "src",
      outDir: "out",
      plugins: [{ transform: "retrograd/ts-patch", transformProgram: true, ...more }],
    },
    include: ["src"],
  });

/** Lets all functions that read the disk say for what they are asked while gradients are made. */
const everyQuestion = `const fs = require("node:fs");
const asked = new Set(), witnessed = new Set();
let isOn = false;
for (const [name, read] of Object.entries(fs)) {
  if (!/^(?:l?stat|read|exists|realpath|open|access|opendir)\\w*Sync$/.test(name)) continue;
  const spied = (original) => function (file, ...rest) {
    if (isOn && typeof file !== "number") asked.add(String(file));
    return original.call(fs, file, ...rest);
  };
  fs[name] = Object.assign(spied(read), read.native && { native: spied(read.native) });
}
require("node:module").syncBuiltinESMExports();
(async () => {
  const { createWorkspace } = await import("./node_modules/retrograd/dist/hosts/bundler/inside.js");
  const note = (name) => witnessed.add(name);
  const sources = ({ from }, names) => [...from, ...names, ...names.map((name) => name.replace(/\\/[^/]*$/, ""))].forEach(note);
  const witness = { text: note, stamp: note, tags: note, file: note, directory: note, directories: note, real: note, sources, lost: () => note("lost"), state: () => 0, made() {} };
  const cwd = process.cwd();
  isOn = true;
  const workspace = createWorkspace({ cwd, witness });
  for (const name of ["src/f.ts", "src/other.ts"]) {
    const { diagnostics } = workspace.projectOf(cwd + "/" + name).augment(cwd + "/" + name);
    if (diagnostics.length > 0) throw new Error(diagnostics[0].message);
  }
  workspace.projectOf(cwd + "/src/main.ts").gradientSource("@/f.grad", cwd + "/src/main.ts");
  isOn = false;
  console.log(asked.size + " questions, not witnessed: " + JSON.stringify([...asked].filter((name) => !witnessed.has(name))));
})();
`;
