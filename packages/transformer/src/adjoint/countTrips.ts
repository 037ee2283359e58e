import { bug } from "../diagnostics/bug.ts";
import { inductions } from "../analysis/loops.ts";
import { freshVar, integerType, literalVar, numberType } from "../ir/build.ts";
import type { Instruction, Label, Loop, Var } from "../ir/ir.ts";
import { nestedBlocks, operands } from "../ir/visit.ts";
import type { Layout, List } from "./layout.ts";
import { holderIndex, listOfBlock, replaceUses } from "./layout.ts";
import { recallIn, type ReversedLoop, type ReverseState } from "./state.ts";
import { leaves } from "./reverse.ts";

/**
 * Says where the numbers of trips come from that the reverse loops ask for: the length of a tape with an entry a trip, a counter the
 * user has, or one that is added. Done after everything else has settled, because a tape may make the counter unnecessary.
 *
 * Returns whether anything changed (a new counter may itself have to be recorded).
 */
export function countTrips(r: ReverseState, list: List, layout: Layout): boolean {
  for (const reversed of r.reversedLoops) {
    if (!reversed.trips || layout.listOf.has(reversed.trips) || !layout.places.has(reversed.trip.instructions)) continue;
    if (!isUsed(list, reversed.trips)) continue;
    const tape = r.tapesPerTrip.get(reversed);
    if (tape) defineByTape(reversed, reversed.trips, tape);
    else defineByCounter(r, list, layout, reversed, reversed.trips);
    return true;
  }
  return false;
}

function isUsed(list: List, v: Var): boolean {
  return list.some((i) => operands(i).includes(v) || nestedBlocks(i).some((b) => b.yields.includes(v) || isUsed(listOfBlock(b), v)));
}

function defineByTape(reversed: ReversedLoop, trips: Var, tape: Var): void {
  const list = reversed.trip.parent!.instructions;
  const at = list.findIndex((i) => operands(i).includes(trips));
  list.splice(at, 0, { kind: "tapeLength", origin: reversed.forward.origin, tape, out: trips });
}

function defineByCounter(r: ReverseState, root: List, layout: Layout, reversed: ReversedLoop, trips: Var): void {
  const body = listOfBlock(reversed.forward.body);
  const { parent } = layout.places.get(body) ?? bug("a reversed loop lost its forward loop");
  const at = holderIndex(parent, body);
  const around = reversed.trip.parent ?? bug("a reversed trip without a loop");
  let loop = parent[at] as Loop;
  const own = inductions(reversed.forward, r.defs).find((i) => i.step === 1 && i.init.literal?.value === 0);
  let counter: Var, index: number;
  if (own) ({ param: counter, index } = own);
  else {
    counter = freshVar(r.ids, "trip", integerType);
    index = loop.params.length;
    const next = freshVar(r.ids, "trip", integerType);
    if (!loop.body.dead) body.push({ kind: "apply", origin: loop.origin, op: "+", args: [counter, literalVar(r.ids, 1)], out: next });
    const counted = freshVar(r.ids, "trips", integerType);
    recallIn(r, counted, around);
    loop = {
      ...loop, params: [...loop.params, counter], inits: [...loop.inits, literalVar(r.ids, 0)],
      outs: loop.condition ? [...loop.outs, counted] : loop.outs,
      body: loop.body.dead ? loop.body : { ...loop.body, yields: [...loop.body.yields, next] },
    };
    parent[at] = loop;
  }
  if (!leaves(loop)) {
    const out = loop.outs[index] ?? bug("a loop without end has no trips");
    replaceUses(root, (v) => (v === trips ? out : v));
    return;
  }
  // Left by exits: the block that they go to carries the number, the trip in which it is left included unless that counts for nothing.
  const holder = layout.places.get(parent)!;
  const k = holderIndex(holder.parent, parent);
  const block = holder.parent[k]!;
  if (block.kind !== "block") return bug("a loop that is left stands in no block");
  countAtExits(r, body, block.label, counter);
  const end = loop.condition ? [loop.outs[index]!] : [];
  holder.parent[k] = { ...block, body: block.body.dead ? block.body : { ...block.body, yields: [...block.body.yields, ...end] }, outs: [...block.outs, trips] };
}

function countAtExits(r: ReverseState, list: List, label: Label, counter: Var, condition: Var | null = null): void {
  for (let n = 0; n < list.length; n++) {
    const i = list[n]!;
    if (i.kind === "exit" && i.target === label && r.stops.has(label) && !(condition && r.wholeTrips.has(condition))) {
      list[n] = { ...i, values: [...i.values, counter] };
    } else if (i.kind === "exit" && i.target === label) {
      const count = freshVar(r.ids, null, numberType);
      const step: Instruction = { kind: "apply", origin: i.origin, op: "+", args: [counter, literalVar(r.ids, 1)], out: count };
      list.splice(n, 1, step, { ...i, values: [...i.values, count] });
      n++;
    }
    for (const b of nestedBlocks(list[n]!)) countAtExits(r, listOfBlock(b), label, counter, i.kind === "if" ? i.condition : null);
  }
}
