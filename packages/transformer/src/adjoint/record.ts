import { bug } from "../diagnostics/bug.ts";
import { boundOf, isInteger } from "../analysis/loops.ts";
import { Builder, booleanType, freshVar, integerType, literalVar, numberType } from "../ir/build.ts";
import type { Instruction, Loop, TapeType, Type, Var } from "../ir/ir.ts";
import { definitions } from "../ir/visit.ts";
import { leaves } from "./reverse.ts";
import { behindStops } from "./stopping.ts";
import type { Rereads } from "../analysis/rereads.ts";
import type { Layout, List } from "./layout.ts";
import { chain, holderIndex, listOfBlock } from "./layout.ts";
import type { Scope } from "./scope.ts";
import { nestedTape, tripsOf } from "./nestedTape.ts";
import type { ReversedLoop, ReverseState } from "./state.ts";
import { originalOf } from "./state.ts";

/** What stands for a Var in a Block, or null if nothing does there. */
export type StandIn = (v: Var, at: List) => Var | null;

export interface RecordedValue {
  readonly out: Var;
  readonly instructions: readonly Instruction[];
  readonly depth: number;
  /** The tape belongs to a trip, the next one uses it again. */
  readonly inTrip: boolean;
  readonly loop: Loop;
  /** Recalls what another trip recorded, by its index; null if the tape is read in order only. */
  readonly recallAt: ((index: Var, b: Builder) => Var) | null;
}

/**
 * Puts `v` on a tape where it is defined and returns the recall for the top of its scope in the reverse sweep.
 *
 * A loop whose number of trips is known before it gets a tape of that length, one entry a trip, addressed by the trip; any other a growing one,
 * addressed by the trip too where the user counts them, else pushed and popped. `loops`: those between the tape and the value, innermost first.
 */
export function record(r: ReverseState, layout: Layout, v: Var, between: readonly Loop[], scope: Scope, standIn: StandIn): RecordedValue {
  // What every trip of a loop finds the same has one entry for all of them, if entries are addressed.
  const varying = r.rereads && !r.original.has(v) ? varyingIn(r, r.rereads, v, between) : between;
  return (varying.length > 0 && varying.length < between.length ? recordAcross(r, layout, v, varying, true, scope, standIn) : null)
    ?? recordAcross(r, layout, v, between, false, scope, standIn) ?? bug("a value that cannot be recorded");
}

function varyingIn(r: ReverseState, rereads: Rereads, v: Var, loops: readonly Loop[]): readonly Loop[] {
  const varying: Loop[] = [], counters: Var[] = [];
  for (const l of loops) {
    if (l.params[0] && rereads.isSteady(v, l.params[0], counters)) continue;
    varying.push(l);
    const reversed = r.reversedLoops.find((known) => known.forward.body.instructions === l.body.instructions),
      counter = reversed?.counter ?? reversed?.countdown?.param;
    if (counter) counters.push(counter);
  }
  return varying;
}

