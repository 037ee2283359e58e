import { isDictionary } from "../ir/dictionaries.ts";
import { isReference } from "../analysis/aliases.ts";
import { adjointType, booleanType, freshVar, integerType, stringType, literalVar, matrixType, numberType } from "../ir/build.ts";
import type { Apply, Block, Copy, If, Instruction, Label, Origin, Var } from "../ir/ir.ts";
import { exitTargets, isLeft } from "../ir/exits.ts";
import { eachInstruction } from "../ir/visit.ts";
import { bug } from "../diagnostics/bug.ts";
import type { Scope } from "./scope.ts";
import { computedBeside } from "./computed.ts";
import { instantiate, times, zeroLike } from "./instantiate.ts";
import type { ReverseState } from "./state.ts";
import { adjointOf, contribute, isActive, originalOf, own, recallIn } from "./state.ts";
import { reverseLoop } from "./reverseLoop.ts";
import { stoppingOf } from "./stopping.ts";
import { reverseCall } from "./calls.ts";
import { reverseRuled } from "./outsideRule.ts";
import { shadowType } from "./gradientType.ts";

/** What to do where a sequence ends normally: contributions of yields and seeds. */
export type AtEnd = (scope: Scope) => void;

/** The reverse of a Block: what follows its end first, then its instructions from last to first. */
export function reverseBlock(r: ReverseState, block: Block, scope: Scope, atEnd: AtEnd): void {
  reverseRange(r, block.instructions, 0, scope, block.dead ? () => undefined : atEnd);
}

/**
 * The reverse of `instructions[from..]`. Where one of them leaves, what stands behind it is reversed in the other arm of an `if`
 * with the same condition: it ran only if nothing left.
 */
export function reverseRange(r: ReverseState, instructions: readonly Instruction[], from: number, scope: Scope, atEnd: AtEnd): void {
  let stop = from;
  while (stop < instructions.length && !leaves(instructions[stop]!)) stop++;
  for (const i of instructions.slice(from, stop + 1)) own(r, i, scope);
  const leaving = instructions[stop];
  if (!leaving) atEnd(scope);
  else reverseLeaving(r, leaving, instructions, stop, scope, atEnd);
  for (let n = stop - 1; n >= from; n--) reverseInstruction(r, instructions[n]!, scope);
}

function reverseLeaving(r: ReverseState, i: Instruction, instructions: readonly Instruction[], at: number, scope: Scope, atEnd: AtEnd): void {
  scope.builder.origin = i.origin;
  switch (i.kind) {
    case "exit": {
      const outs = r.outsOf.get(i.target) ?? bug("exit to an unknown block");
      outs.forEach((o, n) => {
        const d = isActive(r, i.values[n]!) ? adjointOf(r, scope, o) : null;
        if (d) contribute(r, scope, i.values[n]!, d);
      });
      return;
    }
    case "throw": return;
    case "if": {
      if (!i.then.dead && !i.else.dead) {
        reverseUnlessLeft(r, i, scope, (s) => reverseRange(r, instructions, at + 1, s, atEnd));
        reverseIf(r, i, scope);
        return;
      }
      const rest = (s: Scope): void => reverseRange(r, instructions, at + 1, s, atEnd);
      // What throws never comes back here.
      const other = i.then.dead ? i.else : i.then;
      if (!other.dead && other.instructions.length === 0 && onlyThrows(i.then.dead ? i.then : i.else)) { rest(scope); return; }
      const then = scope.nested(i.origin), otherwise = scope.nested(i.origin);
      const arm = (b: Block, s: Scope): void => (b.dead ? reverseBlock(r, b, s, () => undefined) : rest(s));
      arm(i.then, then);
      arm(i.else, otherwise);
      emitIf(scope, i.origin, i.condition, then, otherwise);
      return;
    }
    case "loop": {
      const stopping = stoppingOf(r, i, exitTarget(i));
      if (stopping) {
        if (i.condition) reverseRange(r, instructions, at + 1, scope, atEnd);
        reverseLoop(r, i, scope, stopping);
        return;
      }
      reverseUnlessLeft(r, i, scope, (s) => reverseRange(r, instructions, at + 1, s, atEnd));
      reverseLoop(r, i, scope);
      return;
    }
    default: bug(`${i.kind} leaves its block: exits were not normalised`);
  }
}

