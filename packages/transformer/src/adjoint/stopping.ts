import { isReference } from "../analysis/aliases.ts";
import type { Block, Exit, If, Instruction, Label, Loop, Var } from "../ir/ir.ts";
import { leavesTo } from "../ir/exits.ts";
import { definitions, nestedBlocks } from "../ir/visit.ts";
import type { ReverseState } from "./state.ts";
import { isActive } from "./state.ts";

/**
 * A loop that is left, but hands on only its own variables: as the trip found them (`before`), or at the end of the trip as the next one
 * would (`after`). Its reverse runs over whole trips and knows nothing of the ways out: a trip left before anything was done
 * with a derivative is no trip, one left at its end is one like the others.
 */
export interface Stopping {
  /** The body without the ways out; null if no trip ever ends. */
  readonly body: Block | null;
  /** For a loop without a condition: the outs of the block that is left, and the parameter that each of them is. */
  readonly ends: readonly { readonly out: Var; readonly index: number }[];
}

/** Null if the ways out of the loop need the reverse to know them. */
export function stoppingOf(r: ReverseState, loop: Loop, label: Label): Stopping | null {
  const { instructions, yields, dead } = loop.body;
  const outs = r.outsOf.get(label) ?? [], normal = r.yieldsOf.get(label) ?? [];
  const ends = new Map<number, number>();
  const wayOut = (i: Instruction): { exit: Exit; condition: Var | null } | null => {
    if (i.kind === "exit") return { exit: i, condition: null };
    if (i.kind !== "if" || i.then.dead === i.else.dead) return null;
    const arm = i.then.dead ? i.then : i.else, other = i.then.dead ? i.else : i.then;
    const [exit] = arm.instructions;
    return exit?.kind === "exit" && other.instructions.length === 0 ? { exit, condition: (i as If).condition } : null;
  };
  const body: Instruction[] = [], whole: Var[] = [];
  let lastBefore = -1, firstAfter = Infinity;
  for (const [n, i] of instructions.entries()) {
    const way = wayOut(i);
    if (!way || way.exit.target !== label) {
      if (leavesTo(i, label)) return null;
      body.push(i);
      continue;
    }
    const found = new Map<number, number>();
    const handsOn = (values: readonly Var[]): boolean => {
      found.clear();
      return way.exit.values.every((v, k) => {
        const out = outs[k]!;
        if (isReference(out.type) || !isActive(r, out)) return true;
        const index = values.findIndex((p, j) => v === p && (loop.condition ? normal[k] === loop.outs[j] : (ends.get(k) ?? j) === j));
        found.set(k, index);
        // A variable whose value no trip reads carries no adjoint from trip to trip.
        return index >= 0 && isActive(r, loop.params[index]!);
      });
    };
    const before = instructions.slice(0, n).every((j) => isRecordable(r, j) || wayOut(j) !== null) && handsOn(loop.params);
    const after = !before && !dead && way.condition !== null && instructions.slice(n + 1).every((j) => isInert(r, j)) && handsOn(yields);
    if (!before && !after) return null;
    for (const [k, index] of found) ends.set(k, index);
    if (way.condition && after) { whole.push(way.condition); firstAfter = Math.min(firstAfter, n); } else lastBefore = n;
  }
  // Values of a trip are recorded when it can no longer be left for nothing.
  if (lastBefore > firstAfter) return null;
  r.stops.add(label);
  for (const v of whole) r.wholeTrips.add(v);
  return {
    body: dead ? null : { instructions: body, yields, dead: false },
    ends: loop.condition ? [] : [...ends].map(([k, index]) => ({ out: outs[k]!, index })),
  };
}

/** Whether the reverse has nothing to do for an instruction. */
function isInert(r: ReverseState, i: Instruction): boolean {
  if (i.kind === "call") return false;
  if (definitions(i).some((v) => isActive(r, v) && !isReference(v.type))) return false;
  switch (i.kind) {
    case "write": case "push": case "pop": return !r.shadows.of(i.ref);
    case "array": case "record": case "copy": case "allocate": return !r.shadows.of(i.out);
    default: return nestedBlocks(i).every((b) => b.instructions.every((j) => isInert(r, j)));
  }
}

/** Whether the reverse of an instruction needs at most values that are visible to the end of the trip: none on tapes within. */
function isRecordable(r: ReverseState, i: Instruction): boolean {
  return isInert(r, i) || i.kind === "apply" || i.kind === "read" || i.kind === "length";
}

/** Where a value of a trip can be put on a tape: behind the ways out on which the trip counts for nothing. */
export function behindStops(r: ReverseState, home: readonly Instruction[], at: number): number {
  let last = at;
  home.forEach((i, n) => {
    if (n > last && i.kind === "if" && !r.wholeTrips.has(i.condition) && [i.then, i.else].some((arm) => {
      const [exit] = arm.instructions;
      return arm.dead && exit?.kind === "exit" && r.stops.has(exit.target);
    })) last = n;
  });
  return last;
}
