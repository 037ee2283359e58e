import type ts from "typescript";
import type { Place } from "../../diagnostics/diagnostic.ts";

/** Where a node stands, without the comments before it. */
export function placeOf(node: ts.Node): Place {
  const sourceFile = node.getSourceFile();
  return { fileName: sourceFile.fileName, start: node.getStart(sourceFile), end: node.end };
}
