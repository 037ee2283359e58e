import type { Aliases, MemoryNode } from "../analysis/aliases.ts";
import { isReference } from "../analysis/aliases.ts";
import type { Instruction, Var } from "../ir/ir.ts";

/**
 * Which arrays and records hold which: the shape of a gradient is that of the argument on entry, so where the function puts other
 * references into an argument its shadow is given back what it held. Numbers need no such care, and no shadow that is not returned.
 */
export interface Structure {
  /** Whether what the reference points to is returned, or reached from what is. */
  isReturned(ref: Var): boolean;
  /** By a write or a pop: the shadow that was there before. */
  readonly before: Map<Instruction, Var>;
  /** By a push, the length before, by a pop, the length after, by a copy its own: of arrays that a write past the end may make longer. */
  readonly lengths: Map<Instruction, Var>;
}

export function structureOf(memory: Aliases, returned: readonly Var[]): Structure {
  const nodes = new Set<MemoryNode>();
  for (const v of returned) {
    if (!isReference(v.type)) continue;
    nodes.add(memory.nodeOf(v));
    for (const slot of memory.reachableSlots(v)) if (slot.node) nodes.add(memory.canonical(slot.node));
  }
  return { isReturned: (ref) => nodes.has(memory.nodeOf(ref)), before: new Map(), lengths: new Map() };
}
