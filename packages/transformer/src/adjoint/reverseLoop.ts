import { boundOf, countdownOf, inductions, isInteger } from "../analysis/loops.ts";
import { booleanType, freshVar, integerType, literalVar, numberType } from "../ir/build.ts";
import type { Block, Loop, Var } from "../ir/ir.ts";
import { eachInstruction, operands } from "../ir/visit.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { adjointOf, contribute, declare, isActive, originalOf, own, recallIn } from "./state.ts";
import { leaves, reverseBlock } from "./reverse.ts";
import { cloneBlock } from "./clone.ts";
import type { Stopping } from "./stopping.ts";
import { keepMemory, renew, renewalsOf, rewind, type Renewal } from "./pieces.ts";
import { openTrip } from "./openTrip.ts";
import { tripsOf } from "./nestedTape.ts";

/** An active parameter whose adjoint travels from trip to trip. */
interface Carried { readonly param: Var; readonly index: number; readonly accumulator: Var }

/**
 * The reverse of a loop: a loop over the same trips from last to first.
 *
 * The adjoint of a parameter and of the out of the same index are one variable: zero trips pass it on unchanged. Each reversed trip
 * takes the adjoints of the parameters (they belong to the next values), and leaves those of the values the trip started with.
 * Accumulation links share one adjoint that no trip changes.
 */
export function reverseLoop(r: ReverseState, loop: Loop, scope: Scope, stopping: Stopping | null = null): void {
  const origin = loop.origin;
  scope.builder.origin = origin;
  for (const { out, index } of stopping?.ends ?? []) {
    const d = adjointOf(r, scope, out), param = loop.params[index]!;
    r.homes.set(param, scope);
    if (d) contribute(r, scope, param, d);
  }
  if (!hasSource(r, loop, scope, stopping)) return;
  const trip = scope.nested(origin);
  trip.isTrip = true;
  const ends: { readonly init: Var; readonly value: Var }[] = [];
  const carried: Carried[] = [];
  loop.params.forEach((param, index) => {
    recallIn(r, param, trip);
    if (!isActive(r, param)) return;
    const out = loop.outs[index];
    const root = r.links.get(originalOf(r, param));
    if (root) {
      if (!out || root !== originalOf(r, out)) return; // a link of an outer loop
      const value = adjointOf(r, scope, out);
      r.linkValues.set(root, value);
      if (value) ends.push({ init: loop.inits[index]!, value });
      return;
    }
    r.homes.set(param, scope);
    const accumulator = scope.adjoints.get(out ?? param) ?? declare(r, scope, out ?? param, null);
    scope.adjoints.set(param, accumulator);
    r.accumulators.get(accumulator)!.carried = true;
    carried.push({ param, index, accumulator });
  });
  for (const i of loop.head.instructions) own(r, i, trip);

  const takeAll = (s: Scope): readonly Var[] => carried.map(({ accumulator }) => {
    const out = freshVar(r.ids, null, accumulator.type);
    s.builder.emit({ kind: "take", origin, accumulator, out });
    return out;
  });
  let first: readonly Var[] | null = null;
  const atEnd = (s: Scope, yields: readonly Var[]): void => {
    const taken = first ?? takeAll(s);
    carried.forEach(({ index }, n) => { const next = yields[index]; if (next) contribute(r, s, next, taken[n]!); });
  };
  trip.builder.origin = origin;
  let renewals: readonly Renewal[] = [];
  if (stopping) {
    if (stopping.body) reverseBlock(r, stopping.body, trip, (s) => atEnd(s, loop.body.yields));
  } else if (loop.params[0] && r.reexecuted.has(loop.params[0])) {
    trip.builder.emit({ kind: "heading", origin, text: "the trip again" });
    renewals = renewalsOf(r, loop);
    // A loop of the trip may be reversed on the spot, before the end: what it adds is of the parameter, not of the next value.
    if (feedsLoops(r, loop.body, new Set(carried.map(({ param }) => originalOf(r, param))))) first = takeAll(trip);
    rewind(r, loop, trip);
    openTrip(r, cloneBlock(r, loop.body), trip, (s, yields) => { atEnd(s, yields); renew(r, renewals, yields, s, origin); });
  } else {
    reverseBlock(r, loop.body, trip, (s) => atEnd(s, loop.body.yields));
  }
  scope.builder.origin = origin;
  if (!trip.isEmpty) {
    const putBack = keepMemory(r, loop, scope);
    emitReverseLoop(r, loop, trip, scope, renewals);
    putBack();
  }
  for (const { index, accumulator } of carried) {
    const init = loop.inits[index]!;
    if (!isActive(r, init)) continue;
    const out = freshVar(r.ids, null, accumulator.type);
    scope.builder.emit({ kind: "get", origin, accumulator, out });
    contribute(r, scope, init, out);
  }
  for (const { init, value } of ends) contribute(r, scope, init, value);
}

