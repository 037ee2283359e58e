import ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import { booleanType, integerType, numberType, stringType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Value } from "../state/values.ts";
import { dispatch } from "../state/lowerJoin.ts";
import { identifier, isGlobal, literalOf, memberValue } from "./lowerNames.ts";
import { skipTypes } from "../state/symbols.ts";
import { classExpression, thisValue } from "../objects/lowerClasses.ts";
import { asRecord } from "../objects/lowerConstruct.ts";
import { arrayLiteral } from "../objects/lowerLiterals.ts";
import { objectLiteral } from "../objects/lowerSpread.ts";
import { presenceByName } from "../objects/lowerKeys.ts";
import { elementAccess, isChain, lowerChain, propertyAccess } from "./lowerAccess.ts";
import { assignment, update } from "../statements/lowerPlaces.ts";
import { callExpression, newExpression } from "../calls/lowerCalls.ts";
import { bigIntArithmetic, rawExpression, templateExpression, toNumber } from "../calls/lowerRaw.ts";
import { irType } from "../types/lowerTypes.ts";
import { isMixed, isNumeric, isReference, mayBeString, present } from "../types/irTypes.ts";
import { conditional, either, logical, isSettled, isCertain, isNothing, not } from "./lowerLogical.ts";

/** Lowers an expression to what it evaluates to; effects are emitted in JavaScript's order. */
export function expression(s: Lowering, node: ts.Expression): Value {
  s.spend(1);
  const literal = literalOf(node);
  if (literal) return s.literal(literal.value, literal.text);
  if (isChain(node)) return lowerChain(s, node, (value) => value);
  switch (node.kind) {
    case ts.SyntaxKind.Identifier: return identifier(s, node as ts.Identifier);
    case ts.SyntaxKind.ParenthesizedExpression: case ts.SyntaxKind.NonNullExpression: case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.ExpressionWithTypeArguments: case ts.SyntaxKind.PartiallyEmittedExpression:
      return expression(s, (node as ts.ParenthesizedExpression).expression);
    case ts.SyntaxKind.AsExpression: case ts.SyntaxKind.TypeAssertionExpression: return asserted(s, node as ts.AsExpression);
    case ts.SyntaxKind.BinaryExpression: return binary(s, node as ts.BinaryExpression);
    case ts.SyntaxKind.PrefixUnaryExpression: return prefix(s, node as ts.PrefixUnaryExpression);
    case ts.SyntaxKind.PostfixUnaryExpression: return update(s, node as ts.PostfixUnaryExpression);
    case ts.SyntaxKind.ConditionalExpression: return conditional(s, node as ts.ConditionalExpression);
    case ts.SyntaxKind.PropertyAccessExpression: {
      const access = node as ts.PropertyAccessExpression;
      return memberValue(s, access) ?? propertyAccess(s, access);
    }
    case ts.SyntaxKind.ElementAccessExpression: return elementAccess(s, node as ts.ElementAccessExpression);
    case ts.SyntaxKind.ArrayLiteralExpression: return arrayLiteral(s, node as ts.ArrayLiteralExpression);
    case ts.SyntaxKind.ObjectLiteralExpression: return objectLiteral(s, node as ts.ObjectLiteralExpression);
    case ts.SyntaxKind.CallExpression: return callExpression(s, node as ts.CallExpression);
    case ts.SyntaxKind.NewExpression: return newExpression(s, node as ts.NewExpression);
    case ts.SyntaxKind.ArrowFunction: case ts.SyntaxKind.FunctionExpression:
      return { kind: "closure", node: node as ts.ArrowFunction, scope: s.scope };
    case ts.SyntaxKind.TemplateExpression: return templateExpression(s, node as ts.TemplateExpression);
    case ts.SyntaxKind.TypeOfExpression: return typeOf(s, node as ts.TypeOfExpression);
    case ts.SyntaxKind.VoidExpression: expression(s, (node as ts.VoidExpression).expression); return s.literal(undefined);
    case ts.SyntaxKind.ThisKeyword: return thisValue(s, node);
    case ts.SyntaxKind.ClassExpression: return classExpression(s, node as ts.ClassExpression);
    case ts.SyntaxKind.SuperKeyword: return s.refuse(node, catalogue.thisValue, { text: node.getText() });
    case ts.SyntaxKind.AwaitExpression: case ts.SyntaxKind.YieldExpression:
      return s.refuse(node, catalogue.asyncOrGenerator, {
        what: node.kind === ts.SyntaxKind.AwaitExpression ? "asynchronous (`await`)" : "a generator (`yield`)",
        name: s.rootName,
      });
    default: return rawExpression(s, node);
  }
}

/** Lowers an expression whose value must exist when the program runs. */
export function operand(s: Lowering, node: ts.Expression): Var {
  return toVar(s, expression(s, node), node);
}

