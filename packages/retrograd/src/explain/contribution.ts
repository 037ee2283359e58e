import ts from "typescript";
import { clean, type Stage } from "./instrument.ts";

/** Where a share of a gradient comes from. */
export interface Source {
  /** The variable whose adjoint flowed in; null if several, or none that can be told. */
  readonly from: string | null;
  /** What it was multiplied by, or the whole right-hand side if `from` is null. */
  readonly factor: string;
}

/** Reads `2 * xpy * dxpysqr` as: from `xpysqr`, times `2 * xpy`. `adjoints` maps names of adjoints to the variables they belong to. */
export function contribution(
  stage: Pick<Stage, "rightNode" | "right" | "operator" | "variable" | "reverseOf">,
  adjoints: ReadonlyMap<string, string>,
): Source {
  const incoming = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && adjoints.has(node.text)) incoming.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(stage.rightNode);
  const own = stage.operator === "=" ? undefined : stage.variable;
  const [adjoint, ...more] = [...incoming].filter((name) => name !== own);
  // The adjoint of the result is 1 and is not written, so what names no adjoint comes from there.
  if (adjoint === undefined) {
    const comesFromResult = own === undefined || /^value\b/.test(stage.reverseOf ?? "");
    return comesFromResult ? { from: "value", factor: asFactor(stage) } : { from: null, factor: stage.right };
  }
  const factor = more.length > 0 ? null : factorOf(stage.rightNode, adjoint);
  return factor === null ? { from: null, factor: stage.right } : { from: adjoints.get(adjoint) ?? adjoint, factor };
}

/** What an expression multiplies a name by, as text; null if it is not a product with it. */
function factorOf(node: ts.Expression, name: string): string | null {
  if (ts.isIdentifier(node)) return node.text === name ? "1" : null;
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return factorOf(node.expression, name);
  if (ts.isElementAccessExpression(node))
    return ts.isIdentifier(node.expression) && node.expression.text === name ? "1" : null;
  if (ts.isPropertyAccessExpression(node))
    return ts.isIdentifier(node.expression) && node.expression.text === name ? "1" : null;
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const inner = factorOf(node.operand, name);
    return inner === null ? null : `-${inner}`;
  }
  if (!ts.isBinaryExpression(node)) return null;
  const [left, right] = [factorOf(node.left, name), factorOf(node.right, name)];
  const operator = node.operatorToken.kind;
  if (left !== null && right !== null) return null;
  if (operator === ts.SyntaxKind.AsteriskToken) {
    if (right !== null) return product(clean(node.left.getText()), right);
    return left === null ? null : product(left, clean(node.right.getText()));
  }
  if (operator === ts.SyntaxKind.SlashToken && left !== null) return `${left} / ${clean(node.right.getText())}`;
  return null;
}

const product = (a: string, b: string): string => (a === "1" ? b : b === "1" ? a : `${a} * ${b}`);

/** A right-hand side as something to multiply by. */
function asFactor({ rightNode, right }: Pick<Stage, "rightNode" | "right">): string {
  const isSum = ts.isBinaryExpression(rightNode) && !/^(?:[*/%]|\*\*)$/.test(rightNode.operatorToken.getText());
  return isSum || ts.isConditionalExpression(rightNode) ? `(${right})` : right;
}
