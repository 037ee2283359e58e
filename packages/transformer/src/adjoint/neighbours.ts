import { isWritten } from "../analysis/aliases.ts";
import { Builder, booleanType, freshVar, integerType } from "../ir/build.ts";
import type { Instruction, Loop, Var } from "../ir/ir.ts";
import { operands, renameInstruction } from "../ir/visit.ts";
import type { Layout } from "./layout.ts";
import { holderIndex, isVisible } from "./layout.ts";
import { withoutGate } from "./gates.ts";
import { recomputeCost } from "./recompute.ts";
import type { Scope } from "./scope.ts";
import type { ReversedLoop, ReverseState } from "./state.ts";
import { originalOf } from "./state.ts";

/**
 * What a reversed trip can have from the trips beside it, without a tape of its own:
 *
 *     for (const x of signal) {            // forward            for (let i = signal.length - 1; i >= 0; i--) {   // reverse
 *       const y = b * x - a * y1 + last;                           const y = y1;                     // the next value of y1: what it was in the
 *       …                                                          y1 = y1_[i]!;                     //   trip that was reversed before
 *       last = x;                                                  const last = i > 0 ? signal[i - 1]! : 0;   // the value of x in the trip before
 *       y1 = y;                                                    …
 *     }                                                          }
 */

/** The loop of which a Var is a parameter, or the next value of one, seen from the scope of its reversed trip. */
export function reversedLoopAt(r: ReverseState, scope: Scope, has: (loop: Loop) => boolean): ReversedLoop | undefined {
  return r.reversedLoops.find((l) => l.trip === scope && has(l.forward));
}

/** The parameter whose next value `v` is, in a loop that is left only at its end. */
export function parameterBefore(loop: Loop, v: Var): { readonly param: Var; readonly out: Var } | null {
  const index = loop.body.yields.indexOf(v);
  const param = loop.params[index], out = loop.outs[index];
  return param && out && param !== v ? { param, out } : null;
}

/** Makes the reverse loop carry a value: `init` in the first trip it reverses, `next` of each trip in the one after. Returns the value in a trip. */
export function carry(r: ReverseState, layout: Layout, reversed: ReversedLoop, name: string | null, init: Var, next: Var): Var {
  const { parent } = layout.places.get(reversed.trip.instructions)!;
  const at = holderIndex(parent, reversed.trip.instructions);
  const loop = parent[at] as Loop;
  const value = freshVar(r.ids, name, init.type);
  // Behind the counter and before what is carried already: where one value moves on to the next (`y = y1; y1 = y2`), that order needs no copy.
  const second = <T>(list: readonly T[], more: T): readonly T[] => [...list.slice(0, 1), more, ...list.slice(1)];
  parent[at] = {
    ...loop, params: second(loop.params, value), inits: second(loop.inits, init), outs: second(loop.outs, freshVar(r.ids, name, init.type)),
    body: { ...loop.body, yields: second(loop.body.yields, next) },
  };
  return value;
}

/** Up to this cost an expression of the trip before is written again. */
const costLimit = 3;

/**
 * Instructions that compute `v` as it was in the trip before, from the counter, what the trips do not change, and memory that is not written.
 * Null if that is not possible or dear.
 */
export function inTripBefore(
  r: ReverseState,
  layout: Layout,
  v: Var,
  reversed: ReversedLoop,
  index: Var,
  scope: Scope,
): { readonly value: Var; readonly instructions: readonly Instruction[] } | null {
  const b = new Builder(r.ids, reversed.forward.origin);
  let cost = 0;
  const copy = (u: Var, depth: number): Var | null => {
    if (u.literal || isVisible(layout, u, scope.instructions)) return u;
    if (u === reversed.counter) return index;
    const i = layout.instructionOf.get(u);
    if (!i || depth === 0 || (i.kind !== "apply" && i.kind !== "read" && i.kind !== "length")) return null;
    if (i.kind === "read" && isWritten(r.memory.nodeOf(originalOf(r, i.ref)), i.key)) return null;
    cost += recomputeCost(r, layout, u, () => 0, 1);
    if (cost > costLimit) return null;
    const args = new Map<Var, Var>();
    for (const o of operands(i)) {
      const made = copy(o, depth - 1);
      if (!made) return null;
      args.set(o, made);
    }
    const out = freshVar(r.ids, null, u.type);
    b.emit(withoutGate(renameInstruction(i, { use: (o) => args.get(o) ?? o, define: () => out, label: (l) => l })));
    return out;
  };
  const value = copy(v, 4);
  return value && b.instructions.length > 0 ? { value, instructions: b.instructions } : null;
}

/** `index > first ? before : init`: a parameter as the trip before left it. */
export function afterTripBefore(
  b: Builder,
  name: string | null,
  reversed: ReversedLoop,
  first: Var,
  init: Var,
  before: { readonly value: Var; readonly instructions: readonly Instruction[] },
): Var {
  const condition = b.apply(reversed.step > 0 ? ">" : "<", [reversed.index, first], booleanType);
  const out = freshVar(b.ids, name, before.value.type.kind === "integer" && init.type.kind === "number" ? init.type : before.value.type);
  b.emit({
    kind: "if",
    origin: b.origin,
    condition,
    outs: [out],
    then: { instructions: before.instructions, yields: [before.value], dead: false },
    else: { instructions: [], yields: [init], dead: false },
  });
  return out;
}

/** The index of the trip before. */
export const indexBefore = (b: Builder, reversed: ReversedLoop): Var =>
  b.apply(reversed.step > 0 ? "-" : "+", [reversed.index, b.literal(Math.abs(reversed.step))], integerType);
