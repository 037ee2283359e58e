import type ts from "typescript";
import { booleanType } from "../../ir/build.ts";
import type { Var } from "../../ir/ir.ts";
import { isTapeOfEitherKind } from "../marks/existing.ts";
import { mayBeAbsent, isReference, joinTypes, isMixed, isNumeric } from "../types/irTypes.ts";
import { toVar, isPresent, truth, expression, condition } from "./lowerExpressions.ts";
import { settled, apart, testOf, dispatch, meet, type Piece } from "../state/lowerJoin.ts";
import type { Lowering } from "../state/lowerState.ts";
import { irType } from "../types/lowerTypes.ts";
import { type Choice, type Value, isVar } from "../state/values.ts";

/** A test of every option of a choice: the condition of the choice itself, where that is all it says. */
export function either(s: Lowering, node: ts.Node, value: Choice, test: (v: Value) => Var): Var {
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

export function not(s: Lowering, node: ts.Node, test: Var): Var {
  if (test.literal) return s.literal(!test.literal.value);
  const out = s.apply(node, "!", [test], booleanType);
  s.negated.set(out, test);
  return out;
}

export const isNothing = (v: Var): boolean => v.literal !== undefined && (v.literal.value === undefined || v.literal.value === null);

/** In a function that was called with a number there is no need to ask whether there is one; the marked function asks its callers. */
export const isCertain = (s: Lowering, v: Var): boolean =>
  v.literal ? !isNothing(v) && v !== s.unassigned : s.certain.has(s.resolve(v)) && !mayBeAbsent(v.type);

export const isSettled = (v: Value): boolean => isVar(v) || v.kind !== "choice";

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
  if (
    isVar(left) &&
    isBoolean(left) &&
    isVar(value) &&
    value.literal &&
    value.literal.value === (op === "&&") &&
    piece.instructions.length === 0 &&
    !piece.dead
  ) {
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

export function conditional(s: Lowering, node: ts.ConditionalExpression): Value {
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
