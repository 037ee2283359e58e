import ts from "typescript";
import { isAssignment } from "../programs/assignments.ts";
import type { Type } from "../../ir/ir.ts";
import { numberType } from "../../ir/build.ts";
import type { Lowering } from "./lowerState.ts";
import type { CallableNode } from "./values.ts";
import { skipTypes, symbolOf } from "./symbols.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, isAny, isNumeric, present, typeKey } from "../types/irTypes.ts";

/** Types that the checker leaves open (`any`) in code written as JavaScript, and that the text makes plain all the same. */

/** What a recursive function without a return type gives: a number, if all it returns otherwise are numbers. */
export function inferredResult(s: Lowering, node: CallableNode): Type | null {
  if (node.type || !node.body) return null;
  const leaves: ts.Expression[] = [];
  const leaf = (e: ts.Expression): void => {
    const at = skipTypes(e);
    if (ts.isConditionalExpression(at)) { leaf(at.whenTrue); leaf(at.whenFalse); } else leaves.push(at);
  };
  const visit = (at: ts.Node): void => {
    if (ts.isReturnStatement(at) && at.expression) leaf(at.expression);
    if (!ts.isFunctionLike(at) && !ts.isClassLike(at)) ts.forEachChild(at, visit);
  };
  if (ts.isBlock(node.body)) visit(node.body); else leaf(node.body);
  const types = leaves.map((e) => s.checker.getTypeAtLocation(e));
  if (!types.some((t) => t.flags & ts.TypeFlags.NumberLike)) return null;
  // The others are the recursion: arithmetic with it, or itself.
  const open = leaves.filter((_, k) => !((types[k]?.flags ?? 0) & ts.TypeFlags.NumberLike));
  return open.every((e) => (s.checker.getTypeAtLocation(e).flags & ts.TypeFlags.Any) !== 0 && (ts.isBinaryExpression(e) || ts.isCallExpression(e)))
    ? numberType
    : null;
}

/** What is put into `const a = new Array(n)`, by the assignments to its elements: a number, or arrays of numbers. */
export function elementWritten(s: Lowering, name: ts.Identifier, within: ts.Node): Type | null {
  const symbol = symbolOf(s, name);
  const found: ts.Expression[] = [];
  let numbers = 0;
  const visit = (at: ts.Node): void => {
    if (isAssignment(at)) {
      const target = skipTypes(at.left), array = ts.isElementAccessExpression(target) ? skipTypes(target.expression) : undefined;
      if (array && ts.isIdentifier(array) && array.text === name.text && symbolOf(s, array) === symbol) {
        if (at.operatorToken.kind === ts.SyntaxKind.EqualsToken) found.push(at.right);
        else numbers++; // `a[i] -= m`
      }
    }
    ts.forEachChild(at, visit);
  };
  visit(within);
  const types = found.map((e) => typeWritten(s, e, 0)).filter((t) => t !== null);
  const [first] = types;
  if (!first) return numbers > 0 ? numberType : null;
  return types.every((t) => typeKey(t) === typeKey(first)) && (numbers === 0 || isNumeric(first)) ? first : null;
}

/** The type of a value as the checker has it, or as arithmetic makes it; null where nothing is known. */
function typeWritten(s: Lowering, node: ts.Expression, depth: number): Type | null {
  const e = skipTypes(node);
  if (depth > 8) return null;
  if (ts.isBinaryExpression(e) && e.operatorToken.kind === ts.SyntaxKind.EqualsToken) return typeWritten(s, e.right, depth + 1);
  const type = present(irType(s.reader, s.checker.getTypeAtLocation(e)));
  if (isNumeric(type)) return numberType;
  if (ts.isArrayLiteralExpression(e) && e.elements.length > 0) {
    const elements = e.elements.map((x) => typeWritten(s, x, depth + 1));
    return elements.every((t) => t === null || isNumeric(t)) && elements.some((t) => t !== null) ? arrayOf(numberType) : plain(type);
  }
  if (ts.isBinaryExpression(e) && e.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const a = typeWritten(s, e.left, depth + 1), b = typeWritten(s, e.right, depth + 1);
    return [a, b].every((t) => t === null || isNumeric(t)) && (a ?? b) ? numberType : null;
  }
  return plain(type);
}

const plain = (type: Type): Type | null => (isOpen(type) ? null : type);

/** Whether the type leaves open what there is: `any`, `any[]`. What the text makes of it may be plain. */
export function isOpen(type: Type): boolean {
  const at = present(type);
  return at.kind === "opaque" || (at.kind === "array" && isAny(present(at.element)));
}
