import ts from "typescript";
import { bug } from "../diagnostics/bug.ts";
import type { Formula } from "../rules/formula.ts";

const read = new Map<string, Formula>();

/**
 * The formula that a text of the rule tables says. The same text gives the same object: rules are asked for over and over.
 * A text that is not a formula is a fault of ours.
 */
export function parseFormula(text: string): Formula {
  const known = read.get(text);
  if (known) return known;
  const source = ts.createSourceFile("formula.ts", `(${text});`, ts.ScriptTarget.ES2022, false, ts.ScriptKind.TS);
  const statement = source.statements[0];
  if (source.statements.length !== 1 || !statement || !ts.isExpressionStatement(statement) || statement.end !== text.length + 3) return bug(`not a formula: ${text}`);
  const formula = convert(statement.expression, text);
  read.set(text, formula);
  return formula;
}

function convert(node: ts.Expression, text: string): Formula {
  const sub = (part: ts.Expression): Formula => convert(part, text);
  const apply = (op: string, ...args: readonly ts.Expression[]): Formula => ({ kind: "apply", op, args: args.map(sub) });
  if (ts.isParenthesizedExpression(node)) return sub(node.expression);
  if (ts.isNumericLiteral(node)) return { kind: "literal", value: Number(node.text) };
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return { kind: "literal", value: node.kind === ts.SyntaxKind.TrueKeyword };
  if (ts.isStringLiteral(node)) return { kind: "literal", value: node.text };
  if (ts.isIdentifier(node)) {
    if (node.text === "Infinity" || node.text === "NaN") return { kind: "literal", value: Number(node.text), text: node.text };
    // The parser puts an empty name where an operand is missing.
    return node.text === "" ? bug(`not a formula: ${text}`) : { kind: "name", name: node.text };
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (node.name.text === "rows" || node.name.text === "cols") return apply(`.${node.name.text}`, node.expression);
    const value: unknown = Object.getOwnPropertyDescriptor(Math, node.name.text)?.value;
    const spelling = `Math.${node.name.text}`;
    return typeof value === "number" && nameOf(node) === spelling ? { kind: "literal", value, text: spelling } : bug(`unknown constant in the formula ${text}`);
  }
  if (ts.isCallExpression(node)) {
    const callee = nameOf(node.expression);
    return callee === null || node.arguments.some(ts.isSpreadElement) ? bug(`unknown call in the formula ${text}`) : apply(callee, ...node.arguments);
  }
  if (ts.isPrefixUnaryExpression(node)) {
    const op = prefixes.get(node.operator) ?? bug(`unknown operator in the formula ${text}`);
    // `-1` is a number, as in the text of a user.
    if (op === "neg" && ts.isNumericLiteral(node.operand)) return { kind: "literal", value: -Number(node.operand.text) };
    return apply(op, node.operand);
  }
  if (ts.isBinaryExpression(node)) return apply(ts.tokenToString(node.operatorToken.kind) ?? bug(`unknown operator in the formula ${text}`), node.left, node.right);
  if (ts.isConditionalExpression(node)) return apply("?:", node.condition, node.whenTrue, node.whenFalse);
  return bug(`${ts.SyntaxKind[node.kind]} in the formula ${text}`);
}

const prefixes: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.MinusToken, "neg"], [ts.SyntaxKind.PlusToken, "pos"], [ts.SyntaxKind.ExclamationToken, "!"], [ts.SyntaxKind.TildeToken, "~"],
]);

/** `f` or `Math.f`; null for anything else. */
function nameOf(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) ? `${node.expression.text}.${node.name.text}` : null;
}
