import type { Diagnostic, Finding } from "./diagnostic.ts";
import { familyOfCode } from "./entry.ts";

/** Collects findings of one compilation. */
export interface Reporter {
  readonly report: (finding: Finding) => void;
  /** Everything reported, by file, then position, then code; nothing twice. */
  readonly diagnostics: () => readonly Diagnostic[];
  /** The number of errors so far, so that a caller can tell whether a step added one. */
  readonly errorCount: () => number;
}

/** Offsets at which the lines of a text begin: TypeScript's four line ends, so that positions agree with its own. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  const end = /\r\n|[\n\r\u2028\u2029]/g;
  for (let match = end.exec(text); match !== null; match = end.exec(text)) starts.push(end.lastIndex);
  return starts;
}

/** The line and column of an offset, both from 1. */
export function lineAndColumn(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/**
 * A reporter. `textOf` gives the text of a file a finding points into; a place outside it is moved to its nearest end,
 * and a file without text counts as one empty line, because a message with a poor position is better than none.
 */
export function createReporter(textOf: (fileName: string) => string | undefined): Reporter {
  const found = new Map<string, Diagnostic>();
  const startsOf = new Map<string, { readonly starts: readonly number[]; readonly length: number }>();
  let errors = 0;

  const linesOf = (fileName: string): { readonly starts: readonly number[]; readonly length: number } => {
    const known = startsOf.get(fileName);
    if (known !== undefined) return known;
    const text = textOf(fileName) ?? "";
    const lines = { starts: lineStarts(text), length: text.length };
    startsOf.set(fileName, lines);
    return lines;
  };

  const report = (finding: Finding): void => {
    const { starts, length } = linesOf(finding.loc.fileName);
    const start = Math.min(Math.max(0, finding.loc.start), length);
    const end = Math.min(Math.max(start, finding.loc.end), length);
    // The same construct is lowered once for each function that inlines it: only the chain of calls would differ.
    const key = JSON.stringify([finding.loc.fileName, start, end, finding.code]);
    const category = familyOfCode(finding.code) === "doubt" ? "warning" : "error";
    if (category === "error") errors++; // counted although seen before: the function at hand fails all the same
    if (found.has(key)) return;
    found.set(key, {
      code: finding.code, category, message: finding.message, help: finding.help,
      fileName: finding.loc.fileName, ...lineAndColumn(starts, start), start, length: end - start,
    });
  };

  const diagnostics = (): readonly Diagnostic[] =>
    [...found.values()].sort((a, b) => compare(a.fileName, b.fileName) || a.start - b.start || a.length - b.length || compare(a.code, b.code));

  return { report, diagnostics, errorCount: () => errors };
}

/** Code-unit order: the same on every machine, unlike localeCompare. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