/** Whether a dead Block has no other end than a `throw`. */
function onlyThrows(b: Block): boolean {
  let found = true;
  eachInstruction(b, (i) => { if (i.kind === "exit") found = false; });
  return found;
}

/** What stands behind a construct that may be left to the block around it ran only if that block was not left. */
function reverseUnlessLeft(r: ReverseState, i: Instruction, scope: Scope, rest: (s: Scope) => void): void {
  const behind = scope.nested(i.origin);
  rest(behind);
  if (behind.isEmpty) return;
  const target = exitTarget(i);
  let mark = r.leftMarks.get(target);
  if (!mark) {
    mark = freshVar(r.ids, "left", booleanType);
    r.leftMarks.set(target, mark);
  }
  recallIn(r, mark, r.blockScopes.get(target) ?? bug("a block without a reverse is left"));
  emitIf(scope, i.origin, mark, scope.nested(i.origin), behind);
}

function exitTarget(i: Instruction): Label {
  const [target] = exitTargets(i);
  return target ?? bug("a loop that leaves has no exit");
}

/** Whether control may leave an instruction otherwise than at its end. */
export const leaves = (i: Instruction): boolean => i.kind === "throw" || isLeft(i);

/** `if (condition) { then } else { otherwise }`, nothing if both are empty. */
export function emitIf(scope: Scope, origin: Origin, condition: Var, then: Scope, otherwise: Scope): void {
  if (then.isEmpty && otherwise.isEmpty) return;
  if (doTheSame(then.instructions, otherwise.instructions)) { for (const i of then.instructions) scope.builder.emit(i); return; }
  scope.builder.emit({ kind: "if", origin, condition, then: then.block(), else: otherwise.block(), outs: [] });
}

/** `shadow.length = length`. */
export const cut = (shadow: Var, length: Var, origin: Origin): Instruction => ({
  kind: "raw",
  origin,
  parts: [shadow, ".length = ", length],
  out: null,
  pure: false,
});

/** Whether two arms hand on the same adjoints, and do nothing else. */
function doTheSame(a: readonly Instruction[], b: readonly Instruction[]): boolean {
  const same = new Map<Var, Var>();
  return a.length === b.length && a.every((i, n) => {
    const j = b[n]!;
    if (i.kind === "get" && j.kind === "get") { same.set(i.out, j.out); return i.accumulator === j.accumulator; }
    return i.kind === "add" && j.kind === "add" && i.accumulator === j.accumulator && (same.get(i.value) ?? i.value) === j.value;
  });
}

