import type { Block, Instruction, Label } from "./ir.ts";
import { nestedBlocks } from "./visit.ts";

/** The labels outside an instruction to which exits inside it go, in program order. */
export function exitTargets(i: Instruction): ReadonlySet<Label> {
  const targets = new Set<Label>();
  const visit = (j: Instruction, inner: ReadonlySet<Label>): void => {
    if (j.kind === "exit" && !inner.has(j.target)) targets.add(j.target);
    const here = j.kind === "block" ? new Set([...inner, j.label]) : inner;
    for (const b of nestedBlocks(j)) for (const k of b.instructions) visit(k, here);
  };
  visit(i, new Set());
  return targets;
}

/** Whether an exit inside an instruction goes to a label outside it. */
export function isLeft(i: Instruction): boolean {
  const inner = new Set<Label>();
  const look = (j: Instruction): boolean => {
    if (j.kind === "exit") return !inner.has(j.target);
    if (j.kind === "block") inner.add(j.label);
    return nestedBlocks(j).some((b) => b.instructions.some(look));
  };
  return look(i);
}

/** Whether some exit inside the instruction goes to the label. */
export function leavesTo(i: Instruction, label: Label): boolean {
  return i.kind === "exit" ? i.target === label : nestedBlocks(i).some((b) => exitsTo(b, label));
}

/** Whether some exit inside the Block goes to the label. */
export const exitsTo = (block: Block, label: Label): boolean => block.instructions.some((i) => leavesTo(i, label));
