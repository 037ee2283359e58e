import type { Diagnostic } from "./diagnostic.ts";
import { lineStarts } from "./reporter.ts";

/** How a frame is drawn. `color` is the caller's decision: false for NO_COLOR, a pipe or a log. */
export interface FrameOptions { readonly color: boolean }

/**
 * A diagnostic for the terminal: place, message, the line with its neighbours and a mark under what was found, help.
 *
 *     f.ts:3:10 error RG2001
 *     Not supported: `parseFloat` has neither a body to differentiate nor a derivative rule
 *
 *       2 | export function f(x: number): number {
 *     > 3 |   return parseFloat(String(x));
 *         |          ^^^^^^^^^^^^^^^^^^^^^
 *       4 | }
 *
 *     help: write `parseFloat` as …
 */
export function codeFrame(diagnostic: Diagnostic, sourceText: string, { color }: FrameOptions): string {
  const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const tint = diagnostic.category === "error" ? red : yellow;
  const head = `${paint(cyan, `${diagnostic.fileName}:${diagnostic.line}:${diagnostic.column}`)} ${paint(tint, diagnostic.category)} ${paint(dim, diagnostic.code)}`;

  const lines = linesOf(sourceText);
  const first = Math.max(1, diagnostic.line - 1);
  const last = Math.min(lines.length, diagnostic.line + 1);
  const width = String(last).length;
  const drawn: string[] = [];
  for (let number = first; number <= last; number++) {
    const here = number === diagnostic.line;
    const line = window(lines[number - 1] ?? "", here ? diagnostic.column : 1);
    // A tab keeps its place in the line of the mark too, so that the two stay aligned whatever its width.
    drawn.push(`${here ? paint(tint, ">") : " "} ${paint(dim, `${String(number).padStart(width)} |`)}${line.text === "" ? "" : ` ${line.text}`}`);
    if (!here) continue;
    const before = line.text.slice(0, line.column - 1).replace(/[^\t]/g, " ");
    const length = Math.max(1, Math.min(diagnostic.length, line.text.length - line.column + 1));
    drawn.push(`  ${paint(dim, `${" ".repeat(width)} |`)} ${before}${paint(tint, "^".repeat(length))}`);
  }
  const help = diagnostic.help === "" ? [] : ["", `${paint(cyan, "help:")} ${diagnostic.help}`];
  return [head, diagnostic.message, "", ...drawn, ...help, ""].join("\n");
}

const red = 31;
const yellow = 33;
const cyan = 36;
const dim = 2;

/** A line may be a whole bundled program; this much around the place is shown. */
const widest = 160;

function window(line: string, column: number): { readonly text: string; readonly column: number } {
  if (line.length <= widest) return { text: line, column };
  const from = Math.max(0, Math.min(column - 1 - 40, line.length - widest));
  return { text: line.slice(from, from + widest), column: column - from };
}

function linesOf(text: string): readonly string[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length).replace(/[\r\n\u2028\u2029]+$/, ""));
}