/** The reverse of one instruction that does not leave, at the end of `scope`. */
export function reverseInstruction(r: ReverseState, i: Instruction, scope: Scope): void {
  const b = scope.builder;
  b.origin = i.origin;
  switch (i.kind) {
    case "apply": reverseApply(r, i, scope); break;
    case "read": {
      const d = adjointOf(r, scope, i.out);
      const shadow = r.shadows.of(i.ref);
      if (!d || !shadow) break;
      if (typeof i.key === "string" || !r.mayBeMissing.has(originalOf(r, i.out))) {
        b.emit({ kind: "addTo", origin: i.origin, ref: shadow, key: i.key, value: d });
        break;
      }
      // Nothing is added where there was no element: the shadow has the length that the array had.
      const isThere = freshVar(r.ids, null, booleanType), then = scope.nested(i.origin);
      b.emit({ kind: "raw", origin: i.origin, parts: [i.key, " in ", shadow], out: isThere, pure: true });
      then.builder.emit({ kind: "addTo", origin: i.origin, ref: shadow, key: i.key, value: d });
      emitIf(scope, i.origin, isThere, then, scope.nested(i.origin));
      break;
    }
    case "write": {
      const restored = r.valueBefore.get(i);
      if (restored) b.emit({ kind: "write", origin: i.origin, ref: i.ref, key: i.key, value: restored });
      const shadow = r.shadows.of(i.ref), before = r.structure.before.get(i);
      if (shadow && before) { b.emit({ kind: "write", origin: i.origin, ref: shadow, key: i.key, value: before }); break; }
      // A number without a gradient overwrites one that may have it: its adjoint is cleared all the same.
      if (
        !shadow ||
        isReference(i.value.type) ||
        !(isNumber(i.value) || i.value.type.kind === "integer") ||
        !r.active.isActiveSlot(r.memory.slotOf(originalOf(r, i.ref), i.key))
      )
        break;
      if (!r.active.isLiveWrite(r.originalWrite.get(i) ?? i)) break;
      const out = freshVar(r.ids, null, adjointType(i.value.type));
      b.emit({ kind: i.first ? "read" : "takeFrom", origin: i.origin, ref: shadow, key: i.key, out });
      contribute(r, scope, i.value, out);
      break;
    }
    case "array": case "record": {
      const shadow = r.shadows.of(i.out);
      if (!shadow || r.seeded.has(i.out)) break;
      const parts = i.kind === "array" ? i.elements.map((v, n) => [literalVar(r.ids, n), v] as const) : i.fields;
      for (const [key, v] of parts) {
        if (!isNumber(v) || !isActive(r, v) || !r.active.isActiveSlot(r.memory.slotOf(originalOf(r, i.out), key))) continue;
        const out = freshVar(r.ids, null, adjointType(v.type));
        b.emit({ kind: "read", origin: i.origin, ref: shadow, key, out });
        contribute(r, scope, v, out);
      }
      break;
    }
    case "copy": reverseCopy(r, i, scope); break;
    case "push": {
      const shadow = r.shadows.of(i.ref);
      // An input without a gradient has zeros for a shadow, which nothing follows in the forward pass.
      if (!shadow || !r.active.hasShadow(originalOf(r, i.ref)) || (isReference(i.value.type) && !r.structure.isReturned(originalOf(r, i.ref)))) break;
      if (isReference(i.value.type)) {
        b.emit({ kind: "pop", origin: i.origin, ref: shadow, out: freshVar(r.ids, null, shadowType(i.value.type, r.sharing.names) ?? i.value.type) });
        break;
      }
      const out = freshVar(r.ids, null, adjointType(i.value.type)), length = r.structure.lengths.get(i);
      // Found by its place: then what has no derivative may stay where it is, but for the caller, who gets a shadow as long as his array was.
      if (length && !isActive(r, i.value)) {
        if (r.structure.isReturned(originalOf(r, i.ref))) b.emit(cut(shadow, length, i.origin));
        break;
      }
      if (length) {
        // A later write past the end has made the shadow longer.
        b.emit({ kind: "read", origin: i.origin, ref: shadow, key: length, out });
        b.emit(cut(shadow, length, i.origin));
      } else {
        b.emit({ kind: "pop", origin: i.origin, ref: shadow, out });
      }
      contribute(r, scope, i.value, out);
      break;
    }
    case "pop": {
      const shadow = r.shadows.of(i.ref), before = r.structure.before.get(i);
      if (shadow && before) { b.emit({ kind: "push", origin: i.origin, ref: shadow, value: before }); break; }
      if (!shadow || isReference(i.out.type) || !r.active.hasShadow(originalOf(r, i.ref))) break;
      const d = adjointOf(r, scope, i.out), length = r.structure.lengths.get(i);
      if (length) b.emit(cut(shadow, length, i.origin));
      b.emit({ kind: "push", origin: i.origin, ref: shadow, value: d ?? zeroLike(b, i.out) });
      break;
    }
    case "if": reverseIf(r, i, scope); break;
    case "block": {
      reverseBlock(r, i.body, scope, (s) => i.body.yields.forEach((v, n) => {
        const d = isActive(r, v) ? adjointOf(r, s, i.outs[n]!) : null;
        if (d) contribute(r, s, v, d);
      }));
      break;
    }
    case "loop": reverseLoop(r, i, scope); break;
    case "call": reverseCall(r, i, scope); break;
    case "raw": if (i.rule) reverseRuled(r, i, i.rule, scope); break;
    default: break;
  }
}

