import ts from "typescript";

/** The declarations of generated functions without their bodies, comments included: `export declare function grad_f(…): …;`. */
export function signatures(text: string): ReadonlyMap<string, string> {
  const file = ts.createSourceFile("generated.ts", text, ts.ScriptTarget.ESNext, false);
  const found = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isFunctionDeclaration(statement) || statement.name === undefined || statement.body === undefined) continue;
    const [doc] = (ts.getLeadingCommentRanges(text, statement.pos) ?? []).slice(-1);
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    const head = text.slice(statement.name.getStart(file), statement.body.pos).trimEnd();
    const comment = doc === undefined ? "" : `${text.slice(doc.pos, doc.end)}\n`;
    found.set(statement.name.text, `${comment}${isExported ? "export " : ""}declare function ${head};`);
  }
  return found;
}
