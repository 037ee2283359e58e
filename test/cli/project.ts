import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = path.join(root, "packages/retrograd/bin/retrograd.mjs");

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A directory with files, and the built command line to run in it. */
export interface Project {
  readonly directory: string;
  write(files: Readonly<Record<string, string>>): void;
  read(name: string): string;
  exists(name: string): boolean;
  /** All files below it, sorted. */
  files(): readonly string[];
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Result;
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
  /** Type-checks with the project's own tsconfig; the compiler's output. */
  typeCheck(): Result;
  /** Evaluates an expression of the modules, transpiled: `await import("./f.grad.js")`. */
  evaluate(entry: string): string;
  remove(): void;
}

/** The strictest flags DESIGN.md promises to pass. */
export const strictest = JSON.stringify({
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    declaration: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    rootDir: ".",
    outDir: "dist",
  },
  exclude: ["dist"],
});

export function project(files: Readonly<Record<string, string>>): Project {
  requireFreshBuild();
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), "retrograd-test-")));
  const at = (name: string): string => path.join(directory, name);
  const environment = (env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
    const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env;
    return { ...rest, ...env };
  };
  const execute = (args: readonly string[], env?: Readonly<Record<string, string>>): Result => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: "utf8", env: environment(env) });
    return { code: status, out: stdout, error: stderr };
  };
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const self: Project = {
    directory,
    write(texts) {
      for (const [name, text] of Object.entries(texts)) {
        mkdirSync(path.dirname(at(name)), { recursive: true });
        writeFileSync(at(name), text);
      }
    },
    read: (name) => readFileSync(at(name), "utf8"),
    exists: (name) => existsSync(at(name)),
    files: () => listFiles(directory, ""),
    run: (args, env) => execute([binary, ...args], env),
    start: (args) => spawn(process.execPath, [binary, ...args], { cwd: directory, env: environment() }),
    typeCheck: () => execute([tsc, "--noEmit", "-p", directory]),
    evaluate(entry) {
      const compiled = execute([tsc, "-p", directory]);
      if (compiled.code !== 0) throw new Error(compiled.out);
      const ran = execute(["--input-type=module", "-e", entry]);
      if (ran.code !== 0) throw new Error(ran.error);
      return ran.out.trim();
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  self.write({ "package.json": '{ "type": "module" }', "tsconfig.json": strictest, ...files });
  mkdirSync(at("node_modules/@retrograd"), { recursive: true });
  symlinkSync(path.join(root, "packages/runtime"), at("node_modules/@retrograd/runtime"), "dir");
  return self;
}

function listFiles(directory: string, below: string): readonly string[] {
  return readdirSync(path.join(directory, below), { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules")
    .flatMap((entry) => (entry.isDirectory() ? listFiles(directory, path.join(below, entry.name)) : [path.join(below, entry.name)]))
    .sort();
}

/** These tests run the build output, because that is what users run; a stale one would test yesterday's program. */
function requireFreshBuild(): void {
  for (const name of ["packages/retrograd", "packages/transformer"]) {
    const built = path.join(root, name, "dist");
    const newest = (directory: string): number =>
      Math.max(...readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts")).map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs));
    if (!existsSync(built) || newest(built) < newest(path.join(root, name, "src"))) throw new Error(`${name}/dist is older than its sources: run \`npm run build\` first`);
  }
}