// A parameter that may be absent is a number wherever arithmetic reaches it.
const isNumber = (v: Var): boolean => v.type.kind === "number" || (v.type.kind === "optional" && v.type.of.kind === "number") || matrixType(v.type) !== null;

function reverseIf(r: ReverseState, i: If, scope: Scope): void {
  const seeds = i.outs.map((o) => adjointOf(r, scope, o));
  // An absent optional parameter has its default's gradient too: what it would have, had the default been passed.
  const given = new Set<Var>();
  i.outs.forEach((_, n) => {
    const passed = i.else.yields[n], d = seeds[n];
    if (passed && d && r.optionalInputs.has(passed) && isDefault(r, i, passed)) { given.add(passed); contribute(r, scope, passed, d); }
  });
  const arm = (b: Block): Scope => {
    const s = scope.nested(i.origin);
    reverseBlock(r, b, s, (end) => b.yields.forEach((v, n) => { const d = seeds[n]; if (d && !given.has(v)) contribute(r, end, v, d); }));
    return s;
  };
  const then = arm(i.then), otherwise = arm(i.else);
  emitIf(scope, i.origin, i.condition, then, otherwise);
}

/** `if (y === undefined) default else y` for the parameter y. */
function isDefault(r: ReverseState, i: If, input: Var): boolean {
  const test = r.defs.instruction.get(originalOf(r, i.condition));
  return test?.kind === "apply" && test.op === "===" && test.args[0] === input && test.args[1]?.literal?.value === undefined;
}

function reverseApply(r: ReverseState, i: Apply, scope: Scope): void {
  if (!isActive(r, i.out)) return;
  const d = adjointOf(r, scope, i.out);
  if (!d) return;
  const { op, args } = i.gate ?? i;
  const rule = r.ruleOf(op, args.length, args.map((a) => originalOf(r, a)));
  if (!rule || rule.kind === "zero" || rule.kind === "unsupported") return;
  if (op.endsWith("...")) { reverseSpread(r, i, rule, d, scope); return; }
  const b = scope.builder;
  const env = new Map<string, Var>([["y", i.out], ["dy", d]]);
  rule.operands.forEach((name, n) => { if (args[n]) env.set(name, args[n]); });
  args.forEach((a, n) => {
    if (!isActive(r, a)) return;
    if (rule.kind === "pullback") {
      const formula = rule.pullbacks[n];
      if (formula) contribute(r, scope, a, instantiate(b, formula, env));
      return;
    }
    const formula = rule.partials[n];
    if (!formula) return;
    const product = times(b, instantiate(b, formula, env, (name, operands) => computedBeside(r, i.out, name, operands)), d);
    contribute(r, scope, a, rule.guarded[n] ? guarded(r, d, product, scope) : product);
  });
}

/** `d === 0 ? 0 : product`: where the partial is infinite a zero adjoint stays zero. */
function guarded(r: ReverseState, d: Var, product: Var, scope: Scope): Var {
  if (d.literal && d.literal.value !== 0) return product;
  const b = scope.builder;
  const zero = b.derive("===", [d, literalVar(r.ids, 0)], booleanType);
  return b.derive("?:", [zero, literalVar(r.ids, 0), product]);
}

