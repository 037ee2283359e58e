import ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import { booleanType, integerType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Closure, type KnownObject, type Value } from "../state/values.ts";
import { choose, dispatch } from "../state/lowerJoin.ts";
import { nameOf } from "../objects/dictionaries.ts";
import { classOf, hasMember, readMember, superMember } from "../objects/lowerClasses.ts";
import { assignedInModule, mathMember, numberMember } from "./lowerModules.ts";
import { hasFieldsToAsk, fieldByName } from "../objects/lowerKeys.ts";
import { isGlobal, isModuleLevel, readBinding } from "./lowerNames.ts";
import { skipTypes } from "../state/symbols.ts";
import { expression, isPresent, refined, shortText, toVar } from "./lowerExpressions.ts";
import { matrixElement, matrixLength, matrixMember } from "../arrays/lowerMatrices.ts";
import { callMember, callValue } from "../calls/lowerCalls.ts";
import { callKnown } from "../calls/lowerInline.ts";
import { irType } from "../types/lowerTypes.ts";
import { elementType, fieldType, isAny, isDictionary, isNumeric, mayBeAbsent, optional, present } from "../types/irTypes.ts";

/** Reading fields and elements, and the chains that stop at what is absent. */

export function propertyAccess(s: Lowering, node: ts.PropertyAccessExpression): Value {
  const global = globalMember(s, node, node.name.text);
  if (global) return global;
  const length = matrixLength(s, node);
  if (length) return length;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword)
    return superMember(s, node, node.name.text) ?? s.refuse(node, catalogue.thisValue, { text: shortText(node) });
  return getProperty(s, node, node.expression, expression(s, node.expression), node.name.text);
}

function globalMember(s: Lowering, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, name: string): Value | undefined {
  if (isGlobal(s, node.expression, "Math")) return mathMember(s, name);
  if (isGlobal(s, node.expression, "Number")) return numberMember(s, name);
  if (isGlobal(s, node.expression, "Object") && name === "is") return { kind: "builtin", name: "Object.is" };
  if (isGlobal(s, node.expression, "arguments") && name === "length") return argumentsLength(s, node);
  return undefined;
}

/** The one thing that `arguments` may be asked for. */
function argumentsLength(s: Lowering, node: ts.Node): Value {
  if (s.activation && s.activation.given !== null && !ts.isArrowFunction(s.activation.node)) return s.integer(s.activation.given.length);
  if (!s.activation?.outermost || s.activation.node !== s.rootNode) return s.refuse(node, catalogue.argumentsObject, {});
  return s.raw(node, ["arguments.length"], integerType, true);
}

/** `arguments[1]` in a function whose call is in sight. (In a module it does not change when a parameter is assigned.) */
function argumentAt(s: Lowering, node: ts.ElementAccessExpression): Value {
  const key = expression(s, node.argumentExpression), at = isVar(key) ? key.literal?.value : undefined;
  if (s.activation === null || s.activation.given === null || ts.isArrowFunction(s.activation.node) || typeof at !== "number")
    return s.refuse(node.expression, catalogue.argumentsObject, {});
  return s.activation.given[at] ?? s.literal(undefined);
}

