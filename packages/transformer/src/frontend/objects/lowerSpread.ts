import ts from "typescript";
import type { FieldType, Var } from "../../ir/ir.ts";
import { booleanType, numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { nameOf, newDictionary } from "./dictionaries.ts";
import { got, readField, staticKey } from "../expressions/lowerAccess.ts";
import { holdsFunctions } from "./lowerConstruct.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { branch, choose } from "../state/lowerJoin.ts";
import { contextualType, isInstance, knownObject, newRecord } from "./lowerLiterals.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { setMember, writeElement } from "../statements/lowerPlaces.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Closure, type Value } from "../state/values.ts";
import { irType } from "../types/lowerTypes.ts";
import { fieldType, isDictionary, mayBeAbsent, optional, present } from "../types/irTypes.ts";

/** Object literals, and what is spread into them or copied by `Object.assign`. */

/** A field that an object literal has only if something else has it. */
interface Maybe { readonly there: Var; readonly value: () => Value }
/** What a literal has so far, in the order in which it got it. */
export type Members = Map<string, Value | Maybe>;

const isMaybe = (of: Value | Maybe): of is Maybe => "there" in of;

export function objectLiteral(s: Lowering, node: ts.ObjectLiteralExpression): Value {
  const type = contextualType(s, node);
  if (type && isDictionary(type)) return dictionaryLiteral(s, node);
  const members: Members = new Map(), setters = new Map<string, Closure>();
  for (const [k, p] of node.properties.entries()) {
    if (ts.isSpreadAssignment(p)) {
      const later = node.properties.slice(k + 1).every((q) => isSteady(q));
      if (chosenInto(s, p, p.expression, members)) continue;
      if (!spreadInto(s, p, expression(s, p.expression), members, later, fieldsHere(s, p.expression)))
        return s.refuse(p, catalogue.unsupportedSyntax, {
          text: shortText(p),
          what: "spreads an object whose fields are not known",
          instead: "name the fields: `{ x: o.x, y: o.y }`",
        });
      continue;
    }
    const name = staticKey(p.name);
    if (name === undefined) return s.refuse(p, catalogue.dynamicField, { text: shortText(p.name) });
    if (ts.isSetAccessorDeclaration(p)) { setters.set(name, { kind: "closure", node: p, scope: s.scope }); continue; }
    members.delete(name);
    if (ts.isMethodDeclaration(p) || ts.isGetAccessorDeclaration(p)) members.set(name, { kind: "closure", node: p, scope: s.scope });
    else members.set(name, expression(s, ts.isShorthandPropertyAssignment(p) ? p.name : p.initializer));
  }
  return objectOf(s, node, members, setters);
}

/** `{}`, `{ ...prices, [name]: x }` where a dictionary is expected. */
function dictionaryLiteral(s: Lowering, node: ts.ObjectLiteralExpression): Value {
  const [first] = node.properties, from = first && ts.isSpreadAssignment(first) ? expression(s, first.expression) : null;
  if (from && !(isVar(from) && from.type.kind !== "optional" && isDictionary(from.type)))
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "spreads into a dictionary what is none",
      instead: "name the fields: `{ x: o.x, y: o.y }`",
    });
  const out = from && isVar(from) ? s.fresh(null, { kind: "array", constructorName: "Dictionary", element: numberType }) : newDictionary(s, node);
  if (from && isVar(from)) s.emit({ kind: "copy", origin: s.origin(node), ref: from, out });
  for (const p of node.properties.slice(from ? 1 : 0)) {
    const name =
      p.name && ts.isComputedPropertyName(p.name)
        ? toVar(s, expression(s, p.name.expression), p.name)
        : p.name && staticKey(p.name) !== undefined
          ? s.literal(staticKey(p.name))
          : null;
    const text = name && nameOf(s, p, name);
    if (!text || !(ts.isPropertyAssignment(p) || ts.isShorthandPropertyAssignment(p))) return s.refuse(p, catalogue.dynamicField, { text: shortText(p) });
    writeElement(s, p, out, text, toVar(s, expression(s, ts.isShorthandPropertyAssignment(p) ? p.name : p.initializer), p));
  }
  return out;
}

