import { bug } from "../diagnostics/bug.ts";
import { Builder, freshVar, integerType } from "../ir/build.ts";
import type { Block, Instruction, Loop, Var } from "../ir/ir.ts";
import { operands, renameInstruction } from "../ir/visit.ts";
import { inductions } from "../analysis/loops.ts";
import type { Layout, List } from "./layout.ts";
import { chain, eachUseIn, isVisible, layoutOf, listOfBlock, replaceUses } from "./layout.ts";
import { withoutGate } from "./gates.ts";
import { addLeftMarks, leavesWith, lift, type Carrier } from "./lift.ts";
import type { Scope } from "./scope.ts";
import type { ReversedLoop, ReverseState } from "./state.ts";
import { originalOf, recallIn } from "./state.ts";
import { isReadAgain, keptBy, keptCost, recomputeCost, recordPrice, recomputeLimit, writtenBefore } from "./recompute.ts";
import { record, type RecordedValue } from "./record.ts";
import { canReexecute } from "./fuse.ts";
import { countTrips } from "./countTrips.ts";
import { afterTripBefore, carry, indexBefore, inTripBefore, parameterBefore, reversedLoopAt } from "./neighbours.ts";
import { leaves } from "./reverse.ts";

/** What was recorded, for the report and for the choice of loops to execute again. */
export interface Recorded {
  readonly name: string;
  /** In the primal. */
  readonly value: Var;
  readonly loop: Loop;
  /** Loops between the tape's declaration and the record. */
  readonly depth: number;
  /** The tape is one of a trip. */
  readonly inTrip: boolean;
  /** The loop could be executed again instead. */
  readonly repeatable: boolean;
}

/**
 * Makes every forward value that the reverse sweep uses visible where it is used: the one place where it is decided whether a value is
 * seen, computed again or recorded.
 *
 * Requires  a gradient whose reverse names forward Vars freely, wherever they were defined; recall scopes for those inside loops.
 * Ensures   every use is visible. Nothing impure is computed again; each tape is recorded where its value is defined.
 * Method    a use outside the branches that define it gets the value lifted out of them. A use outside the loop that defines it gets,
 *           at the top of the reversed trip, the counter, a recomputation of at most a few cheap operations, or a recall.
 */
export function resolve(r: ReverseState, body: Block): readonly Recorded[] {
  const list = listOfBlock(body);
  addLeftMarks(list, r.ids, r.leftMarks);
  const recorded: Recorded[] = [];
  const resolver = new Resolver(r, list, body, recorded);
  for (let round = 0; ; round++) {
    if (round > 50) bug("values of the reverse sweep do not settle");
    if (!resolver.step() || r.stack?.fits === false) break;
  }
  return recorded;
}

const isObject = ({ type }: Var): boolean => type.kind === "array" || type.kind === "record" || type.kind === "tuple";

/** What costs more than this to compute again is rather carried from the trip that was reversed before. */
const carryPrice = 3;

/** Pending insertions at the top of scopes, in the order in which they were asked for. */
type Preludes = Map<Scope, Instruction[]>;

class Resolver {
  private layout: Layout;
  private lifted = new Map<Var, Var>();
  /** What earlier rounds lifted, with where it stands for the value. */
  private readonly carriers = new Map<Var, readonly Carrier[]>();
  /** By Var and scope of recall. */
  private obtained = new Map<Var, Map<Scope, Var>>();
  private preludes: Preludes = new Map();
  private readonly loopOfBody = new Map<List, Loop>();
  /** Uses of this round that are not visible. */
  private far = new Map<Var, List[]>();
  /** What is carried from trip to trip in reverse: two that change places cannot both be. */
  private readonly carried = new Set<Var>();
  /** Parameters on tapes that can be read in any order. */
  private readonly recallAt = new Map<Var, Map<Scope, NonNullable<RecordedValue["recallAt"]>>>();