/** `object.name`; `objectNode` is where the object came from, for its type as seen there. */
export function getProperty(s: Lowering, node: ts.Expression, objectNode: ts.Expression, object: Value, name: string): Value {
  if (!isVar(object)) {
    if (object.kind === "choice") return dispatch(s, node, object, (option) => getProperty(s, node, objectNode, option, name));
    const field = object.kind === "object" || object.kind === "closure" ? object.fields?.get(name) : undefined;
    if (field) return got(s, node, readBinding(s, node, field), object);
    if (object.kind === "closure" && !hasOwn(Function.prototype, name)) return expando(s, object, name);
    if (object.kind === "object" && object.isArray && name === "length") return s.integer(object.fields.size);
    const member = readMember(s, node, object, name);
    if (member) return member;
    return object.kind === "object" ? s.literal(undefined) : s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
  }
  const ref = refined(s, objectNode, object),
    type = present(ref.type);
  if (isDictionary(type)) return readElement(s, node, ref, s.literal(name));
  if (type.kind === "tuple" && name === "length" && isOneOfTuples(s, objectNode)) return s.integer(type.elements.length);
  if ((type.kind === "array" || type.kind === "tuple") && name === "length") return lengthOf(s, node, ref);
  if (type.kind === "record") {
    const field = fieldType(type, name);
    if (field && s.withoutFunctions.get(s.resolve(ref))?.has(name)) return s.literal(undefined);
    if (field) return readField(s, node, ref, name, field.optional ? fieldTypeHere(s, node, field.type) : field.type);
    const member = readMember(s, node, ref, name);
    if (member) return member;
  }
  const ofMatrix = type.kind === "matrix" ? matrixMember(s, node, ref, name) : undefined;
  if (ofMatrix) return ofMatrix;
  if (type.kind === "array" && name === "buffer") return s.refuse(node, catalogue.memoryView, { text: shortText(node) });
  if (type.kind === "array" && type.constructorName !== "Array" && sizesOfViews.has(name)) return s.raw(node, [ref, `.${name}`], integerType, true);
  const isText = type.kind === "string" || (name === "length" && present(irType(s.reader, s.checker.getTypeAtLocation(objectNode))).kind === "string"); // a number or a text, as tested
  if (isText && name === "length") return s.raw(node, [ref, type.kind === "string" ? ".length" : "!.length"], integerType, true);
  const own = s.literalTypes.get(type);
  own?.missed.add(name);
  if (own || lacks(s, ref, name)) return s.literal(undefined);
  const out = irType(s.reader, s.checker.getTypeAtLocation(node));
  const refusal =
    out.kind === "string" || out.kind === "boolean"
      ? undefined
      : s.refusal(node, catalogue.inactiveOnly, { text: shortText(node), what: "which is not a field of a plain record" });
  return s.raw(node, [ref, `.${name}`], out, true, refusal);
}

const sizesOfViews: ReadonlySet<string> = new Set(["byteLength", "byteOffset", "BYTES_PER_ELEMENT"]);

/** What a field gives: of a getter, the result of calling it. */
export function got(s: Lowering, node: ts.Node, value: Value, object: Value): Value {
  if (isVar(value) || value.kind !== "closure" || !ts.isGetAccessorDeclaration(value.node) || !ts.isObjectLiteralExpression(value.node.parent)) return value;
  return callKnown(s, node as ts.PropertyAccessExpression, { ...value, receiver: object }, []); // only its position is asked for
}

const hasOwn = (of: object, name: string): boolean => Object.hasOwn(of, name);

/** A field of a function that no statement so far has assigned: one of the module gets its fields there. */
function expando(s: Lowering, fn: Closure, name: string): Value {
  return (isModuleLevel(fn.node) ? assignedInModule(s, fn.node, name) : undefined) ?? s.literal(undefined);
}

/** `x.isVector` of a number or of another class, in a function that takes either. */
function lacks(s: Lowering, ref: Var, name: string): boolean {
  if (!s.knowsKinds) return false;
  if (isNumeric(ref.type)) return ref.type.kind !== "optional" && !(name in Number.prototype);
  const of = classOf(s, ref);
  return of !== undefined && ref.type.kind !== "optional" && !hasMember(s, of, name);
}

/** Whether the type checker tells by its length what a tuple is, and the function is lowered for one of them. */
function isOneOfTuples(s: Lowering, node: ts.Expression): boolean {
  if (s.context.narrowing === undefined) return false;
  const type = s.checker.getTypeAtLocation(node);
  return type.isUnion() && type.types.filter((t) => s.checker.isTupleType(t)).length > 1;
}

/** An optional field where a test has shown that it is there. */
function fieldTypeHere(s: Lowering, node: ts.Expression, type: Type): Type {
  const here = irType(s.reader, s.checker.getTypeAtLocation(node));
  return mayBeAbsent(here) ? optional(type) : present(type);
}

export function lengthOf(s: Lowering, node: ts.Node, ref: Var): Var {
  const out = s.fresh(null, integerType);
  s.emit({ kind: "length", origin: s.origin(node), ref, out });
  return out;
}

