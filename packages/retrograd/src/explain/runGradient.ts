import { existsSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { compile } from "../compiler.ts";
import { siblingName } from "../files/names.ts";
import type { Job, RunResult } from "./record.ts";

/** The modules a run needs, as CommonJS texts. */
export interface Modules {
  readonly modules: ReadonlyMap<string, string>;
  readonly resolutions: ReadonlyMap<string, string>;
}

/**
 * The entry and every file of the program that it imports, directly or not, each with its gradients at its end, so that an
 * import of `./g.grad.js` is answered by `g` itself. Packages are left to the loader.
 */
export function prepareModules(program: ts.Program, entry: string, entryText: string): Modules {
  const modules = new Map<string, string>();
  const resolutions = new Map<string, string>();
  const options = program.getCompilerOptions();
  const queue = [entry];
  for (let fileName = queue.pop(); fileName !== undefined; fileName = queue.pop()) {
    const sourceFile = program.getSourceFile(fileName);
    if (modules.has(fileName) || sourceFile === undefined) continue;
    const text = fileName === entry ? entryText : compile(program, sourceFile).code;
    modules.set(fileName, transpile(text, fileName));
    for (const { fileName: specifier } of ts.preProcessFile(text, true, true).importedFiles) {
      const target = sourceOf(specifier, fileName, program, options);
      if (target === undefined) continue;
      resolutions.set(`${fileName}\0${specifier}`, target);
      queue.push(target);
    }
  }
  return { modules, resolutions };
}

function sourceOf(
  specifier: string,
  from: string,
  program: ts.Program,
  options: ts.CompilerOptions,
): string | undefined {
  if (specifier.startsWith(".")) {
    const stem = path.resolve(path.dirname(from), specifier).replace(/\.[cm]?[jt]s$/, "");
    const marked = program
      .getSourceFiles()
      .find((file) => siblingName(file.fileName).replace(/\.[cm]?ts$/, "") === stem);
    if (marked !== undefined && stem.endsWith(".grad")) return marked.fileName;
  }
  const resolved = ts.resolveModuleName(specifier, from, options, ts.sys).resolvedModule;
  if (
    resolved === undefined ||
    resolved.isExternalLibraryImport === true ||
    /\.d\.[cm]?ts$/.test(resolved.resolvedFileName)
  )
    return undefined;
  return program.getSourceFile(resolved.resolvedFileName)?.fileName;
}

function transpile(text: string, fileName: string): string {
  // Not under the file's own name: `.mts` would stay an ES module whatever the options say.
  const compilerOptions: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
    jsx: ts.JsxEmit.React,
  };
  return ts.transpileModule(text, {
    fileName: path.basename(fileName).replace(/\.[cm]?([jt]sx?)$/, ".$1"),
    compilerOptions,
  }).outputText;
}

/** Runs the job in a thread of its own; one that does not end in time is stopped. */
export function runGradient(job: Job, timeoutSeconds: number): Promise<RunResult> {
  const beside = new URL("./worker.js", import.meta.url);
  // Run from its sources (as tests do) there is only the built one: a thread cannot load TypeScript.
  const source = existsSync(beside) ? beside : new URL("../../dist/explain/worker.js", import.meta.url);
  const worker = new Worker(source, { workerData: job, stdout: true, stderr: true });
  return new Promise((resolve) => {
    const finish = (result: RunResult): void => {
      clearTimeout(timer);
      resolve(result);
      void worker.terminate();
    };
    const timer = setTimeout(
      () => finish({ kind: "threw", message: `stopped after ${timeoutSeconds} s; --timeout allows more` }),
      timeoutSeconds * 1000,
    );
    worker.once("message", (result: RunResult) => finish(result));
    worker.once("error", (error) => finish({ kind: "threw", message: error.message }));
    worker.once("exit", () => finish({ kind: "threw", message: "the run ended without a result" }));
  });
}
