import { rmSync } from "node:fs";
import path from "node:path";
import type { BuildArguments } from "../arguments.ts";
import { exitCodes } from "../exitCodes.ts";
import { shownName } from "../files/names.ts";
import { readIfThere, writeAtomic } from "../files/writeAtomic.ts";
import type { Console } from "../show/console.ts";
import { count, diagnosticData, showDiagnostics } from "../show/diagnostics.ts";
import { emit } from "./emit.ts";
import { prepare, type Outcome } from "./prepare.ts";
import { watch } from "./watch.ts";

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
