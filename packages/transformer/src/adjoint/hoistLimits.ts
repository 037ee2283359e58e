import type { Block, Instruction, IrFunction, Loop, Var } from "../ir/ir.ts";
import { isOutside } from "../analysis/loops.ts";
import { mapNested, operands } from "../ir/visit.ts";

/**
 * Computes before a loop what its head computes anew before each trip although it stays the same: `xs.length - 1` in `i < xs.length - 1`.
 * So the reverse knows the number of trips. A length alone stays where it is: the reverse asks for it itself.
 *
 * Requires  verified IR; heads hold only pure instructions and reads.
 * Ensures   the same values; only arithmetic and lengths that do not change are moved, and they were evaluated at least once.
 */
export function hoistLimits(fn: IrFunction, isStableLength: (ref: Var) => boolean): IrFunction {
  const inBlock = (block: Block): Block => {
    let changed = false;
    const instructions = block.instructions.flatMap((original): readonly Instruction[] => {
      const i = mapNested(original, inBlock);
      const hoisted = i.kind === "loop" ? hoistFrom(i, isStableLength) : null;
      if (i !== original || hoisted) changed = true;
      return hoisted ?? [i];
    });
    return changed ? { ...block, instructions } : block;
  };
  const body = inBlock(fn.body);
  return body === fn.body ? fn : { ...fn, body };
}

function hoistFrom(loop: Loop, isStableLength: (ref: Var) => boolean): readonly Instruction[] | null {
  const test = loop.head.instructions.at(-1);
  if (!loop.condition || test?.kind !== "apply" || test.out !== loop.condition) return null;
  const fixed = new Set<Var>(), moved: Instruction[] = [], kept: Instruction[] = [];
  for (const i of loop.head.instructions) {
    const isFixed = i !== test && (i.kind === "apply" || (i.kind === "length" && isStableLength(i.ref)))
      && operands(i).every((v) => v.literal !== undefined || fixed.has(v) || isOutside(v, loop));
    if (isFixed) fixed.add(i.out);
    (isFixed ? moved : kept).push(i);
  }
  if (!moved.some((i) => i.kind === "apply")) return null;
  return [...moved, { ...loop, head: { ...loop.head, instructions: kept } }];
}
