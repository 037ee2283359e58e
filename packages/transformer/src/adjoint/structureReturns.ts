import { freshVar, idsOf, makeBlock, type Ids } from "../ir/build.ts";
import type { Block, Instruction, IrFunction, Label, Var } from "../ir/ir.ts";
import { nestedBlocks } from "../ir/visit.ts";

/**
 * Early returns of a function with two halves as the arms of an `if`: `if (c) return a; … return b` becomes `if (c) a else { … b }`.
 *
 * Requires  exits normalised.
 * Ensures   the same function; without exits if all of its returns stand in plain `if`s, else as it was.
 *           Then the backward half needs no mark of where the function was left: it asks the same condition.
 */
export function structureReturns(fn: IrFunction): IrFunction {
  const last = fn.body.instructions.at(-1);
  if (last?.kind !== "block" || last.purpose !== "function" || last.outs.some((o, n) => fn.body.yields[n] !== o)) return fn;
  const ids = idsOf(fn);
  const body = structured(last.body, last.label, last.outs, ids);
  if (!body) return fn;
  return { ...fn, body: makeBlock([...fn.body.instructions.slice(0, -1), ...body.instructions], body.yields), nextId: ids.next };
}

/** The block with every exit to the label at the end of an arm, or null if one stands elsewhere. */
function structured(block: Block, label: Label, outs: readonly Var[], ids: Ids): Block | null {
  const at = block.instructions.findIndex((i) => leavesTo(i, label));
  const i = block.instructions[at];
  if (!i) return block;
  const before = block.instructions.slice(0, at);
  if (i.kind === "exit") return { instructions: before, yields: i.values, dead: false };
  if (i.kind !== "if") return null;
  const rest: Block = { instructions: block.instructions.slice(at + 1), yields: block.yields, dead: block.dead };
  // Of an arm that goes on, and of an `if` whose arms both leave, nothing stands behind.
  const arm = (b: Block): Block | null => (b.dead ? structured(b, label, outs, ids) : b.instructions.length === 0 ? structured(rest, label, outs, ids) : null);
  const then = arm(i.then), otherwise = arm(i.else);
  if (!then || !otherwise) return null;
  if (then.dead && otherwise.dead) return { instructions: [...before, { ...i, then, else: otherwise, outs: [] }], yields: [], dead: true };
  const joined = outs.map((o) => freshVar(ids, o.name, o.type));
  return { instructions: [...before, { ...i, then, else: otherwise, outs: joined }], yields: joined, dead: false };
}

function leavesTo(i: Instruction, label: Label): boolean {
  if (i.kind === "exit") return i.target === label;
  return nestedBlocks(i).some((b) => b.instructions.some((j) => leavesTo(j, label)));
}