  /**
   * What was popped from tapes at the top of scopes, in any round: an entry can be popped once only. It stands in front of all that is computed in
   * the scope, so later rounds find it.
   */
  private readonly popped = new Map<Scope, Map<Var, Var>>();

  private readonly r: ReverseState;
  private readonly list: List;
  private readonly body: Block;
  private readonly recorded: Recorded[];

  constructor(r: ReverseState, list: List, body: Block, recorded: Recorded[]) {
    this.r = r;
    this.list = list;
    this.body = body;
    this.recorded = recorded;
    this.layout = layoutOf(body);
  }

  /** One round; false if nothing was left to do. */
  step(): boolean {
    this.layout = layoutOf(this.body);
    this.lifted = new Map();
    this.obtained = new Map();
    this.preludes = new Map();
    this.loopOfBody.clear();
    const collect = (l: List): void => {
      for (const i of l) {
        if (i.kind === "loop") { this.loopOfBody.set(listOfBlock(i.body), i); collect(listOfBlock(i.head)); collect(listOfBlock(i.body)); }
        else if (i.kind === "if") { collect(listOfBlock(i.then)); collect(listOfBlock(i.else)); }
        else if (i.kind === "block") collect(listOfBlock(i.body));
      }
    };
    collect(this.list);

    const far = this.far = new Map<Var, List[]>();
    eachUseIn(this.list, (v, at) => {
      if (isVisible(this.layout, v, at)) return;
      const uses = far.get(v);
      if (uses) uses.push(at); else far.set(v, [at]);
    });
    if (far.size === 0) return countTrips(this.r, this.list, this.layout);

    const acrossLoops: { v: Var; at: List }[] = [], lifted: { v: Var; to: List; uses: readonly List[] }[] = [];
    for (const [v, uses] of far) {
      const to = this.meeting(v, uses);
      if (this.isApart(v, to)) for (const at of uses) acrossLoops.push({ v, at });
      else lifted.push({ v, to, uses });
    }
    // In program order, so that a value is decided after those it may be computed from.
    acrossLoops.sort((p, q) => p.v.id - q.v.id);
    // What cannot be computed again is recorded first: the rest may then be computed from it.
    for (const { v, at } of acrossLoops) if (this.intrinsic(v, at) === Infinity) this.obtain(v, at);
    for (const { v, at } of acrossLoops) this.obtain(v, at);
    for (const { v, to, uses } of lifted) {
      if (v.name === null && uses.every((at) => this.scopeFor(v, at)?.isOpen === false) && recomputeCost(this.r, this.layout, v, () => 0, 1) <= 2) {
        for (const at of uses) this.obtain(v, at);
        continue;
      }
      this.lifted.set(v, this.liftOnce(v, to));
    }

    const old = this.layout;
    replaceUses(this.list, (v, at) => (isVisible(old, v, at) ? v : this.lifted.get(v) ?? this.known(v, at) ?? v));
    for (const [scope, instructions] of this.preludes) {
      scope.instructions.splice(this.r.stack?.end(scope) ?? beginning(scope) + (this.popped.get(scope)?.size ?? 0), 0, ...instructions);
    }
    return true;
  }

  private liftOnce(v: Var, to: List): Var {
    const known = this.carriers.get(v)?.find((c) => c.list === to);
    if (known) return known.value;
    const carriers = lift(this.layout, this.r.ids, v, this.layout.listOf.get(v)!, to);
    for (const { value } of carriers) if (value !== v) for (const scope of this.r.recallScopes.get(v) ?? []) recallIn(this.r, value, scope);
    this.carriers.set(v, [...carriers, ...(this.carriers.get(v) ?? [])]);
    return carriers.find((c) => c.list === to)!.value;
  }

  /** The innermost Block around the definition and all the uses. */
  private meeting(v: Var, uses: readonly List[]): List {
    const path = chain(this.layout, this.layout.listOf.get(v)!);
    return path.find((l) => uses.every((u) => chain(this.layout, u).includes(l))) ?? this.list;
  }

