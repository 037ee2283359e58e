import ts from "typescript";
import type { Type, Var } from "../ir/ir.ts";
import { booleanType, integerType, numberType, stringType } from "../ir/build.ts";
import { catalogue } from "../diagnostics/catalogue.ts";
import { isTapeOfEitherKind } from "./existing.ts";
import { isVar, type Choice, type Lowering, type Value } from "./lowerState.ts";
import { apart, dispatch, meet, settled, testOf, type Piece } from "./lowerJoin.ts";
import { identifier, isGlobal, literalOf, memberValue, skipTypes } from "./lowerNames.ts";
import { classExpression, thisValue } from "./lowerClasses.ts";
import { asRecord } from "./lowerConstruct.ts";
import { arrayLiteral } from "./lowerLiterals.ts";
import { objectLiteral } from "./lowerSpread.ts";
import { presenceByName } from "./lowerKeys.ts";
import { elementAccess, isChain, lowerChain, propertyAccess } from "./lowerAccess.ts";
import { assignment, update } from "./lowerPlaces.ts";
import { callExpression, newExpression } from "./lowerCalls.ts";
import { bigIntArithmetic, rawExpression, templateExpression, toNumber } from "./lowerRaw.ts";
import { irType, isMixed, isNumeric, isReference, joinTypes, mayBeAbsent, mayBeString, present } from "./lowerTypes.ts";

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
      return s.refuse(node, catalogue.asyncOrGenerator, { what: node.kind === ts.SyntaxKind.AwaitExpression ? "asynchronous (`await`)" : "a generator (`yield`)", name: s.rootName });
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

/** A test of every option of a choice: the condition of the choice itself, where that is all it says. */
function either(s: Lowering, node: ts.Node, value: Choice, test: (v: Value) => Var): Var {
  const one = settled(s, value);
  if (one !== value) return test(one);
  const pieces = value.options.map((option) => { let out = s.unassigned; const piece = apart(s, () => { out = test(option); }); return { out, piece }; });
  if (pieces.every(({ out, piece }) => out.literal && piece.instructions.length === 0)) {
    const yes = pieces.flatMap(({ out }, k) => (out.literal?.value ? [k] : []));
    if (yes.length === 0 || yes.length === pieces.length) return s.literal(yes.length > 0);
    if (value.condition) return yes[0] === 0 ? s.resolve(value.condition) : not(s, node, s.resolve(value.condition));
    return yes.map((k) => testOf(s, node, value, k)).reduce((a, b) => s.apply(node, "||", [a, b], booleanType));
  }
  return toVar(s, dispatch(s, node, value, test), node);
}

function not(s: Lowering, node: ts.Node, test: Var): Var {
  if (test.literal) return s.literal(!test.literal.value);
  const out = s.apply(node, "!", [test], booleanType);
  s.negated.set(out, test);
  return out;
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
  return texts !== undefined && (texts.flags & ts.TypeFlags.String) !== 0 && names !== undefined && names.isUnion() && names.types.every((t) => t.isStringLiteral());
}

/** Whether the names in a type mean the same at the top of the module. */
function typeIsVisible(s: Lowering, type: ts.TypeNode): boolean {
  let visible = true;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const declaration = s.checker.getSymbolAtLocation(node)?.declarations?.[0];
      if (!declaration || ts.isTypeParameterDeclaration(declaration) || !(ts.isSourceFile(declaration.parent) || ts.isImportSpecifier(declaration))) visible = false;
    }
    ts.forEachChild(node, visit);
  };
  visit(type);
  return visible;
}

