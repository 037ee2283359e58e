import type { MemoryNode } from "../analysis/aliases.ts";
import type { IrFunction, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import type { GradientBody } from "./gradientBody.ts";
import type { Recorded } from "./resolve.ts";
import type { Reexecuted } from "./state.ts";

/**
 * Makes the gradient, and makes it again with loops executed twice where that saves tapes of nested loops (those with `@checkpoint` are in any case), and with
 * what is overwritten put back in the reverse sweep where that saves tapes.
 */
export function choosing<T extends GradientBody>(
  fn: IrFunction,
  make: (reexecuted: Reexecuted, restored: ReadonlySet<MemoryNode> | null) => T,
  nodeOfRead: (v: Var) => MemoryNode | null = () => null,
): T {
  let marked = new Set<Var>();
  eachInstruction(fn.body, (i) => {
    if (i.kind === "loop" && i.form === "pieces" && i.params[0]) marked.add(i.params[0]);
  });
  let chosen = make(marked, null);
  // Each round marks the outermost loops of what is still recorded inside nested loops.
  for (let round = 0; round < 3; round++) {
    const more = new Set(marked);
    for (const x of chosen.recorded) if (reach(x) > 1 && x.repeatable && x.loop.params[0]) more.add(x.loop.params[0]);
    if (more.size === marked.size) break;
    const attempt = make(more, null);
    if (nested(attempt) >= nested(chosen)) break;
    [chosen, marked] = [attempt, more];
  }
  const nodes = new Set(chosen.recorded.flatMap(({ value }) => nodeOfRead(value) ?? []));
  if (nodes.size === 0) return chosen;
  const attempt = make(marked, nodes);
  return weight(attempt) < weight(chosen) ? attempt : chosen;
}

/** How many loops a tape is long. One of a trip is short and used again by the next: it stays in the cache, so one loop more costs little. */
const reach = ({ depth, inTrip }: Recorded): number => depth - (inTrip ? 1 : 0);

const nested = (g: GradientBody): number => g.recorded.filter((x) => reach(x) > 1).length;

/** What is recorded: one tape of nested loops outweighs some of one loop. */
export const weight = (g: GradientBody): number => g.recorded.reduce((sum, x) => sum + 4 ** reach(x), 0);
