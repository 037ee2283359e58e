import ts from "typescript";
import type { FieldType, Type, Var } from "../../ir/ir.ts";
import { throws } from "../statements/lowerTry.ts";
import { booleanType, integerType, numberType } from "../../ir/build.ts";
import { type Lowering } from "../state/lowerState.ts";
import { type Value } from "../state/values.ts";
import { branch, choose } from "../state/lowerJoin.ts";
import { isPresent, operand, toVar } from "../expressions/lowerExpressions.ts";
import { lengthOf, readElement, readField } from "../expressions/lowerAccess.ts";
import { relative } from "./lowerArrays.ts";
import { countLoop, eachElement, iteration } from "./lowerEach.ts";
import { appendAll, copyArray, newArray, newRecord, plainArrayOf, pushElement } from "../objects/lowerLiterals.ts";
import { mayOverlap } from "../state/overlaps.ts";
import { popElement, stored, writeElement } from "../statements/lowerPlaces.ts";
import { skipTypes } from "../state/symbols.ts";
import { comparisonOfIndices } from "../calls/lowerRaw.ts";
import { setThere } from "../objects/lowerSpread.ts";
import { arrayOf, elementType, isReference, mayBeAbsent, present } from "../types/irTypes.ts";

/** Methods that give elements another place: nothing but copies, so the gradient goes back the way its element came. */

const isTyped = (type: Type): boolean => { const t = present(type); return t.kind === "array" && t.constructorName !== "Array"; };
const sameKind = (type: Type): Type => (isTyped(type) ? present(type) : plainArrayOf(type));
const minus = (s: Lowering, node: ts.Node, a: Var, b: Var): Var => (b.literal?.value === 0 ? a : s.apply(node, "-", [a, b], integerType));
const plus = (s: Lowering, node: ts.Node, a: Var, b: Var): Var =>
  a.literal?.value === 0 ? b : b.literal?.value === 0 ? a : s.apply(node, "+", [a, b], integerType);

/**
 * `sort` and `toSorted`: the order of the indices is found as the array would be sorted, with the same comparisons, and the elements follow
 * it. Null if the comparison cannot be written as one of indices.
 */
export function sorted(s: Lowering, node: ts.CallExpression, ref: Var, compare: Value | undefined, inPlace: boolean): Value | null {
  const comparison = compare ? comparisonOfIndices(s, compare, ref) : defaultComparison(ref);
  if (!comparison) return null;
  const order = s.raw(node, ["[...", ref, ".keys()].sort(", ...comparison, ")"], arrayOf(integerType), true);
  s.name(order, "order");
  const length = lengthOf(s, node, ref);
  const from = inPlace ? copyArray(s, node, ref, sameKind(ref.type)) : ref;
  const placeOf = (k: Var): Var => readElement(s, node, order, k);
  if (!inPlace && !isTyped(ref.type)) {
    const out = newArray(s, node, [], plainArrayOf(ref.type));
    countLoop(s, node, () => length, (k) => pushElement(s, node, out, readElement(s, node, from, placeOf(k))));
    return out;
  }
  const out = inPlace ? ref : copyArray(s, node, ref, present(ref.type));
  countLoop(s, node, () => length, (k) => s.emit({ kind: "write", origin: s.origin(node), ref: out, key: k, value: readElement(s, node, from, placeOf(k)) }));
  return out;
}

/** Numbers in typed arrays by value, anything else as text. */
function defaultComparison(ref: Var): readonly (string | Var)[] {
  if (isTyped(ref.type)) return ["(p, q) => ", ref, "[p]! - ", ref, "[q]!"];
  const text = (name: string): readonly (string | Var)[] => ["String(", ref, `[${name}])`];
  return ["(p, q) => (", ...text("p"), " < ", ...text("q"), " ? -1 : ", ...text("p"), " > ", ...text("q"), " ? 1 : 0)"];
}

