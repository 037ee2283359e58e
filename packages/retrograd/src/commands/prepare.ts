import path from "node:path";
import type { BuildArguments } from "../arguments.ts";
import type { Diagnostic } from "../compiler.ts";
import { shownName, siblingName } from "../files/names.ts";
import { readIfThere } from "../files/writeAtomic.ts";
import { compileAll, type CompiledFile } from "../project/compileAll.ts";
import { findSources } from "../project/findSources.ts";
import type { Console } from "../show/console.ts";
import { diagnosticAt, siblingCatalogue } from "../sibling/catalogue.ts";
import { format } from "../sibling/format.ts";
import { isGenerated } from "../sibling/header.ts";

/** What one build found out, before anything is written. */
export interface Outcome {
  readonly files: readonly CompiledFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that should exist with these texts, and generated files whose source has no marked function any more (null). */
  readonly outputs: ReadonlyMap<string, string | null>;
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