/** `...(c && { k })`, `...(c ? { k } : {})`: of literals on the spot each field is chosen. */
function chosenInto(s: Lowering, node: ts.Node, written: ts.Expression, members: Members): boolean {
  const e = ts.isParenthesizedExpression(written) ? written.expression : written;
  const both =
    ts.isBinaryExpression(e) && e.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
      ? { test: e.left, then: literalFields(e.right), otherwise: new Map<string, ts.Expression>() }
      : null;
  const chosen = both ?? (ts.isConditionalExpression(e) ? { test: e.condition, then: literalFields(e.whenTrue), otherwise: literalFields(e.whenFalse) } : null);
  if (!chosen?.then || !chosen.otherwise) return false;
  const { then, otherwise } = chosen, test = toVar(s, expression(s, chosen.test), chosen.test);
  const isNot = s.apply(node, "!", [test], booleanType), is = test.type.kind === "boolean" ? test : s.apply(node, "!", [isNot], booleanType);
  for (const name of new Set([...then.keys(), ...otherwise.keys()])) {
    const a = then.get(name), b = otherwise.get(name), before = members.get(name);
    const left = (): Value => (before === undefined ? s.literal(undefined) : isMaybe(before) ? before.value() : before);
    const value = choose(s, node, is, () => (a ? expression(s, a) : left()), () => (b ? expression(s, b) : left()));
    const there = a && b ? null : a ? is : isNot;
    if (there === null || (before && !isMaybe(before))) members.set(name, value);
    else members.set(name, { there: before ? s.apply(node, "||", [there, before.there], booleanType) : there, value: () => value });
  }
  return true;
}

/** The fields of a literal without spreads and methods. */
function literalFields(written: ts.Expression): ReadonlyMap<string, ts.Expression> | null {
  const e = ts.isParenthesizedExpression(written) ? written.expression : written, found = new Map<string, ts.Expression>();
  if (!ts.isObjectLiteralExpression(e)) return null;
  for (const p of e.properties) {
    const name = p.name && staticKey(p.name);
    if (name === undefined || !(ts.isPropertyAssignment(p) || ts.isShorthandPropertyAssignment(p))) return null;
    found.set(name, ts.isPropertyAssignment(p) ? p.initializer : p.name);
  }
  return found;
}

/** Of a record of a union: the fields that it has at this place, if the checker has seen which it is. */
function fieldsHere(s: Lowering, e: ts.Expression): Here | null {
  const known = s.checker.getTypeAtLocation(e), type = present(irType(s.reader, known));
  if (type.kind !== "record" || type.members !== undefined) return null;
  const tags = new Map<string, string>();
  for (const property of known.getProperties()) {
    const of = s.checker.getTypeOfSymbol(property);
    if (of.isStringLiteral()) tags.set(property.name, of.value);
  }
  return { fields: type.fields, tags, there: isKnownThere(s, e, known) };
}

/** Of a variable that may hold nothing the checker has seen that it holds something here: `!t ? … : { ...t }`. */
function isKnownThere(s: Lowering, e: ts.Expression, known: ts.Type): boolean {
  const name = skipTypes(e), symbol = ts.isIdentifier(name) ? symbolOf(s, name) : undefined;
  return symbol !== undefined && mayBeAbsent(irType(s.reader, s.checker.getTypeOfSymbol(symbol))) && !mayBeAbsent(irType(s.reader, known));
}

/** `tags`: fields that can have one value only, which the type checker does not know of a variable that holds it. */
interface Here { readonly fields: readonly FieldType[]; readonly tags: ReadonlyMap<string, string>; readonly there: boolean }

/** The object that has these members: a record, or one that exists only while compiling if it holds functions. */
export function objectOf(s: Lowering, node: ts.Expression, members: Members, setters: ReadonlyMap<string, Closure> = new Map()): Value {
  const all = [...members], certain = all.flatMap(([name, m]): (readonly [string, Value])[] => (isMaybe(m) ? [] : [[name, m]]));
  const maybe = all.flatMap(([name, m]) => (isMaybe(m) ? [[name, m] as const] : []));
  if (setters.size > 0 || certain.some(([, v]) => !isVar(v) && !(isInstance(v) && !holdsFunctions(s, v)))) {
    if (maybe.length > 0)
      return s.refuse(node, catalogue.unsupportedSyntax, {
        text: shortText(node),
        what: "holds functions, and fields that may be missing",
        instead: "give every field a value, `{ k: o.k ?? 1 }`",
      });
    return { ...knownObject(s, node, certain, false), ...(setters.size > 0 ? { setters } : {}) };
  }
  const out: Var = newRecord(
      s,
      node,
      certain.map(([name, v]) => [name, toVar(s, v, node)] as const),
      contextualType(s, node),
    ),
    missing = functionsOf(s, node).filter((name) => !members.has(name));
  if (missing.length > 0) s.withoutFunctions.set(out, new Set(missing));
  if (maybe.length > 0 && all.findLastIndex(([, m]) => !isMaybe(m)) > all.findIndex(([, m]) => isMaybe(m))) s.reordered.add(out.type);
  for (const [name, m] of maybe) branch(s, node, m.there, () => setThere(s, node, out, name, m.value()), () => undefined);
  return out;
}

