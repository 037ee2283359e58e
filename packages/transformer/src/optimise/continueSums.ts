import type { Add, Block, Declare, Get, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { nestedBlocks, operands, renameBlock } from "../ir/visit.ts";

/**
 * A sum that is added to another of its name is gone on with instead:
 *
 *     for … add dx, v;  …  declare dx1 = a;  add dx1, get dx        for … add dx, v;  …  add dx, a
 *
 * Requires  verified IR, before `accumulate`.
 * Ensures   the same terms in the sum, in another order. Nothing reads either of the two before they are one.
 */
export function continueSums(fn: IrFunction): IrFunction {
  const list = fn.body.instructions, sums = new Map<Var, { readonly declare: Declare; readonly at: number }>();
  list.forEach((i, at) => { if (i.kind === "declare" && !i.like && i.accumulator.type.kind === "number") sums.set(i.accumulator, { declare: i, at }); });
  const into = new Map<Var, Var>(), dropped = new Set<Instruction>();
  list.forEach((get, at) => {
    if (get.kind !== "get" || dropped.has(get)) return;
    const first = sums.get(get.accumulator),
      add = list.find((i): i is Add => i.kind === "add" && i.value === get.out),
      second = add && sums.get(add.accumulator);
    if (!first || !add || !second || first === second || into.has(get.accumulator) || into.has(add.accumulator)) return;
    const end = list.indexOf(add);
    if (second.at < first.at || end < at || second.declare.accumulator.name !== first.declare.accumulator.name) return;
    const isUsed = (i: Instruction): boolean => i !== add && operands(i).includes(get.out);
    const isRead = (i: Instruction): boolean => i !== get && (i.kind === "get" || i.kind === "take") && i.accumulator === get.accumulator;
    const isReadEarly = (i: Instruction): boolean => (i.kind === "get" || i.kind === "take") && i.accumulator === add.accumulator;
    const isAdded = (i: Instruction): boolean => i.kind === "add" && i.accumulator === get.accumulator;
    if (
      some(fn.body, isUsed) ||
      fn.body.yields.includes(get.out) ||
      some(fn.body, isRead) ||
      list.slice(at).some((i) => deep(i, isAdded)) ||
      list.slice(0, end).some((i) => deep(i, isReadEarly))
    )
      return;
    into.set(add.accumulator, get.accumulator);
    for (const i of [get, add, second.declare] as const) dropped.add(i satisfies Get | Add | Declare);
  });
  if (into.size === 0) return fn;
  const use = (v: Var): Var => into.get(v) ?? v;
  const instructions = list.flatMap((i): readonly Instruction[] => {
    if (!dropped.has(i)) return [i];
    return i.kind === "declare" && i.init ? [{ kind: "add", origin: i.origin, accumulator: i.accumulator, value: i.init }] : [];
  });
  const body: Block = { ...fn.body, instructions };
  return { ...fn, body: renameBlock(body, { use, define: use, label: (l) => l }) };
}

const deep = (i: Instruction, test: (i: Instruction) => boolean): boolean => test(i) || nestedBlocks(i).some((b) => some(b, test));
const some = (block: Block, test: (i: Instruction) => boolean): boolean => block.instructions.some((i) => deep(i, test));