/** An opaque value taken as something plain: nothing is known of where its numbers come from. */
export function retyped(s: Lowering, node: ts.Node, value: Var, type: Type, text: string): Var {
  return s.raw(node, ["(", value, ` as ${text})`], type, true, s.refusal(node, catalogue.inactiveOnly, { text: shortText(node), what: "whose type says nothing of where its numbers come from" }));
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
const isNoText = (a: Var, b: Var): boolean => typeof b.literal?.value === "string" && (isReference(a.type) || isNumeric(a.type)) && !isMixed(a.type) && !a.literal;

/** Whether a comparison with `undefined` or `null` says all about the absence of a value: not `!== null` of what may be undefined. */
function decidesAbsence(s: Lowering, op: string, node: ts.Expression, against: Var): boolean {
  if (against.literal?.value !== undefined && against.literal?.value !== null || !against.literal) return false;
  if (op.length === 2) return true;
  const other = against.literal.value === undefined ? ts.TypeFlags.Null : ts.TypeFlags.Undefined;
  const type = s.checker.getTypeAtLocation(node);
  return !(type.isUnion() ? type.types : [type]).some((t) => t.flags & (other | ts.TypeFlags.Any | ts.TypeFlags.Unknown));
}

const isNothing = (v: Var): boolean => v.literal !== undefined && (v.literal.value === undefined || v.literal.value === null);

/** In a function that was called with a number there is no need to ask whether there is one; the marked function asks its callers. */
const isCertain = (s: Lowering, v: Var): boolean => (v.literal ? !isNothing(v) && v !== s.unassigned : s.certain.has(s.resolve(v)) && !mayBeAbsent(v.type));

const isSettled = (v: Value): boolean => isVar(v) || v.kind !== "choice";

/** `&&`, `||`, `??`, and the assignments of these names: the right operand is evaluated only where it decides. */
export function logical(s: Lowering, node: ts.Node, op: "&&" | "||" | "??", left: Value, right: () => Value): Value {
  if (!isVar(left) && left.kind !== "choice") return op === "&&" ? right() : left;
  if (isVar(left) && left.literal && left !== s.unassigned) {
    const { value } = left.literal;
    const decided = op === "&&" ? !value : op === "||" ? Boolean(value) : value !== null && value !== undefined;
    return decided ? left : right();
  }
  if (op === "??" && isVar(left) && s.context.narrowing && isCertain(s, left)) return left;
  const test = op === "??" && isVar(left) ? isPresent(s, node, left) : truth(s, left, node);
  const mark = s.ids.next;
  const result = s.temporary();
  s.set(result, s.unassigned);
  let value: Value = s.unassigned;
  const piece = apart(s, () => { if (op !== "??") s.assume(test, op === "&&"); value = right(); s.set(result, value); });
  if (isVar(left) && isBoolean(left) && isVar(value) && value.literal && value.literal.value === (op === "&&") && piece.instructions.length === 0 && !piece.dead) {
    s.env.delete(result);
    return left; // `a && true`
  }
  if (op !== "??" && isVar(left) && isBoolean(left) && isVar(value) && isBoolean(value) && isHarmless(s, piece)) {
    s.env.delete(result);
    s.current.push(...piece.instructions);
    return s.apply(node, op, [left, value], booleanType);
  }
  const keep = apart(s, () => s.set(result, op === "&&" && isVar(left) && isReference(left.type) ? absent(s, node, left) : left));
  if (op === "&&") meet(s, node, test, piece, keep, mark);
  else meet(s, node, test, keep, piece, mark);
  const joined = s.get(result);
  s.env.delete(result);
  if (isVar(joined) && joined !== left && joined !== value) {
    settleType(s, node, joined);
    if (op === "??" && isVar(value) && isCertain(s, value)) s.certain.add(joined);
  }
  return joined;
}

const isBoolean = (v: Var): boolean => v.type.kind === "boolean";

/** A reference that is known to be none: `undefined` or `null`, whichever it was. */
function absent(s: Lowering, node: ts.Node, reference: Var): Var {
  return s.raw(node, [reference], s.literal(undefined).type, true);
}

/** Whether it may be evaluated although it is not asked for: no effect, and nothing that could throw. */
function isHarmless(s: Lowering, piece: Piece): boolean {
  if (piece.dead) return false;
  for (const [binding, before] of s.env) {
    const after = piece.env.get(binding);
    if (after !== undefined && after !== before && binding.name !== null) return false;
  }
  return piece.instructions.every((i) => {
    switch (i.kind) {
      case "apply": return true;
      case "length": return !mayBeAbsent(i.ref.type) && !cameFromElement(piece, i.ref);
      case "read": return !mayBeAbsent(i.ref.type) && !cameFromElement(piece, i.ref);
      default: return false;
    }
  });
}

/** An element that is an array itself is missing where the index is out of range. */
function cameFromElement(piece: Piece, ref: Var): boolean {
  return piece.instructions.some((i) => i.kind === "read" && i.out === ref && typeof i.key !== "string");
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

function conditional(s: Lowering, node: ts.ConditionalExpression): Value {
  if (isTapeOfEitherKind(node)) return expression(s, node.whenFalse);
  const test = condition(s, node.condition);
  if (test.literal) return expression(s, test.literal.value ? node.whenTrue : node.whenFalse);
  const mark = s.ids.next, result = s.temporary();
  s.set(result, s.unassigned);
  let a: Value = s.unassigned, b: Value = s.unassigned;
  const then = apart(s, () => { s.assume(test, true); a = expression(s, node.whenTrue); s.set(result, a); });
  const otherwise = apart(s, () => { s.assume(test, false); b = expression(s, node.whenFalse); s.set(result, b); });
  const pick = plainChoice(a, b);
  if (pick && isHarmless(s, then) && isHarmless(s, otherwise)) {
    s.env.delete(result);
    s.current.push(...then.instructions, ...otherwise.instructions);
    return s.apply(node, "?:", [test, ...pick], joinTypes(pick[0].type, pick[1].type));
  }
  meet(s, node, test, then, otherwise, mark);
  const value = s.get(result);
  s.env.delete(result);
  if (isVar(value) && value !== a && value !== b) settleType(s, node, value);
  return value;
}

/** What has come together is a number where the checker sees one: `typeof v === "number" ? v : 0`, `o && o.k`. */
function settleType(s: Lowering, node: ts.Node, joined: Var): void {
  if (!isMixed(joined.type) && joined.type.kind !== "opaque") return;
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  if (isNumeric(type) && (type.kind !== "integer")) s.retype(joined, type);
}

/** Values that carry no gradient may be chosen by an operation; numbers are chosen by a branch, so that only one is evaluated. */
function plainChoice(a: Value, b: Value): readonly [Var, Var] | null {
  if (!isVar(a) || !isVar(b) || a.type.kind !== b.type.kind) return null;
  const { kind } = a.type;
  return kind === "boolean" || kind === "string" || kind === "integer" ? [a, b] : null;
}

/** `typeof e`, told while compiling where the type is plain. */
function typeOf(s: Lowering, node: ts.TypeOfExpression): Value {
  const inner = skipTypes(node.expression);
  const value = ts.isIdentifier(inner) && isGlobal(s, inner, inner.text) && inner.text !== "undefined" ? undefined : expression(s, node.expression);
  if (value === undefined) return s.raw(node, [node.getText()], stringType, true);
  if (!isVar(value)) return s.literal(value.kind === "object" ? "object" : "function");
  // Only what is certain: an element may be missing, whatever its type.
  if (value.literal && value !== s.unassigned) return s.literal(typeof value.literal.value);
  if (s.knowsKinds && isCertain(s, value) && (isNumeric(value.type) || value.type.kind === "boolean" || value.type.kind === "string")) return s.literal(isNumeric(value.type) ? "number" : value.type.kind);
  if (s.knowsKinds && isReference(value.type) && isCertain(s, value)) return s.literal("object");
  const out = s.raw(node, ["typeof (", value, ")"], stringType, true);
  s.typesAsked.set(out, value);
  return out;
}

/** An object, array or nothing is no number and no text: what `typeof v === "number"` says of the value of a function's argument. */
function isOfAnotherType(s: Lowering, asked: Var, text: Var): boolean {
  const value = s.typesAsked.get(asked), name = text.literal?.value;
  return value !== undefined && s.knowsKinds && isReference(value.type) && (name === "number" || name === "string" || name === "boolean" || name === "function");
}

/** A test of a value against null and undefined. */
export function isPresent(s: Lowering, node: ts.Node, value: Var): Var {
  const out = s.apply(node, "!=", [value, s.literal(null)], booleanType);
  s.absence.set(out, { value, absent: false });
  return out;
}

