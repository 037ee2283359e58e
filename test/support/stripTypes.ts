/**
 * TypeScript to JavaScript by blanking out types: some ten times faster than a transpiler, and every position stays where it was.
 * Handles what numeric programs and generated code are written in; for anything else it returns undefined and the caller transpiles.
 */
import ts from "typescript";

export interface Stripped {
  readonly js: string;
  readonly exported: readonly string[];
  /** Functions of the module, exported or not. */
  readonly functions: readonly string[];
}

export function stripTypes(text: string): Stripped | undefined {
  const file = ts.createSourceFile("program.ts", text, ts.ScriptTarget.ES2022, true);
  const [mistake] = (file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
  if (mistake) {
    const { line } = file.getLineAndCharacterOfPosition(mistake.start);
    throw new SyntaxError(`line ${line + 1} ${JSON.stringify(text.split("\n")[line])}: ${ts.flattenDiagnosticMessageText(mistake.messageText, " ")}`);
  }
  const blanks: [start: number, end: number][] = [];
  const exported: string[] = [];
  const functions: string[] = [];
  let known = true;
  const blank = (start: number, end: number): void => { blanks.push([start, end]); };
  const list = (nodes: ts.NodeArray<ts.Node> | undefined): void => {
    if (nodes) blank(nodes.pos - 1, text.indexOf(">", nodes.end) + 1);
  };
  const annotation = (type: ts.TypeNode | undefined): void => { if (type) blank(type.pos - 1, type.end); };

  const modifiers = (node: ts.Statement & { readonly modifiers?: ts.NodeArray<ts.ModifierLike> }): boolean => {
    for (const m of node.modifiers ?? []) {
      if (m.kind === ts.SyntaxKind.DeclareKeyword) {
        blank(node.getStart(file), node.end);
        return false;
      }
      if (m.kind === ts.SyntaxKind.ExportKeyword) {
        blank(m.getStart(file), m.end);
        if (ts.isFunctionDeclaration(node) && node.name) exported.push(node.name.text);
        if (ts.isVariableStatement(node))
          for (const d of node.declarationList.declarations)
            if (ts.isIdentifier(d.name)) exported.push(d.name.text);
            else known = false;
      } else if (m.kind !== ts.SyntaxKind.AsyncKeyword) known = false;
    }
    return true;
  };

  const visit = (node: ts.Node): void => {
    if (!known) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return blank(node.getStart(file), node.end);
    if (ts.isClassLike(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ||
      ts.isExportAssignment(node) || ts.isTypeAssertionExpression(node) || ts.isImportEqualsDeclaration(node)) {
      known = false;
      return;
    }
    if (ts.isFunctionDeclaration(node) || ts.isVariableStatement(node)) {
      if (!modifiers(node)) return;
      if (ts.isFunctionDeclaration(node)) {
        if (!node.body) return blank(node.getStart(file), node.end);
        if (node.parent === file && node.name) functions.push(node.name.text);
      }
    }
    if (ts.isFunctionLike(node)) {
      list(node.typeParameters);
      annotation(node.type);
      if (node.parameters.some((p) => ts.isIdentifier(p.name) && p.name.text === "this")) known = false;
    }
    if (ts.isParameter(node) || ts.isVariableDeclaration(node)) {
      annotation(node.type);
      const mark = ts.isParameter(node) ? node.questionToken : node.exclamationToken;
      if (mark) blank(mark.getStart(file), mark.end);
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) list(node.typeArguments);
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
      blank(node.expression.end, node.end);
      return visit(node.expression);
    }
    if (ts.isNonNullExpression(node)) blank(node.end - 1, node.end);
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (!known) return undefined;
  let js = "";
  let from = 0;
  for (const [start, end] of blanks.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (start < from) continue;
    js += text.slice(from, start) + text.slice(start, end).replace(/[^\n]/g, " ");
    from = end;
  }
  return { js: js + text.slice(from), exported, functions };
}

/** Code that puts bindings on `exports`, live as in a module. */
export function exportsOf(names: Iterable<string>): string {
  return [...new Set(names)].map((n) => `Object.defineProperty(exports, "${n}", { enumerable: true, configurable: true, get: () => ${n} });`).join("\n");
}
