import path from "node:path";
import { codeFrame, type Diagnostic } from "../../compiler.ts";
import { shownName } from "../../files/names.ts";

/** A problem in the form that bundlers of Rollup's family show with file, line and frame; the others print its message. */
export interface Problem {
  readonly name: string;
  readonly message: string;
  readonly id: string;
  readonly loc: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame: string;
}

/** Diagnostics as one problem, which stands at the first; undefined if there are none. */
export function problemOf(
  diagnostics: readonly Diagnostic[],
  textOf: (fileName: string) => string,
  cwd: string,
): Problem | undefined {
  const [first, ...rest] = diagnostics;
  if (first === undefined) return undefined;
  const shown = (diagnostic: Diagnostic): string =>
    codeFrame({ ...diagnostic, fileName: shownName(diagnostic.fileName, cwd) }, textOf(diagnostic.fileName), {
      color: false,
    });
  const help = first.help === "" ? "" : `\nhelp: ${first.help}`;
  const others = rest.map((diagnostic) => `\n\n${shown(diagnostic)}`).join("");
  return {
    name: "RetrogradError",
    message: `${first.code} ${first.message}${help}${others}`,
    id: path.normalize(first.fileName),
    loc: { file: first.fileName, line: first.line, column: first.column - 1 },
    frame: drawn(shown(first)),
  };
}

/** For hosts that print nothing but the message: everything in one text. */
export function asText({ message, loc, frame }: Problem, cwd: string): string {
  return `${shownName(loc.file, cwd)}:${loc.line}:${loc.column + 1} ${message}\n\n${frame}`;
}

/** The lines of code of a frame, without what is said above and below them. */
function drawn(frame: string): string {
  return frame
    .split("\n")
    .filter((line) => /^[> ] +\d* *\|/.test(line))
    .join("\n");
}
