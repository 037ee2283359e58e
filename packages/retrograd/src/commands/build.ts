import { rmSync } from "node:fs";
import path from "node:path";
import type { BuildArguments } from "../arguments.ts";
import { exitCodes } from "../exitCodes.ts";
import { shownName, siblingName } from "../files/names.ts";
import { readIfThere, writeAtomic } from "../files/writeAtomic.ts";
import { compileAll, type CompiledFile } from "../project/compileAll.ts";
import { findSources } from "../project/findSources.ts";
import { diagnosticAt, siblingCatalogue } from "../sibling/catalogue.ts";
import { format } from "../sibling/format.ts";
import { isGenerated } from "../sibling/header.ts";
import type { Console } from "../show/console.ts";
import type { Diagnostic } from "../compiler.ts";
import { count, diagnosticData, showDiagnostics } from "../show/diagnostics.ts";
import { emit } from "./emit.ts";
import { watch } from "./watch.ts";

/** What one build found out, before anything is written. */
export interface Outcome {
  readonly files: readonly CompiledFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that should exist with these texts, and generated files whose source has no marked function any more (null). */
  readonly outputs: ReadonlyMap<string, string | null>;
}

/** `retrograd build`: see its help text. Resolves to the exit code. */
export async function build(args: BuildArguments, cwd: string, console: Console): Promise<number> {
  if (args.emit !== null) return emit(args, cwd, console);
  if (args.watch) return watch(args, cwd, console, () => buildOnce(args, cwd, console));
  return buildOnce(args, cwd, console);
}

async function buildOnce(args: BuildArguments, cwd: string, console: Console): Promise<number> {
  const outcome = await prepare(args, cwd, console);
  const { written, stale } = args.check ? check(outcome) : write(outcome);
  report(args, outcome, { written, stale }, cwd, console);
  const failed = outcome.diagnostics.some((diagnostic) => diagnostic.category === "error") || stale.length > 0;
  return failed ? exitCodes.diagnostics : exitCodes.fine;
}

/** Compiles and formats everything in memory: nothing is written until all of it is known. */
export async function prepare(args: BuildArguments, cwd: string, console: Console): Promise<Outcome> {
  const sources = findSources(args.globs, cwd);
  const outDir = args.outDir === null ? null : path.resolve(cwd, args.outDir);
  const files = compileAll(sources, {
    project: args.project,
    cwd,
    targetOf: (fileName, { root }) =>
      siblingName(outDir === null ? fileName : path.join(outDir, path.relative(root, fileName))),
    onProgress: (done, all, fileName) =>
      console.progress(`compiling ${done + 1} of ${all}: ${shownName(fileName, cwd)}`),
  });
  const outputs = new Map<string, string | null>();
  const diagnostics = files.flatMap((file) => file.compiled.diagnostics);
  for (const [index, file] of files.entries()) {
    console.progress(`formatting ${index + 1} of ${files.length}: ${shownName(file.fileName, cwd)}`);
    const present = readIfThere(file.target);
    if (present !== null && !isGenerated(present)) {
      if (file.sibling === null) continue;
      const target = shownName(file.target, cwd);
      const { targetTaken: entry } = siblingCatalogue;
      diagnostics.push(
        diagnosticAt(
          { fileName: file.fileName, text: file.text, start: 0, end: 0 },
          { ...entry, message: entry.message({ target }), help: entry.help({ target }) },
        ),
      );
    } else if (file.sibling !== null) {
      outputs.set(file.target, await format(file.sibling.text, file.target));
    } else if (present !== null) {
      outputs.set(file.target, null);
    }
  }
  console.progress("");
  return { files, diagnostics, outputs };
}

interface Changes {
  readonly written: readonly string[];
  readonly stale: readonly string[];
}

function write({ outputs }: Outcome): Changes {
  const written: string[] = [];
  for (const [target, text] of outputs) {
    if (text === null) rmSync(target, { force: true });
    if (text === null || writeAtomic(target, text)) written.push(target);
  }
  return { written, stale: [] };
}

/** Compares whole files, not the hash of the header: a gradient also changes with the helpers it calls in other files. */
function check({ outputs }: Outcome): Changes {
  return {
    written: [],
    stale: [...outputs].filter(([target, text]) => readIfThere(target) !== text).map(([target]) => target),
  };
}

function report(
  args: BuildArguments,
  outcome: Outcome,
  { written, stale }: Changes,
  cwd: string,
  console: Console,
): void {
  const textOf = (fileName: string): string | undefined =>
    outcome.files.find((file) => file.fileName === fileName)?.text ?? readIfThere(fileName) ?? undefined;
  const shown = (names: readonly string[]): readonly string[] => names.map((name) => shownName(name, cwd));
  if (args.format === "json") {
    const files = [...outcome.outputs.keys()];
    console.out(
      JSON.stringify(
        {
          diagnostics: diagnosticData(outcome.diagnostics, cwd),
          files: shown(files),
          written: shown(written),
          stale: shown(stale),
        },
        null,
        2,
      ),
    );
    return;
  }
  showDiagnostics(outcome.diagnostics, args.format, { cwd, textOf }, console);
  for (const name of shown(stale)) {
    if (args.format === "github") console.out(`::error file=${name}::${name} is not what retrograd build would write`);
    else console.error(`stale: ${name}`);
  }
  for (const name of shown(written))
    console.out(`${outcome.outputs.get(path.resolve(cwd, name)) === null ? "removed" : "wrote"} ${name}`);
  const gradients = outcome.files.reduce((sum, file) => sum + file.compiled.functions.length, 0);
  const state = args.check
    ? stale.length === 0
      ? "everything is up to date"
      : `${count(stale.length, "file")} out of date: run retrograd build`
    : `${written.length === 0 ? "nothing" : count(written.length, "file")} changed`;
  console.out(`${count(gradients, "gradient")} of ${count(outcome.files.length, "source file")}, ${state}`);
}
