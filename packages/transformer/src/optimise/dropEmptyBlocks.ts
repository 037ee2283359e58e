import type { Block, Instruction, IrFunction, Label, Labelled, Var } from "../ir/ir.ts";
import { endsBlock, makeBlock } from "../ir/build.ts";
import { eachInstruction, mapNested } from "../ir/visit.ts";
import { Replacements } from "./replacements.ts";

/**
 * Removes constructs that decide nothing: blocks nobody leaves early, `if` and loops on literals, code after the end of its Block.
 *
 *     block L { a; exit L v } -> y        a        (y is v)
 *     if true { a; yield v } -> y         a        (y is v)
 *     if c { exit L } else { exit L }     exit L   (only if both arms do nothing else)
 *
 * Requires  verified IR.
 * Ensures   every `block` has an exit before its end; no condition is a literal; Blocks end at the first instruction that ends them.
 * Method    inner constructs first, so that what becomes the last instruction is seen by the construct around it.
 */
export function dropEmptyBlocks(fn: IrFunction): IrFunction {
  const exits = new Map<Label, number>();
  eachInstruction(fn.body, (i) => { if (i.kind === "exit") exits.set(i.target, (exits.get(i.target) ?? 0) + 1); });
  const state: State = { exits, replacements: new Replacements() };
  const body = visit(fn.body, state);
  return body === fn.body ? fn : state.replacements.in({ ...fn, body });
}

interface State {
  /** How many exits to a label remain. */
  readonly exits: Map<Label, number>;
  readonly replacements: Replacements;
}

function visit(block: Block, state: State): Block {
  const instructions: Instruction[] = [];
  for (const original of block.instructions) {
    if (endsBlock(instructions.at(-1))) forget(original, state);
    else instructions.push(...simplified(mapNested(original, (b) => visit(b, state)), state));
  }
  const same = instructions.length === block.instructions.length && instructions.every((i, k) => i === block.instructions[k]);
  const result = makeBlock(instructions, block.yields);
  return same && result.dead === block.dead ? block : result;
}

/** What takes the place of an instruction whose nested Blocks are done. */
function simplified(i: Instruction, state: State): readonly Instruction[] {
  switch (i.kind) {
    case "if": {
      const value = i.condition.literal;
      if (value) {
        const [taken, other] = value.value ? [i.then, i.else] : [i.else, i.then];
        other.instructions.forEach((dropped) => forget(dropped, state));
        return splice(taken.instructions, taken.yields, i.outs, state);
      }
      // An arm may have become dead only now; what read the outs is then unreachable and goes too.
      const ended = i.then.dead && i.else.dead && i.outs.length > 0 ? { ...i, outs: [] } : i;
      return sameExit(i.then, i.else, state) ?? [ended];
    }
    case "loop": {
      const value = i.condition?.literal;
      if (!value) return [i];
      if (value.value) return [{ ...i, condition: null, outs: [] }];
      i.body.instructions.forEach((dropped) => forget(dropped, state));
      return splice([], i.inits, i.outs, state);
    }
    case "block": return opened(i, state);
    default: return [i];
  }
}

/** The instructions of a block that is left at its end only. */
function opened(i: Labelled, state: State): readonly Instruction[] {
  const count = state.exits.get(i.label) ?? 0, last = i.body.instructions.at(-1);
  if (count === 0) return splice(i.body.instructions, i.body.yields, i.outs, state);
  if (count > 1 || last?.kind !== "exit" || last.target !== i.label) return [i];
  state.exits.set(i.label, 0);
  return splice(i.body.instructions.slice(0, -1), last.values, i.outs, state);
}

function splice(instructions: readonly Instruction[], values: readonly Var[], outs: readonly Var[], state: State): readonly Instruction[] {
  outs.forEach((out, k) => {
    const value = values[k];
    if (value) state.replacements.set(out, value);
  });
  return instructions;
}

/** Two arms that are nothing but the same exit are that exit. */
function sameExit(then: Block, otherwise: Block, state: State): readonly Instruction[] | null {
  const [a, b] = [then.instructions[0], otherwise.instructions[0]];
  if (then.instructions.length !== 1 || otherwise.instructions.length !== 1 || a?.kind !== "exit" || b?.kind !== "exit") return null;
  if (a.target !== b.target || a.values.some((v, k) => v !== b.values[k])) return null;
  forget(b, state);
  return [a];
}

/** Unreachable code goes with the exits it holds. */
function forget(dropped: Instruction, state: State): void {
  const count = (i: Instruction): void => { if (i.kind === "exit") state.exits.set(i.target, (state.exits.get(i.target) ?? 1) - 1); };
  eachInstruction({ instructions: [dropped], yields: [], dead: false }, count);
}
