import type { Activity, RuleOf } from "../analysis/activity.ts";
import { isWritten, type Aliases, type MemoryNode } from "../analysis/aliases.ts";
import type { Rereads } from "../analysis/rereads.ts";
import type { Countdown, Definitions } from "../analysis/loops.ts";
import { bug } from "../diagnostics/bug.ts";
import type { Ids } from "../ir/build.ts";
import { adjointType, freshAccumulator, freshVar, matrixType } from "../ir/build.ts";
import type { Instruction, Label, Loop, Var } from "../ir/ir.ts";
import { definitions } from "../ir/visit.ts";
import type { Halves } from "./halves.ts";
import type { Scope } from "./scope.ts";
import type { Sharing } from "./sharing.ts";
import type { Shadows } from "./shadows.ts";
import type { Structure } from "./structure.ts";
import type { Snapshots } from "./outsideRule.ts";
import type { PieceCopies } from "./pieces.ts";
import type { Stack } from "./stack.ts";
import { shadowName } from "./shadows.ts";

/** A reverse loop made for a forward loop: what `resolve` needs to bring values from trip to trip. */
export interface ReversedLoop {
  readonly forward: Loop;
  readonly trip: Scope;
  /** The index of the trip being reversed, from 0; or the value of `counter` in it. */
  readonly index: Var;
  /** The induction parameter whose values `index` takes, if any. */
  readonly counter: Var | null;
  /** What `index` is in the first trip, and by how much it grows from trip to trip. */
  readonly first: Var;
  readonly step: number;
  /** Stands for the number of trips, until resolve knows how to say it; null if the bounds are already written. */
  readonly trips: Var | null;
  /** `index` counts the trips of a loop that counts down: the user's counter is its start minus `index`. */
  readonly countdown: Countdown | null;
}

/** Loops by their first parameter, which is the same Var in every form of the loop. */
export type Reexecuted = ReadonlySet<Var>;

/** What the reverse sweep knows while it is made. */
export interface ReverseState {
  readonly ids: Ids;
  readonly active: Activity;
  readonly memory: Aliases;
  readonly ruleOf: RuleOf;
  readonly defs: Definitions;
  readonly shadows: Shadows;
  /** Copies made for re-execution → what they copy: facts hold for both. */
  readonly original: Map<Var, Var>;
  /** The same for writes, which define no Var to know them by. */
  readonly originalWrite: Map<Instruction, Instruction>;
  /** Parameters that may be absent. */
  readonly optionalInputs: ReadonlySet<Var>;
  /** Accumulation links → the out of the outermost loop, and the adjoint that all of them share. */
  readonly links: ReadonlyMap<Var, Var>;
  readonly linkValues: Map<Var, Var | null>;
  /** The scope in which the adjoint of a Var is declared. */
  readonly homes: Map<Var, Scope>;
  /** The scopes in which a Var can be had again: the reverse of its Block, once for each end of the function that reverses it. */
  readonly recallScopes: Map<Var, Scope[]>;
  readonly outsOf: Map<Label, readonly Var[]>;
  /** The scope that holds the reverse of a block: where its outs can be had again. */
  readonly blockScopes: Map<Label, Scope>;
  readonly accumulators: Map<Var, AccumulatorFacts>;
  readonly reversedLoops: ReversedLoop[];
  /** Growing tapes with one entry for each trip begun. */
  readonly tapesPerTrip: Map<ReversedLoop, Var>;
  /** What a block gives at its end, if that is reached. */
  readonly yieldsOf: Map<Label, readonly Var[]>;
  /** Blocks left by loops of which only whole trips are reversed (stopping.ts), and the conditions on which a trip is left at its end. */
  readonly stops: Set<Label>;
  readonly wholeTrips: Set<Var>;
  /** The tapes of a value, by the list in which they are declared: the ends of the function share them. */
  readonly tapes: Map<Var, { readonly declaredIn: readonly Instruction[]; readonly tape: Var; readonly depth: number; readonly indexed: boolean }[]>;
  /** Marks asked for: per block, a Var that tells whether it was left by an exit. */
  readonly leftMarks: Map<Label, Var>;
  /** Loops whose trips are executed again in reverse. */
  readonly reexecuted: Reexecuted;
  readonly halves: Halves;
  readonly structure: Structure;
  /** Elements that are compared with `undefined` or `null`, or may be by their type: they may lie outside their array. */
  readonly mayBeMissing: ReadonlySet<Var>;
  readonly sharing: Sharing;
  readonly snapshots: Snapshots;
  readonly pieceCopies: PieceCopies;
  /** The tape that the activations of flat halves share. */
  readonly tape: Var;
  /** In a flat half: what goes on that tape. */
  readonly stack: Stack | null;
  /** Literals whose elements have their adjoints already, and that nothing else leads to. */
  readonly seeded: Set<Var>;
  /** Memory whose overwritten numbers the reverse sweep puts back, and by a write the number that was there before. */
  readonly restored: ReadonlySet<MemoryNode>;
  readonly valueBefore: Map<Instruction, Var>;
  /** What can be read again although the memory is written; null in halves, where the caller goes on before the reverse. */
  readonly rereads: Rereads | null;
}

