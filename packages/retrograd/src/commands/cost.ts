import type { CostArguments } from "../arguments.ts";
import type { FunctionReport } from "../compiler.ts";
import { exitCodes } from "../exitCodes.ts";
import { shownName, siblingName } from "../files/names.ts";
import { readIfThere } from "../files/writeAtomic.ts";
import { compileAll } from "../project/compileAll.ts";
import { findSources } from "../project/findSources.ts";
import type { Console } from "../show/console.ts";
import { diagnosticData, showDiagnostics } from "../show/diagnostics.ts";
import { table } from "../show/table.ts";

/** `retrograd cost`: see its help text. Resolves to the exit code. */
export async function cost(args: CostArguments, cwd: string, console: Console): Promise<number> {
  const files = compileAll(findSources(args.globs, cwd), {
    project: args.project,
    cwd,
    targetOf: (fileName) => siblingName(fileName),
    onProgress: (done, all, fileName) =>
      console.progress(`compiling ${done + 1} of ${all}: ${shownName(fileName, cwd)}`),
  });
  console.progress("");
  const diagnostics = files.flatMap((file) => file.compiled.diagnostics);
  const costs = files.flatMap(({ fileName, compiled }) =>
    compiled.functions.map((fn) => ({ file: shownName(fileName, cwd), ...costOf(fn) })),
  );
  if (args.format === "json") {
    console.out(JSON.stringify({ functions: costs, diagnostics: diagnosticData(diagnostics, cwd) }, null, 2));
  } else {
    showDiagnostics(
      diagnostics,
      args.format,
      { cwd, textOf: (fileName) => readIfThere(fileName) ?? undefined },
      console,
    );
    const lines = costs.map((each) => [
      each.file,
      each.function,
      String(each.statementsIn),
      String(each.statementsOut),
      factor(each),
      inWords(each.recorded),
    ]);
    console.out(
      table([["file", "function", "statements", "gradient", "ratio", "recorded"], ...lines], console.colorOut).join(
        "\n",
      ),
    );
  }
  return diagnostics.some((diagnostic) => diagnostic.category === "error") ? exitCodes.diagnostics : exitCodes.fine;
}

interface Cost {
  readonly function: string;
  readonly statementsIn: number;
  readonly statementsOut: number;
  readonly recorded: FunctionReport["recorded"];
}

const costOf = ({ name, statementsIn, statementsOut, recorded }: FunctionReport): Cost => ({
  function: name,
  statementsIn,
  statementsOut,
  recorded,
});

const factor = ({ statementsIn, statementsOut }: Cost): string =>
  statementsIn === 0 ? "" : `${(statementsOut / statementsIn).toFixed(1)}×`;

/** `2 numbers a trip (x, s); 1 number a trip of 2 nested loops (y)`, by how deep in loops they are recorded. */
function inWords(recorded: Cost["recorded"]): string {
  const byDepth = new Map<number, string[]>();
  for (const { name, loops } of recorded) byDepth.set(loops, [...(byDepth.get(loops) ?? []), name]);
  const where = (loops: number): string =>
    loops === 0 ? "once" : loops === 1 ? "a trip" : `a trip of ${loops} nested loops`;
  const parts = [...byDepth]
    .sort(([a], [b]) => a - b)
    .map(
      ([loops, names]) =>
        `${names.length} ${names.length === 1 ? "number" : "numbers"} ${where(loops)} (${names.join(", ")})`,
    );
  return parts.length === 0 ? "nothing" : parts.join("; ");
}
