import ts from "typescript";
import type { Instruction, Type, Var } from "../../ir/ir.ts";
import { booleanType, integerType, numberType } from "../../ir/build.ts";
import { writesMemory } from "../../ir/visit.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { callKnown } from "../calls/lowerInline.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type Value } from "../state/values.ts";
import { branch } from "../state/lowerJoin.ts";
import { isModuleLevel } from "../expressions/lowerNames.ts";
import { findBinding } from "../state/values.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { assignedStatic } from "../expressions/lowerStatics.ts";
import { hasFieldsToAsk, setFieldByName } from "../objects/lowerKeys.ts";
import { arithmeticOf, expression, operand, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { logical } from "../expressions/lowerLogical.ts";
import { nameOf } from "../objects/dictionaries.ts";
import { getElement, getProperty, lengthOf } from "../expressions/lowerAccess.ts";
import { assignPattern } from "./lowerPatterns.ts";
import { writeMember } from "../objects/lowerClasses.ts";
import { bigIntArithmetic, toNumber } from "../calls/lowerRaw.ts";
import { whileLoop } from "../arrays/lowerEach.ts";
import { pushElement } from "../objects/lowerLiterals.ts";
import { fieldType, isDictionary, isIntegerArray, optional, present } from "../types/irTypes.ts";
import { learnElement } from "../types/learnedTypes.ts";

/** What can be assigned to. The object and the key of an element are evaluated once, before the value. */
export type Place =
  | { readonly kind: "variable"; readonly binding: Binding; readonly node: ts.Node }
  | { readonly kind: "field"; readonly node: ts.PropertyAccessExpression; readonly object: Value; readonly name: string }
  | { readonly kind: "element"; readonly node: ts.ElementAccessExpression; readonly object: Value; readonly key: Value }
  | { readonly kind: "refused" };

export function place(s: Lowering, target: ts.Expression): Place {
  const node = skipTypes(target);
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(s, node), binding = symbol && findBinding(s.scope, symbol);
    if (binding) return { kind: "variable", binding, node };
    const state = symbol && s.moduleState.get(symbol);
    if (state) return { kind: "variable", binding: state, node };
    s.report(node, catalogue.assignsForeign, { name: node.text });
    return { kind: "refused" };
  }
  if (ts.isPropertyAccessExpression(node)) return { kind: "field", node, object: expression(s, node.expression), name: node.name.text };
  if (ts.isElementAccessExpression(node)) return { kind: "element", node, object: expression(s, node.expression), key: expression(s, node.argumentExpression) };
  s.report(node, catalogue.unsupportedSyntax, {
    text: shortText(node),
    what: "is not a place to assign to",
    instead: "assign to a variable, an element or a field",
  });
  return { kind: "refused" };
}

export function getPlace(s: Lowering, at: Place): Value {
  switch (at.kind) {
    case "variable": return s.get(at.binding);
    case "field": return getProperty(s, at.node, at.node.expression, at.object, at.name);
    case "element": return getElement(s, at.node, at.node.expression, at.object, at.key, at.node.argumentExpression);
    default: return s.fresh(null, { kind: "opaque", text: null });
  }
}

export function setPlace(s: Lowering, node: ts.Node, at: Place, value: Value): void {
  switch (at.kind) {
    case "variable": setVariable(s, node, at.binding, value); break;
    case "field": setField(s, node, at, value); break;
    case "element": setElement(s, node, at, value); break;
    default: break;
  }
}

export function setVariable(s: Lowering, node: ts.Node, binding: Binding, value: Value): void {
  if (binding.frame !== s.frame && !s.frame.boxes.has(binding)) {
    if (!isVar(value)) { s.report(node, catalogue.recursiveCapture, { name: binding.name ?? "", fn: s.frame.name }); return; }
    s.frame.missing.add(binding);
  }
  s.name(value, binding.name);
  s.set(binding, value);
  if (binding.moduleName !== undefined) s.raw(node, [`${binding.moduleName} = `, toVar(s, value, node)], null, false);
}

