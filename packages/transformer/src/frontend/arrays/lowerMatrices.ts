import ts from "typescript";
import type { MatrixType, Var } from "../../ir/ir.ts";
import { integerType, matrixType, numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { matrixEntry } from "../../rules/rulebook.ts";
import { draws } from "../../rules/matrices.ts";
import { isGeneratedDeclaration } from "../marks/existing.ts";
import type { Lowering } from "../state/lowerState.ts";
import type { Value } from "../state/values.ts";
import { operand, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { getPlace, place, setPlace } from "../statements/lowerPlaces.ts";
import { skipTypes } from "../state/symbols.ts";
import { irType } from "../types/lowerTypes.ts";
import { isNumeric, isReference, present } from "../types/irTypes.ts";
import { others } from "../programs/runtimeMembers.ts";

/**
 * `addTo(sum, value)`: in generated code nothing else holds what a sum holds, so that it is the same as `sum = add(sum, value)`. Elsewhere a
 * matrix never changes, and is refused to.
 */
export function addInPlace(s: Lowering, node: ts.CallExpression): Value {
  const [sum, value] = node.arguments;
  if (!sum || !value || !isGenerated(node))
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "changes a matrix in place",
      instead: "make a new one: `sum = add(sum, value)`",
    });
  const at = place(s, sum), before = toVar(s, getPlace(s, at), sum), more = operand(s, value);
  setPlace(s, node, at, s.apply(node, "matrix.add", [before, more], matrixType(before.type) ?? plain));
  return s.unassigned;
}

function isGenerated(node: ts.Node): boolean {
  for (let at = node; at.parent; at = at.parent) if (ts.isFunctionDeclaration(at) && isGeneratedDeclaration(at)) return true;
  return false;
}

/** A call of a function of the runtime. */
export function applyMatrix(s: Lowering, node: ts.Node, op: string, args: readonly Var[], nodes: readonly ts.Node[]): Var {
  const name = op.slice("matrix.".length), text = shortText(node);
  const own = s.context.runtimeName(name);
  const call = (): (string | Var)[] => [`${own}(`, ...args.flatMap((a, k) => (k > 0 ? [", ", a] : [a])), ")"];
  const here = ts.isExpression(node) ? irType(s.reader, s.checker.getTypeAtLocation(heldBy(node))) : numberType;
  if (draws.has(name)) return s.raw(node, call(), matrixType(here) ?? plain, false);
  const other = others.get(name);
  if (other) {
    const refusal = name === "fromRows" ? s.refusal(node, catalogue.inactiveOnly, { text, what: "which takes numbers out of arrays" }) : undefined;
    return s.raw(node, call(), name === "argmax" && args.length > 1 ? here : matrixType(here) ?? other, true, refusal);
  }
  const entry = matrixEntry(name, args.length);
  if (!entry) return s.refuse(node, catalogue.unknownCallee, { callee: name });
  args.forEach((a, k) => {
    if (matrixType(a.type) || isNumeric(a.type) || isReference(a.type) || a.type.kind === "string" || a.type.kind === "boolean") return;
    if (present(a.type).kind !== "opaque" || (a.type.kind === "opaque" && a.type.text !== null))
      s.report(nodes[k] ?? node, catalogue.inactiveOnly, { text: shortText(nodes[k] ?? node), what: "which is no matrix" });
  });
  return s.apply(node, op, args, entry.yields === "number" ? numberType : matrixType(here) ?? plain);
}

/** What a value is written into, for its type: `let h: Matrix = zeros(1, 3)` may hold a matrix of another shape next. */
function heldBy(node: ts.Expression): ts.Node {
  let at = node;
  while ((ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent) || ts.isNonNullExpression(at.parent)) && at.parent.expression === at)
    at = at.parent;
  const { parent } = at;
  if (ts.isVariableDeclaration(parent) && parent.initializer === at && ts.isIdentifier(parent.name)) return parent.name;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === at && ts.isIdentifier(parent.left)) {
    return parent.left;
  }
  return at;
}

const plain: MatrixType = { kind: "matrix", text: "Matrix" };

/** `m.rows`, `m.cols`; the elements themselves are not for the compiler to follow. */
export function matrixMember(s: Lowering, node: ts.Expression, ref: Var, name: string): Var | undefined {
  if (name === "rows" || name === "cols") return s.apply(node, `.${name}`, [ref], integerType);
  if (name !== "data") return undefined;
  const { parent } = node;
  const read = ts.isPropertyAccessExpression(parent)
    ? parent.name.text === "length"
    : ts.isElementAccessExpression(parent) && parent.expression === node && !isWritten(parent);
  if (!read) return s.refuse(node, catalogue.matrixData, { text: shortText(node) });
  return s.raw(
    node,
    [ref, ".data"],
    { kind: "array", constructorName: "Float64Array", element: numberType },
    true,
    s.refusal(node, catalogue.matrixData, { text: shortText(node) }),
  );
}

/**
 * `m.data[k]!`: an element with a derivative. Where the program asks whether it is there (`m.data[k] ?? 0`) the array is read, and no
 * gradient may flow.
 */
export function matrixElement(s: Lowering, node: ts.ElementAccessExpression): Value | undefined {
  const m = whoseData(s, node);
  if (!m || isWritten(node)) return undefined;
  if (irType(s.reader, s.checker.getTypeAtLocation(ts.isNonNullExpression(node.parent) ? node.parent : node)).kind !== "number") return undefined;
  if (ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return undefined;
  return s.apply(node, "matrix.element", [operand(s, m), operand(s, node.argumentExpression)], numberType);
}

/** `m.data.length`. */
export function matrixLength(s: Lowering, node: ts.PropertyAccessExpression): Value | undefined {
  const m = node.name.text === "length" ? whoseData(s, node) : undefined;
  return m && s.raw(node, [operand(s, m), ".data.length"], integerType, true);
}

/** The `m` of `m.data[k]` and `m.data.length`. */
function whoseData(s: Lowering, node: ts.ElementAccessExpression | ts.PropertyAccessExpression): ts.Expression | undefined {
  const data = skipTypes(node.expression);
  if (!ts.isPropertyAccessExpression(data) || data.name.text !== "data" || data.questionDotToken || node.questionDotToken) return undefined;
  return irType(s.reader, s.checker.getTypeAtLocation(data.expression)).kind === "matrix" ? data.expression : undefined;
}

function isWritten(node: ts.Node): boolean {
  let at: ts.Node = node, { parent } = node;
  while (ts.isNonNullExpression(parent) || ts.isParenthesizedExpression(parent)) { at = parent; parent = parent.parent; }
  if (ts.isBinaryExpression(parent))
    return parent.left === at && parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
  return (
    (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) &&
    (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken)
  );
}
