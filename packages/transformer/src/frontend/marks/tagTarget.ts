/** What a tag stands on: climbs from the token after the comment to the declaration that begins there. */
import ts from "typescript";
import type { FunctionNode } from "../programs/source.ts";

export type TagTarget =
  /** A function of the module that may be marked. `name` is null for an anonymous default export. */
  | { readonly kind: "function"; readonly name: string | null; readonly node: FunctionNode; readonly exported: boolean }
  | { readonly kind: "signature"; readonly what: string; readonly name: string; readonly node: ts.Node }
  | { readonly kind: "member"; readonly what: string; readonly name: string; readonly node: ts.Node }
  | { readonly kind: "inner"; readonly name: string; readonly outer: string; readonly node: ts.Node }
  | { readonly kind: "variable"; readonly name: string; readonly keyword: string; readonly node: ts.Node }
  | { readonly kind: "many"; readonly names: readonly string[]; readonly node: ts.Node }
  /** Anything else that has a beginning; `loop` for the statements `@checkpoint` is for. */
  | { readonly kind: "other"; readonly what: string; readonly loop: boolean; readonly node: ts.Node }
  | { readonly kind: "nothing"; readonly node: ts.Node };

/** Is it something that could be called, so that a tag above it was surely meant for it? */
export function isCallable(target: TagTarget): boolean {
  return target.kind === "function" || target.kind === "signature" || target.kind === "member" || target.kind === "inner" || target.kind === "variable";
}

/** The target of a tag in a comment before this token. */
export function tagTarget(token: ts.Node, sourceFile: ts.SourceFile): TagTarget {
  const start = token.getStart(sourceFile);
  let other: TagTarget | null = null;
  for (let node: ts.Node = token; !ts.isSourceFile(node); node = node.parent) {
    const target = declaration(node, start, sourceFile);
    if (target !== null) return target;
    if (node.getStart(sourceFile) === start && (ts.isStatement(node) || ts.isTypeElement(node) || ts.isParameter(node))) {
      other = { kind: "other", what: statementName(node), loop: ts.isIterationStatement(node, true), node };
    } else if (other === null && node.getStart(sourceFile) === start && ts.isExpression(node) && node !== token) {
      other = { kind: "other", what: "an expression", loop: false, node };
    }
    // Past the declaration that surrounds the comment, nothing begins here any more.
    if (ts.isBlock(node) || ts.isClassLike(node)) break;
  }
  return other ?? { kind: "nothing", node: token };
}

function declaration(node: ts.Node, start: number, sourceFile: ts.SourceFile): TagTarget | null {
  const begins = (other: ts.Node): boolean => other.getStart(sourceFile) === start;
  if (ts.isFunctionDeclaration(node) && start <= (node.name ?? node.parameters[0] ?? node).getStart(sourceFile))
    return functionTarget(node.name?.text ?? null, node, node, sourceFile);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return begins(node) ? expressionTarget(node, sourceFile) : null;
  if (ts.isVariableStatement(node) && start <= (node.declarationList.declarations[0] ?? node).getStart(sourceFile)) return variableTarget(node, sourceFile);
  if (ts.isExportAssignment(node) && begins(node)) {
    const value = unwrap(node.expression);
    return isFunctionExpression(value) ? { kind: "function", name: null, node: value, exported: true } : null;
  }
  if (ts.isClassElement(node) && headOf(node, start, sourceFile)) return { kind: "member", what: memberName(node), name: nameText(node, sourceFile), node };
  if (ts.isObjectLiteralElementLike(node) && begins(node)) return { kind: "member", what: memberName(node), name: nameText(node, sourceFile), node };
  if ((ts.isMethodSignature(node) || ts.isPropertySignature(node)) && begins(node))
    return { kind: "member", what: "declared member", name: nameText(node, sourceFile), node };
  if (ts.isClassDeclaration(node) && headOf(node, start, sourceFile)) return { kind: "member", what: "class", name: node.name?.text ?? "(anonymous)", node };
  return null;
}

/** Does the token stand among the modifiers of a member, or is it the first of its name? */
function headOf(node: ts.ClassElement | ts.ClassDeclaration, start: number, sourceFile: ts.SourceFile): boolean {
  const head = node.name ?? node;
  return node.getStart(sourceFile) <= start && start <= Math.max(head.getStart(sourceFile), node.getStart(sourceFile));
}

function functionTarget(name: string | null, node: FunctionNode, statement: ts.Node, sourceFile: ts.SourceFile): TagTarget {
  if (!ts.isSourceFile(statement.parent)) return { kind: "inner", name: name ?? "(anonymous)", outer: surroundings(statement, sourceFile), node: statement };
  if (node.body === undefined) {
    const what =
      ts.getCombinedModifierFlags(node as ts.FunctionDeclaration) & ts.ModifierFlags.Ambient || sourceFile.isDeclarationFile
        ? "an ambient declaration"
        : "an overload";
    return { kind: "signature", what, name: name ?? "(anonymous)", node };
  }
  return { kind: "function", name, node, exported: hasExport(statement) || (name !== null && isExportedByName(name, sourceFile)) };
}

