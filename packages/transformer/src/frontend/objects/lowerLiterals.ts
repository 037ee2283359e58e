import ts from "typescript";
import type { ArrayType, FieldType, TupleType, Type, Var } from "../../ir/ir.ts";
import { numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { holdsFunctions } from "./lowerConstruct.ts";
import { isEmptyList } from "../calls/functionLists.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Binding, type KnownObject, type Value } from "../state/values.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { lengthOf, readElement } from "../expressions/lowerAccess.ts";
import { countLoop, iteration } from "../arrays/lowerEach.ts";
import { learnElement, learnElements } from "../types/learnedTypes.ts";

import { irType } from "../types/lowerTypes.ts";
import { arrayOf, elementType, isAny, isNumeric, joinTypes, mayBeAbsent, present } from "../types/irTypes.ts";

/** Array and object literals. One that holds a function exists only while compiling. */

export function arrayLiteral(s: Lowering, node: ts.ArrayLiteralExpression): Value {
  if (node.elements.some((e) => ts.isSpreadElement(e))) return spreadLiteral(s, node);
  if (isEmptyList(s, node)) return knownObject(s, node, [], true);
  const values = node.elements.map((e) => expression(s, e));
  const kinds = new Set(values.flatMap((v) => (!isVar(v) && v.kind === "object" && v.instanceOf ? [v.instanceOf.node] : [])));
  if (kinds.size > 1 || values.some((v) => !isVar(v) && !(isInstance(v) && !holdsFunctions(s, v))))
    return knownObject(
      s,
      node,
      values.map((v, k) => [String(k), v] as const),
      true,
    );
  return newArray(s, node, values.map((v, k) => toVar(s, v, node.elements[k] ?? node)), contextualType(s, node));
}

/** An instance of a class, or nothing but instances. */
export const isInstance = (v: Value): boolean =>
  !isVar(v) && (v.kind === "object" ? v.instanceOf !== undefined : v.kind === "choice" && v.options.every((o) => isVar(o) || isInstance(o)));

/** The type that surroundings or the checker give a literal, if it says something. */
export function contextualType(s: Lowering, node: ts.Expression): Type | null {
  const contextual = s.checker.getContextualType(node);
  const type = contextual && irType(s.reader, contextual);
  if (type && present(type).kind !== "opaque") return present(type);
  const own = present(irType(s.reader, s.checker.getTypeAtLocation(node)));
  if (own.kind === "record") return unionAround(s, node) ?? own;
  return own.kind === "opaque" ? null : own;
}

/** The union of records that the arms of a `?:` give, or the ways out of a function without a declared type, of which the literal is one. */
function unionAround(s: Lowering, node: ts.Expression): Type | null {
  let at: ts.Expression = node, around = node.parent;
  for (
    ;
    ts.isParenthesizedExpression(around) ||
    ts.isAsExpression(around) ||
    ts.isSatisfiesExpression(around) ||
    (ts.isConditionalExpression(around) && around.condition !== at);
    around = around.parent
  )
    at = around;
  const isReturned = ts.isReturnStatement(around) || (ts.isArrowFunction(around) && around.body === at);
  const owner = isReturned ? ts.findAncestor(node, ts.isFunctionLike) : undefined, signature = owner && s.checker.getSignatureFromDeclaration(owner);
  if (at === node && !signature) return null;
  const type = present(irType(s.reader, signature ? s.checker.getReturnTypeOfSignature(signature) : s.checker.getTypeAtLocation(at)));
  return type.kind === "record" && type.members ? type : null;
}

export function newArray(s: Lowering, node: ts.Node, elements: readonly Var[], expected: Type | null): Var {
  const type = literalType(elements, expected), out = s.fresh(null, type);
  if (type.kind === "array") for (const e of elements) learnElements(e.type, type.element); // the `[]` of `[xs, []]`
  s.emit({ kind: "array", origin: s.origin(node), elements, out });
  s.certain.add(out);
  return out;
}

function literalType(elements: readonly Var[], expected: Type | null): ArrayType | TupleType {
  const own = elements.map((e) => (e.type.kind === "integer" ? numberType : e.type));
  const isTuple =
    expected?.kind === "tuple" && expected.elements.length >= elements.length && expected.elements.slice(elements.length).every((e) => e.kind === "optional");
  // What is narrowed (`q[1] === undefined ? … : [q[1]]`) is of its declared type still.
  if (expected?.kind === "tuple" && isTuple && own.every((t, k) => fits(present(t), expected.elements[k] ?? t))) {
    return { kind: "tuple", elements: expected.elements.map((e, k) => (isUnknown(present(e)) ? own[k] ?? e : e)) };
  }
  if (expected?.kind === "array" && expected.constructorName === "Array" && !isUnknown(expected.element) && own.every((t) => fits(t, expected.element))) {
    return { kind: "array", constructorName: "Array", element: expected.element };
  }
  const first = own[0];
  // Nothing is known of the elements of `[]`: the array learns from the first that is put in.
  return { kind: "array", constructorName: "Array", element: first ? own.reduce((a, b) => joinTypes(a, b), first) : { kind: "opaque", text: "any" } };
}

const isUnknown = (t: Type): boolean =>
  (t.kind === "opaque" && (isAny(t) || t.text === "never" || t.text === null)) ||
  (t.kind === "array" && isUnknown(t.element)) ||
  (t.kind === "tuple" && t.elements.some((e) => isUnknown(present(e))));

/**
 * Whether a value of one type may stand where the other is expected, roughly: kinds agree. Types that contain themselves are met
 * again while they are compared (`under`): then they fit if nothing else speaks against it.
 */
export function fits(from: Type, to: Type, under: readonly (readonly [Type, Type])[] = []): boolean {
  const a = present(from), b = present(to);
  if (b.kind === "opaque" || a.kind === "opaque") return true;
  if (mayBeAbsent(from) && !mayBeAbsent(to)) return false;
  if (a.kind === "undefined" || a.kind === "null") return true;
  if (isNumeric(a) && isNumeric(b)) return true;
  if ((a.kind === "array" || a.kind === "tuple") && (b.kind === "array" || b.kind === "tuple")) return fits(elementType(a, null), elementType(b, null), under);
  if (a.kind === "record" && b.kind === "record") {
    if (a === b || under.some(([x, y]) => x === a && y === b)) return true;
    return b.fields.every((f) => f.optional || a.fields.some((g) => g.name === f.name && fits(g.type, f.type, [...under, [a, b]])));
  }
  return a.kind === b.kind;
}

/** `[...xs, y, ...zs]`: a copy of the first, then one by one. */
function spreadLiteral(s: Lowering, node: ts.ArrayLiteralExpression): Value {
  const [first, ...others] = node.elements;
  const expected = contextualType(s, node);
  if (expected?.kind === "tuple") {
    const elements = spreadTuples(s, node, expected.elements.length);
    if (elements) return newArray(s, node, elements, expected);
  }
  let out: Var | null = null;
  if (first && ts.isSpreadElement(first)) {
    const from = iteration(s, first.expression);
    if (!isVar(from.source)) return spreadKnown(s, node);
    out = from.kind === "values" ? copyArray(s, node, from.source) : null;
    if (!out) {
      out = newArray(s, node, [], expected);
      appendAll(s, first, out, from.source, from.kind);
    }
  } else {
    out = newArray(s, node, [], expected);
    if (first) append(s, first, out, first);
  }
  for (const element of others) append(s, element, out, element);
  return out;
}

/** `[...p, z]` where a tuple of `length` is expected: the elements one by one, if all that is spread is itself a tuple. */
function spreadTuples(s: Lowering, node: ts.ArrayLiteralExpression, length: number): readonly Var[] | null {
  const sizes = node.elements.map((e) => {
    if (!ts.isSpreadElement(e)) return 1;
    const type =
      ts.isIdentifier(e.expression) || ts.isPropertyAccessExpression(e.expression)
        ? present(irType(s.reader, s.checker.getTypeAtLocation(e.expression)))
        : null;
    return type?.kind === "tuple" ? type.elements.length : null;
  });
  if (sizes.includes(null) || sizes.reduce((sum: number, n) => sum + (n ?? 0), 0) !== length) return null;
  const elements: Var[] = [];
  for (const [n, e] of node.elements.entries()) {
    if (!ts.isSpreadElement(e)) { elements.push(toVar(s, expression(s, e), e)); continue; }
    const source = expression(s, e.expression);
    for (let k = 0; k < sizes[n]!; k++) elements.push(toVar(s, readElement(s, e, toVar(s, source, e), s.integer(k)), e));
  }
  return elements;
}

function append(s: Lowering, node: ts.Node, out: Var, element: ts.Expression): void {
  if (!ts.isSpreadElement(element)) {
    pushElement(s, node, out, toVar(s, expression(s, element), element));
    return;
  }
  const from = iteration(s, element.expression);
  appendAll(s, node, out, toVar(s, from.source, element), from.kind);
}

/** Pushes everything that an iteration gives. The length is asked before each, as an iterator does. */
export function appendAll(s: Lowering, node: ts.Node, out: Var, source: Var, kind: "values" | "entries" | "keys"): void {
  countLoop(s, node, () => lengthOf(s, node, source), (index) => {
    if (kind === "keys") pushElement(s, node, out, index);
    else if (kind === "values") pushElement(s, node, out, readElement(s, node, source, index));
    else
      pushElement(
        s,
        node,
        out,
        newArray(s, node, [index, readElement(s, node, source, index)], { kind: "tuple", elements: [numberType, elementType(source.type, null)] }),
      );
  });
}

export function pushElement(s: Lowering, node: ts.Node, ref: Var, value: Var): void {
  learnElement(ref.type, value.type);
  s.emit({ kind: "push", origin: s.origin(node), ref, value });
}

/** A shallow copy as a plain array. */
export function copyArray(s: Lowering, node: ts.Node, ref: Var, type: Type = plainArrayOf(ref.type)): Var {
  const out = s.fresh(null, type);
  s.emit({ kind: "copy", origin: s.origin(node), ref, out });
  return out;
}

export function plainArrayOf(type: Type): Type {
  const t = present(type), element = elementType(t, null);
  return arrayOf(element.kind === "integer" ? numberType : element);
}

function spreadKnown(s: Lowering, node: ts.ArrayLiteralExpression): Value {
  const values: (readonly [string, Value])[] = [];
  for (const element of node.elements) {
    const value = expression(s, ts.isSpreadElement(element) ? element.expression : element);
    if (!ts.isSpreadElement(element)) values.push([String(values.length), value]);
    else if (!isVar(value) && value.kind === "object" && value.isArray)
      for (const field of value.fields.values()) values.push([String(values.length), s.get(field)]);
    else return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  }
  return knownObject(s, node, values, true);
}

export function knownObject(s: Lowering, node: ts.Node, values: readonly (readonly [string, Value])[], isArray: boolean): KnownObject {
  const fields = new Map<string, Binding>();
  for (const [name, value] of values) {
    const binding = s.temporary(isArray ? null : name);
    s.set(binding, value);
    fields.set(name, binding);
  }
  return { kind: "object", fields, isArray, node };
}

// ---------------------------------------------------------------- objects

const saysNothing = (s: Lowering, type: ts.Type | undefined): boolean => !type || present(irType(s.reader, type)).kind === "opaque";

/** The fields as they are declared, those of which the declaration says nothing (`any`) as they are made. */
const known = (declared: readonly FieldType[], made: readonly FieldType[]): FieldType[] =>
  declared.map((f) => (isUnknown(present(f.type)) ? { ...f, type: made.find((m) => m.name === f.name)?.type ?? f.type } : f));

export function newRecord(s: Lowering, node: ts.Node, fields: readonly (readonly [string, Var])[], expected: Type | null): Var {
  const own: FieldType[] = fields.map(([name, v]) => ({ name, type: v.type.kind === "integer" ? numberType : v.type, optional: false }));
  const named = expected?.kind === "record" && own.every((f) => expected.fields.some((g) => g.name === f.name && fits(f.type, g.type)))
    && expected.fields.every((f) => f.optional || own.some((g) => g.name === f.name));
  // A type that the checker found for this literal alone may learn of fields that are assigned later.
  const isOwn =
    !named ||
    (expected.text === null &&
      expected.instance === undefined &&
      expected.members === undefined &&
      ts.isObjectLiteralExpression(node) &&
      saysNothing(s, s.checker.getContextualType(node)));
  const isOpen = named && expected.text === null && expected.instance === undefined && expected.fields.some((f) => isUnknown(present(f.type)));
  const type: Type = isOwn || isOpen ? { kind: "record", fields: named ? known(expected.fields, own) : own, text: null } : expected;
  if (isOwn) s.literalTypes.set(type, { missed: new Set() });
  const out = s.fresh(null, type);
  s.emit({ kind: "record", origin: s.origin(node), fields, out });
  s.certain.add(out);
  if (fields.every(([, v]) => v.literal)) s.tables.add(out);
  return out;
}

