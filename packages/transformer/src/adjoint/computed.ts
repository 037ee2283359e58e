import type { Apply, Var } from "../ir/ir.ts";
import type { Definitions } from "../analysis/loops.ts";
import { isActive, type ReverseState } from "./state.ts";

const byOperation = new WeakMap<Definitions, ReadonlyMap<string, readonly Apply[]>>();

/** The functions of `Math` that a function calls; those that are as cheap as a tape are not worth finding. */
function callsIn(defs: Definitions): ReadonlyMap<string, readonly Apply[]> {
  let known = byOperation.get(defs);
  if (!known) {
    const found = new Map<string, Apply[]>();
    for (const i of defs.instruction.values()) if (i.kind === "apply" && dear.has(i.op)) found.set(i.op, [...found.get(i.op) ?? [], i]);
    byOperation.set(defs, known = found);
  }
  return known;
}

const dear: ReadonlySet<string> = new Set([
  "Math.sin",
  "Math.cos",
  "Math.tan",
  "Math.exp",
  "Math.log",
  "Math.sinh",
  "Math.cosh",
  "Math.tanh",
  "Math.atan2",
  "Math.hypot",
  "Math.cbrt",
]);

/**
 * What the forward pass computed already of what a partial needs: `cos(h)` for the derivative of `sin(h)`, where both stand in the primal.
 *
 * Ensures   where `beside` was computed the result was, too: their reverse stands in one scope.
 */
export function computedBeside(r: ReverseState, beside: Var, op: string, args: readonly Var[]): Var | null {
  if (!dear.has(op)) return null;
  const home = r.homes.get(beside);
  const found = callsIn(r.defs)
    .get(op)
    ?.find((i) => i.args.length === args.length && i.args.every((a, n) => a === args[n]) && r.homes.get(i.out) === home && isActive(r, i.out));
  return found?.out ?? null;
}
