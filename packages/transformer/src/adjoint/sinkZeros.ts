import type { Block, Instruction, IrFunction, Var, View, Zeros } from "../ir/ir.ts";
import { eachUse, mapNested, nestedBlocks, operands } from "../ir/visit.ts";

/**
 * Moves the making of shadows down to where they are first used, into a branch if they are used in no other place: an early return of a
 * constant allocates nothing, and in a straight function the shadows stand in the backward pass, where a reader looks for them.
 *
 * Ensures   the same values: a shadow is not moved past anything that may change the length of what it is made like, nor into a loop.
 */
export function sinkZeros(fn: IrFunction): IrFunction {
  const body = sinkBlock(fn.body, new Set());
  return body === fn.body ? fn : { ...fn, body };
}

/** `shadows`: those made so far, and views of them. */
function sinkBlock(block: Block, shadows: Set<Var>): Block {
  const list = [...block.instructions];
  const sunk = new Set<Instruction>();
  let changed = false;
  const isShadow = (i: Instruction): i is Zeros | View => i.kind === "zeros" || (i.kind === "view" && shadows.has(i.ref));
  for (const i of list) if (isShadow(i)) shadows.add(i.out);
  for (let n = list.length - 1; n >= 0; n--) {
    const i = list[n]!;
    if (!isShadow(i) || block.yields.includes(i.out)) continue;
    let to = n + 1;
    while (to < list.length && !uses(list[to]!, i.out) && (i.kind === "view" || !resizes(list[to]!))) to++;
    const user = list[to];
    const alone = user?.kind === "if" && uses(user, i.out) && !list.slice(to + 1).some((j) => uses(j, i.out));
    const arms = alone ? nestedBlocks(user).filter((b) => blockUses(b, i.out)) : [];
    if (arms.length === 1 && !operands(user!).includes(i.out)) {
      list[to] = mapNested(user!, (b) => (b === arms[0] ? { ...b, instructions: [i, ...b.instructions] } : b));
      list.splice(n, 1);
      changed = true;
      continue;
    }
    // Those that stand there already were made after it, and still are.
    while (to > n + 1 && sunk.has(list[to - 1]!)) to--;
    sunk.add(i);
    if (to === n + 1) continue;
    list.splice(to, 0, i);
    list.splice(n, 1);
    changed = true;
  }
  const instructions = list.map((i) => {
    const mapped = i.kind === "if" ? mapNested(i, (b) => sinkBlock(b, shadows)) : i;
    changed ||= mapped !== i;
    return mapped;
  });
  return changed ? { ...block, instructions } : block;
}

function uses(i: Instruction, v: Var): boolean {
  return operands(i).includes(v) || nestedBlocks(i).some((b) => blockUses(b, v));
}

function blockUses(block: Block, v: Var): boolean {
  let found = false;
  eachUse(block, (u) => { found ||= u === v; });
  return found;
}

function resizes(i: Instruction): boolean {
  if (i.kind === "push" || i.kind === "pop" || i.kind === "write" || i.kind === "call" || (i.kind === "raw" && !i.pure)) return true;
  return nestedBlocks(i).some((b) => b.instructions.some(resizes));
}
