import type { Block, Instruction, Var } from "../../ir/ir.ts";
import { mapNested, substitute } from "../../ir/visit.ts";

/**
 * Tests of `undefined` and `null` against nothing, decided: what is left of `k ?? x` in a loop when it shows, at its end, that no trip assigns the `k` that
 * began as nothing. The arm that is never taken would give nothing where the other gives a number.
 */
export function decideAbsence(block: Block): Block {
  const tests = new Map<Var, boolean>(), stands = new Map<Var, Var>();
  const decided = inBlock(block, tests, stands);
  if (stands.size === 0) return decided;
  const last = (v: Var): Var => { const next = stands.get(v); return next === undefined ? v : last(next); };
  return substitute(decided, last);
}

function inBlock(block: Block, tests: Map<Var, boolean>, stands: Map<Var, Var>): Block {
  const instructions = block.instructions.flatMap((i): readonly Instruction[] => {
    if (i.kind === "apply" && (i.op === "!=" || i.op === "==") && i.args.every(isNothing)) tests.set(i.out, i.op === "==");
    const inner = mapNested(i, (nested) => inBlock(nested, tests, stands));
    const outcome = inner.kind === "if" ? tests.get(inner.condition) : undefined;
    if (inner.kind !== "if" || outcome === undefined) return [inner];
    const taken = outcome ? inner.then : inner.else;
    if (taken.dead) return [inner];
    inner.outs.forEach((out, k) => { const value = taken.yields[k]; if (value) stands.set(out, value); });
    return taken.instructions;
  });
  return instructions.length === block.instructions.length && instructions.every((i, k) => i === block.instructions[k]) ? block : { ...block, instructions };
}

const isNothing = (v: Var): boolean => v.literal !== undefined && (v.literal.value === undefined || v.literal.value === null);
