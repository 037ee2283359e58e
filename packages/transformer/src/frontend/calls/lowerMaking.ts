import ts from "typescript";
import type { ArrayType, Type, Var } from "../../ir/ir.ts";
import { booleanType, numberType } from "../../ir/build.ts";
import { catalogue } from "../../diagnostics/catalogue.ts";
import { type Lowering } from "../state/lowerState.ts";
import { isVar, type Value } from "../state/values.ts";
import { skipTypes } from "../state/symbols.ts";
import { expression, operand, shortText, toVar } from "../expressions/lowerExpressions.ts";
import { lengthOf } from "../expressions/lowerAccess.ts";
import { allocate } from "../arrays/lowerArrays.ts";
import { elementByUse, holdsOnlyNumbers } from "../state/hollowArrays.ts";
import { callWith } from "./lowerInline.ts";
import { countLoop, eachElement, iteration } from "../arrays/lowerEach.ts";
import { appendAll, contextualType, copyArray, newArray, pushElement } from "../objects/lowerLiterals.ts";
import { stored, writeElement } from "../statements/lowerPlaces.ts";
import { rawCall } from "./lowerRaw.ts";
import { irType } from "../types/lowerTypes.ts";
import { arrayOf, elementOfConstructor, isAny, isArrayConstructorName, isNumeric, isPrimitive, mayBeAbsent, present } from "../types/irTypes.ts";

/** How arrays are made: `new Array`, typed arrays, `Array.from` and its like. */

/** `new Array(n)`, `Array(n)`, `new Array(a, b)`; `.fill(0)` on the spot makes one allocation. */
export function newArrayOf(s: Lowering, node: ts.CallExpression | ts.NewExpression): Value {
  const args = node.arguments ?? [];
  const [first] = args;
  if (args.length !== 1 || !first) return newArray(s, node, args.map((a) => operand(s, a)), contextualType(s, node));
  const length = operand(s, first);
  if (!isNumeric(length.type) && present(length.type).kind !== "opaque") return newArray(s, node, [length], contextualType(s, node));
  const filled = fillOf(node);
  if (filled) s.filled.add(filled);
  const zero = filled?.arguments[0] && literalZero(filled.arguments[0]);
  if (zero) return allocate(s, node, length, arrayOf(numberType));
  if (filled) {
    const value = operand(s, filled.arguments[0] as ts.Expression); // fillOf: there is one argument
    // Filled with nothing: what will be there is in the type.
    const element = mayBeAbsent(value.type) && value.literal ? elementHere(s, node) : value.type.kind === "integer" ? numberType : value.type;
    const out = newArray(s, node, [], arrayOf(element));
    countLoop(s, node, () => length, () => pushElement(s, node, out, value));
    return out;
  }
  if (holdsOnlyNumbers(s, node)) return allocate(s, node, length, arrayOf(numberType), true);
  const expected = contextualType(s, node);
  const element =
    (expected?.kind === "array" && !isAny(expected.element) ? expected.element : elementByUse(s, node)) ??
    (expected?.kind === "array" ? expected.element : elementHere(s, node));
  const out = newArray(s, node, [], arrayOf({ kind: "optional", of: present(element) }));
  countLoop(s, node, () => length, () => s.emit({ kind: "push", origin: s.origin(node), ref: out, value: s.literal(undefined) }));
  s.holed.add(out);
  return out;
}

function elementHere(s: Lowering, node: ts.Expression): Type {
  const type = present(irType(s.reader, s.checker.getTypeAtLocation(node)));
  return type.kind === "array" && present(type.element).kind !== "opaque" ? type.element : numberType;
}

/** `.fill(v)` called directly on the array that the node makes. */
function fillOf(node: ts.Node): ts.CallExpression | undefined {
  let at = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isNonNullExpression(at)) at = at.parent;
  if (!ts.isPropertyAccessExpression(at) || at.name.text !== "fill") return undefined;
  const call = at.parent;
  return ts.isCallExpression(call) && call.expression === at && call.arguments.length === 1 && !ts.isSpreadElement(call.arguments[0] as ts.Expression)
    ? call
    : undefined;
}

const literalZero = (node: ts.Expression): boolean => { const n = skipTypes(node); return ts.isNumericLiteral(n) && Number(n.text) === 0; };

export function newTypedArray(s: Lowering, node: ts.NewExpression, name: ArrayType["constructorName"], args: readonly ts.Expression[]): Value {
  const type: ArrayType = { kind: "array", constructorName: name, element: elementOfConstructor(name) };
  const [first] = args;
  if (!first || args.length > 1)
    return args.length === 0 ? allocate(s, node, s.integer(0), type) : s.refuse(node, catalogue.memoryView, { text: shortText(node) });
  const literal = skipTypes(first);
  if (ts.isArrayLiteralExpression(literal) && !literal.elements.some((e) => ts.isSpreadElement(e) || ts.isOmittedExpression(e))) {
    return typedLiteral(s, node, literal.elements.map((e) => operand(s, e)), type);
  }
  const source = operand(s, first), kind = present(source.type).kind;
  if (isNumeric(source.type)) return allocate(s, node, source, type);
  if (kind === "array" || kind === "tuple") return typedCopy(s, node, source, type);
  return s.refuse(node, catalogue.memoryView, { text: shortText(node) });
}

