import ts from "typescript";
import { isAssignment } from "../programs/assignments.ts";
import type { RecordType, Var } from "../../ir/ir.ts";
import { booleanType, stringType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type KnownObject, type Value } from "../state/values.ts";
import { branch, choose } from "../state/lowerJoin.ts";
import { isConstant } from "../types/constants.ts";
import { isGlobal, isInsideFunction, literalOf } from "../expressions/lowerNames.ts";
import { skipTypes, symbolOf } from "../state/symbols.ts";
import { expression, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { fromEntries } from "./dictionaries.ts";
import { readElement, readField } from "../expressions/lowerAccess.ts";
import { eachElement } from "../arrays/lowerEach.ts";
import { knownObject, newArray, pushElement } from "./lowerLiterals.ts";
import { copyInto, objectOf, spreadInto, type Members } from "./lowerSpread.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, isDictionary, present } from "../types/irTypes.ts";

/** Fields whose names are data: lists of names, fields chosen by a name, and the functions of `Object` that go through fields. */

const mostNames = 24;

// ---------------------------------------------------------------- lists of names

/**
 * The names that a loop goes through, if they are written out (`["r", "g", "b"]`, on the spot or as a constant) and its body uses them as
 * keys: such a loop is lowered trip by trip.
 */
export function namesWrittenOut(s: Lowering, node: ts.Expression, body: ts.Node): KnownObject | null {
  const list = listOfNames(s, node);
  if (!list || !usesKeys(body)) return null;
  return literalOfNames(s, list);
}

function literalOfNames(s: Lowering, list: ts.ArrayLiteralExpression): KnownObject {
  return knownObject(s, list, list.elements.map((e, k): readonly [string, Value] => {
    const at = skipTypes(e), literal = literalOf(at);
    if (ts.isArrayLiteralExpression(at)) return [String(k), literalOfNames(s, at)];
    return [String(k), s.literal(literal?.value, literal?.text)];
  }), true);
}

function listOfNames(s: Lowering, node: ts.Expression): ts.ArrayLiteralExpression | null {
  const e = skipTypes(node);
  if (ts.isArrayLiteralExpression(e)) return isListOfNames(e) ? e : null;
  if (!ts.isIdentifier(e)) return null;
  const symbol = symbolOf(s, e), declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return null;
  const init = skipTypes(declaration.initializer);
  if (!ts.isArrayLiteralExpression(init) || !isListOfNames(init)) return null;
  const constant = isInsideFunction(declaration)
    ? (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0
    : isConstant(symbol, declaration, s.context.program);
  return constant && (isReadonly(s, e) || isOnlyGoneThrough(s, symbol, declaration)) ? init : null;
}

/** Texts, or pairs and the like that begin with one. */
function isListOfNames(list: ts.ArrayLiteralExpression): boolean {
  const isName = (e: ts.Expression): boolean => typeof literalOf(skipTypes(e))?.value === "string";
  const isRow = (e: ts.Expression): boolean => {
    const at = skipTypes(e);
    return (
      ts.isArrayLiteralExpression(at) && at.elements.length > 0 && at.elements.some(isName) && at.elements.every((x) => literalOf(skipTypes(x)) !== undefined)
    );
  };
  return list.elements.length > 0 && list.elements.length <= mostNames && list.elements.every((e) => isName(e) || isRow(e));
}

function isReadonly(s: Lowering, node: ts.Expression): boolean {
  const type = s.checker.getTypeAtLocation(node);
  return type.symbol?.name === "ReadonlyArray" || (s.checker.isTupleType(type) && (type as ts.TupleTypeReference).target.readonly);
}

const looking: ReadonlySet<string> = new Set([
  "forEach",
  "map",
  "reduce",
  "reduceRight",
  "filter",
  "every",
  "some",
  "includes",
  "indexOf",
  "join",
  "length",
  "slice",
  "concat",
  "find",
  "findIndex",
  "entries",
  "keys",
  "values",
  "flatMap",
  "at",
]);

/** Whether no mention of the list in its file can change it. */
function isOnlyGoneThrough(s: Lowering, symbol: ts.Symbol, declaration: ts.VariableDeclaration): boolean {
  if ((ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0) return false;
  let only = true;
  const visit = (node: ts.Node): void => {
    s.spend(1);
    if (ts.isIdentifier(node) && node !== declaration.name && node.text === symbol.name && symbolOf(s, node) === symbol) only &&= isLook(node);
    ts.forEachChild(node, visit);
  };
  visit(declaration.getSourceFile());
  return only;
}

function isLook(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isForOfStatement(parent)) return parent.expression === node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node && looking.has(parent.name.text);
  if (ts.isTypeQueryNode(parent) || ts.isSpreadElement(parent)) return true;
  if (!ts.isElementAccessExpression(parent) || parent.expression !== node) return false;
  let around: ts.Node = parent.parent, at: ts.Node = parent;
  while (ts.isNonNullExpression(around) || ts.isParenthesizedExpression(around)) { at = around; around = around.parent; }
  const isTarget = (isAssignment(around) && around.left === at)
    || ts.isPrefixUnaryExpression(around) || ts.isPostfixUnaryExpression(around) || ts.isDeleteExpression(around);
  return !isTarget;
}

/** Whether something is read or written by a key that is a name or an element of a pair. */
function usesKeys(body: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isElementAccessExpression(node) && ts.isIdentifier(skipTypes(node.argumentExpression))) found = true;
    if (!found) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

// ---------------------------------------------------------------- fields chosen when the program runs

/** Whether a field of this record, chosen by a name, can be found by asking for each: not a table that is read where it stands. */
export function hasFieldsToAsk(s: Lowering, ref: Var): boolean {
  const type = present(ref.type);
  if (type.kind !== "record" || type.fields.length === 0 || type.fields.length > mostNames) return false;
  const kinds = new Set(type.fields.map((f) => present(f.type).kind === "integer" ? "number" : present(f.type).kind));
  return kinds.size === 1 && !s.tables.has(ref) && !s.frame.prologue.some((i) => i.kind === "raw" && i.out === ref);
}

/** `record[key]`: a test for each field; a name that is none of them throws. */
export function fieldByName(s: Lowering, node: ts.Expression, ref: Var, key: Var): Value {
  const { fields } = present(ref.type) as RecordType; // asked before
  const pick = (k: number): Value => {
    const field = fields[k];
    if (!field) return noSuchField(s, node, key);
    const test = s.apply(node, "===", [key, s.literal(field.name)], booleanType);
    return choose(
      s,
      node,
      test,
      () => readField(s, node, ref, field.name, field.optional ? { kind: "optional", of: present(field.type) } : field.type),
      () => pick(k + 1),
    );
  };
  return pick(0);
}

/**
 * `record[key] !== undefined`: asks the object itself, which may have fields that its type does not name. Null where something else is asked, or
 * where asking twice would not be the same.
 */
export function presenceByName(s: Lowering, node: ts.BinaryExpression, op: string, nothing: Value): Value | null {
  const access = skipTypes(node.left);
  if (!op.includes("=") || op.startsWith("<") || op.startsWith(">") || !isVar(nothing) || !nothing.literal || nothing.literal.value != null) return null;
  if (!ts.isElementAccessExpression(access) || !ts.isIdentifier(skipTypes(access.argumentExpression)) || !ts.isIdentifier(skipTypes(access.expression)))
    return null;
  const key = expression(s, access.argumentExpression);
  if (!isVar(key) || key.type.kind !== "string" || key.literal) return null;
  const ref = expression(s, access.expression);
  if (!isVar(ref) || ref.type.kind !== "record" || !hasFieldsToAsk(s, ref)) return null;
  return s.raw(
    node,
    ["(", ref, " as object as Record<string, unknown>)[", key, `] ${op} ${nothing.literal.value === null ? "null" : "undefined"}`],
    booleanType,
    true,
  );
}

export function setFieldByName(s: Lowering, node: ts.Expression, ref: Var, key: Var, value: Var): void {
  const { fields } = present(ref.type) as RecordType; // asked before
  const pick = (k: number): void => {
    const field = fields[k];
    if (!field) { noSuchField(s, node, key); return; }
    const test = s.apply(node, "===", [key, s.literal(field.name)], booleanType);
    branch(s, node, test, () => s.emit({ kind: "write", origin: s.origin(node), ref, key: field.name, value }), () => pick(k + 1));
  };
  pick(0);
}

function noSuchField(s: Lowering, node: ts.Expression, key: Var): Var {
  s.emit({ kind: "throw", origin: s.origin(node), parts: ["new RangeError(`${", key, `} is no field that the type of ${textOf(node)} names\`)`] });
  s.dead = true;
  return s.unassigned;
}

/** The record, in words: the node is `record[key]` or `Object.values(record)`. */
const textOf = (node: ts.Expression): string =>
  shortText(ts.isElementAccessExpression(node) ? node.expression : (ts.isCallExpression(node) && node.arguments[0]) || node).replace(/[`\\$]/g, "");

// ---------------------------------------------------------------- the functions of Object

/** `Object.keys(o)` and its like, where `o` is a record; null if it is something else. */
export function objectFunction(s: Lowering, node: ts.CallExpression, name: string): Value | null {
  const [first] = node.arguments;
  if (!first || node.arguments.some((a) => ts.isSpreadElement(a))) return null;
  if (name === "assign") return assigned(s, node);
  if (name === "fromEntries") return fromEntries(s, node, present(irType(s.reader, s.checker.getTypeAtLocation(node))));
  if (name === "hasOwn" && node.arguments.length === 2) return asksForName(s, node);
  if ((name !== "keys" && name !== "values" && name !== "entries") || node.arguments.length !== 1) return null;
  const of = present(irType(s.reader, s.checker.getTypeAtLocation(first))), isPlain = of.kind === "record" || isDictionary(of);
  const known = ts.isIdentifier(skipTypes(first)) || isPlain ? expression(s, first) : null;
  if (!known) return null;
  if (!isVar(known)) return known.kind === "object" && !known.instanceOf ? ofKnown(s, node, known, name) : null;
  if (present(known.type).kind !== "record" && !isDictionary(known.type)) return null;
  const keys = keysOf(s, node, known);
  if (name === "keys") return keys;
  if (!isDictionary(known.type) && !hasFieldsToAsk(s, known)) return null;
  const out = newArray(s, node, [], null); // the checker may have seen `any`
  eachElement(s, node, keys, (element) => {
    const key = element(), value = isDictionary(known.type) ? readElement(s, node, known, key) : toVar(s, fieldByName(s, node, known, key), node);
    pushElement(s, node, out, name === "values" ? value : newArray(s, node, [key, value], { kind: "tuple", elements: [stringType, value.type] }));
  });
  return out;
}

/** `Object.hasOwn(prices, name)`. */
function asksForName(s: Lowering, node: ts.CallExpression): Value | null {
  const [object, name] = node.arguments.map((a) => expression(s, a));
  return object && name && isVar(object) && isVar(name) ? s.raw(node, ["Object.hasOwn(", object, ", ", name, ")"], booleanType, true) : null;
}

/** The names of an object, in its own order, when the program runs. */
export function keysOf(s: Lowering, node: ts.Node, object: Var): Var {
  if (s.reordered.has(present(object.type)))
    return s.refuse(node, catalogue.unsupportedSyntax, {
      text: shortText(node),
      what: "goes through an object that got fields behind some that may be missing",
      instead: "write what is spread behind the other fields, `{ x: 1, ...o }`, or name the fields",
    });
  return s.raw(node, ["Object.keys(", object, ")"], arrayOf(stringType), true);
}

function ofKnown(s: Lowering, node: ts.Node, object: KnownObject, name: string): Value {
  return knownObject(s, node, [...object.fields].map(([key, field], k): readonly [string, Value] => {
    const value = s.get(field);
    return [String(k), name === "keys" ? s.literal(key) : name === "values" ? value : knownObject(s, node, [["0", s.literal(key)], ["1", value]], true)];
  }), true);
}

/** `Object.assign({ … }, a, b)` is `{ …, ...a, ...b }`; another target is written. */
function assigned(s: Lowering, node: ts.CallExpression): Value | null {
  const [first, ...others] = node.arguments;
  if (!first) return null;
  const target = skipTypes(first);
  if (ts.isObjectLiteralExpression(target) && target.properties.every((p) => ts.isPropertyAssignment(p) || ts.isShorthandPropertyAssignment(p))) {
    const members: Members = new Map(), made = expression(s, target);
    if (!spreadInto(s, node, made, members, false)) return null;
    for (const source of others)
      if (!spreadInto(s, source, expression(s, source), members, source === others.at(-1)))
        return s.refuse(source, catalogue.unsupportedSyntax, {
          text: shortText(node),
          what: "copies an object whose fields are not known",
          instead: "name the fields: `{ x: o.x, y: o.y }`",
        });
    return objectOf(s, node, members);
  }
  const object = expression(s, target);
  for (const source of others) {
    if (!copyInto(s, source, object, expression(s, source)))
      return s.refuse(source, catalogue.unsupportedSyntax, {
        text: shortText(node),
        what: "copies an object whose fields are not known",
        instead: "name the fields: `{ x: o.x, y: o.y }`",
      });
  }
  return object;
}

/** Whether a call is one of a function of `Object` that this file knows. */
export const isObjectFunction = (s: Lowering, callee: ts.PropertyAccessExpression): boolean => isGlobal(s, callee.expression, "Object");