  /** The bodies of the loops around the definition of `v`, inside `to`, innermost first. */
  private loopsBetween(v: Var, to: List): readonly List[] {
    const found: List[] = [];
    for (let l = this.layout.listOf.get(v)!; l !== to; l = this.layout.places.get(l)!.parent) {
      if (this.layout.places.get(l)?.role === "body") found.push(l);
    }
    return found;
  }

  /** Whether outs cannot bring a value to a Block: the Block holds the two halves of a function, or loops are between that control does not leave with it. */
  private isApart(v: Var, to: List): boolean {
    if (this.r.stack !== null && to === this.list) return true;
    const crossed = this.loopsBetween(v, to).at(-1);
    return crossed !== undefined && !leavesWith(this.layout, v, crossed);
  }

  private intrinsic(v: Var, at: List): number {
    if (this.induction(v, at)) return 0;
    return recomputeCost(this.r, this.layout, v, () => 0, 1);
  }

  /** The reversed loop whose forward loop has `v` as a stepping parameter: `v` is `init + step · (index − first)`. */
  private induction(v: Var, at: List): { loop: ReversedLoop; init: Var; step: number; first: Var | null } | null {
    const around = chain(this.layout, at);
    const loop = this.r.reversedLoops.find((l) => l.forward.params.includes(v) && around.includes(l.trip.instructions));
    if (!loop) return null;
    if (loop.counter === v) return { loop, init: v, step: 1, first: null };
    if (loop.countdown?.param === v) return { loop, init: loop.countdown.init, step: -1, first: null };
    const stepping = inductions(loop.forward, this.r.defs), found = stepping.find((i) => i.param === v);
    if (!found) return null;
    if (!loop.counter) return { loop, init: found.init, step: found.step, first: null };
    const base = stepping.find((i) => i.param === loop.counter);
    if (base?.step !== 1 && base?.step !== -1) return null;
    if (base.init.literal?.value === 0) return { loop, init: found.init, step: found.step * base.step, first: null };
    return base.init.literal || isVisible(this.layout, base.init, at) ? { loop, init: found.init, step: found.step * base.step, first: base.init } : null;
  }

  /** Whether a use in the scope of the recall would see `v` as it is. */
  private seen(v: Var, scope: Scope): boolean { return isVisible(this.layout, v, scope.instructions); }

  private prelude(scope: Scope): Instruction[] {
    let p = this.preludes.get(scope);
    if (!p) { p = []; this.preludes.set(scope, p); }
    return p;
  }

  /** The innermost scope around a Block in which `v` can be had again. */
  private scopeFor(v: Var, at: List): Scope | undefined {
    const around = chain(this.layout, at);
    let found: Scope | undefined, depth = Infinity;
    for (const scope of this.r.recallScopes.get(v) ?? []) {
      const n = around.indexOf(scope.instructions);
      if (n >= 0 && n < depth) { found = scope; depth = n; }
    }
    return found;
  }

  /** What stands for `v` in the scope around a Block, if it has been made. */
  private known(v: Var, at: List): Var | undefined {
    const scope = this.scopeFor(v, at);
    return scope && this.obtained.get(v)?.get(scope);
  }

  /** A Var with the value of `v`, visible in a Block. */
  private obtain(v: Var, at: List): Var {
    const scope = this.scopeFor(v, at);
    if (!scope) return bug(`${v.name ?? "a temporary"} (${v.id}) cannot be recalled`);
    let made = this.obtained.get(v)?.get(scope);
    if (made) return made;
    made = this.make(v, scope);
    let byScope = this.obtained.get(v);
    if (!byScope) { byScope = new Map(); this.obtained.set(v, byScope); }
    byScope.set(scope, made);
    return made;
  }