/** Null where entries would have to be pushed and may not be. */
function recordAcross(
  r: ReverseState,
  layout: Layout,
  v: Var,
  loops: readonly Loop[],
  addressed: boolean,
  scope: Scope,
  standIn: StandIn,
): RecordedValue | null {
  const loop = loops.at(-1) ?? bug("nothing to record across");
  const home = layout.listOf.get(v)!;
  const origin = layout.instructionOf.get(v)!.origin;
  // The tape stands before the outermost construct that the reverse does not share.
  const meeting = chain(layout, home).find((l) => chain(layout, scope.instructions).includes(l))!;
  const path = chain(layout, home);
  const outer = path[path.indexOf(meeting) - 1]!;
  const at = holderIndex(meeting, outer);

  const around = chain(layout, scope.instructions);
  const reversedOf = (l: Loop): ReversedLoop | undefined =>
    r.reversedLoops.find((known) => known.forward.body.instructions === l.body.instructions && around.includes(known.trip.instructions));
  const reversed = reversedOf(loop) ?? bug("a tape without a reversed loop");
  const length = loops.length === 1 ? tapeLength(r, loop, reversed, (u) => standIn(u, meeting)) : null;
  const isNumber = v.type.kind === "number" || v.type.kind === "integer" || v.type.kind === "boolean";
  const indexed = length !== null && isNumber;
  const note = loop.params.includes(v) ? `${v.name ?? "value"} at the start of each trip` : v.name ? `${v.name} of each trip` : null;
  const tapeName = v.name ? `${v.name}_` : "tape";
  const sizes = new Builder(r.ids, { ...loop.origin, statement: null });
  const nested = loops.length > 1 && isNumber ? nestedTape(r, layout, home, loops, loops.map(reversedOf), (u) => standIn(u, meeting), sizes) : null;
  if (addressed && !indexed && !nested) return null;
  const element = indexed || nested ? numberType : v.type;
  // Each end of the function that reverses the loop recalls it from the same tape: only one of them is reached.
  const shared = r.tapes.get(v)?.find((t) => t.declaredIn === meeting && t.depth === loops.length && t.indexed === (indexed || nested !== null));
  const tape = shared?.tape ?? freshVar(r.ids, tapeName, { kind: "tape", element } satisfies TapeType);
  if (!shared) r.tapes.set(v, [...(r.tapes.get(v) ?? []), { declaredIn: meeting, tape, depth: loops.length, indexed: indexed || nested !== null }]);

  const before: Instruction[] = [];
  const forward = new Builder(r.ids, origin),
    backward = new Builder(r.ids, origin);
  let out: Var,
    recallAt: RecordedValue["recallAt"] = null;
  if (indexed || nested) {
    const plain = nested ? nested.isShort : length?.plain === true,
      either = nested !== null && !plain && r.rereads !== null; // the record of a half says what its tapes are
    const size =
      nested && either
        ? sizes.apply("Math.max", [sizes.literal(0), nested.length], integerType, { free: true, name: "entries" })
        : (nested?.length ?? length?.value ?? null);
    before.push(...(nested ? sizes.instructions : (length?.instructions ?? [])), {
      kind: "tape",
      origin,
      tape,
      length: size,
      ...(plain ? { plain: true } : {}),
      ...(either ? { either: true } : {}),
      note,
    });
    const known = (): TapeLength => length ?? bug("a tape with neither length");
    const index = (b: Builder, reverse: boolean): Var => (nested ? nested.index(b, reverse) : reverse ? known().place(reversed.index, b) : known().here(b));
    const value = v.type.kind === "boolean" ? forward.derive("?:", [v, literalVar(r.ids, 1), literalVar(r.ids, 0)]) : v;
    forward.emit({ kind: "tapeRecord", origin, tape, index: index(forward, false), value });
    const boolean = v.type.kind === "boolean";
    const entry = (place: Var, b: Builder, name: string | null): Var => recallFrom(tape, place, b, name, boolean ? numberType : v.type);
    if (!boolean && !nested && !addressed) recallAt = (trip, b) => entry(known().place(trip, b), b, null);
    out = entry(index(backward, true), backward, boolean ? null : v.name);
    if (boolean) out = backward.apply("===", [out, literalVar(r.ids, 1)], booleanType, { name: v.name });
  } else {
    before.push({ kind: "tape", origin, tape, length: null, note });
    // Every trip that comes this far has stored before: the entry is the next one, or one of an earlier run of the loop.
    const counter = loops.length === 1 && home === listOfBlock(loop.body) ? tripNumber(r, reversed, v) : null;
    forward.emit({ kind: "tapeRecord", origin, tape, index: counter, value: v });
    // One entry for every trip begun: the tape also tells the number of trips.
    const perTrip = loops.length === 1 && loop.params.includes(v) && reversed.counter === null && reversed.trips !== null;
    out = recallFrom(tape, perTrip || counter ? reversed.index : null, backward, v.name, v.type);
    if (counter && v.type.kind === "number") recallAt = (trip, b) => recallFrom(tape, trip, b, null, v.type);
    if (perTrip) r.tapesPerTrip.set(reversed, tape);
  }
  if (!shared) {
    insertAfterDefinition(r, home, v, forward.instructions);
    meeting.splice(at, 0, ...before);
  } else if (nested) meeting.splice(at, 0, ...sizes.instructions);
  const inTrip = chain(layout, meeting).some((l) => layout.places.get(l)?.role === "body");
  return { out, instructions: backward.instructions, depth: loops.length, inTrip, loop, recallAt };
}

function recallFrom(tape: Var, index: Var | null, b: Builder, name: string | null, type: Type): Var {
  const out = freshVar(b.ids, name, type);
  b.emit({ kind: "tapeRecall", origin: b.origin, tape, index, out });
  return out;
}

/** The user's counter of the trips, if it counts them from 0 and has not moved on where `v` is recorded. */
function tripNumber(r: ReverseState, { forward, counter, first, step }: ReversedLoop, v: Var): Var | null {
  if (!counter || step !== 1 || first.literal?.value !== 0) return null;
  const next = forward.body.yields[forward.params.indexOf(counter)], list = listOfBlock(forward.body);
  const place = (u: Var | undefined): number => list.findIndex((i) => u && definitions(i).includes(u));
  return next && place(next) > behindStops(r, list, place(v)) ? counter : null;
}

function insertAfterDefinition(r: ReverseState, home: List, v: Var, instructions: readonly Instruction[]): void {
  // A parameter of the loop: at the start of the trip.
  const at = behindStops(r, home, home.findIndex((i) => definitions(i).includes(v)));
  home.splice(at + 1, 0, ...instructions);
}

interface TapeLength {
  readonly value: Var;
  readonly instructions: readonly Instruction[];
  /** The place of the entry of the current trip, in the forward pass. */
  here(b: Builder): Var;
  /** The place of an entry, by the index of the reversed loop. */
  place(index: Var, b: Builder): Var;
  readonly plain: boolean;
}

/** Below this an ordinary array is made faster than a typed one (CODEGEN.md, rule 8), whatever the machine. */
const short = 256;

/**
 * What is known of a number of trips: it is the length of an ordinary array or of a typed one, give or take a literal; a number like any
 * other, which may be NaN; or one that is small or large for certain.
 */
