import type { Block, Instruction, Read, Var, Write } from "../ir/ir.ts";
import { nestedBlocks } from "../ir/visit.ts";
import { isReference } from "./aliases.ts";

/**
 * The writes of exchanges, `[a[k], a[p]] = [a[p], a[k]]`: two objects that an array holds change places in it. With what each place held before.
 *
 * Ensures   where each object was held once before the two writes, it is held once, and by the same array, behind them; nothing is written
 *           between them.
 */
export function exchangesIn(block: Block): ReadonlyMap<Write, Var> {
  const found = new Map<Write, Var>();
  const visit = (b: Block): void => {
    b.instructions.forEach((i, n) => {
      nestedBlocks(i).forEach(visit);
      const pair = i.kind === "write" && isReference(i.value.type) ? exchangeFrom(b.instructions, n, i) : null;
      if (pair) found.set(pair[0], pair[1].value).set(pair[1], pair[0].value);
    });
  };
  visit(block);
  return found;
}

/** The exchange whose first write stands at `n`. */
function exchangeFrom(list: readonly Instruction[], n: number, first: Write): readonly [Write, Write] | null {
  const m = list.findIndex((i, k) => k > n && mayChange(i)), second = list[m];
  if (second?.kind !== "write" || second.ref !== first.ref) return null;
  const came = readBefore(list, n, first.value), went = readBefore(list, n, second.value);
  return came?.ref === first.ref && went?.ref === first.ref && came.key === second.key && went.key === first.key ? [first, second] : null;
}

/** Where an object was read that is about to be written, if its place is still the same. */
function readBefore(list: readonly Instruction[], end: number, value: Var): Read | null {
  for (let k = end - 1; k >= 0; k--) {
    const i = list[k]!;
    if (i.kind === "read" && i.out === value) return i;
    if (mayChange(i)) return null;
  }
  return null;
}

/** Whether what arrays of objects hold may be another after an instruction. */
const mayChange = (i: Instruction): boolean =>
  i.kind !== "apply" && i.kind !== "length" && i.kind !== "heading" && i.kind !== "read" && !(i.kind === "raw" && i.pure);