  private make(v: Var, scope: Scope): Var {
    const stepping = this.induction(v, scope.instructions);
    if (stepping) {
      const { loop, init, step, first } = stepping;
      if (loop.counter === v) return loop.index;
      const b = new Builder(this.r.ids, loop.forward.origin);
      const trips = first ? b.apply("-", [loop.index, first], integerType) : loop.index;
      const offset = step === 1 || step === -1 ? trips : b.apply("*", [b.literal(step), trips], v.type);
      const start = this.argument(init, scope);
      const value = start.literal?.value === 0 && step !== -1 ? offset : b.apply(step === -1 ? "-" : "+", [start, offset], v.type, { name: v.name });
      this.prelude(scope).push(...b.instructions);
      return value;
    }
    const price = (u: Var): number | null => this.price(u, scope);
    const cost = recomputeCost(this.r, this.layout, v, price, 6);
    const write = keptBy(this.r, this.layout, v);
    const kept = write ? keptCost(write, price, (u) => recomputeCost(this.r, this.layout, u, price, 6)) : Infinity;
    if (write && kept <= recomputeLimit && kept <= cost) {
      const out = freshVar(this.r.ids, v.name, v.type);
      const key = typeof write.key === "string" ? write.key : this.argument(write.key, scope);
      this.prelude(scope).push({ kind: "read", origin: write.origin, ref: this.argument(write.ref, scope), key, out });
      return out;
    }
    const written = cost <= recomputeLimit ? this.written(v) : null;
    if (written) return this.argument(written, scope);
    const beside = this.fromTripBeside(v, scope, cost);
    if (beside) return beside;
    if (cost <= recomputeLimit) {
      const i = this.layout.instructionOf.get(v)!;
      const args = new Map(operands(i).map((o) => [o, this.argument(o, scope)] as const));
      // `i + 1` is the next `i` in the forward pass only.
      const isNext = this.r.reversedLoops.some((l) => l.counter !== null && l.forward.body.yields[l.forward.params.indexOf(l.counter)] === v);
      const out = freshVar(this.r.ids, isNext ? null : v.name, v.type);
      const again = renameInstruction(i, { use: (o) => args.get(o) ?? o, define: () => out, label: (l) => l });
      this.prelude(scope).push(withoutGate(again));
      return out;
    }
    const meeting = this.meeting(v, [scope.instructions]);
    const loops = this.loopsBetween(v, meeting).map((l) => this.loopOfBody.get(l)!);
    if (this.r.stack && meeting === this.list) {
      const loop = loops.at(-1);
      if (loop)
        this.recorded.push({
          name: v.name ?? "a temporary",
          value: originalOf(this.r, v),
          loop,
          depth: loops.length,
          inTrip: false,
          repeatable: canReexecute(this.r, loop),
        });
      return this.r.stack.keep(this.layout, v, scope);
    }
    const earlier = this.popped.get(scope)?.get(v);
    if (earlier) return earlier;
    const { out, instructions, depth, inTrip, loop, recallAt } = record(this.r, this.layout, v, loops, scope, (u, at) => this.standIn(u, at));
    const [only, ...more] = instructions;
    if (only?.kind === "tapeRecall" && only.index === null && more.length === 0) {
      scope.instructions.splice(beginning(scope) + (this.popped.get(scope)?.size ?? 0), 0, only);
      this.popped.set(scope, (this.popped.get(scope) ?? new Map<Var, Var>()).set(v, out));
    } else this.prelude(scope).push(...instructions);
    if (recallAt) this.recallAt.set(v, (this.recallAt.get(v) ?? new Map()).set(scope, recallAt));
    this.recorded.push({ name: v.name ?? "a temporary", value: originalOf(this.r, v), loop, depth, inTrip, repeatable: canReexecute(this.r, loop) });
    return out;
  }

  /** The value that stands for one that memory has no longer: what was written to its place. */
  private written(v: Var): Var | null {
    const i = this.layout.instructionOf.get(v);
    return i?.kind === "read" && !isReadAgain(this.r, i) ? writtenBefore(this.r, v) : null;
  }