interface AccumulatorFacts { readonly init: Var | null; adds: number; carried: boolean }

export const originalOf = (r: ReverseState, v: Var): Var => r.original.get(v) ?? v;
export const isActive = (r: ReverseState, v: Var): boolean => !v.literal && r.active.isActive(originalOf(r, v));

/** Says that `v` can be had again in a scope. */
export function recallIn(r: ReverseState, v: Var, scope: Scope): void {
  const scopes = r.recallScopes.get(v);
  if (!scopes) r.recallScopes.set(v, [scope]);
  else if (!scopes.includes(scope)) scopes.push(scope);
}

/** Says that the adjoints of what an instruction defines are declared in a scope, and that its values can be recalled there. */
export function own(r: ReverseState, i: Instruction, scope: Scope): void {
  for (const v of definitions(i)) { r.homes.set(v, scope); recallIn(r, v, scope); }
  if (i.kind === "block") { r.outsOf.set(i.label, i.outs); r.yieldsOf.set(i.label, i.body.yields); r.blockScopes.set(i.label, scope); }
}

/** The scope whose accumulators hold the adjoint of `v`, seen from `scope`. */
function holder(r: ReverseState, scope: Scope, v: Var): Scope {
  const home = r.homes.get(v) ?? bug(`no home for the adjoint of ${v.name ?? "a temporary"} (${v.id})`);
  let captured = home;
  for (let s: Scope | null = scope; s !== home; s = s.parent) {
    if (!s) return bug(`adjoint of ${v.name ?? "a temporary"} (${v.id}) contributed outside its scope`);
    if (s.capturesFor === home) captured = s;
  }
  return captured;
}

/** `dv += value`, at the end of `scope`; declares `dv` in its home if this is the first contribution. */
export function contribute(r: ReverseState, scope: Scope, v: Var, value: Var): void {
  if (!isActive(r, v) || r.links.has(originalOf(r, v))) return;
  if (value.literal?.value === 0) return;
  const at = holder(r, scope, v);
  const known = at.adjoints.get(v);
  const origin = scope.builder.origin;
  if (known) {
    r.accumulators.get(known)!.adds++;
    scope.builder.emit({ kind: "add", origin, accumulator: known, value });
  } else if (at === scope) {
    declare(r, at, v, value);
  } else if (!addToMemory(r, scope, at, v, value)) {
    const accumulator = declare(r, at, v, null);
    r.accumulators.get(accumulator)!.adds++;
    scope.builder.emit({ kind: "add", origin, accumulator, value });
  }
}

/**
 * The first contribution to an element that was read comes from a branch: it goes to the element's shadow directly, so that where the
 * branch is not taken nothing is added (the index may lie past the end there). Not from a nested loop, where a local sum is faster.
 */
function addToMemory(r: ReverseState, scope: Scope, home: Scope, v: Var, value: Var): boolean {
  const i = r.defs.instruction.get(v);
  if (i?.kind !== "read" || isWritten(r.memory.nodeOf(originalOf(r, i.ref)), i.key)) return false;
  const shadow = r.shadows.of(i.ref);
  if (!shadow) return false;
  for (let s: Scope | null = scope; s && s !== home; s = s.parent) if (s.isTrip) return false;
  scope.builder.emit({ kind: "addTo", origin: scope.builder.origin, ref: shadow, key: i.key, value });
  return true;
}

/** Declares the accumulator of `v` at the end of a scope. */
export function declare(r: ReverseState, scope: Scope, v: Var, init: Var | null): Var {
  const accumulator = freshAccumulator(r.ids, shadowName(v.name), adjointType(v.type));
  scope.adjoints.set(v, accumulator);
  r.accumulators.set(accumulator, { init, adds: 0, carried: false });
  scope.builder.emit({ kind: "declare", origin: scope.builder.origin, accumulator, init, ...(init === null && matrixType(v.type) ? { like: v } : {}) });
  return accumulator;
}

/** The adjoint of `v` as a value at the end of `scope`, or null if nothing was contributed: it is zero. */
export function adjointOf(r: ReverseState, scope: Scope, v: Var): Var | null {
  if (!isActive(r, v)) return null;
  const root = r.links.get(originalOf(r, v));
  if (root) return r.linkValues.get(root) ?? null;
  const home = r.homes.get(v);
  const accumulator = home?.adjoints.get(v);
  if (!accumulator) return null;
  const facts = r.accumulators.get(accumulator)!;
  // Complete with its first contribution: a temporary needs no name for it.
  if (facts.adds === 0 && !facts.carried && facts.init && (facts.init.literal || v.name === null)) return facts.init;
  const out = freshVar(r.ids, null, accumulator.type);
  scope.builder.emit({ kind: "get", origin: scope.builder.origin, accumulator, out });
  return out;
}