function typedLiteral(s: Lowering, node: ts.Node, values: readonly Var[], type: ArrayType): Var {
  const out = s.fresh(null, type), elements = values.map((v) => stored(s, node, type, v));
  s.emit({ kind: "array", origin: s.origin(node), elements, out });
  return out;
}

function typedCopy(s: Lowering, node: ts.Node, source: Var, type: ArrayType): Var {
  const from = present(source.type);
  const exact = type.constructorName === "Float64Array" || (from.kind === "array" && from.constructorName === type.constructorName);
  if (exact) return copyArray(s, node, source, type);
  const out = allocate(s, node, lengthOf(s, node, source), type);
  eachElement(s, node, source, (element, k) => writeElement(s, node, out, k, element()));
  return out;
}

/** `Array.from(…)`, `Array.of(…)`, `Array.isArray(…)`. */
export function arrayFunction(s: Lowering, node: ts.CallExpression, name: string): Value {
  const [first, fn] = node.arguments;
  if (name === "of") return newArray(s, node, node.arguments.map((a) => operand(s, a)), contextualType(s, node));
  if (name === "isArray" && first) {
    const value = expression(s, first);
    if (!isVar(value)) return s.literal(value.kind === "object" && value.isArray);
    const { kind } = value.type;
    if (s.knowsKinds && (kind === "array" || kind === "tuple")) return s.literal(value.type.kind !== "array" || value.type.constructorName === "Array");
    if (s.knowsKinds && kind === "record") return s.literal(false);
    if (s.knowsKinds && (isPrimitive(present(value.type)) || value.literal)) return s.literal(false); // an element that is missing is no array either
    return s.raw(node, ["Array.isArray(", value, ")"], booleanType, true);
  }
  if (name !== "from" || !first || ts.isSpreadElement(first)) return rawCall(s, node, [`Array.${name}`], node.arguments, `Array.${name}`, false);
  const source = skipTypes(first), length = lengthProperty(source);
  if (length) {
    const n = operand(s, length);
    const callback = fn && expression(s, fn), type = contextualType(s, node);
    // `Array.from<number>({ length: n })`: what is not there yet is to be written, as after `new Array<number>(n)`.
    if (!callback && type?.kind === "array" && type.element.kind === "number") return allocate(s, node, n, type, true);
    const out = newArray(s, node, [], type);
    countLoop(
      s,
      node,
      () => n,
      (k) => pushElement(s, node, out, callback ? toVar(s, callWith(s, node, callback, [() => s.literal(undefined), () => k]), node) : s.literal(undefined)),
    );
    return out;
  }
  const from = iteration(s, source);
  if (!isVar(from.source)) return from.source;
  if (!fn && from.kind === "values") return copyArray(s, node, from.source);
  const ref = from.source, callback = fn && expression(s, fn);
  const out = newArray(s, node, [], contextualType(s, node));
  if (!callback) { appendAll(s, node, out, ref, from.kind); return out; }
  eachElement(s, node, ref, (element, k) => {
    const item = (): Var => (from.kind === "keys" ? k : from.kind === "values" ? element() : newArray(s, node, [k, element()], null));
    pushElement(s, node, out, toVar(s, callWith(s, node, callback, [item, () => k]), node));
  });
  return out;
}

/** The `n` of `{ length: n }`. */
function lengthProperty(node: ts.Expression): ts.Expression | undefined {
  if (!ts.isObjectLiteralExpression(node) || node.properties.length !== 1) return undefined;
  const [p] = node.properties;
  if (!p?.name || !ts.isIdentifier(p.name) || p.name.text !== "length") return undefined;
  return ts.isPropertyAssignment(p) ? p.initializer : ts.isShorthandPropertyAssignment(p) ? p.name : undefined;
}

export function typedArrayFunction(s: Lowering, node: ts.CallExpression, constructorName: string, name: string): Value {
  if (!isArrayConstructorName(constructorName)) return s.unassigned;
  const type: ArrayType = { kind: "array", constructorName, element: elementOfConstructor(constructorName) };
  const [first, fn] = node.arguments;
  if (name === "of") return typedLiteral(s, node, node.arguments.map((a) => operand(s, a)), type);
  if (name !== "from" || !first || ts.isSpreadElement(first))
    return rawCall(s, node, [`${constructorName}.${name}`], node.arguments, `${constructorName}.${name}`, false);
  const length = lengthProperty(skipTypes(first));
  const callback = (): Value | undefined => fn && expression(s, fn);
  if (length) {
    const n = operand(s, length), call = callback(), out = allocate(s, node, n, type);
    if (call) countLoop(s, node, () => n, (k) => writeElement(s, node, out, k, toVar(s, callWith(s, node, call, [() => s.literal(undefined), () => k]), node)));
    return out;
  }
  const from = iteration(s, first), source = toVar(s, from.source, first), call = callback();
  if (!call) return typedCopy(s, node, source, type);
  const out = allocate(s, node, lengthOf(s, node, source), type);
  eachElement(s, node, source, (element, k) => writeElement(s, node, out, k, toVar(s, callWith(s, node, call, [element, () => k]), node)));
  return out;
}