/** Arguments from the `first` on, spread or not, as something that can be pushed. */
function items(s: Lowering, node: ts.CallExpression, first: number): (out: Var) => void {
  const rest = node.arguments.slice(first);
  const pushes = rest.map((a): ((out: Var) => void) => {
    if (!ts.isSpreadElement(a)) { const v = operand(s, a); return (out) => pushElement(s, node, out, v); }
    const from = iteration(s, a.expression), source = toVar(s, from.source, a);
    // What is spread is taken now: the call may change it.
    const kept = from.kind === "values" ? copyArray(s, node, source) : source;
    return (out) => appendAll(s, node, out, kept, from.kind);
  });
  return (out) => pushes.forEach((push) => push(out));
}

export const hasSpread = (args: readonly ts.Expression[]): boolean => args.some((a) => ts.isSpreadElement(a));

/** The place and the number of elements that `splice` removes. */
function cut(s: Lowering, node: ts.CallExpression, ref: Var): { readonly from: Var; readonly count: Var; readonly length: Var } {
  const [first, second] = node.arguments;
  const start = first ? operand(s, first) : s.integer(0), deleted = second ? operand(s, second) : null;
  const length = lengthOf(s, node, ref);
  const from = clampedTo(s, node, relative(s, node, start, () => length, true), length);
  if (!first) return { from, count: s.integer(0), length };
  const left = minus(s, node, length, from);
  if (!deleted) return { from, count: left, length };
  const whole = deleted.type.kind === "integer" || Number.isInteger(deleted.literal?.value) ? deleted : s.apply(node, "Math.trunc", [deleted], integerType);
  const wanted =
    whole.literal && Number(whole.literal.value) >= 0 ? s.integer(Number(whole.literal.value)) : s.apply(node, "Math.max", [whole, s.integer(0)], integerType);
  return { from, count: wanted.literal?.value === 0 ? wanted : s.apply(node, "Math.min", [wanted, left], integerType), length };
}

function clampedTo(s: Lowering, node: ts.Node, at: Var, length: Var): Var {
  return at.literal?.value === 0 ? at : s.apply(node, "Math.min", [at, length], integerType);
}

/** The elements from one place to another, both known to lie inside. */
function range(s: Lowering, node: ts.Node, ref: Var, from: Var, to: Var): Var {
  const out = newArray(s, node, [], plainArrayOf(ref.type));
  countLoop(s, node, () => to, (k) => pushElement(s, node, out, readElement(s, node, ref, k)), { from });
  return out;
}

export function splice(s: Lowering, node: ts.CallExpression, ref: Var): Value {
  const { from, count, length } = cut(s, node, ref), put = items(s, node, 2);
  const isRead = !ts.isExpressionStatement(node.parent);
  const end = plus(s, node, from, count);
  const removed = isRead ? range(s, node, ref, from, end) : s.unassigned;
  const tail = range(s, node, ref, end, length);
  const gone = minus(s, node, length, from);
  countLoop(s, node, () => gone, () => popElement(s, node, ref));
  put(ref);
  countLoop(s, node, () => lengthOf(s, node, tail), (k) => pushElement(s, node, ref, readElement(s, node, tail, k)));
  return removed;
}

export function toSpliced(s: Lowering, node: ts.CallExpression, ref: Var): Value {
  const { from, count } = cut(s, node, ref), put = items(s, node, 2);
  const out = range(s, node, ref, s.integer(0), from);
  put(out);
  const length = lengthOf(s, node, ref);
  countLoop(s, node, () => length, (k) => pushElement(s, node, out, readElement(s, node, ref, k)), { from: plus(s, node, from, count) });
  return out;
}

export function unshift(s: Lowering, node: ts.CallExpression, ref: Var): Value {
  const put = items(s, node, 0), old = copyArray(s, node, ref), length = lengthOf(s, node, old);
  countLoop(s, node, () => length, () => popElement(s, node, ref));
  put(ref);
  countLoop(s, node, () => length, (k) => pushElement(s, node, ref, readElement(s, node, old, k)));
  return ts.isExpressionStatement(node.parent) ? s.unassigned : lengthOf(s, node, ref);
}