function setField(s: Lowering, node: ts.Node, at: Extract<Place, { kind: "field" }>, value: Value): void {
  setMember(s, node, at.node, at.object, at.name, value);
}

/** `object.name = value`; `at` is what is assigned to, for messages. */
export function setMember(s: Lowering, node: ts.Node, at: ts.Expression, object: Value, name: string, value: Value): void {
  const setter = !isVar(object) && object.kind === "object" ? object.setters?.get(name) : undefined;
  if (setter) { callKnown(s, node as ts.PropertyAccessExpression, { ...setter, receiver: object }, [value]); return; } // only its position is asked for
  if ((isVar(object) || object.kind === "object") && writeMember(s, node, object, name, value)) return;
  if (!isVar(object)) {
    if (object.kind === "choice" && object.options.every((o) => !isVar(o) && o.kind === "closure" && !isModuleLevel(o.node))) {
      const shared = { ...s.temporary(name), captured: true };
      for (const o of object.options) if (!isVar(o) && o.kind === "closure") (o.fields ??= new Map()).set(name, shared);
      setVariable(s, node, shared, value);
      return;
    }
    if (object.kind === "class") {
      const member = assignedStatic(s.checker, at),
        symbol = member?.parent === object.node ? s.checker.getSymbolAtLocation(member.name) : undefined,
        state = symbol && s.moduleState.get(symbol);
      if (state) { setVariable(s, node, state, value); return; }
      s.report(at, catalogue.assignsForeign, { name: shortText(at) });
      return;
    }
    const isLocal = object.kind === "closure" ? !isModuleLevel(object.node) : object.kind === "object" && ![...object.fields.values()].some((f) => f.initial);
    if (!isLocal || (object.kind !== "object" && object.kind !== "closure")) { s.report(at, catalogue.functionAsValue, { text: shortText(at) }); return; }
    const fields = object.kind === "object" ? object.fields : (object.fields ??= new Map());
    const field = fields.get(name) ?? { ...s.temporary(name), captured: true };
    fields.set(name, field);
    setVariable(s, node, field, value);
    return;
  }
  const type = present(object.type), v = toVar(s, value, node);
  if (isDictionary(type)) { writeElement(s, node, object, s.literal(name), v); return; }
  if ((type.kind === "array" || type.kind === "tuple") && name === "length") { setLength(s, at, object, v); return; }
  if (type.kind === "record" && fieldType(type, name)) {
    s.tables.delete(object);
    s.emit({ kind: "write", origin: s.origin(node), ref: object, key: name, value: v });
    return;
  }
  if (gainsField(s, type, name, v)) {
    s.tables.delete(object);
    s.emit({ kind: "write", origin: s.origin(node), ref: object, key: name, value: v });
    return;
  }
  s.raw(node, [object, `.${name} = `, v], null, false, s.refusal(at, catalogue.write, { text: shortText(node), what: "an object that is not a plain record" }));
}

