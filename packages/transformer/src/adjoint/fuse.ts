import type { Block, Call, Instruction, Loop, Var } from "../ir/ir.ts";
import { freshVar, numberType } from "../ir/build.ts";
import { eachInstruction, isPure, nestedBlocks, operands, renameInstruction } from "../ir/visit.ts";
import { isReference, isWritten } from "../analysis/aliases.ts";
import { Scope } from "./scope.ts";
import { shadowName } from "./shadows.ts";
import type { ReverseState } from "./state.ts";
import { contribute, isActive, originalOf } from "./state.ts";
import { leaves } from "./reverse.ts";
import { openTrip } from "./openTrip.ts";
import type { Step } from "./open.ts";

/**
 * Runs the reverse of each trip directly behind its forward part, in the primal's own loop, if that is legal: nothing is recorded then.
 *
 * Legal iff the loop only accumulates (every active parameter is an accumulation link), the adjoints of its outs are known before it
 * (made from what is visible there), and nothing the trip reads is written outside the trip. The order of trips is free, because they
 * only add; the value keeps its bits, because accumulation stays in the primal's order.
 *
 * `later`: the forward steps behind the loop in the same sequence. Returns false and changes nothing if it is not legal.
 */
export function fuseLoop(r: ReverseState, loop: Loop, scope: Scope, later: readonly Step[]): boolean {
  const list = scope.instructions;
  const at = list.indexOf(loop);
  if (at < 0 || !loop.condition || loop.body.dead || leaves(loop) || !isRepeatable(r, loop, true)) return false;
  if (
    list.slice(at + 1).some(returns) ||
    later.some(
      ({ instruction }) =>
        (instruction.kind === "call" && !isQuiet(r, instruction)) || (instruction.kind === "raw" && !instruction.pure && touchesMemory(instruction)),
    )
  )
    return false;

  const before = new Scope(scope, r.ids, loop.origin, scope);
  const known = new Availability(r, list, at, before);
  const adjoints = new Map<Var, Var>();
  for (const [n, param] of loop.params.entries()) {
    if (!isActive(r, param)) continue;
    const out = loop.outs[n]!;
    const root = r.links.get(originalOf(r, param));
    if (!root) return false;
    if (root !== originalOf(r, out)) {
      // A link of an outer loop: its adjoint is known already if that loop has been seen.
      const value = r.linkValues.get(root);
      if (value === undefined || (value && !known.isBefore(value))) return false;
      continue;
    }
    const value = known.adjoint(out);
    if (value === undefined) return false;
    if (value) adjoints.set(root, value);
  }

  for (const [n, param] of loop.params.entries()) {
    const root = isActive(r, param) ? r.links.get(originalOf(r, param)) : undefined;
    if (root && root === originalOf(r, loop.outs[n]!)) r.linkValues.set(root, adjoints.get(root) ?? null);
  }
  const trip = new Scope(before, r.ids, loop.origin);
  trip.isTrip = true;
  const yields = openTrip(r, loop.body, trip, () => undefined);
  list.splice(list.indexOf(loop), 1, ...before.instructions, { ...loop, body: trip.block(yields) });

  // What the trips added to outer scalars joins the accumulators of the scope.
  scope.builder.origin = loop.origin;
  for (const [v, accumulator] of before.adjoints) {
    if (!scope.adjoints.has(v)) { scope.adjoints.set(v, accumulator); continue; }
    const out = freshVar(r.ids, null, accumulator.type);
    scope.builder.emit({ kind: "get", origin: loop.origin, accumulator, out });
    contribute(r, scope, v, out);
  }
  loop.params.forEach((param, n) => {
    const root = isActive(r, param) ? r.links.get(originalOf(r, param)) : undefined;
    const value = root && root === originalOf(r, loop.outs[n]!) ? adjoints.get(root) : undefined;
    if (value) contribute(r, scope, loop.inits[n]!, value);
  });
  return true;
}

/** Whether a trip reads only what is not written (or is fresh in it), calls nothing, and carries no references: it may run again, or be reversed at once. */
export function isRepeatable(r: ReverseState, loop: Loop, callsAllowed: boolean): boolean {
  if (loop.params.some((p) => isReference(p.type))) return false;
  const fresh = new Set<Var>();
  eachInstruction(loop.body, (i) => {
    if (
      i.kind === "array" ||
      i.kind === "record" ||
      i.kind === "allocate" ||
      i.kind === "copy" ||
      i.kind === "zeros" ||
      (i.kind === "view" && fresh.has(i.ref))
    )
      fresh.add(i.out);
  });
  let fusible = true;
  // What was written before the loop and is no more is as good as what is never written. A shadow is where its primal is.
  const shadows = new Set<Var>();
  const isLeft = (i: Instruction, ref: Var): boolean => fresh.has(ref) || r.rereads?.isUntouchedAfter(i, ref) === true;
  eachInstruction(loop.body, (i) => {
    if (i.kind === "read" && shadows.has(i.out)) return;
    const shadow = i.kind === "read" ? r.shadows.of(i.out) : undefined;
    if (shadow) shadows.add(shadow);
    if (i.kind === "call" && !(callsAllowed && isQuiet(r, i)) || (i.kind === "raw" && !i.pure && touchesMemory(i))) fusible = false;
    if (i.kind === "apply" && r.snapshots.has(i.out)) fusible = false;
    if (i.kind === "read" && isWritten(r.memory.nodeOf(originalOf(r, i.ref)), i.key) && !isLeft(i, i.ref)) fusible = false;
    if ((i.kind === "length" || i.kind === "copy") && r.memory.nodeOf(originalOf(r, i.ref)).written && !isLeft(i, i.ref)) fusible = false;
    if ((i.kind === "write" || i.kind === "push" || i.kind === "pop") && !fresh.has(i.ref)) fusible = false;
  });
  return fusible;
}