/** `Math.hypot(...xs)`: the partial for each element, in a loop over the array. */
function reverseSpread(
  r: ReverseState,
  i: Apply,
  rule: Extract<ReturnType<ReverseState["ruleOf"]>, { kind: "partials" | "pullback" }>,
  d: Var,
  scope: Scope,
): void {
  const ref = i.args[0]!;
  const shadow = r.shadows.of(ref);
  const formula = rule.kind === "partials" ? rule.partials[0] : rule.pullbacks[0];
  if (!shadow || !formula) return;
  const copy = r.snapshots.get(i.out)?.[0],
    elements = copy === undefined || typeof copy === "string" ? ref : copy;
  eachIndex(r, elements, i.origin, scope, (trip, k) => {
    const x = freshVar(r.ids, null, numberType);
    trip.builder.emit({ kind: "read", origin: i.origin, ref: elements, key: k, out: x });
    const made = instantiate(
      trip.builder,
      formula,
      new Map([
        [rule.operands[0]!, x],
        ["y", i.out],
        ["dy", d],
      ]),
    );
    const value = rule.kind === "partials" ? times(trip.builder, made, d) : made;
    trip.builder.emit({ kind: "addTo", origin: i.origin, ref: shadow, key: k, value });
  });
}

function reverseCopy(r: ReverseState, i: Copy, scope: Scope): void {
  const from = r.shadows.of(i.ref), to = r.shadows.of(i.out);
  if (!from || !to || (i.out.type.kind === "array" && isReference(i.out.type.element))) return;
  // What was pushed since may still be there, if it has no derivative.
  eachIndex(r, to, i.origin, scope, (trip, k) => {
    const d = freshVar(r.ids, null, numberType);
    trip.builder.emit({ kind: "read", origin: i.origin, ref: to, key: k, out: d });
    const add: Instruction = { kind: "addTo", origin: i.origin, ref: from, key: k, value: d };
    if (!isDictionary(from.type)) { trip.builder.emit(add); return; }
    // A name that the copy got later.
    const isThere = freshVar(r.ids, null, booleanType);
    trip.builder.emit({ kind: "raw", origin: i.origin, parts: [k, " in ", from], out: isThere, pure: true });
    trip.builder.emit({
      kind: "if",
      origin: i.origin,
      condition: isThere,
      then: { instructions: [add], yields: [], dead: false },
      else: { instructions: [], yields: [], dead: false },
      outs: [],
    });
  }, r.structure.lengths.get(i));
}

/** `for (let k = 0; k < ref.length; k++) { … }`: a loop of the reverse sweep that has no forward loop. `known`: to where instead. */
export function eachIndex(r: ReverseState, ref: Var, origin: Origin, scope: Scope, body: (trip: Scope, index: Var) => void, known?: Var): void {
  const k = freshVar(r.ids, "k", integerType), length = known ?? freshVar(r.ids, null, integerType);
  const condition = freshVar(r.ids, null, booleanType);
  const trip = scope.nested(origin);
  if (isDictionary(ref.type)) {
    const keys = freshVar(r.ids, "keys", { kind: "array", constructorName: "Array", element: stringType }), key = freshVar(r.ids, "key", stringType);
    scope.builder.emit({ kind: "raw", origin, parts: ["Object.keys(", ref, ")"], out: keys, pure: true, fresh: "sized" });
    trip.builder.emit({ kind: "read", origin, ref: keys, key: k, out: key });
    body(trip, key);
    ref = keys;
  } else body(trip, k);
  const next = trip.builder.apply("+", [k, literalVar(r.ids, 1)], integerType);
  scope.builder.emit({
    kind: "loop",
    origin,
    form: "for",
    params: [k],
    inits: [literalVar(r.ids, 0)],
    condition,
    head: {
      instructions: [
        ...(known ? [] : [{ kind: "length", origin, ref, out: length } as const]),
        { kind: "apply", origin, op: "<", args: [k, length], out: condition },
      ],
      yields: [],
      dead: false,
    },
    body: trip.block([next]),
    outs: [freshVar(r.ids, "k", integerType)],
  });
}
