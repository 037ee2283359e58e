import { definitionsIn } from "../analysis/loops.ts";
import { freshLabel, freshVar } from "../ir/build.ts";
import type { Block, Instruction, Label, Loop, Var } from "../ir/ir.ts";
import { nestedBlocks, renameBlock } from "../ir/visit.ts";
import type { ReverseState } from "./state.ts";
import { originalOf } from "./state.ts";

/**
 * A copy of a Block with Vars and labels of its own, for executing it again. What is known of the originals (activity, definitions,
 * shadows) is known of the copies.
 */
export function cloneBlock(r: ReverseState, block: Block): Block {
  const vars = new Map<Var, Var>(), labels = new Map<Label, Label>();
  const copy = renameBlock(block, {
    use: (v) => vars.get(v) ?? v,
    define: (v) => {
      const c = v.accumulator ? { ...freshVar(r.ids, v.name, v.type), accumulator: true as const } : freshVar(r.ids, v.name, v.type);
      vars.set(v, c);
      r.original.set(c, originalOf(r, v));
      return c;
    },
    label: (l) => {
      let c = labels.get(l);
      // An exit to a label outside the copy stays.
      if (!c) { if (!defines(block, l)) return l; c = freshLabel(r.ids, l.name); labels.set(l, c); }
      return c;
    },
  });
  for (const [v, c] of vars) {
    const shadow = r.shadows.of(v);
    if (shadow) r.shadows.set(c, vars.get(shadow) ?? shadow);
  }
  pairEffects(r, block, copy, vars);
  // Definitions of copies are looked up like any other.
  const made = definitionsIn(copy);
  made.instruction.forEach((i, v) => (r.defs.instruction as Map<Var, Instruction>).set(v, i));
  made.loopOf.forEach((l, v) => (r.defs.loopOf as Map<Var, Loop>).set(v, l));
  made.uses.forEach((n, v) => (r.defs.uses as Map<Var, number>).set(v, n));
  return copy;
}

/** What changes memory is known by itself: what is known of it holds for its copy. */
function pairEffects(r: ReverseState, block: Block, copy: Block, vars: ReadonlyMap<Var, Var>): void {
  block.instructions.forEach((i, n) => {
    const c = copy.instructions[n]!;
    if (i.kind === "write") {
      const before = r.valueBefore.get(i);
      r.originalWrite.set(c, r.originalWrite.get(i) ?? i);
      if (before) r.valueBefore.set(c, vars.get(before) ?? before);
    }
    for (const known of [r.structure.before, r.structure.lengths]) {
      const v = known.get(i);
      if (v) known.set(c, vars.get(v) ?? v);
    }
    const inner = nestedBlocks(c);
    nestedBlocks(i).forEach((b, k) => pairEffects(r, b, inner[k]!, vars));
  });
}

function defines(block: Block, label: Label): boolean {
  return block.instructions.some((i) => {
    switch (i.kind) {
      case "block": return i.label === label || defines(i.body, label);
      case "if": return defines(i.then, label) || defines(i.else, label);
      case "loop": return defines(i.body, label);
      default: return false;
    }
  });
}