export function copyWithin(s: Lowering, node: ts.CallExpression, ref: Var, args: readonly Var[]): Value {
  const length = lengthOf(s, node, ref), [target, start, end] = args;
  const place = (v: Var | undefined, otherwise: Var): Var => (v ? clampedTo(s, node, relative(s, node, v, () => length, true), length) : otherwise);
  const to = place(target, s.integer(0)), from = place(start, s.integer(0)), last = place(end, length);
  const count = s.apply(node, "Math.min", [minus(s, node, last, from), minus(s, node, length, to)], integerType);
  const moved = copyArray(s, node, ref, sameKind(ref.type)); // the two places may overlap
  countLoop(
    s,
    node,
    () => count,
    (k) => s.emit({ kind: "write", origin: s.origin(node), ref, key: plus(s, node, to, k), value: readElement(s, node, moved, plus(s, node, from, k)) }),
  );
  return ref;
}

/** `xs.set(from, offset)`: elements of a literal are written one by one. Null where an argument is spread. */
export function setAll(s: Lowering, node: ts.CallExpression, ref: Var): Value | null {
  const [given, place] = node.arguments, literal = given && skipTypes(given);
  if (!given || hasSpread(node.arguments)) return null;
  const plain =
    literal &&
    ts.isArrayLiteralExpression(literal) &&
    literal.elements.length <= 16 &&
    !literal.elements.some((e) => ts.isSpreadElement(e) || ts.isOmittedExpression(e));
  if (plain) {
    const values = literal.elements.map((e) => operand(s, e)), at = offsetOf(s, node, place);
    mustFit(s, node, ref, at, s.integer(values.length));
    values.forEach((v, k) =>
      writeElement(s, node, ref, typeof at.literal?.value === "number" ? s.integer(at.literal.value + k) : plus(s, node, at, s.integer(k)), v),
    );
    return s.literal(undefined);
  }
  const from = operand(s, given), at = offsetOf(s, node, place);
  const source = mayOverlap(s, node, ref, from) ? copyArray(s, node, from, present(from.type)) : from; // all is read before anything is written
  if (at.literal?.value !== 0 || !isMadeAsLongAs(s, ref, source)) mustFit(s, node, ref, at, lengthOf(s, node, source));
  eachElement(s, node, source, (element, index) => {
    const v = element();
    writeElement(s, node, ref, plus(s, node, at, index), v);
  });
  return s.literal(undefined);
}

function offsetOf(s: Lowering, node: ts.Node, place: ts.Expression | undefined): Var {
  const at = place ? operand(s, place) : s.integer(0);
  return isWhole(s, at) ? at : typeof at.literal?.value === "number" ? s.integer(Math.trunc(at.literal.value)) : s.apply(node, "Math.trunc", [at], integerType);
}

/** Made of integers by what leaves them integers, a moment ago: `2 * i`. */
function isWhole(s: Lowering, v: Var): boolean {
  if (v.literal) return Number.isInteger(v.literal.value);
  const made = s.current.find((i) => i.kind === "apply" && i.out === v);
  return v.type.kind === "integer" || (made?.kind === "apply" && ["+", "-", "*"].includes(made.op) && made.args.every((a) => isWhole(s, a)));
}

/** Throws as `set` does if there is no place for so many elements. */
function mustFit(s: Lowering, node: ts.Node, ref: Var, at: Var, count: Var): void {
  const [from, many] = [at.literal?.value, count.literal?.value];
  const end = typeof from === "number" && typeof many === "number" ? s.integer(from + many) : plus(s, node, at, count);
  const long = s.apply(node, ">", [end, lengthOf(s, node, ref)], booleanType);
  const outside = typeof from === "number" && from >= 0 ? long : s.apply(node, "||", [s.apply(node, "<", [at, s.integer(0)], booleanType), long], booleanType);
  branch(s, node, outside, () => { throws(s, node, ['new RangeError("offset is out of bounds")']); }, () => undefined);
}

/** `const to = new Float64Array(from.length)`, a moment ago. */
function isMadeAsLongAs(s: Lowering, to: Var, from: Var): boolean {
  return s.current.some((i) => i.kind === "allocate" && i.out === to && s.current.some((l) => l.kind === "length" && l.out === i.length && l.ref === from));
}

/** `xs.with(i, v)`. */
export function replaced(s: Lowering, node: ts.CallExpression, ref: Var, at: Var, value: Var): Value {
  const length = lengthOf(s, node, ref), k = relative(s, node, at, () => length, false);
  const outside = s.apply(node, "||", [s.apply(node, "<", [k, s.integer(0)], booleanType), s.apply(node, ">=", [k, length], booleanType)], booleanType);
  branch(s, node, outside, () => {
    throws(s, node, ['new RangeError("Invalid index")']);
  }, () => undefined);
  const out = copyArray(s, node, ref, sameKind(ref.type));
  writeElement(s, node, out, k, isTyped(ref.type) ? stored(s, node, ref.type, value) : value);
  return out;
}

