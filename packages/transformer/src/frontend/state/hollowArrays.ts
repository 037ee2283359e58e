import ts from "typescript";
import { isAssignment } from "../programs/assignments.ts";
import type { Type } from "../../ir/ir.ts";
import { filledFrom } from "./filledArrays.ts";
import { elementWritten } from "./lowerInferred.ts";
import { skipTypes, symbolOf } from "./symbols.ts";
import type { Lowering } from "./lowerState.ts";

/**
 * Whether the elements of `const a = new Array<number>(n)` can be taken for numbers: `a` is used only to write elements, to read them
 * where the program says that they are there (`a[i]!`, or an operand of arithmetic), for its length, or handed on whole, as an array of numbers;
 * or, once all elements have been written, in any way.
 * What an element is before it is written is then seen by arithmetic alone, which makes NaN of it.
 */
export function holdsOnlyNumbers(s: Lowering, node: ts.Expression): boolean {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at)) at = at.parent;
  if (!ts.isVariableDeclaration(at) || !ts.isIdentifier(at.name) || !isNumberArray(s, at.name)) return false;
  const untyped = !isDeclaredNumbers(s, at.name);
  const name = at.name, symbol = symbolOf(s, name);
  const length = lengthOf(node), filled = filledFrom(s, at, lengthText(node));
  let holds = symbol !== undefined;
  const visit = (n: ts.Node): void => {
    if (
      ts.isIdentifier(n) &&
      n !== name &&
      n.text === name.text &&
      symbolOf(s, n) === symbol &&
      ((n.pos < filled && !isElementOrLength(n, untyped)) || isPast(n, length))
    )
      holds = false;
    ts.forEachChild(n, visit);
  };
  visit(scopeOf(at));
  return holds;
}

function isNumberArray(s: Lowering, name: ts.Identifier): boolean {
  if (isDeclaredNumbers(s, name)) return true;
  const element = elementOf(s, name);
  return element !== undefined && (element.flags & ts.TypeFlags.Any) !== 0 && elementWritten(s, name, scopeOf(name))?.kind === "number";
}

const isDeclaredNumbers = (s: Lowering, name: ts.Identifier): boolean => ((elementOf(s, name)?.flags ?? 0) & ts.TypeFlags.Number) !== 0;

function elementOf(s: Lowering, name: ts.Identifier): ts.Type | undefined {
  const type = s.checker.getTypeAtLocation(name);
  return s.checker.isArrayType(type) ? s.checker.getTypeArguments(type as ts.TypeReference)[0] : undefined; // an array is a reference to Array
}

/** What is put into the array that is made here and given a name, where its type does not say: `const a = new Array(n)`. */
export function elementByUse(s: Lowering, node: ts.Expression): Type | null {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at)) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) ? elementWritten(s, at.name, scopeOf(at)) : null;
}

function scopeOf(declaration: ts.Node): ts.Node {
  let at: ts.Node = declaration;
  while (at.parent && !ts.isFunctionLike(at)) at = at.parent;
  return at;
}

const isArithmetic = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.MinusToken || kind === ts.SyntaxKind.AsteriskToken || kind === ts.SyntaxKind.SlashToken ||
  kind === ts.SyntaxKind.PercentToken || kind === ts.SyntaxKind.AsteriskAsteriskToken ||
  (kind >= ts.SyntaxKind.PlusEqualsToken && kind <= ts.SyntaxKind.PercentEqualsToken);

/** `untyped`: nobody was asked for a `!`, and where an element is only handed on it is taken to be there. */
function isElementOrLength(name: ts.Identifier, untyped: boolean): boolean {
  const use = name.parent;
  if (ts.isPropertyAccessExpression(use)) return use.expression === name && use.name.text === "length";
  if (isHandedOn(name)) return true;
  if (!ts.isElementAccessExpression(use) || use.expression !== name) return false;
  const around = use.parent;
  if (ts.isNonNullExpression(around)) return true;
  if (
    untyped &&
    (ts.isReturnStatement(around) ||
      ts.isVariableDeclaration(around) ||
      ts.isPropertyAssignment(around) ||
      ts.isArrayLiteralExpression(around) ||
      (ts.isCallExpression(around) && around.expression !== use))
  )
    return true;
  if (!ts.isBinaryExpression(around)) return false;
  if (around.operatorToken.kind === ts.SyntaxKind.EqualsToken) return around.left === use && !ts.isParenthesizedExpression(around.parent);
  // `+` may be a concatenation, which would say `undefined`.
  return (
    isArithmetic(around.operatorToken.kind) &&
    (around.operatorToken.kind !== ts.SyntaxKind.PlusToken || !ts.isStringLiteralLike(skipTypes(around.left === use ? around.right : around.left)))
  );
}

const lengthText = (node: ts.Expression): ts.Expression | undefined =>
  ts.isNewExpression(node) || ts.isCallExpression(node) ? node.arguments?.[0] : undefined;

/** The length, where it is a number in the text. */
function lengthOf(node: ts.Expression): number | null {
  const given = lengthText(node), first = given && skipTypes(given);
  return first && ts.isNumericLiteral(first) ? Number(first.text) : null;
}

/** An element past a length that is in the text: the array grows. */
function isPast(name: ts.Identifier, length: number | null): boolean {
  const use = name.parent,
    index = length !== null && ts.isElementAccessExpression(use) && use.expression === name ? skipTypes(use.argumentExpression) : undefined;
  return length === 0 || (length !== null && index !== undefined && ts.isNumericLiteral(index) && Number(index.text) >= length);
}

/** Returned, passed, or put into a variable, an array or a field. */
function isHandedOn(name: ts.Identifier): boolean {
  let at: ts.Node = name, use = name.parent;
  while (ts.isParenthesizedExpression(use) || (ts.isConditionalExpression(use) && use.condition !== at)) { at = use; use = use.parent; }
  if (ts.isReturnStatement(use) || ts.isArrayLiteralExpression(use)) return true;
  if (ts.isVariableDeclaration(use) || ts.isPropertyAssignment(use)) return use.initializer === at;
  if (ts.isCallExpression(use)) return use.expression !== at;
  return isAssignment(use) && use.right === at && use.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}
