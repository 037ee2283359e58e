import type { Format } from "../arguments.ts";
import { shownName } from "../files/names.ts";
import type { Console } from "./console.ts";
import { codeFrame, type Diagnostic } from "../compiler.ts";

/** What showing diagnostics needs to know of the files. */
export interface Texts {
  readonly cwd: string;
  textOf(fileName: string): string | undefined;
}

/**
 * Shows diagnostics: code frames on standard error (`text`), or annotations on standard output (`github`).
 * For `json` nothing is written here: the command puts them into the one document it prints.
 */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: Format,
  texts: Texts,
  console: Console,
): void {
  for (const diagnostic of diagnostics) {
    const shown = { ...diagnostic, fileName: shownName(diagnostic.fileName, texts.cwd) };
    if (format === "github") console.out(githubAnnotation(shown));
    else if (format === "text")
      console.error(codeFrame(shown, texts.textOf(diagnostic.fileName) ?? "", { color: console.colorError }));
  }
  if (format !== "text" || diagnostics.length === 0) return;
  const errors = diagnostics.filter((diagnostic) => diagnostic.category === "error").length;
  const warnings = diagnostics.length - errors;
  console.error(
    [errors > 0 ? count(errors, "error") : "", warnings > 0 ? count(warnings, "warning") : ""]
      .filter((part) => part !== "")
      .join(", "),
  );
}

/** Diagnostics as data, with the file names people see. */
export function diagnosticData(diagnostics: readonly Diagnostic[], cwd: string): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => ({ ...diagnostic, fileName: shownName(diagnostic.fileName, cwd) }));
}

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** A workflow command of GitHub Actions; its syntax needs `%`, line ends and, in properties, `:` and `,` escaped. */
function githubAnnotation(diagnostic: Diagnostic): string {
  const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const { category, fileName, line, column, code, message, help } = diagnostic;
  const place = `file=${property(fileName)},line=${line},col=${column},title=${property(`retrograd ${code}`)}`;
  return `::${category} ${place}::${data(help === "" ? message : `${message}\nhelp: ${help}`)}`;
}