/** The functions that an object may have where it is written out: `onStep` of `{ onStep?: (x: number) => void }`. */
function functionsOf(s: Lowering, node: ts.Expression): readonly string[] {
  const type = s.checker.getContextualType(node);
  if (!type) return [];
  return s.checker
    .getPropertiesOfType(s.checker.getNonNullableType(type))
    .filter((p) => p.flags & ts.SymbolFlags.Optional && s.checker.getNonNullableType(s.checker.getTypeOfSymbol(p)).getCallSignatures().length > 0)
    .map((p) => p.name);
}

/** `object.name = value`, of a value that is there. What the type of the object does not name nobody reads. */
export function setThere(s: Lowering, node: ts.Expression, object: Value, name: string, value: Value): void {
  const type = isVar(object) ? present(object.type) : null;
  if (!isVar(object) || type?.kind !== "record") { setMember(s, node, node, object, name, value); return; }
  if (fieldType(type, name)) {
    s.tables.delete(object);
    s.emit({ kind: "write", origin: s.origin(node), ref: object, key: name, value: toVar(s, value, node), there: true });
  } else if (s.literalTypes.has(type)) setMember(s, node, node, object, name, value);
  else s.reordered.add(type);
}

/** What can be evaluated at any time: it calls nothing and assigns nothing. */
function isSteady(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return true;
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node) || ts.isPostfixUnaryExpression(node)) return false;
  if (ts.isPrefixUnaryExpression(node) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) return false;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment)
    return false;
  return ts.forEachChild(node, (child) => !isSteady(child)) !== true;
}

/** The fields of an object, those that may be missing with whether they are there; null if they are not known. */
function fieldsOf(s: Lowering, node: ts.Node, source: Value, here: Here | null = null): readonly (readonly [string, () => Value | Maybe])[] | null {
  if (!isVar(source))
    return source.kind === "object" ? [...source.fields].map(([name, field]) => [name, () => got(s, node, s.get(field), source)] as const) : null;
  if (source.literal) return source.literal.value === undefined || source.literal.value === null ? [] : null;
  const type = present(source.type);
  if (type.kind !== "record") return null;
  const absent = mayBeAbsent(source.type) && !here?.there;
  return (type.members && here ? here.fields : type.fields).map((field) => [field.name, (): Value | Maybe => {
    const tag = type.members && !absent && !field.optional ? here?.tags.get(field.name) : undefined;
    if (tag !== undefined) return s.literal(tag);
    if (!absent && !field.optional) return readField(s, node, source, field.name, field.type);
    const name = JSON.stringify(field.name),
      there = s.raw(node, absent ? [source, ` != null && ${name} in `, source] : [`${name} in `, source], booleanType, true);
    return { there, value: () => readField(s, node, source, field.name, optional(field.type)) };
  }] as const);
}

/** `here`: the fields that a record of a union has at this place. `later`: what may be missing can be read when the object is made, since nothing changes it until then. */
export function spreadInto(s: Lowering, node: ts.Node, source: Value, members: Members, later: boolean, here: Here | null = null): boolean {
  const fields = fieldsOf(s, node, source, here);
  for (const [name, take] of fields ?? []) {
    const field = take();
    if (!isMaybe(field)) { members.set(name, field); continue; }
    const { there } = field, before = members.get(name);
    if (before && !isMaybe(before)) {
      const value = choose(s, node, there, field.value, () => before);
      // A field that is there has a value: `{ k: undefined }` says otherwise and gives NaN, here as there.
      if (isVar(value) && !value.literal && value.type.kind === "optional" && !value.type.besides && isVar(before) && before.type.kind === "number")
        s.retype(value, numberType);
      members.set(name, value);
    } else if (before) {
      const value = choose(s, node, there, field.value, before.value);
      members.set(name, { there: s.apply(node, "||", [there, before.there], booleanType), value: () => value });
    } else if (later) members.set(name, field);
    else {
      const value = choose(s, node, there, field.value, () => s.literal(undefined));
      members.set(name, { there, value: () => value });
    }
  }
  return fields !== null;
}

/** Copies the fields of one object into another, those that it has. */
export function copyInto(s: Lowering, node: ts.Expression, to: Value, source: Value): boolean {
  const fields = fieldsOf(s, node, source);
  for (const [name, take] of fields ?? []) {
    const field = take();
    if (isMaybe(field)) branch(s, node, field.there, () => setThere(s, node, to, name, field.value()), () => undefined);
    else setMember(s, node, node, to, name, field);
  }
  return fields !== null;
}
