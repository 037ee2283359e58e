import type { Loop, Var } from "../ir/ir.ts";
import type { Definitions } from "./loops.ts";

/**
 * What a loop variable starts as, if each trip leaves an array as long as it found: `v = v.map(…)`, `v = v.slice()`.
 *
 * Requires  arrays whose length nothing writes.
 */
export function steadyStart(array: Var, loops: readonly Loop[], defs: Definitions): Var | null {
  const loop = loops.find(({ params }) => params.includes(array)), n = loop?.params.indexOf(array) ?? -1;
  const next = loop?.body.yields[n], init = loop?.inits[n];
  return next && init && hasLengthOf(next, array, defs, 4) ? init : null;
}

function hasLengthOf(v: Var, array: Var, defs: Definitions, depth: number): boolean {
  if (v === array) return true;
  const made = defs.instruction.get(v);
  if (depth === 0 || made === undefined) return false;
  if (made.kind === "copy") return hasLengthOf(made.ref, array, defs, depth - 1);
  const length = made.kind === "allocate" ? defs.instruction.get(made.length) : undefined;
  return length?.kind === "length" && hasLengthOf(length.ref, array, defs, depth - 1);
}