function setElement(s: Lowering, node: ts.Node, at: Extract<Place, { kind: "element" }>, value: Value): void {
  const { object } = at, key = toVar(s, at.key, at.node.argumentExpression);
  if (!isVar(object)) {
    if (!key.literal) { s.report(at.node, catalogue.functionAsValue, { text: shortText(at.node) }); return; }
    if (object.kind === "object") {
      const name = String(key.literal.value), field = object.fields.get(name) ?? s.temporary(name);
      object.fields.set(name, field);
      setVariable(s, node, field, value);
    } else s.report(at.node, catalogue.functionAsValue, { text: shortText(at.node) });
    return;
  }
  const type = present(object.type), v = toVar(s, value, node);
  const text = isDictionary(type) ? nameOf(s, at.node, key) : null;
  if (text) { writeElement(s, node, object, text, v); return; }
  if ((type.kind === "array" || type.kind === "tuple") && !isDictionary(type) && key.type.kind !== "string") {
    if (type.kind === "array" && type.constructorName === "Array" && isEnd(s, object, key)) pushElement(s, node, object, v);
    else writeElement(s, node, object, key, v);
    return;
  }
  const name = key.literal && typeof key.literal.value === "string" ? key.literal.value : undefined;
  if (type.kind === "record" && name !== undefined && fieldType(type, name)) {
    s.tables.delete(object);
    s.emit({ kind: "write", origin: s.origin(node), ref: object, key: name, value: v });
    return;
  }
  if (key.type.kind === "string" && !key.literal && hasFieldsToAsk(s, object)) { setFieldByName(s, at.node, object, key, v); return; }
  s.raw(
    node,
    [object, "[", key, "] = ", v],
    null,
    false,
    s.refusal(at.node, catalogue.write, { text: shortText(node), what: "a field chosen when the program runs" }),
  );
}

/** An object written out without a type gains a field that the literal has not: `if (alpha !== undefined) res.alpha = alpha`. */
function gainsField(s: Lowering, type: Type, name: string, value: Var): boolean {
  if (type.kind !== "record" || s.literalTypes.get(type)?.missed.has(name) !== false || type.fields.length >= 64) return false;
  const of = value.type.kind === "integer" ? numberType : present(value.type);
  type.fields = [...type.fields, { name, type: optional(of), optional: true }];
  return true;
}

/** Whether a subscript is the length of the array, taken just now: `a[a.length] = e` is a push. */
function isEnd(s: Lowering, ref: Var, key: Var): boolean {
  const last = s.current.findLastIndex((i) => i.kind === "length" && i.out === key), taken = s.current[last];
  if (taken?.kind !== "length" || !sameReference(s, taken.ref, ref)) return false;
  return !writesMemory({ instructions: s.current.slice(last), yields: [], dead: false });
}

/** The same Var, or the same field read again. */
function sameReference(s: Lowering, a: Var, b: Var): boolean {
  if (a === b) return true;
  const made = (v: Var): Instruction | undefined => s.current.find((i) => i.kind === "read" && i.out === v);
  const x = made(a), y = made(b);
  return x?.kind === "read" && y?.kind === "read" && typeof x.key === "string" && x.key === y.key && sameReference(s, x.ref, y.ref);
}

/** `ref[key] = value`, with what the kind of array does to a value on the way in. */
export function writeElement(s: Lowering, node: ts.Node, ref: Var, key: Var, value: Var): void {
  learnElement(ref.type, value.type);
  if (isDictionary(ref.type) && (value.type.kind === "undefined" || value.type.kind === "null")) {
    s.report(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: `puts \`${value.type.kind}\` into a dictionary of numbers`,
      instead: "leave the name out",
    });
    return;
  }
  s.emit({ kind: "write", origin: s.origin(node), ref, key, value: stored(s, node, ref.type, value) });
}

/** The number that a typed array keeps: rounded for Float32Array, cut to an integer (through which no gradient flows) for the integer kinds. */
export function stored(s: Lowering, node: ts.Node, type: Type, value: Var): Var {
  const t = present(type);
  if (t.kind !== "array" || t.constructorName === "Array" || t.constructorName === "Dictionary" || t.constructorName === "Float64Array") return value;
  if (t.constructorName === "Float32Array") {
    const exact = value.literal !== undefined && typeof value.literal.value === "number" && Object.is(Math.fround(value.literal.value), value.literal.value);
    return exact ? value : s.apply(node, "Math.fround", [value], numberType);
  }
  if (!isIntegerArray(t.constructorName) || value.type.kind === "integer" || Number.isInteger(value.literal?.value)) return value;
  switch (t.constructorName) {
    case "Uint32Array": return s.apply(node, ">>>", [value, s.literal(0)], integerType);
    case "Uint8ClampedArray": return s.raw(node, ["new Uint8ClampedArray([", value, "])[0]!"], integerType, true);
    default: return s.apply(node, "|", [value, s.literal(0)], integerType); // the store itself cuts to the width
  }
}

