import type { Block, Instruction, IrFunction, Loop, Var, Write } from "./ir.ts";
import { definitions, eachInstruction, nestedBlocks } from "./visit.ts";

type Made = ReadonlyMap<Var, Instruction>;

/**
 * The writes that lie past the end of an array, whatever its length is: `a[n + 1] = …` where it has n elements, `a[i] = …` where `i` goes from
 * or up to its length. Elsewhere what nothing is pushed to is taken to keep its length.
 */
export function overrunningWrites(fn: IrFunction): readonly Write[] {
  const made = new Map<Var, Instruction>(), found: Write[] = [];
  eachInstruction(fn.body, (i) => { for (const v of definitions(i)) made.set(v, i); });
  const visit = (block: Block, around: readonly Loop[]): void => {
    for (const i of block.instructions) {
      if (i.kind === "write" && typeof i.key !== "string" && i.ref.type.kind === "array" && i.ref.type.constructorName === "Array") {
        if (reachesEnd(i.key, i.ref, around, made)) found.push(i);
      }
      for (const b of nestedBlocks(i)) visit(b, i.kind === "loop" && b === i.body ? [...around, i] : around);
    }
  };
  visit(fn.body, []);
  return found;
}

/** Whether a subscript is, or gets as far as, the length of an array as it was asked for or made. */
function reachesEnd(key: Var, ref: Var, around: readonly Loop[], made: Made): boolean {
  const maker = made.get(ref), length = maker?.kind === "allocate" ? offsetOf(maker.length, made) : null;
  const isEnd = ({ base, offset }: Offset): boolean => {
    const asked = made.get(base);
    return (length?.base === base && !base.literal && offset >= length.offset) || (asked?.kind === "length" && asked.ref === ref && offset >= 0);
  };
  const { base, offset } = offsetOf(key, made);
  if (isEnd({ base, offset })) return true;
  const loop = around.find((l) => l.params.includes(base)), sum = made.get(base);
  if (loop) {
    const start = offsetOf(loop.inits[loop.params.indexOf(base)]!, made), end = endOf(base, loop, made);
    return isEnd({ ...start, offset: start.offset + offset }) || (end !== null && isEnd({ ...end, offset: end.offset + offset }));
  }
  if (sum?.kind !== "apply" || sum.op !== "+") return false;
  const [a, b] = sum.args as [Var, Var];
  return offset >= 0 && [[a, b], [b, a]].some(([x, y]) => isEnd(offsetOf(x!, made)) && isNatural(y!, around));
}

/** The last value of a counter that the condition of its loop lets through, if it compares with `<` or `<=`. */
function endOf(counter: Var, loop: Loop, made: Made): Offset | null {
  const test = loop.head.instructions.at(-1);
  if (test?.kind !== "apply" || test.out !== loop.condition) return null;
  const op =
    test.args[0] === counter ? test.op : test.args[1] === counter ? ({ ">": "<", ">=": "<=" } as Readonly<Record<string, string>>)[test.op] : undefined;
  if (op !== "<" && op !== "<=") return null;
  const limit = offsetOf(test.args[0] === counter ? test.args[1]! : test.args[0]!, made);
  return op === "<" ? { ...limit, offset: limit.offset - 1 } : limit;
}

/** Whether a value is a number from 0 up: a literal, or the counter of a loop that starts at one. */
function isNatural(v: Var, around: readonly Loop[]): boolean {
  const loop = around.find((l) => l.params.includes(v)), start = loop ? loop.inits[loop.params.indexOf(v)]! : v;
  return typeof start.literal?.value === "number" && start.literal.value >= 0;
}

/** A value as another one plus a constant. */
export interface Offset { readonly base: Var; readonly offset: number }

export function offsetOf(v: Var, made: Made): Offset {
  const sum = made.get(v);
  if (sum?.kind !== "apply" || (sum.op !== "+" && sum.op !== "-")) return { base: v, offset: 0 };
  const [a, b] = sum.args, by = b?.literal?.value;
  if (!a || typeof by !== "number") return { base: v, offset: 0 };
  const inner = offsetOf(a, made);
  return { base: inner.base, offset: inner.offset + (sum.op === "+" ? by : -by) };
}
