import ts from "typescript";
import { skipTypes, symbolOf } from "./lowerNames.ts";
import type { Lowering } from "./lowerState.ts";

/**
 * Whether the elements of `const a = new Array<number>(n)` can be taken for numbers: `a` is used only to write elements, to read them
 * where the program says that they are there (`a[i]!`, or an operand of arithmetic), and for its length. What an element is before it is written
 * is then seen by arithmetic alone, which makes NaN of it.
 */
export function holdsOnlyNumbers(s: Lowering, node: ts.Expression): boolean {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at)) at = at.parent;
  if (!ts.isVariableDeclaration(at) || !ts.isIdentifier(at.name) || !isNumberArray(s, at.name)) return false;
  const name = at.name, symbol = symbolOf(s, name);
  let holds = symbol !== undefined;
  const visit = (n: ts.Node): void => {
    if (ts.isIdentifier(n) && n !== name && n.text === name.text && symbolOf(s, n) === symbol && !isElementOrLength(n)) holds = false;
    ts.forEachChild(n, visit);
  };
  visit(scopeOf(at));
  return holds;
}

function isNumberArray(s: Lowering, name: ts.Identifier): boolean {
  const type = s.checker.getTypeAtLocation(name);
  const element = s.checker.isArrayType(type) ? s.checker.getTypeArguments(type as ts.TypeReference)[0] : undefined; // an array is a reference to Array
  return element !== undefined && (element.flags & ts.TypeFlags.Number) !== 0;
}

function scopeOf(declaration: ts.VariableDeclaration): ts.Node {
  let at: ts.Node = declaration;
  while (at.parent && !ts.isFunctionLike(at)) at = at.parent;
  return at;
}

const isArithmetic = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.MinusToken || kind === ts.SyntaxKind.AsteriskToken || kind === ts.SyntaxKind.SlashToken ||
  kind === ts.SyntaxKind.PercentToken || kind === ts.SyntaxKind.AsteriskAsteriskToken ||
  (kind >= ts.SyntaxKind.PlusEqualsToken && kind <= ts.SyntaxKind.PercentEqualsToken);

function isElementOrLength(name: ts.Identifier): boolean {
  const use = name.parent;
  if (ts.isPropertyAccessExpression(use)) return use.expression === name && use.name.text === "length" && !isAssigned(use);
  if (!ts.isElementAccessExpression(use) || use.expression !== name) return false;
  const around = use.parent;
  if (ts.isNonNullExpression(around)) return true;
  if (!ts.isBinaryExpression(around)) return false;
  if (around.operatorToken.kind === ts.SyntaxKind.EqualsToken) return around.left === use && !ts.isParenthesizedExpression(around.parent);
  // `+` may be a concatenation, which would say `undefined`.
  return isArithmetic(around.operatorToken.kind) && (around.operatorToken.kind !== ts.SyntaxKind.PlusToken || !ts.isStringLiteralLike(skipTypes(around.left === use ? around.right : around.left)));
}

const isAssigned = (e: ts.Node): boolean => ts.isBinaryExpression(e.parent) && e.parent.left === e && e.parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && e.parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