/** Whether a call writes no memory: its backward half, which adds into shadows, may follow at once. */
function isQuiet(r: ReverseState, i: Call): boolean {
  const half = r.halves.ofForward.get(i.callee);
  return half ? !half.writes : i.args.every((a) => !isReference(a.type));
}

/** Whether the reverse trip may execute the trip again: nothing impure, no way out, an end that the head decides. */
export function canReexecute(r: ReverseState, loop: Loop): boolean {
  let again = loop.condition !== null && !loop.body.dead && !leaves(loop) && isRepeatable(r, loop, false);
  eachInstruction(loop.body, (i) => { if (i.kind === "raw" && !i.pure || i.kind === "throw") again = false; });
  return again;
}

const touchesMemory = (i: Instruction): boolean => operands(i).some((v) => isReference(v.type));

function returns(i: Instruction): boolean {
  return i.kind === "return" || nestedBlocks(i).some((b) => b.instructions.some(returns));
}

/** Finds the adjoint of a loop's out from what is visible before the loop, copying the arithmetic that makes it there. */
class Availability {
  private readonly definedAt = new Map<Var, number>();
  private readonly copies = new Map<Var, Var | null>();
  /** Adjoints without a name that are used already. */
  private readonly given = new Set<Var>();
  private readonly r: ReverseState;
  private readonly list: readonly Instruction[];
  private readonly at: number;
  private readonly before: Scope;

  constructor(r: ReverseState, list: readonly Instruction[], at: number, before: Scope) {
    this.r = r;
    this.list = list;
    this.at = at;
    this.before = before;
    list.forEach((i, n) => {
      if ("out" in i && i.out) this.definedAt.set(i.out, n);
      if ("outs" in i) for (const o of i.outs) this.definedAt.set(o, n);
    });
  }

  isBefore(v: Var): boolean {
    const n = this.definedAt.get(v);
    return v.literal !== undefined || n === undefined || n < this.at;
  }

  /** The adjoint of `out` before the loop: a Var, null if it is zero, undefined if it cannot be known there. */
  adjoint(out: Var): Var | null | undefined {
    const accumulator = this.r.homes.get(out)?.adjoints.get(out);
    if (!accumulator) return null;
    const sum = this.total(accumulator);
    if (!sum) return undefined;
    if (sum.literal) return sum;
    const b = this.before.builder;
    const made = this.before.instructions.at(-1);
    const name = shadowName(out.name);
    if (name && made?.kind === "apply" && made.out === sum && sum.name === null && !this.given.has(sum)) {
      // Name the last step: `const dsum = 1 / xs.length`. Another sum may have the same adjoint: `(p + q) / 2`.
      const named = freshVar(this.r.ids, name, numberType);
      b.instructions[b.instructions.length - 1] = { ...made, out: named };
      for (const [original, copy] of this.copies) if (copy === sum) this.copies.set(original, named);
      return named;
    }
    this.given.add(sum);
    return sum;
  }

  private total(accumulator: Var): Var | null {
    let sum: Var | null = null;
    for (let n = this.at + 1; n < this.list.length; n++) {
      const i = this.list[n]!;
      let part: Var | null = null;
      if (i.kind === "declare" && i.accumulator === accumulator) { if (!i.init) continue; part = i.init; }
      else if (i.kind === "add" && i.accumulator === accumulator) part = i.value;
      else if (i.kind === "take" && i.accumulator === accumulator) return null;
      else { if (changes(i, accumulator)) return null; continue; }
      const value = this.value(part);
      if (!value) return null;
      sum = sum ? this.before.builder.derive("+", [sum, value]) : value;
    }
    return sum;
  }

  private value(v: Var): Var | null {
    if (this.isBefore(v)) return v;
    const known = this.copies.get(v);
    if (known !== undefined) return known;
    this.copies.set(v, null);
    const made = this.copy(this.list[this.definedAt.get(v)!]!, v);
    this.copies.set(v, made);
    return made;
  }

  private copy(i: Instruction, v: Var): Var | null {
    if (i.kind === "get") return this.total(i.accumulator);
    if (i.kind !== "apply" && i.kind !== "length" && !(i.kind === "read" && !isWritten(this.r.memory.nodeOf(originalOf(this.r, i.ref)), i.key))) return null;
    if (!isPure(i)) return null;
    const args = new Map<Var, Var>();
    for (const o of operands(i)) {
      const value = this.value(o);
      if (!value) return null;
      args.set(o, value);
    }
    const out = freshVar(this.r.ids, v.name, v.type);
    this.before.builder.emit(renameInstruction(i, { use: (u) => args.get(u) ?? u, define: () => out, label: (l) => l }));
    return out;
  }
}

function changes(i: Instruction, accumulator: Var): boolean {
  const inside = (b: Block): boolean => b.instructions.some((j) => changes(j, accumulator));
  if ((i.kind === "add" || i.kind === "take" || i.kind === "declare") && i.accumulator === accumulator) return true;
  return nestedBlocks(i).some(inside);
}
