import type { Block, Instruction } from "../ir/ir.ts";
import { mapNested } from "../ir/visit.ts";

/** The instruction without its gate: in a gradient the annotation has served. */
export function withoutGate(i: Instruction): Instruction {
  if (i.kind !== "apply" || !i.gate) return i;
  const { gate: _, ...plain } = i;
  return plain;
}

/** The Block without gates. */
export function withoutGates(block: Block): Block {
  return { ...block, instructions: block.instructions.map((i) => withoutGate(mapNested(i, withoutGates))) };
}