/** Whether a loop in a trip computes with what the trip starts with, or goes on adding to it. */
function feedsLoops(r: ReverseState, body: Block, carried: ReadonlySet<Var>): boolean {
  const isCarried = (v: Var): boolean => carried.has(originalOf(r, v));
  let found = false;
  eachInstruction(body, (i) => {
    if (i.kind !== "loop") return;
    found ||= i.inits.some((init, n) => isCarried(init) && r.links.has(originalOf(r, i.params[n]!)));
    eachInstruction(i.body, (j) => { found ||= j.kind !== "loop" && (j.kind !== "apply" || isActive(r, j.out)) && operands(j).some(isCarried); });
  });
  return found;
}

/** Whether anything flows into the reverse of a loop: an adjoint of what it gives, or of memory. Otherwise all its adjoints are zero. */
function hasSource(r: ReverseState, loop: Loop, scope: Scope, stopping: Stopping | null): boolean {
  if (leaves(loop) && !stopping) return true;
  let found =
    loop.outs.some((o) => isActive(r, o) && (scope.adjoints.has(o) || r.links.has(originalOf(r, o)))) || loop.params.some((p) => scope.adjoints.has(p));
  eachInstruction(loop.body, (i) => {
    if (i.kind === "write" || i.kind === "push" || i.kind === "pop" || i.kind === "array" || i.kind === "record" || i.kind === "copy" || i.kind === "call")
      found = true;
  });
  return found;
}

/** Writes the loop around the reversed trip: over the values of the user's counter where there is one, else over trip numbers. */
function emitReverseLoop(r: ReverseState, loop: Loop, trip: Scope, scope: Scope, renewals: readonly Renewal[]): void {
  const b = scope.builder;
  const origin = loop.origin;
  const isLeft = leaves(loop);
  const stableLength = (ref: Var): boolean => !r.memory.nodeOf(originalOf(r, ref)).lengthWritten;
  const bound = isLeft ? null : boundOf(loop, r.defs, stableLength);
  const stepping = inductions(loop, r.defs);
  const countdown = isLeft || bound || stepping.length > 0 ? null : countdownOf(loop, r.defs);
  let counter: Var | null = null, last: Var, first: Var, step = 1, trips: Var | null = null;
  if (bound) {
    counter = bound.induction.param;
    first = bound.induction.init;
    let limit = bound.limit;
    if (bound.inHead?.kind === "length") {
      limit = freshVar(r.ids, null, integerType);
      b.emit({ kind: "length", origin, ref: bound.inHead.ref, out: limit });
    }
    const whole = isInteger(originalOf(r, bound.limit), r.defs);
    const upwards = bound.inclusive ? "Math.floor" : "Math.ceil", downwards = bound.inclusive ? "Math.ceil" : "Math.floor";
    const end = whole ? limit : b.derive(bound.down ? downwards : upwards, [limit], integerType);
    last = bound.inclusive ? end : b.derive(bound.down ? "+" : "-", [end, literalVar(r.ids, 1)], integerType);
    step = bound.induction.step;
  } else if (!isLeft && loop.condition && stepping.length > 0) {
    const induction = stepping[0]!;
    counter = induction.param;
    first = induction.init;
    step = induction.step;
    last = b.derive("-", [loop.outs[induction.index]!, literalVar(r.ids, step)], integerType);
  } else if (countdown) {
    first = literalVar(r.ids, 0);
    last = tripsOf(countdown, countdown.init, b, -1);
  } else {
    counter = stepping.find((i) => i.step === 1 && i.init.literal?.value === 0)?.param ?? null;
    first = literalVar(r.ids, 0);
    trips = freshVar(r.ids, "trips", numberType);
    recallIn(r, trips, scope);
    last = b.derive("-", [trips, literalVar(r.ids, 1)], integerType);
  }
  // `i + 1` of an integer is one, whatever its type says.
  const type = last.type.kind === "number" ? numberType : integerType;
  const index = freshVar(r.ids, counter?.name ?? "k", type);
  const condition = freshVar(r.ids, null, booleanType);
  const next = trip.builder.apply(step > 0 ? "-" : "+", [index, literalVar(r.ids, Math.abs(step))], type);
  r.reversedLoops.push({ forward: loop, trip, index, counter, first, step, trips, countdown });
  b.emit({
    kind: "loop",
    origin,
    form: "reverse",
    params: [index, ...renewals.map((n) => n.behind)],
    inits: [last, ...renewals.map((n) => loop.outs[n.index]!)],
    condition,
    head: { instructions: [{ kind: "apply", origin, op: step > 0 ? ">=" : "<=", args: [index, first], out: condition }], yields: [], dead: false },
    body: trip.block([next, ...renewals.map((n) => n.shadow)]),
    outs: [freshVar(r.ids, index.name, type), ...renewals.map((n) => freshVar(r.ids, n.behind.name, n.behind.type))],
  });
}