export function toVar(s: Lowering, value: Value, node: ts.Node): Var {
  if (isVar(value)) return value;
  if (value.kind === "choice" && value.options.every(isVar)) return toVar(s, dispatch(s, node, value, (option) => option), node);
  return (value.kind === "object" && asRecord(s, node, value)) || s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
}

/** The text of a node for messages. */
export function shortText(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}

/** A condition: any value that JavaScript can test. Constant if it is known while compiling. */
export function condition(s: Lowering, node: ts.Expression): Var {
  return truth(s, expression(s, node), node);
}

export function truth(s: Lowering, value: Value, node: ts.Node): Var {
  if (isVar(value)) return value.literal ? s.literal(Boolean(value.literal.value)) : value;
  if (value.kind !== "choice") return s.literal(true);
  return either(s, node, value, (v) => truth(s, v, node));
}

/** `e as T`: says nothing at run time, but makes plain what an opaque value is. */
function asserted(s: Lowering, node: ts.AsExpression): Value {
  const value = expression(s, node.expression);
  if (isVar(value) && (value.type.kind === "boolean" || value.type.kind === "string") && isNumeric(irType(s.reader, s.checker.getTypeAtLocation(node)))) {
    return s.raw(node, ["(", value, " as unknown as number)"], numberType, true); // it says that it is what it is not: no gradient in any case
  }
  if (isVar(value) && namesOnly(s, node) && typeIsVisible(s, node.type)) return s.raw(node, ["(", value, ` as ${node.type.getText()})`], value.type, true);
  if (!isVar(value) || present(value.type).kind !== "opaque") return value;
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  if (present(type).kind === "opaque") return value;
  return retyped(s, node, value, type, node.type.getText());
}

/** `Object.keys(o) as (keyof T)[]`: generated code indexes with these names as well. */
function namesOnly(s: Lowering, node: ts.AsExpression): boolean {
  const to = s.checker.getTypeAtLocation(node), from = s.checker.getTypeAtLocation(node.expression);
  const elementOf = (t: ts.Type): ts.Type | undefined => (s.checker.isArrayType(t) ? s.checker.getTypeArguments(t as ts.TypeReference)[0] : undefined);
  const [names, texts] = [elementOf(to), elementOf(from)];
  return (
    texts !== undefined && (texts.flags & ts.TypeFlags.String) !== 0 && names !== undefined && names.isUnion() && names.types.every((t) => t.isStringLiteral())
  );
}

/** Whether the names in a type mean the same at the top of the module. */
function typeIsVisible(s: Lowering, type: ts.TypeNode): boolean {
  let visible = true;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const declaration = s.checker.getSymbolAtLocation(node)?.declarations?.[0];
      if (!declaration || ts.isTypeParameterDeclaration(declaration) || !(ts.isSourceFile(declaration.parent) || ts.isImportSpecifier(declaration)))
        visible = false;
    }
    ts.forEachChild(node, visit);
  };
  visit(type);
  return visible;
}

/** An opaque value taken as something plain: nothing is known of where its numbers come from. */
export function retyped(s: Lowering, node: ts.Node, value: Var, type: Type, text: string): Var {
  return s.raw(
    node,
    ["(", value, ` as ${text})`],
    type,
    true,
    s.refusal(node, catalogue.inactiveOnly, { text: shortText(node), what: "whose type says nothing of where its numbers come from" }),
  );
}

/** The value with the type the checker sees here, where ours is a union. */
export function refined(s: Lowering, node: ts.Expression, value: Var): Var {
  if (present(value.type).kind !== "opaque") return value;
  const type = s.checker.getTypeAtLocation(node), ir = irType(s.reader, type);
  return present(ir).kind === "opaque" ? value : retyped(s, node, value, ir, s.checker.typeToString(type));
}

// ---------------------------------------------------------------- operators

const arithmetic = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.PlusToken, "+"], [ts.SyntaxKind.MinusToken, "-"], [ts.SyntaxKind.AsteriskToken, "*"], [ts.SyntaxKind.SlashToken, "/"],
  [ts.SyntaxKind.PercentToken, "%"], [ts.SyntaxKind.AsteriskAsteriskToken, "**"], [ts.SyntaxKind.AmpersandToken, "&"], [ts.SyntaxKind.BarToken, "|"],
  [ts.SyntaxKind.CaretToken, "^"], [ts.SyntaxKind.LessThanLessThanToken, "<<"], [ts.SyntaxKind.GreaterThanGreaterThanToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, ">>>"],
]);
const comparisons = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="], [ts.SyntaxKind.ExclamationEqualsEqualsToken, "!=="], [ts.SyntaxKind.EqualsEqualsToken, "=="],
  [ts.SyntaxKind.ExclamationEqualsToken, "!="], [ts.SyntaxKind.LessThanToken, "<"], [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"], [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
]);
const bitOperators: ReadonlySet<string> = new Set(["&", "|", "^", "<<", ">>", ">>>"]);