/** `xs.flat(depth)`; null where the type does not say what is an array. */
export function flat(s: Lowering, node: ts.CallExpression, ref: Var, depth: number): Value | null {
  let element: Type = elementType(ref.type, null), levels = 0;
  for (; levels < depth && isReference(element) && present(element).kind !== "record"; levels++) {
    if (mayBeAbsent(element)) return null;
    element = elementType(element, null);
  }
  if (present(element).kind === "opaque") return null;
  const out = newArray(s, node, [], arrayOf(element.kind === "integer" ? numberType : element));
  const pour = (from: Var, level: number): void => {
    const length = lengthOf(s, node, from);
    countLoop(s, node, () => length, (k) => {
      const e = readElement(s, node, from, k);
      if (level === 0) pushElement(s, node, out, e); else pour(e, level - 1);
    });
  };
  pour(ref, levels);
  return out;
}

/** What the copy has only if the original has it. */
function copyOptional(s: Lowering, node: ts.Node, value: Var, out: Var, field: FieldType, inside: readonly Type[]): boolean {
  const there = s.raw(node, [`${JSON.stringify(field.name)} in `, value], booleanType, true);
  let whole = true;
  branch(s, node, there, () => {
    const copy = deepCopy(s, node, readField(s, node, value, field.name, present(field.type)), inside);
    if (copy) setThere(s, node as ts.Expression, out, field.name, copy); else whole = false;
  }, () => undefined);
  return whole;
}

/** `structuredClone(v)`: new arrays and records all the way down; null where the type does not say what is there. */
export function deepCopy(s: Lowering, node: ts.Node, value: Var, inside: readonly Type[] = []): Value | null {
  const type = present(value.type);
  if (
    type.kind === "number" ||
    type.kind === "integer" ||
    type.kind === "boolean" ||
    type.kind === "string" ||
    type.kind === "undefined" ||
    type.kind === "null"
  )
    return value;
  if (!isReference(type) || inside.includes(type)) return null;
  if (mayBeAbsent(value.type)) {
    let failed = false;
    const out = choose(
      s,
      node,
      isPresent(s, node, value),
      () => deepCopy(s, node, { ...value, type }, inside) ?? ((failed = true), value),
      () => s.literal(undefined),
    );
    return failed ? null : out;
  }
  const around = [...inside, type];
  if (type.kind === "record") {
    const certain = type.fields.filter((f) => !f.optional),
      fields = certain.map((f) => [f.name, deepCopy(s, node, readField(s, node, value, f.name, f.type), around)] as const);
    if (type.members || fields.some(([, v]) => v === null)) return null;
    const out = newRecord(s, node, fields.map(([name, v]) => [name, toVar(s, v ?? value, node)] as const), type);
    if (type.fields.findLastIndex((f) => !f.optional) > type.fields.findIndex((f) => f.optional) && certain.length < type.fields.length)
      s.reordered.add(out.type);
    return type.fields.every((f) => !f.optional || copyOptional(s, node, value, out, f, around)) ? out : null;
  }
  if (type.kind === "tuple") {
    const parts = type.elements.map((_, k) => deepCopy(s, node, readElement(s, node, value, s.integer(k)), around));
    return parts.some((p) => p === null) ? null : newArray(s, node, parts.map((p) => toVar(s, p ?? value, node)), type);
  }
  if (type.kind !== "array") return null;
  if (!isReference(type.element)) return type.element.kind === "opaque" ? null : copyArray(s, node, value, sameKind(type));
  const out = newArray(s, node, [], arrayOf(type.element)), length = lengthOf(s, node, value);
  let whole = true;
  countLoop(s, node, () => length, (k) => {
    const part = deepCopy(s, node, readElement(s, node, value, k), around);
    if (part) pushElement(s, node, out, toVar(s, part, node)); else whole = false;
  });
  return whole ? out : null;
}
