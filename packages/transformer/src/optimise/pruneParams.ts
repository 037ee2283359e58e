import type { Block, Instruction, IrFunction, Loop, Var } from "../ir/ir.ts";
import { mapNested } from "../ir/visit.ts";
import { isSameValue, Replacements } from "./replacements.ts";

/**
 * Removes the params of loops that never change: after each trip the param itself, or the literal it began as.
 *
 * Requires  verified IR.
 * Ensures   every remaining param has a next value that differs from it; the param and its out became the init.
 * Method    inner loops first, each until nothing changes: a param may be constant because another one is.
 * Source    the redundant φ of Braun et al., Simple and efficient construction of SSA form, CC 2013, with φ at loop headers only.
 */
export function pruneParams(fn: IrFunction): IrFunction {
  const replacements = new Replacements();
  const body = pruneBlock(fn.body, replacements);
  return body === fn.body ? fn : replacements.in({ ...fn, body });
}

function pruneBlock(block: Block, replacements: Replacements): Block {
  const instructions = block.instructions.map((i): Instruction => {
    const inner = mapNested(i, (b) => pruneBlock(b, replacements));
    return inner.kind === "loop" ? pruneLoop(inner, replacements) : inner;
  });
  return instructions.every((i, k) => i === block.instructions[k]) ? block : { ...block, instructions };
}

function pruneLoop(loop: Loop, replacements: Replacements): Loop {
  const { resolve } = replacements;
  let kept = loop.params.map((_, k) => k);
  for (let before = -1; before !== kept.length; ) {
    before = kept.length;
    kept = kept.filter((k) => {
      const param = loop.params[k], init = loop.inits[k], out = loop.outs[k];
      if (!param || !init || !isConstant(param, resolve(init), loop.body, k, resolve)) return true;
      replacements.set(param, init);
      if (out) replacements.set(out, init);
      return false;
    });
  }
  if (kept.length === loop.params.length) return loop;
  const pick = (vs: readonly Var[]): readonly Var[] => vs.filter((_, k) => kept.includes(k));
  return { ...loop, params: pick(loop.params), inits: pick(loop.inits), outs: pick(loop.outs), body: { ...loop.body, yields: pick(loop.body.yields) } };
}

/** In a body that never reaches its end, nothing changes. */
function isConstant(param: Var, init: Var, body: Block, k: number, resolve: (v: Var) => Var): boolean {
  const yielded = body.yields[k];
  if (!yielded) return true;
  const next = resolve(yielded);
  return next === param || isSameValue(next, init);
}