/** `a.length = n`: shortens; growing would make holes. */
function setLength(s: Lowering, node: ts.Expression, ref: Var, length: Var): void {
  whileLoop(s, node, () => s.apply(node, ">", [lengthOf(s, node, ref), length], booleanType), () => popElement(s, node, ref));
  if (length.literal?.value === 0) return;
  branch(s, node, s.apply(node, "<", [lengthOf(s, node, ref), length], booleanType), () => {
    s.emit({ kind: "throw", origin: s.origin(node), parts: ['new RangeError("an array is made longer by its length: its new elements have no value")'] });
    s.dead = true;
  }, () => undefined);
}

export function popElement(s: Lowering, node: ts.Node, ref: Var, type?: Type): Var {
  const t = present(ref.type);
  const out = s.fresh(null, type ?? (t.kind === "array" ? t.element : { kind: "opaque", text: null }));
  s.emit({ kind: "pop", origin: s.origin(node), ref, out });
  return out;
}

// ---------------------------------------------------------------- assignments

const compound = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.PlusEqualsToken, "+"],
  [ts.SyntaxKind.MinusEqualsToken, "-"],
  [ts.SyntaxKind.AsteriskEqualsToken, "*"],
  [ts.SyntaxKind.SlashEqualsToken, "/"],
  [ts.SyntaxKind.PercentEqualsToken, "%"],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, "**"],
  [ts.SyntaxKind.AmpersandEqualsToken, "&"],
  [ts.SyntaxKind.BarEqualsToken, "|"],
  [ts.SyntaxKind.CaretEqualsToken, "^"],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, ">>>"],
]);
const logicalAssignments = new Map<ts.SyntaxKind, "&&" | "||" | "??">([
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "&&"], [ts.SyntaxKind.BarBarEqualsToken, "||"], [ts.SyntaxKind.QuestionQuestionEqualsToken, "??"],
]);

/** `a = e`, `a op= e`: the place, then its value, then `e`, then the assignment, as JavaScript has it. */
export function assignment(s: Lowering, node: ts.BinaryExpression): Value {
  const { kind } = node.operatorToken, target = skipTypes(node.left);
  if (kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target)) return assignPattern(s, node, target, node.right);
    const at = place(s, target), value = expression(s, node.right);
    setPlace(s, node, at, value);
    return value;
  }
  const at = place(s, target);
  if (at.kind === "refused") return getPlace(s, at);
  const before = getPlace(s, at), lazy = logicalAssignments.get(kind);
  if (lazy) return logical(s, node, lazy, before, () => { const v = expression(s, node.right); setPlace(s, node, at, v); return v; });
  const right = operand(s, node.right);
  const value = arithmeticOf(s, node, compound.get(kind) ?? "+", toVar(s, before, node.left), right, node.left, node.right);
  setPlace(s, node, at, value);
  return value;
}

/** `x++`, `--x`: the value before or after. */
export function update(s: Lowering, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Value {
  const at = place(s, node.operand);
  if (at.kind === "refused") return getPlace(s, at);
  const before = toVar(s, getPlace(s, at), node.operand), op = node.operator === ts.SyntaxKind.PlusPlusToken ? "+" : "-";
  const isBig = before.type.kind === "opaque" && before.type.text === "bigint";
  const number = isBig ? before : toNumber(s, node.operand, before);
  const after = isBig ? bigIntArithmetic(s, node, op, before, s.raw(node, ["1n"], before.type, true))
    : s.apply(node, op, [number, s.literal(1)], number.type.kind === "integer" ? integerType : numberType);
  setPlace(s, node, at, after);
  return ts.isPrefixUnaryExpression(node) ? after : number;
}
