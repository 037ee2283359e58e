import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { main } from "../../packages/retrograd/src/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = path.join(root, "packages/retrograd/bin/retrograd.mjs");

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A directory with files, and the command line to run in it. */
export interface Project {
  readonly directory: string;
  write(files: Readonly<Record<string, string>>): void;
  read(name: string): string;
  exists(name: string): boolean;
  /** All files below it, sorted. */
  files(): readonly string[];
  /** Runs the command line in this process, from its sources. */
  run(args: readonly string[]): Promise<Result>;
  /** Runs the built program, as users do. */
  spawn(args: readonly string[], env?: Readonly<Record<string, string>>): Result;
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
  /** What the compiler says about all files under the project's own tsconfig. */
  typeErrors(): readonly string[];
  /** A module of the project, compiled and loaded. */
  load(name: string): Promise<Record<string, (...args: readonly unknown[]) => unknown>>;
  remove(): void;
}

/** The strictest flags DESIGN.md promises to pass. */
const strictest = {
  compilerOptions: {
    target: "es2022",
    lib: ["es2022"],
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
};

const globals = "declare const console: { log(...data: readonly unknown[]): void };\n";

export function project(texts: Readonly<Record<string, string>>): Project {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), "retrograd-test-")));
  const at = (name: string): string => path.join(directory, name);
  const environment = (env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
    const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env;
    return { ...rest, ...env };
  };
  const self: Project = {
    directory,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(at(name)), { recursive: true });
        writeFileSync(at(name), text);
      }
    },
    read: (name) => readFileSync(at(name), "utf8"),
    exists: (name) => existsSync(at(name)),
    files: () => listFiles(directory, ""),
    async run(args) {
      const written = { out: "", error: "" };
      const to = (stream: "out" | "error") => (text: string) => {
        written[stream] += text.endsWith("\n") ? text : `${text}\n`;
      };
      const console = { out: to("out"), error: to("error"), progress: () => {}, colorOut: false, colorError: false };
      return { code: await main(args, console, directory), ...written };
    },
    spawn(args, env) {
      requireFreshBuild();
      const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
        cwd: directory,
        encoding: "utf8",
        env: environment(env),
      });
      return { code: status, out: stdout, error: stderr };
    },
    start(args) {
      requireFreshBuild();
      return spawn(process.execPath, [binary, ...args], { cwd: directory, env: environment() });
    },
    typeErrors: () => compile(directory).errors,
    async load(name) {
      const { errors, program } = compile(directory);
      if (errors.length > 0) throw new Error(errors.join("\n"));
      program.emit();
      return (await import(/* @vite-ignore */ pathToFileURL(at(`dist/${name}`)).href)) as Awaited<
        ReturnType<Project["load"]>
      >; // its exports are what the test asks for
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
  self.write({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify(strictest),
    "globals.d.ts": globals,
    ...texts,
  });
  return self;
}

function listFiles(directory: string, below: string): readonly string[] {
  return readdirSync(path.join(directory, below), { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? listFiles(directory, path.join(below, entry.name)) : [path.join(below, entry.name)],
    )
    .sort();
}

/** Parsed once: most of the time of a check goes there. */
const libraries = new Map<string, ts.SourceFile | undefined>();

function compile(directory: string): { readonly errors: readonly string[]; readonly program: ts.Program } {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(directory, "tsconfig.json"),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  if (config === undefined) throw new Error("no tsconfig.json");
  const host = ts.createCompilerHost(config.options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    if (!name.includes("/typescript/lib/")) return getSourceFile(name, ...rest);
    if (!libraries.has(name)) libraries.set(name, getSourceFile(name, ...rest));
    return libraries.get(name);
  };
  const program = ts.createProgram({ rootNames: config.fileNames, options: config.options, host });
  const errors = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    return file === undefined
      ? message
      : `${path.relative(directory, file.fileName)}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1} ${message}`;
  });
  return { errors, program };
}

/**
 * Spawned tests run the build output, because that is what users run; a stale one would test yesterday's program. `also`: other packages whose code
 * it holds a copy of.
 */
export function requireFreshBuild(...also: readonly string[]): void {
  const newest = (directory: string): number =>
    Math.max(
      ...readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
        .map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
    );
  const directory = path.join(root, "packages/retrograd");
  if (
    !existsSync(path.join(directory, "dist")) ||
    ["retrograd", ...also].some((name) => newest(path.join(directory, "dist")) < newest(path.join(root, "packages", name, "src")))
  ) {
    throw new Error("packages/retrograd/dist is older than its sources: run `npx pnpm run build` first");
  }
}
