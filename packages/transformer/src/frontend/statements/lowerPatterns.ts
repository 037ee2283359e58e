import ts from "typescript";
import type { FieldType } from "../../ir/ir.ts";
import { booleanType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type KnownObject, type Value } from "../state/values.ts";
import { choose } from "../state/lowerJoin.ts";
import { skipTypes } from "../state/symbols.ts";
import { expression, operand, shortText } from "../expressions/lowerExpressions.ts";
import { nameFields } from "../objects/lowerClasses.ts";
import { getElement, getProperty, readElement, readField, staticKey } from "../expressions/lowerAccess.ts";
import { place, setPlace } from "./lowerPlaces.ts";
import { sliceOf } from "../arrays/lowerArrays.ts";
import { iterableAsArray } from "../arrays/lowerEach.ts";
import { elementType, mayBeAbsent, present } from "../types/irTypes.ts";

/** Destructuring, in declarations, parameters and assignments. */

type PatternNode = ts.ObjectBindingPattern | ts.ArrayBindingPattern | ts.ObjectLiteralExpression | ts.ArrayLiteralExpression;

/** Takes the value apart; `bind` makes the variable of a name. */
export function bindName(s: Lowering, name: ts.BindingName, value: Value, bind: (name: ts.Identifier) => Binding): void {
  if (ts.isIdentifier(name)) {
    const binding = bind(name);
    s.name(value, binding.name);
    nameFields(value, binding.name);
    s.set(binding, value);
  } else if (ts.isObjectBindingPattern(name)) {
    bindObject(s, name, value, bind);
  } else {
    bindArray(s, name, value, bind);
  }
}

function bindObject(s: Lowering, pattern: ts.ObjectBindingPattern, value: Value, bind: (name: ts.Identifier) => Binding): void {
  const taken: string[] = [];
  for (const element of pattern.elements) {
    if (element.dotDotDotToken) {
      bindName(s, element.name, restOfObject(s, element, value, taken), bind);
      continue;
    }
    const member = objectMember(s, element, element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined), value, taken);
    bindName(s, element.name, withDefault(s, element, member, element.initializer), bind);
  }
}

/** The field that an entry of an object pattern names. */
function objectMember(s: Lowering, node: ts.Node, key: ts.PropertyName | undefined, value: Value, taken: string[]): Value {
  const name = staticKey(key);
  if (name !== undefined) {
    taken.push(name);
    return getMember(s, node, value, name);
  }
  if (key && ts.isComputedPropertyName(key)) {
    const at = operand(s, key.expression);
    return getElement(s, key.expression, key.expression, value, at, key.expression);
  }
  return s.refuse(node, catalogue.unsupportedSyntax, { text: shortText(node), what: "is a key that cannot be read here", instead: "name the field: `{ x }`" });
}

/** A field of a value that need not come from an expression of its own. */
function getMember(s: Lowering, node: ts.Node, value: Value, name: string): Value {
  if (isVar(value)) {
    const type = present(value.type);
    const field = type.kind === "record" ? type.fields.find((f) => f.name === name) : undefined;
    if (field && s.withoutFunctions.get(s.resolve(value))?.has(name)) return s.literal(undefined);
    if (field) return readField(s, node, value, name, field.optional ? { kind: "optional", of: present(field.type) } : field.type);
    if ((type.kind === "array" || type.kind === "tuple") && /^\d+$/.test(name)) return readElement(s, node, value, s.literal(Number(name)));
  }
  const at = node as ts.Expression; // only its position and its type are asked for
  return getProperty(s, at, at, value, name);
}

function restOfObject(s: Lowering, node: ts.Node, value: Value, taken: readonly string[]): Value {
  if (!isVar(value)) {
    if (value.kind !== "object") return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
    return { ...value, fields: new Map([...value.fields].filter(([name]) => !taken.includes(name)).map(([name, field]) => [name, copyField(s, field)])) };
  }
  const type = present(value.type);
  if (type.kind !== "record") {
    return s.raw(node, ["(({ ", taken.map((name) => `${name}: _${name}, `).join(""), "...rest }) => rest)(", value, ")"], { kind: "opaque", text: null }, true,
      s.refusal(node, catalogue.inactiveOnly, { text: shortText(node), what: "the rest of an object whose fields are not known" }));
  }
  const fields: FieldType[] = type.fields.filter((f) => !taken.includes(f.name));
  const values = fields.map((f) => [f.name, readField(s, node, value, f.name, f.type)] as const);
  const out = s.fresh(null, { kind: "record", fields, text: null });
  s.emit({ kind: "record", origin: s.origin(node), fields: values, out });
  return out;
}

