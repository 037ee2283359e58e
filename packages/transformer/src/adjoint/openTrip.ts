import { isPure } from "../ir/visit.ts";
import { makeBlock } from "../ir/build.ts";
import type { Block, Instruction, Labelled, Var } from "../ir/ir.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { isActive } from "./state.ts";
import { canOpen, openBlock, ownTrail, reverseTrail } from "./open.ts";

/** Seeds the adjoints at the end of a trip; `yields` are the next values as they are there. */
export type TripEnd = (scope: Scope, yields: readonly Var[]) => void;

/**
 * Writes the forward part of a trip followed by its reverse, in one Block. The steps of counters come last, so that they can stand in the
 * head of a `for`.
 *
 * Returns the yields of the trip's Block.
 */
export function openTrip(r: ReverseState, body: Block, trip: Scope, atEnd: TripEnd): readonly Var[] {
  const updates = trailingUpdates(r, body);
  const main = body.instructions.slice(0, body.instructions.length - updates.length);
  const lead = main.at(-1);
  const shared = { instructions: main.slice(0, -1), yields: [], dead: false };
  if (lead?.kind === "block" && lead.purpose === "continue" && canOpen(r, shared, null) && canOpen(r, lead.body, lead.label)) {
    openContinue(r, lead, shared, body, trip, atEnd);
  } else {
    const whole: Block = { instructions: main, yields: body.yields, dead: body.dead };
    openBlock(whole, trip, [], {
      label: null,
      finish: (s, yields, trail) => { ownTrail(r, trail, s); atEnd(s, yields); reverseTrail(r, trail, s); },
    });
  }
  updates.forEach((i) => trip.builder.emit(i));
  return body.yields;
}

/** A trip that `continue` may end early: each of its ends gets its own reverse, within the block that `continue` leaves. */
function openContinue(r: ReverseState, lead: Labelled, shared: Block, body: Block, trip: Scope, atEnd: TripEnd): void {
  const trail: { instruction: Instruction; list: Instruction[] }[] = [];
  for (const i of shared.instructions) { trip.builder.emit(i); trail.push({ instruction: i, list: trip.instructions }); }
  const inner = trip.nested(lead.origin);
  let yields: readonly Var[] = [];
  openBlock(lead.body, inner, trail, {
    label: lead.label,
    finish: (s, values, path, byExit) => {
      const here = new Map(lead.outs.map((o, n) => [o, values[n]!] as const));
      ownTrail(r, path, s);
      atEnd(s, body.yields.map((y) => here.get(y) ?? y));
      reverseTrail(r, path, s);
      if (byExit) s.builder.emit({ kind: "exit", origin: s.builder.origin, target: lead.label, values });
      else yields = values;
    },
  });
  const made = makeBlock(inner.instructions, yields);
  trip.builder.emit({ ...lead, body: made });
}

/** The inactive pure instructions at the end of a trip that make next values of counters. */
function trailingUpdates(r: ReverseState, body: Block): readonly Instruction[] {
  if (body.dead) return [];
  let from = body.instructions.length;
  while (from > 0) {
    const i = body.instructions[from - 1]!;
    if (i.kind !== "apply" || !isPure(i) || isActive(r, i.out) || !body.yields.includes(i.out)) break;
    from--;
  }
  return body.instructions.slice(from);
}
