import ts from "typescript";
import { eachTarget, targetOf } from "../programs/assignments.ts";
import { skipTypes, symbolOf } from "./symbols.ts";
import type { Lowering } from "./lowerState.ts";

/**
 * The place in the text from which on every element of `const a = new Array(n)` has been written; Infinity where that is not seen.
 *
 * Method  among the statements that follow the declaration, `a[0] = …` and so on, and a loop that goes on where they end,
 *         `for (let i = 1; i < n; i++)`, whose trips all write `a[i]`. What stands behind it cannot find an element missing.
 */
export function filledFrom(s: Lowering, declaration: ts.VariableDeclaration, length: ts.Expression | undefined): number {
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement) || !ts.isIdentifier(declaration.name) || !(ts.isBlock(statement.parent) || ts.isSourceFile(statement.parent)))
    return Infinity;
  const array = symbolOf(s, declaration.name), list = statement.parent.statements;
  if (!array || !length) return Infinity;
  const isArray = (e: ts.Expression): boolean => ts.isIdentifier(e) && symbolOf(s, e) === array;
  /** The subscript at which a statement writes the array. */
  const written = (at: ts.Statement): ts.Expression | null => {
    if (!ts.isExpressionStatement(at)) return null;
    const e = skipTypes(at.expression);
    if (!ts.isBinaryExpression(e) || e.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
    const target = skipTypes(e.left);
    return ts.isElementAccessExpression(target) && isArray(skipTypes(target.expression)) ? skipTypes(target.argumentExpression) : null;
  };
  const isLength = (e: ts.Expression): boolean => {
    if (ts.isPropertyAccessExpression(e) && e.name.text === "length" && isArray(e.expression)) return true;
    const given = skipTypes(length);
    if (ts.isNumericLiteral(given)) return ts.isNumericLiteral(e) && Number(e.text) === Number(given.text);
    return e.getText() === given.getText() && isFixed(s, given, list);
  };
  let first = 0;
  for (const at of list.slice(list.indexOf(statement) + 1)) {
    const key = written(at);
    if (key && ts.isNumericLiteral(key) && Number(key.text) === first) first++;
    else if (ts.isForStatement(at) && counts(s, at, first, isLength, written)) return at.end;
  }
  return Infinity;
}

/** Whether the value of a name, or of the length of what it names, stays the same: nothing in the list sets it. */
function isFixed(s: Lowering, e: ts.Expression, list: readonly ts.Statement[]): boolean {
  const name = ts.isPropertyAccessExpression(e) && e.name.text === "length" ? e.expression : e;
  if (!ts.isIdentifier(name)) return false;
  const symbol = symbolOf(s, name);
  let fixed = symbol !== undefined;
  const visit = (n: ts.Node): void => {
    const target = targetOf(n);
    if (target) eachTarget(target, (set) => { if (symbolOf(s, set) === symbol) fixed = false; });
    if (
      ts.isPropertyAccessExpression(n) &&
      ts.isIdentifier(n.expression) &&
      symbolOf(s, n.expression) === symbol &&
      /^(?:push|pop|shift|unshift|splice)$/.test(n.name.text)
    )
      fixed = false;
    ts.forEachChild(n, visit);
  };
  list.forEach(visit);
  return fixed;
}

/** `for (let i = first; i < length; i++) { … a[i] = …; … }` with nothing that ends a trip before. */
function counts(
  s: Lowering,
  loop: ts.ForStatement,
  first: number,
  isLength: (e: ts.Expression) => boolean,
  written: (at: ts.Statement) => ts.Expression | null,
): boolean {
  const { initializer, condition, incrementor, statement } = loop;
  if (!initializer || !condition || !incrementor || !ts.isVariableDeclarationList(initializer) || !ts.isBinaryExpression(condition)) return false;
  const counter = initializer.declarations.find((d) => ts.isIdentifier(d.name) && ts.isIdentifier(condition.left) && d.name.text === condition.left.text);
  const from = counter?.initializer && skipTypes(counter.initializer);
  if (
    !counter ||
    !from ||
    !ts.isNumericLiteral(from) ||
    Number(from.text) > first ||
    condition.operatorToken.kind !== ts.SyntaxKind.LessThanToken ||
    !isLength(skipTypes(condition.right))
  )
    return false;
  const symbol = symbolOf(s, counter.name as ts.Identifier);
  const isCounter = (e: ts.Expression): boolean => ts.isIdentifier(e) && symbolOf(s, e) === symbol;
  const steps =
    (ts.isPostfixUnaryExpression(incrementor) || ts.isPrefixUnaryExpression(incrementor)) &&
    incrementor.operator === ts.SyntaxKind.PlusPlusToken &&
    isCounter(incrementor.operand);
  if (!steps) return false;
  let whole = true;
  const visit = (n: ts.Node): void => {
    if (ts.isBreakStatement(n) || ts.isContinueStatement(n) || ts.isReturnStatement(n)) whole = false;
    const target = targetOf(n);
    if (target)
      eachTarget(target, (set) => {
        if (symbolOf(s, set) === symbol) whole = false;
      });
    if (!ts.isFunctionLike(n)) ts.forEachChild(n, visit);
  };
  visit(statement);
  return (
    whole &&
    (ts.isBlock(statement) ? statement.statements : [statement]).some((at) => {
      const key = written(at);
      return key !== null && isCounter(key);
    })
  );
}