  /** A value that the reversed trip has from the one reversed before it, or can read where the forward trip before left it. */
  private fromTripBeside(v: Var, scope: Scope, cost: number): Var | null {
    if (v.type.kind !== "number" && v.type.kind !== "matrix" && !isObject(v)) return null;
    const around = scope.parent?.instructions;
    const atHand = (u: Var): boolean =>
      u.literal !== undefined || (around !== undefined && (isVisible(this.layout, u, around) || !this.isApart(u, this.meeting(u, [around]))));
    const after = cost > carryPrice ? reversedLoopAt(this.r, scope, (l) => parameterBefore(l, v) !== null) : undefined;
    const before = after && parameterBefore(after.forward, v);
    if (
      after &&
      before &&
      after.forward.condition &&
      !leaves(after.forward) &&
      before.param.type.kind === v.type.kind &&
      atHand(before.out) &&
      this.isWanted(before.param, scope) &&
      !this.carried.has(before.param)
    ) {
      this.carried.add(v);
      return carry(this.r, this.layout, after, v.name, before.out, this.obtain(before.param, scope.instructions));
    }
    if (v.type.kind !== "number") return null;
    const reversed = reversedLoopAt(this.r, scope, (l) => l.params.includes(v));
    const n = reversed?.forward.params.indexOf(v) ?? -1;
    const next = reversed?.forward.body.yields[n], init = reversed?.forward.inits[n];
    if (!reversed || !next || next === v || !init || v.type.kind !== "number" || init.type.kind !== "number" || !atHand(init) || !atHand(reversed.first))
      return null;
    const b = new Builder(this.r.ids, reversed.forward.origin), inside = new Builder(this.r.ids, reversed.forward.origin);
    const index = indexBefore(inside, reversed);
    const recallAt = this.recallAt.get(next)?.get(scope);
    const made = recallAt ? { value: recallAt(index, inside), instructions: [] } : inTripBefore(this.r, this.layout, next, reversed, index, scope);
    if (!made || made.value.type.kind !== "number") return null;
    const out = afterTripBefore(b, v.name, reversed, reversed.first, init, { value: made.value, instructions: [...inside.instructions, ...made.instructions] });
    this.prelude(scope).push(...b.instructions);
    return out;
  }

  /** Whether a parameter is recalled at the top of its trip anyway. */
  private isWanted(param: Var, scope: Scope): boolean {
    return this.known(param, scope.instructions) !== undefined || (this.far.get(param)?.some((at) => this.scopeFor(param, at) === scope) ?? false);
  }

  /** What stands for `v` in a Block, if it is there already. */
  private standIn(v: Var, at: List): Var | null {
    if (isVisible(this.layout, v, at)) return v;
    const counter = this.r.reversedLoops.find((l) => l.counter === v && chain(this.layout, at).includes(l.trip.instructions));
    return counter && isVisible(this.layout, counter.index, at) ? counter.index : null;
  }

  private argument(v: Var, scope: Scope): Var {
    if (v.literal || this.seen(v, scope)) return v;
    // Out of branches but in the same trip: lifted in the next round.
    if (!this.isApart(v, this.meeting(v, [scope.instructions]))) return v;
    return this.obtain(v, scope.instructions);
  }

  /** What it costs to have `v` in a scope without recomputing it: null if it would have to be recomputed or recorded. */
  private price(v: Var, scope: Scope): number | null {
    if (v.literal || this.seen(v, scope) || this.known(v, scope.instructions)) return 0;
    if (!this.isApart(v, this.meeting(v, [scope.instructions]))) return 0;
    if (this.induction(v, scope.instructions)) return 1;
    return this.intrinsic(v, scope.instructions) === Infinity ? recordPrice : null;
  }
}

/** Where in a scope its headings end. */
const beginning = (scope: Scope): number => Math.max(scope.instructions.findIndex((i) => i.kind !== "heading"), 0);

export const isStable = (r: ReverseState, ref: Var): boolean => !r.memory.nodeOf(originalOf(r, ref)).written;