function kindOfLength(r: ReverseState, v: Var): "ordinary" | "typed" | "number" {
  const base = withoutOffset(r, v), constant = base.literal?.value;
  if (typeof constant === "number") return constant <= short ? "ordinary" : "typed";
  const d = r.defs.instruction.get(base);
  if (d?.kind === "length") return isPlain(d.ref) ? "ordinary" : "typed";
  for (const i of r.defs.instruction.values()) {
    if (i.kind === "allocate" && !isPlain(i.out) && withoutOffset(r, i.length) === base) return "typed";
  }
  return "number";
}

function withoutOffset(r: ReverseState, v: Var): Var {
  const d = r.defs.instruction.get(originalOf(r, v));
  return d?.kind === "apply" && (d.op === "+" || d.op === "-") && d.args[1]?.literal !== undefined ? withoutOffset(r, d.args[0]!) : originalOf(r, v);
}

const isPlain = ({ type }: Var): boolean => type.kind === "tuple" || (type.kind === "array" && type.constructorName === "Array");

/** The number of trips of a loop, if it is known where the tape is declared. */
function tapeLength(r: ReverseState, loop: Loop, { countdown }: ReversedLoop, visible: (v: Var) => Var | null): TapeLength | null {
  if (leaves(loop)) return null;
  const b = new Builder(r.ids, { ...loop.origin, statement: null });
  if (countdown) {
    const start = visible(countdown.init), kind = kindOfLength(r, countdown.init);
    if (!start) return null;
    return {
      ...entries(kind, tripsOf(countdown, start, b), true, b),
      here: (at) => at.derive("-", [start, countdown.param], integerType), place: (index) => index,
    };
  }
  const bound = boundOf(loop, r.defs, (ref) => !r.memory.nodeOf(originalOf(r, ref)).lengthWritten);
  // Downwards only to a literal: then the entries are addressed by the counter itself.
  if (!bound || (bound.down && typeof bound.limit.literal?.value !== "number")) return null;
  const { induction, inHead, inclusive } = bound;
  const from = (first: Var): Pick<TapeLength, "here" | "place"> => {
    const place = (index: Var, at: Builder): Var => (first.literal?.value === 0 ? index : at.apply("-", [index, first], integerType));
    return { place, here: (at) => place(induction.param, at) };
  };
  if (bound.down) {
    const init = visible(induction.init);
    const least = Number(bound.limit.literal?.value) + (inclusive ? 0 : 1);
    if (!init || !Number.isInteger(least)) return null;
    const count = least === 1 ? init : b.derive(least > 0 ? "-" : "+", [init, literalVar(r.ids, Math.abs(least - 1))], integerType);
    return { ...entries(kindOfLength(r, induction.init), count, true, b), ...from(literalVar(r.ids, least)) };
  }
  const whole = isInteger(originalOf(r, bound.limit), r.defs);
  const seen = visible(inHead?.kind === "length" ? inHead.ref : bound.limit), init = visible(induction.init);
  if (!seen || !init) return null;
  let value = seen;
  if (inHead?.kind === "length") {
    value = freshVar(r.ids, null, integerType);
    b.emit({ kind: "length", origin: loop.origin, ref: seen, out: value });
  }
  const fromZero = induction.init.literal?.value === 0;
  const kind = inHead?.kind === "length" ? (isPlain(inHead.ref) ? "ordinary" : "typed") : kindOfLength(r, bound.limit);
  if (fromZero && !inclusive && inHead) return { value, instructions: b.instructions, plain: kind === "ordinary", ...from(induction.init) };
  if (inclusive) value = b.derive("+", [value, literalVar(r.ids, 1)], whole ? integerType : numberType);
  if (!fromZero) value = b.derive("-", [value, init], whole ? integerType : numberType);
  return { ...entries(kind, value, whole, b), ...from(induction.init) };
}

/**
 * As many entries as there are trips, `count` if that is positive. A tape is typed where it is about as long as a typed array that the
 * user has, or long for certain: others are mostly short, and then ordinary arrays are made much faster. Those must not be given NaN for a length.
 */
function entries(kind: "ordinary" | "typed" | "number", computed: Var, whole: boolean, b: Builder): Pick<TapeLength, "value" | "instructions" | "plain"> {
  const zero = b.literal(0);
  let count = computed;
  const last = b.instructions.at(-1);
  if (kind === "number" && last?.kind === "apply" && last.out === count) {
    count = freshVar(b.ids, "trips", count.type); // asked for twice
    b.instructions[b.instructions.length - 1] = { ...last, out: count };
  }
  const value = (): Var => (whole ? count : b.derive("Math.ceil", [count], integerType));
  if (kind !== "number" || count.literal)
    return { value: b.derive("Math.max", [zero, value()], integerType), instructions: b.instructions, plain: kind === "ordinary" };
  const isPositive = b.derive(">", [count, zero], booleanType);
  return { value: b.apply("?:", [isPositive, value(), zero], integerType, { free: true, name: "trips" }), instructions: b.instructions, plain: true };
}
