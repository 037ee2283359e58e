/** Limits on what is read, so that every text has an answer, and soon: parser, checker and our own lowering call themselves once a level. */
import ts from "typescript";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { finding, type Finding } from "../../diagnostics/diagnostic.ts";
import { createProgramForText, type SourceProgram } from "../programs/program.ts";
import type { SourceFunction } from "../programs/source.ts";

/**
 * Levels of nesting in a function; `a + b + c` has two. The compiler's checker takes time with the square of it (1000 levels 0.1 s,
 * 8000 levels 2 s), and the stack of calls ends at a few thousand.
 */
export const deepest = 1000;

/** The program of a text, or null if it is nested so deep that it cannot even be parsed; then its first tag is reported. */
export function openText(text: string, fileName: string, report: (finding: Finding) => void): SourceProgram | null {
  try {
    return createProgramForText(text, fileName);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const tag = /@\s?d\w+/i.exec(text);
    if (tag !== null)
      report(finding(catalogue.tooDeep, { what: `\`${fileName}\``, limit: deepest }, { fileName, start: tag.index, end: tag.index + tag[0].length }));
    return null;
  }
}

/** The marked functions within the limit; the others are reported. */
export function withinDepth(marked: readonly SourceFunction[], report: (finding: Finding) => void): readonly SourceFunction[] {
  return marked.filter(({ name, node, sourceFile }) => {
    const deep = firstBelow(node, deepest);
    if (deep === undefined) return true;
    const start = deep.getStart(sourceFile);
    report(finding(catalogue.tooDeep, { what: `\`${name}\``, limit: deepest }, { fileName: sourceFile.fileName, start, end: Math.max(deep.end, start + 1) }));
    return false;
  });
}

/** The first node more than `limit` levels down. With a stack of its own, for the reason it is asked. */
function firstBelow(root: ts.Node, limit: number): ts.Node | undefined {
  const waiting: { readonly node: ts.Node; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    if (depth > limit) return node;
    ts.forEachChild(node, (child) => void waiting.push({ node: child, depth: depth + 1 }));
  }
  return undefined;
}
