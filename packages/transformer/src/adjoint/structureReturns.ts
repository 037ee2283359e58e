import { freshVar, idsOf, type Ids } from "../ir/build.ts";
import type { Block, Instruction, IrFunction, Label, Var } from "../ir/ir.ts";
import { leavesTo } from "../ir/exits.ts";
import { mapNested, substitute } from "../ir/visit.ts";

/**
 * Early ends of a function with two halves, and of blocks in it, as the arms of an `if`: `if (c) return a; … return b` becomes
 * `if (c) a else { … b }`.
 *
 * Requires  exits normalised.
 * Ensures   the same function; a block all of whose exits stand in plain `if`s is gone. Others are as they were.
 *           So the backward half needs no mark of where the block was left: it asks the same condition.
 */
export function structureReturns(fn: IrFunction): IrFunction {
  const ids = idsOf(fn);
  const renamed = new Map<Var, Var>();
  const visit = (block: Block): Block => {
    const instructions = block.instructions.flatMap((original): readonly Instruction[] => {
      const i = mapNested(original, visit);
      if (i.kind !== "block") return [i];
      const body = structured(i.body, i.label, i.outs, ids);
      if (!body || body.dead) return [i];
      i.outs.forEach((o, n) => renamed.set(o, body.yields[n]!));
      return body.instructions;
    });
    return instructions.length === block.instructions.length && instructions.every((i, n) => i === block.instructions[n]) ? block : { ...block, instructions };
  };
  const body = visit(fn.body);
  if (body === fn.body) return fn;
  const resolve = (v: Var): Var => { let w = v; for (let n = renamed.get(w); n; n = renamed.get(w)) w = n; return w; };
  return { ...fn, body: substitute(body, resolve), nextId: ids.next };
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