export function readField(s: Lowering, node: ts.Node, ref: Var, name: string, type: Type): Var {
  const out = s.fresh(null, type);
  s.emit({ kind: "read", origin: s.origin(node), ref, key: name, out });
  s.certain.add(out);
  return out;
}

export function readElement(
  s: Lowering,
  node: ts.Node,
  ref: Var,
  key: Var,
  type = elementType(ref.type, typeof key.literal?.value === "number" ? key.literal.value : null),
): Var {
  const out = s.fresh(null, type);
  s.emit({ kind: "read", origin: s.origin(node), ref, key, out });
  return out;
}

export function elementAccess(s: Lowering, node: ts.ElementAccessExpression): Value {
  const constant = s.checker.getConstantValue(node);
  if (constant !== undefined) return s.literal(constant);
  if (isGlobal(s, node.expression, "arguments")) return argumentAt(s, node);
  const key = skipTypes(node.argumentExpression), global = ts.isStringLiteralLike(key) ? globalMember(s, node, key.text) : undefined;
  if (global) return global;
  const ofMatrix = matrixElement(s, node);
  if (ofMatrix) return ofMatrix;
  const object = expression(s, node.expression);
  return getElement(s, node, node.expression, object, expression(s, node.argumentExpression), node.argumentExpression);
}

export function getElement(s: Lowering, node: ts.Expression, objectNode: ts.Expression, object: Value, keyValue: Value, keyNode: ts.Expression): Value {
  const key = toVar(s, keyValue, keyNode);
  const name = key.literal && typeof key.literal.value === "string" ? key.literal.value : undefined;
  if (!isVar(object)) {
    if (object.kind === "choice") return dispatch(s, node, object, (option) => getElement(s, node, objectNode, option, key, keyNode));
    if (object.kind === "class" && name !== undefined) return getProperty(s, node, objectNode, object, name);
    if (object.kind !== "object") return s.refuse(node, catalogue.functionAsValue, { text: shortText(node) });
    if (key.literal) return getProperty(s, node, objectNode, object, String(key.literal.value));
    const told = s.checker.getTypeAtLocation(keyNode); // a member of an enum
    if (told.isStringLiteral() || told.isNumberLiteral()) return getProperty(s, node, objectNode, object, String(told.value));
    return pickField(s, node, object, key);
  }
  const ref = refined(s, objectNode, object), type = present(ref.type);
  if (isDictionary(type)) { const text = nameOf(s, keyNode, key); return text ? readElement(s, node, ref, text) : dynamic(s, node, ref, key); }
  if (type.kind === "array" || type.kind === "tuple") {
    if (name !== undefined && /^\d+$/.test(name)) return readElement(s, node, ref, s.literal(Number(name)));
    if (key.type.kind === "string") return name === "length" ? lengthOf(s, node, ref) : dynamic(s, node, ref, key);
    return readElement(s, node, ref, key, refinedElement(s, node, ref, key));
  }
  if (type.kind === "record" && name !== undefined) return getProperty(s, node, objectNode, ref, name);
  if (key.type.kind === "string" && hasFieldsToAsk(s, ref)) return fieldByName(s, node, ref, key);
  return dynamic(s, node, ref, key);
}

/** The element type, from the checker where the array was made before anything was known of its elements. */
function refinedElement(s: Lowering, node: ts.Expression, ref: Var, key: Var): Type {
  const type = elementType(ref.type, typeof key.literal?.value === "number" ? key.literal.value : null);
  if (!isAny(type)) return type;
  return present(irType(s.reader, s.checker.getTypeAtLocation(node)));
}

/** A field chosen when the program runs: inactive, or refused. */
function dynamic(s: Lowering, node: ts.Expression, ref: Var, key: Var): Var {
  const type = irType(s.reader, s.checker.getTypeAtLocation(node));
  const text = type.kind === "string" || type.kind === "boolean";
  return s.raw(
    node,
    [ref, "[", key, ts.isNonNullExpression(node.parent) ? "]!" : "]"],
    type,
    true,
    text ? undefined : s.refusal(node, catalogue.dynamicField, { text: shortText(node) }),
  );
}