function copyField(s: Lowering, field: Binding): Binding {
  const copy = s.temporary(field.name, field.type);
  s.set(copy, s.get(field));
  return copy;
}

function bindArray(s: Lowering, pattern: ts.ArrayBindingPattern, value: Value, bind: (name: ts.Identifier) => Binding): void {
  const source = arraySource(s, pattern, value);
  pattern.elements.forEach((element, k) => {
    if (ts.isOmittedExpression(element)) return;
    if (element.dotDotDotToken) bindName(s, element.name, restOfArray(s, element, source, k), bind);
    else bindName(s, element.name, withDefault(s, element, arrayMember(s, element, source, k), element.initializer), bind);
  });
}

/** What an array pattern reads from by index. */
function arraySource(s: Lowering, node: ts.Node, value: Value): Value {
  if (!isVar(value)) return value;
  const { kind } = present(value.type);
  return kind === "array" || kind === "tuple" ? value : iterableAsArray(s, node, value);
}

function arrayMember(s: Lowering, node: ts.Node, source: Value, k: number): Value {
  if (isVar(source)) return readElement(s, node, source, s.literal(k), elementType(source.type, k));
  return getMember(s, node, source, String(k));
}

function restOfArray(s: Lowering, node: ts.Node, source: Value, from: number): Value {
  if (isVar(source)) return sliceOf(s, node, source, s.integer(from), null);
  if (source.kind !== "object") return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  const fields = [...source.fields.values()].slice(from).map((field, k) => [String(k), copyField(s, field)] as const);
  return { ...source, fields: new Map(fields) };
}

