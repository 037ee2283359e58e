import ts from "typescript";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { finding, type Finding } from "../../diagnostics/diagnostic.ts";
import type { SourceFunction } from "./source.ts";

/**
 * The marked functions that parse. The parser mends what it cannot read, and a gradient of the mended text would be one of
 * something nobody wrote, so the others are reported with the parser's first complaint.
 */
export function withoutSyntaxErrors(
  program: ts.Program,
  sourceFile: ts.SourceFile,
  marked: readonly SourceFunction[],
  report: (finding: Finding) => void,
): readonly SourceFunction[] {
  const errors = program.getSyntacticDiagnostics(sourceFile);
  if (errors.length === 0) return marked;
  return marked.filter(({ name, node }) => {
    const first = errors.find((error) => node.pos <= error.start && error.start <= node.end);
    if (first === undefined) return true;
    const text = ts.flattenDiagnosticMessageText(first.messageText, " ").replace(/\.$/, "");
    // At the end of the text there is nothing to underline; then the last character of the function is shown.
    const start = first.start < sourceFile.text.length ? first.start : Math.max(node.getStart(sourceFile), node.end - 1);
    report(finding(catalogue.syntaxError, { fn: name, text }, { fileName: sourceFile.fileName, start, end: Math.max(start + 1, first.start + first.length) }));
    return false;
  });
}