/** One of the functions of a known object, by a key known when the program runs. */
function pickField(s: Lowering, node: ts.Expression, object: KnownObject, key: Var): Value {
  const names = [...object.fields.keys()];
  if (names.length > 16) return s.refuse(node, catalogue.unknownCallee, { callee: shortText(node) });
  const pick = (k: number): Value => {
    const name = names[k], field = name === undefined ? undefined : object.fields.get(name);
    if (name === undefined || !field) return s.literal(undefined);
    // The last one is taken without a test: a key outside is a mistake in the primal as well.
    if (k === names.length - 1) return readBinding(s, node, field);
    const test = s.apply(node, "===", [key, object.isArray ? s.integer(Number(name)) : s.literal(name)], booleanType);
    return choose(s, node, test, () => readBinding(s, node, field), () => pick(k + 1));
  };
  return pick(0);
}

// ---------------------------------------------------------------- optional chains

type Chain = ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression | ts.NonNullExpression;

export const isChain = (node: ts.Node): node is Chain => (node.flags & ts.NodeFlags.OptionalChain) !== 0
  && (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node) || ts.isNonNullExpression(node));

/** `a?.b.c(d)`: if `a` is absent the whole chain is undefined and nothing after it is evaluated. `rest` is what follows this link. */
export function lowerChain(s: Lowering, node: ts.Expression, rest: (value: Value) => Value): Value {
  if (!isChain(node)) return rest(expression(s, node));
  if (ts.isNonNullExpression(node)) return lowerChain(s, node.expression, rest);
  const isMethodCall = ts.isCallExpression(node) && !node.questionDotToken && isMember(node.expression) && isChain(node.expression);
  const linkNode = isMethodCall && isMember(node.expression) ? node.expression : node;
  const optionalLink = linkNode.questionDotToken !== undefined;
  return lowerChain(s, linkNode.expression, (object) => {
    const go = (): Value => {
      if (isMethodCall && ts.isCallExpression(node)) return rest(callMember(s, node, linkNode as ts.PropertyAccessExpression, object)); // isMember: a property access
      if (ts.isPropertyAccessExpression(node)) return rest(getProperty(s, node, node.expression, object, node.name.text));
      if (ts.isElementAccessExpression(node))
        return rest(getElement(s, node, node.expression, object, expression(s, node.argumentExpression), node.argumentExpression));
      return rest(callValue(s, node, object));
    };
    if (!optionalLink) return go();
    if (!isVar(object)) {
      return object.kind === "choice" ? dispatch(s, node, object, (option) => whenPresent(s, node, option, linkNode, rest)) : go();
    }
    if (object.literal) return object.literal.value === undefined || object.literal.value === null ? s.literal(undefined) : go();
    return choose(s, node, isPresent(s, node, object), go, () => s.literal(undefined));
  });
}

/** `f?.(x)` on one side of a choice. */
function whenPresent(s: Lowering, node: Chain, value: Value, link: ts.Node, rest: (value: Value) => Value): Value {
  if (isVar(value) && value.literal && (value.literal.value === undefined || value.literal.value === null)) return s.literal(undefined);
  if (ts.isCallExpression(node) && link === node) return rest(callValue(s, node, value));
  return ts.isPropertyAccessExpression(node)
    ? rest(getProperty(s, node, node.expression, value, node.name.text))
    : s.refuse(node, catalogue.unknownCallee, { callee: shortText(node) });
}

const isMember = (node: ts.Node): node is ts.PropertyAccessExpression => ts.isPropertyAccessExpression(node);

/** A key that a pattern or a literal states: a name, a literal, or a computed literal. */
export function staticKey(name: ts.PropertyName | undefined): string | undefined {
  if (!name) return undefined;
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNoSubstitutionTemplateLiteral(name)) return name.text;
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  if (ts.isComputedPropertyName(name)) {
    const { expression: key } = name;
    if (ts.isStringLiteralLike(key)) return key.text;
    if (ts.isNumericLiteral(key)) return String(Number(key.text));
  }
  return undefined;
}

