import type { Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { eachInstruction, mapNested, nestedBlocks } from "../ir/visit.ts";

/**
 * Sums of matrices that begin with nothing: where every way sets one before it is read, no zeros are made for it.
 *
 *     declare dz like z                                declare dz hollow
 *     if c { add dz, a } else { add dz, b }            if c { add dz, a } else { add dz, b }
 *
 * Requires  verified IR.
 * Ensures   what zeros would have been made like is no longer needed, so that it need not be recorded.
 */
export function hollowSums(fn: IrFunction): IrFunction {
  let found = false;
  eachInstruction(fn.body, (i) => { if (i.kind === "declare" && i.like) found = true; });
  if (!found) return fn;
  const visit = (block: Block): Block => {
    const instructions = block.instructions.map((i, n): Instruction => {
      if (i.kind !== "declare" || !i.like || !isSetFirst(block.instructions, n + 1, i.accumulator)) return mapNested(i, visit);
      return { kind: "declare", origin: i.origin, accumulator: i.accumulator, init: null, hollow: true };
    });
    return instructions.every((i, n) => i === block.instructions[n]) ? block : { ...block, instructions };
  };
  const body = visit(fn.body);
  return body === fn.body ? fn : { ...fn, body };
}

/** Whether the first thing that happens to an accumulator, on every way, is an addition. */
export function isSetFirst(list: readonly Instruction[], from: number, accumulator: Var): boolean {
  const next = list.slice(from).find((j) => touches(j, accumulator) || j.kind === "exit");
  if (next?.kind === "add") return true;
  if (next?.kind !== "if") return false;
  return [next.then, next.else].every((arm) => isSetFirst(arm.instructions, 0, accumulator));
}

export function touches(i: Instruction, accumulator: Var): boolean {
  if ((i.kind === "add" || i.kind === "get" || i.kind === "take" || i.kind === "declare") && i.accumulator === accumulator) return true;
  return nestedBlocks(i).some((b) => b.instructions.some((j) => touches(j, accumulator)));
}
