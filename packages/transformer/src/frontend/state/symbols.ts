import ts from "typescript";
import type { Lowering } from "./lowerState.ts";

/** An expression without parentheses, type assertions and `!`. */
export function skipTypes(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at) || ts.isNonNullExpression(at)
    || ts.isTypeAssertionExpression(at) || ts.isExpressionWithTypeArguments(at) || ts.isPartiallyEmittedExpression(at)) at = at.expression;
  return at;
}

/** The symbol a name refers to, imports followed. */
export function symbolOf(s: Lowering, name: ts.Identifier): ts.Symbol | undefined {
  const symbol = localSymbolOf(s, name);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? s.checker.getAliasedSymbol(symbol) : symbol;
}

/** What names mean by themselves, imports not followed. To find out, a checker goes through all scopes around; it is asked of most names several times. */
const localSymbols = new WeakMap<ts.TypeChecker, Map<ts.Identifier, ts.Symbol | undefined>>();

export function localSymbolOf(s: Lowering, name: ts.Identifier): ts.Symbol | undefined {
  let known = localSymbols.get(s.checker);
  if (!known) localSymbols.set(s.checker, (known = new Map()));
  if (known.has(name)) return known.get(name);
  const symbol = findLocalSymbol(s, name);
  known.set(name, symbol);
  return symbol;
}

function findLocalSymbol(s: Lowering, name: ts.Identifier): ts.Symbol | undefined {
  const { parent } = name;
  if (parent && ts.isShorthandPropertyAssignment(parent) && parent.name === name) return s.checker.getShorthandAssignmentValueSymbol(parent);
  // A parameter that is a field as well has two symbols; names in the constructor mean the parameter.
  if (parent && ts.isParameter(parent) && parent.name === name && ts.isParameterPropertyDeclaration(parent, parent.parent)) {
    return s.checker.getSymbolsOfParameterPropertyDeclaration(parent, name.text).find((symbol) => symbol.flags & ts.SymbolFlags.FunctionScopedVariable);
  }
  return s.checker.getSymbolAtLocation(name);
}