/** Whether the variable that a pattern or parameter binds may hold `null`, for which there is no default. */
function mayBeNull(s: Lowering, node: ts.Node): boolean {
  const type = s.checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).some((t) => (t.flags & (ts.TypeFlags.Null | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0);
}

/** The default of a pattern or parameter, evaluated only where the value is undefined. */
export function withDefault(s: Lowering, node: ts.Node, value: Value, initializer: ts.Expression | undefined): Value {
  if (!initializer) return value;
  if (!isVar(value)) return value;
  if (value.literal) return value.literal.value === undefined ? expression(s, initializer) : value;
  if (value.type.kind === "undefined") return expression(s, initializer);
  if (s.certain.has(s.resolve(value)) && !mayBeAbsent(value.type)) return value;
  const test = s.apply(node, "===", [value, s.literal(undefined)], booleanType);
  let fallback: Value = s.unassigned;
  const result = choose(s, node, test, () => (fallback = expression(s, initializer)), () => value);
  const certain = isVar(fallback) && !mayBeAbsent(fallback.type);
  if (certain && isVar(result) && result !== value && result.type.kind === "optional") s.retype(result, present(result.type));
  if (certain && isVar(result) && result !== value && !mayBeNull(s, node)) s.certain.add(result);
  return result;
}

// ---------------------------------------------------------------- sources that need no object

/** A literal that is taken apart at once: its parts stay variables. Null where an object is needed after all. */
export function partsOf(s: Lowering, source: ts.Expression, pattern: PatternNode): Value | null {
  const node = skipTypes(source);
  if (ts.isArrayLiteralExpression(node) && isArrayPattern(pattern)) {
    if (node.elements.some((e) => ts.isSpreadElement(e) || ts.isOmittedExpression(e)) || hasRest(pattern)) return null;
    return parts(s, node, node.elements.map((e, k) => [String(k), e, subPattern(pattern, String(k))]), true);
  }
  if (ts.isObjectLiteralExpression(node) && !isArrayPattern(pattern)) {
    const members: [string, ts.Expression, PatternNode | undefined][] = [];
    for (const p of node.properties) {
      const key = p.name && staticKey(p.name);
      if (key === undefined) return null;
      if (ts.isPropertyAssignment(p)) members.push([key, p.initializer, subPattern(pattern, key)]);
      else if (ts.isShorthandPropertyAssignment(p)) members.push([key, p.name, undefined]);
      else return null;
    }
    return parts(s, node, members, false);
  }
  return null;
}

function parts(s: Lowering, node: ts.Node, members: readonly (readonly [string, ts.Expression, PatternNode | undefined])[], isArray: boolean): KnownObject {
  const fields = new Map<string, Binding>();
  const values = members.map(([key, e, sub]) => [key, (sub && partsOf(s, e, sub)) ?? expression(s, e)] as const);
  for (const [key, value] of values) {
    const binding = s.temporary(null);
    s.set(binding, value);
    fields.set(key, binding);
  }
  return { kind: "object", fields, isArray, node };
}

const isArrayPattern = (p: PatternNode): p is ts.ArrayBindingPattern | ts.ArrayLiteralExpression =>
  ts.isArrayBindingPattern(p) || ts.isArrayLiteralExpression(p);

function hasRest(p: ts.ArrayBindingPattern | ts.ArrayLiteralExpression): boolean {
  return p.elements.some((e) => ts.isSpreadElement(e) || (ts.isBindingElement(e) && e.dotDotDotToken !== undefined));
}

function subPattern(p: PatternNode, key: string): PatternNode | undefined {
  if (ts.isObjectBindingPattern(p) || ts.isArrayBindingPattern(p)) {
    const element = ts.isArrayBindingPattern(p)
      ? p.elements[Number(key)]
      : p.elements.find((e) => staticKey(e.propertyName ?? (ts.isIdentifier(e.name) ? e.name : undefined)) === key);
    return element && ts.isBindingElement(element) && !ts.isIdentifier(element.name) && !element.initializer ? element.name : undefined;
  }
  return undefined;
}

// ---------------------------------------------------------------- assignment patterns

/** `[a, b] = …`, `({ p: a.x } = …)`; the value of the expression is the right side. */
export function assignPattern(
  s: Lowering,
  node: ts.BinaryExpression,
  pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  right: ts.Expression,
): Value {
  const isStatement = ts.isExpressionStatement(skipParents(node)) || ts.isForStatement(skipParents(node));
  const value = (isStatement ? partsOf(s, right, pattern) : null) ?? expression(s, right);
  assignParts(s, pattern, value);
  return value;
}

function skipParents(node: ts.Node): ts.Node {
  let at = node.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return at;
}

export function assignParts(s: Lowering, pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression, value: Value): void {
  if (ts.isArrayLiteralExpression(pattern)) {
    const source = arraySource(s, pattern, value);
    pattern.elements.forEach((element, k) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element)) assignTo(s, element.expression, restOfArray(s, element, source, k));
      else assignElement(s, element, () => arrayMember(s, element, source, k));
    });
    return;
  }
  const taken: string[] = [];
  for (const p of pattern.properties) {
    if (ts.isPropertyAssignment(p)) assignElement(s, p.initializer, () => objectMember(s, p, p.name, value, taken));
    else if (ts.isShorthandPropertyAssignment(p)) {
      const at = place(s, p.name);
      setPlace(s, p, at, withDefault(s, p, objectMember(s, p, p.name, value, taken), p.objectAssignmentInitializer));
    } else if (ts.isSpreadAssignment(p)) assignTo(s, p.expression, restOfObject(s, p, value, taken));
    else
      s.report(p, catalogue.unsupportedSyntax, {
        text: shortText(p),
        what: "is not a place to assign to",
        instead: "assign to a variable, an element or a field",
      });
  }
}

/** One entry: the place is evaluated before the value is taken, as JavaScript has it. */
function assignElement(s: Lowering, target: ts.Expression, take: () => Value): void {
  const node = skipTypes(target);
  const [inner, initializer] =
    ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? [skipTypes(node.left), node.right] : [node, undefined];
  if (ts.isArrayLiteralExpression(inner) || ts.isObjectLiteralExpression(inner)) {
    assignParts(s, inner, withDefault(s, node, take(), initializer));
    return;
  }
  const at = place(s, inner);
  setPlace(s, node, at, withDefault(s, node, take(), initializer));
}

function assignTo(s: Lowering, target: ts.Expression, value: Value): void {
  const node = skipTypes(target);
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) assignParts(s, node, value);
  else setPlace(s, node, place(s, node), value);
}