/** Sums of a thousand terms lean to the left: they are lowered without recursion. */
function binary(s: Lowering, root: ts.BinaryExpression): Value {
  const spine: ts.BinaryExpression[] = [];
  let at: ts.Expression = root;
  while (ts.isBinaryExpression(at) && (arithmetic.has(at.operatorToken.kind) || comparisons.has(at.operatorToken.kind))) {
    spine.push(at);
    at = at.left;
  }
  if (spine.length === 0) return otherBinary(s, root);
  const asked = spine.length === 1 ? askedByName(s, root) : null;
  if (asked) return asked;
  let value = expression(s, at);
  for (const node of spine.reverse()) {
    const right = expression(s, node.right);
    const op = arithmetic.get(node.operatorToken.kind);
    value = op === undefined
      ? comparison(s, node, comparisons.get(node.operatorToken.kind) ?? "===", value, right)
      : arithmeticOf(s, node, op, toVar(s, value, node.left), toVar(s, right, node.right), node.left, node.right);
  }
  return value;
}

/** `o[key] === undefined`. */
function askedByName(s: Lowering, node: ts.BinaryExpression): Value | null {
  const op = comparisons.get(node.operatorToken.kind), right = skipTypes(node.right);
  const isNull = right.kind === ts.SyntaxKind.NullKeyword || ts.isVoidExpression(right) || (ts.isIdentifier(right) && right.text === "undefined");
  return op !== undefined && isNull && ts.isElementAccessExpression(skipTypes(node.left)) ? presenceByName(s, node, op, expression(s, right)) : null;
}

function otherBinary(s: Lowering, node: ts.BinaryExpression): Value {
  const { kind } = node.operatorToken;
  switch (kind) {
    case ts.SyntaxKind.CommaToken: expression(s, node.left); return expression(s, node.right);
    case ts.SyntaxKind.AmpersandAmpersandToken: return logical(s, node, "&&", expression(s, node.left), () => expression(s, node.right));
    case ts.SyntaxKind.BarBarToken: return logical(s, node, "||", expression(s, node.left), () => expression(s, node.right));
    case ts.SyntaxKind.QuestionQuestionToken: return logical(s, node, "??", expression(s, node.left), () => expression(s, node.right));
    default: return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment ? assignment(s, node) : rawExpression(s, node);
  }
}

/** `a op b` on numbers, strings where `+` meets one. */
export function arithmeticOf(s: Lowering, node: ts.Node, op: string, a: Var, b: Var, aNode: ts.Expression, bNode: ts.Expression): Var {
  if (op === "+" && (isString(s, aNode, a) || isString(s, bNode, b))) return s.apply(node, "+", [a, b], stringType);
  if (isBigInt(a) || isBigInt(b)) return bigIntArithmetic(s, node, op, a, b);
  const x = toNumber(s, aNode, a), y = toNumber(s, bNode, b);
  return s.apply(node, op, [x, y], resultType(op, x, y));
}

/** Whether a value is text, as far as the checker sees: `typeof v === "number"` may have been asked before. */
const isString = (s: Lowering, node: ts.Expression, v: Var): boolean =>
  mayBeString(v.type) && !(present(v.type).kind === "number" && irType(s.reader, s.checker.getTypeAtLocation(node)).kind === "number");
const isBigInt = (v: Var): boolean => v.type.kind === "opaque" && v.type.text === "bigint";

function resultType(op: string, a: Var, b: Var): Type {
  if (bitOperators.has(op)) return integerType;
  const whole = (v: Var): boolean => v.type.kind === "integer" || (v.literal !== undefined && Number.isInteger(v.literal.value));
  const integers = (op === "+" || op === "-" || op === "*") && whole(a) && whole(b) && (a.type.kind === "integer" || b.type.kind === "integer");
  return integers ? integerType : numberType;
}