function variableTarget(statement: ts.VariableStatement, sourceFile: ts.SourceFile): TagTarget {
  const { declarations, flags } = statement.declarationList;
  const [first] = declarations;
  if (first === undefined) return { kind: "nothing", node: statement };
  const ambient = statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) === true || sourceFile.isDeclarationFile;
  const name = ts.isIdentifier(first.name) ? first.name.text : first.name.getText(sourceFile);
  if (ambient) return { kind: "signature", what: "an ambient declaration", name, node: statement };
  const value = first.initializer === undefined ? undefined : unwrap(first.initializer);
  if (declarations.length > 1) return { kind: "many", names: declarations.map((each) => each.name.getText(sourceFile)), node: statement };
  if (value === undefined || !isFunctionExpression(value) || !ts.isIdentifier(first.name)) {
    const holds = value !== undefined && ts.isCallExpression(value) ? ", which holds the result of a call" : ", which holds no function";
    return { kind: "other", what: `\`${shorten(name)}\`${holds}`, loop: false, node: statement };
  }
  if (!ts.isSourceFile(statement.parent)) return { kind: "inner", name, outer: surroundings(statement, sourceFile), node: statement };
  if ((flags & ts.NodeFlags.Const) === 0) return { kind: "variable", name, keyword: (flags & ts.NodeFlags.Let) !== 0 ? "let" : "var", node: statement };
  return { kind: "function", name, node: value, exported: hasExport(statement) || isExportedByName(name, sourceFile) };
}

/** A function as an expression: marked at its own beginning, `const f = /** @differentiable *\/ (x) => …`. */
function expressionTarget(node: ts.ArrowFunction | ts.FunctionExpression, sourceFile: ts.SourceFile): TagTarget {
  let outer: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(outer) || ts.isAsExpression(outer) || ts.isSatisfiesExpression(outer)) outer = outer.parent;
  if (ts.isVariableDeclaration(outer) && ts.isVariableDeclarationList(outer.parent) && ts.isVariableStatement(outer.parent.parent))
    return variableTarget(outer.parent.parent, sourceFile);
  if (ts.isExportAssignment(outer)) return { kind: "function", name: null, node, exported: true };
  if (ts.isPropertyAssignment(outer) || ts.isPropertyDeclaration(outer))
    return { kind: "member", what: memberName(outer), name: nameText(outer, sourceFile), node: outer };
  const name = ts.isFunctionExpression(node) && node.name !== undefined ? node.name.text : "a function without a name";
  return { kind: "inner", name, outer: surroundings(node, sourceFile), node };
}

function isFunctionExpression(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** The expression inside parentheses and type assertions. */
function unwrap(node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner)) inner = inner.expression;
  return inner;
}

function hasExport(statement: ts.Node): boolean {
  return ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** `export { f }`, `export { f as g }`, `export default f`. */
function isExportedByName(name: string, sourceFile: ts.SourceFile): boolean {
  return sourceFile.statements.some((statement) =>
    ts.isExportDeclaration(statement)
      ? statement.moduleSpecifier === undefined && !statement.isTypeOnly && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
        && statement.exportClause.elements.some((element) => !element.isTypeOnly && (element.propertyName ?? element.name).text === name)
      : ts.isExportAssignment(statement) && statement.isExportEquals !== true && ts.isIdentifier(statement.expression) && statement.expression.text === name);
}

// ---------------------------------------------------------------- words for the messages

function surroundings(node: ts.Node, sourceFile: ts.SourceFile): string {
  for (let outer = node.parent; !ts.isSourceFile(outer); outer = outer.parent) {
    if (ts.isModuleDeclaration(outer)) return `the namespace \`${outer.name.getText(sourceFile)}\``;
    if (ts.isClassLike(outer)) return `the class \`${outer.name?.text ?? "(anonymous)"}\``;
    if (ts.isConstructorDeclaration(outer)) return "a constructor";
    if (ts.isFunctionLike(outer)) {
      const name = outer.name ?? (ts.isVariableDeclaration(outer.parent) ? outer.parent.name : undefined);
      return name === undefined ? "another function" : `\`${shorten(name.getText(sourceFile))}\``;
    }
  }
  return ts.isExpression(node) ? "an expression" : "a block";
}

function memberName(node: ts.Node): string {
  if (ts.isMethodDeclaration(node)) return "method";
  if (ts.isGetAccessor(node) || ts.isSetAccessor(node)) return "accessor";
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (ts.isClassStaticBlockDeclaration(node)) return "static block";
  return "property";
}

function nameText(node: ts.NamedDeclaration, sourceFile: ts.SourceFile): string {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  return node.name === undefined ? "(anonymous)" : shorten(node.name.getText(sourceFile));
}

function statementName(node: ts.Node): string {
  if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) return "an import";
  if (ts.isInterfaceDeclaration(node)) return `the interface \`${node.name.text}\``;
  if (ts.isTypeAliasDeclaration(node)) return `the type \`${node.name.text}\``;
  if (ts.isEnumDeclaration(node)) return `the enum \`${node.name.text}\``;
  if (ts.isModuleDeclaration(node)) return `the namespace \`${shorten(node.name.getText())}\``;
  if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) return "an export";
  if (ts.isParameter(node)) return "a parameter";
  if (ts.isIterationStatement(node, true)) return "a loop";
  return "a statement";
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}