function comparison(s: Lowering, node: ts.BinaryExpression, op: string, a: Value, b: Value): Var {
  const equality = op === "===" || op === "!==" || op === "==" || op === "!=", negated = op.startsWith("!");
  if (!isVar(a) || !isVar(b)) {
    // A function is never null; whether it is another function can be told only of the same one.
    if (equality && (isVar(a) !== isVar(b)) && isSettled(a) && isSettled(b)) return s.literal(negated);
    if (equality && a === b) return s.literal(!negated);
    const choice = !isVar(a) && a.kind === "choice" ? a : !isVar(b) && b.kind === "choice" ? b : undefined;
    if (choice) {
      const with_ = (v: Value): Var => (choice === a ? comparison(s, node, op, v, b) : comparison(s, node, op, a, v));
      return either(s, node, choice, with_);
    }
    if (equality && !isVar(a) && !isVar(b) && a.kind === "object" && b.kind === "object") return s.literal(negated);
    return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  }
  if (equality && a.literal && b.literal && typeof a.literal.value !== "number") {
    const x = a.literal.value, y = b.literal.value;
    const equal = op.length === 3 ? x === y : x === y || ((x === null || x === undefined) && (y === null || y === undefined));
    return s.literal(equal !== negated);
  }
  if (equality && (isOfAnotherType(s, a, b) || isOfAnotherType(s, b, a))) return s.literal(negated);
  if (equality && s.knowsKinds && (isCertain(s, a) && isNothing(b) || isCertain(s, b) && isNothing(a))) return s.literal(negated);
  if (equality && s.knowsKinds && (isNoText(a, b) || isNoText(b, a))) return s.literal(negated);
  const out = s.apply(node, op, [a, b], booleanType);
  if (equality && decidesAbsence(s, op, node.left, b)) s.absence.set(out, { value: a, absent: !negated });
  else if (equality && decidesAbsence(s, op, node.right, a)) s.absence.set(out, { value: b, absent: !negated });
  return out;
}

/** An array, record or number, there or not, that is compared with text: `weights === "uniform"`, of what may be either. */
const isNoText = (a: Var, b: Var): boolean =>
  typeof b.literal?.value === "string" && (isReference(a.type) || isNumeric(a.type)) && !isMixed(a.type) && !a.literal;

/** Whether a comparison with `undefined` or `null` says all about the absence of a value: not `!== null` of what may be undefined. */
function decidesAbsence(s: Lowering, op: string, node: ts.Expression, against: Var): boolean {
  if (against.literal?.value !== undefined && against.literal?.value !== null || !against.literal) return false;
  if (op.length === 2) return true;
  const other = against.literal.value === undefined ? ts.TypeFlags.Null : ts.TypeFlags.Undefined;
  const type = s.checker.getTypeAtLocation(node);
  return !(type.isUnion() ? type.types : [type]).some((t) => t.flags & (other | ts.TypeFlags.Any | ts.TypeFlags.Unknown));
}

function prefix(s: Lowering, node: ts.PrefixUnaryExpression): Value {
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken: case ts.SyntaxKind.MinusMinusToken: return update(s, node);
    case ts.SyntaxKind.ExclamationToken: return not(s, node, condition(s, node.operand));
    default: break;
  }
  const value = operand(s, node.operand);
  if (isBigInt(value)) return bigIntArithmetic(s, node, node.operator === ts.SyntaxKind.TildeToken ? "~" : "-", null, value);
  const number = toNumber(s, node.operand, value);
  if (node.operator === ts.SyntaxKind.TildeToken) return s.apply(node, "~", [number], integerType);
  const type = number.type.kind === "integer" ? integerType : numberType;
  return s.apply(node, node.operator === ts.SyntaxKind.MinusToken ? "neg" : "pos", [number], type);
}

/** `typeof e`, told while compiling where the type is plain. */
function typeOf(s: Lowering, node: ts.TypeOfExpression): Value {
  const inner = skipTypes(node.expression);
  const value = ts.isIdentifier(inner) && isGlobal(s, inner, inner.text) && inner.text !== "undefined" ? undefined : expression(s, node.expression);
  if (value === undefined) return s.raw(node, [node.getText()], stringType, true);
  if (!isVar(value)) return s.literal(value.kind === "object" ? "object" : "function");
  // Only what is certain: an element may be missing, whatever its type.
  if (value.literal && value !== s.unassigned) return s.literal(typeof value.literal.value);
  if (s.knowsKinds && isCertain(s, value) && (isNumeric(value.type) || value.type.kind === "boolean" || value.type.kind === "string"))
    return s.literal(isNumeric(value.type) ? "number" : value.type.kind);
  if (s.knowsKinds && isReference(value.type) && isCertain(s, value)) return s.literal("object");
  const out = s.raw(node, ["typeof (", value, ")"], stringType, true);
  s.typesAsked.set(out, value);
  return out;
}

/** An object, array or nothing is no number and no text: what `typeof v === "number"` says of the value of a function's argument. */
function isOfAnotherType(s: Lowering, asked: Var, text: Var): boolean {
  const value = s.typesAsked.get(asked), name = text.literal?.value;
  return (
    value !== undefined && s.knowsKinds && isReference(value.type) && (name === "number" || name === "string" || name === "boolean" || name === "function")
  );
}

/** A test of a value against null and undefined. */
export function isPresent(s: Lowering, node: ts.Node, value: Var): Var {
  const out = s.apply(node, "!=", [value, s.literal(null)], booleanType);
  s.absence.set(out, { value, absent: false });
  return out;
}
