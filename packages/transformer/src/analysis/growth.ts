import type { Block, Instruction, IrFunction, Loop, Var, Write } from "../ir/ir.ts";
import { eachInstruction, eachUse, nestedBlocks } from "../ir/visit.ts";
import { definitionsIn, type Definitions } from "./loops.ts";

/**
 * The writes of a function that may lie past the end of their array, and so make it longer.
 *
 * Not those whose place was read as a number before, with the same subscript; those to a place that the literal has; and those whose
 * subscript a loop around them keeps below the length (`for (…; i < a.length; …) a[i - 1] = …`).
 */
export function growingWrites(fn: IrFunction): ReadonlySet<Instruction> {
  const defs = definitionsIn(fn.body);
  const tested = new Set<Var>();
  eachInstruction(fn.body, (i) => { if (i.kind === "apply" && /^[!=]==?$/.test(i.op)) i.args.forEach((a) => tested.add(a)); });
  const used = new Set<Var>();
  eachUse(fn.body, (v) => used.add(v));
  const found = new Set<Instruction>();

  const visit = (block: Block, around: readonly Loop[], read: ReadonlySet<string>): void => {
    const seen = new Set(read);
    for (const i of block.instructions) {
      if (i.kind === "read" && typeof i.key !== "string" && i.out.type.kind === "number" && used.has(i.out) && !tested.has(i.out)) seen.add(placeOf(i.ref, i.key));
      if (i.kind === "write" && typeof i.key !== "string" && i.ref.type.kind === "array" && i.ref.type.constructorName === "Array") {
        if (!seen.has(placeOf(i.ref, i.key)) && !inLiteral(i, defs) && !around.some((l) => keepsBelow(l, i, defs))) found.add(i);
      }
      for (const b of nestedBlocks(i)) visit(b, i.kind === "loop" && b === i.body ? [...around, i] : around, seen);
    }
  };
  visit(fn.body, [], new Set());
  return found;
}

const placeOf = (ref: Var, key: Var): string => `${ref.id}[${key.literal ? String(key.literal.value) : `#${key.id}`}]`;

/** The elements of a literal stay where they are until something is popped, which changes the length in any case. */
function inLiteral(i: Write, defs: Definitions): boolean {
  if (typeof i.key === "string" || typeof i.key.literal?.value !== "number") return false;
  const made = defs.instruction.get(i.ref);
  return made?.kind === "array" && i.key.literal.value < made.elements.length;
}

/** Whether the condition of a loop says that the subscript is below the length. */
function keepsBelow(loop: Loop, i: Write, defs: Definitions): boolean {
  const test = loop.head.instructions.at(-1);
  if (typeof i.key === "string" || test?.kind !== "apply" || test.out !== loop.condition) return false;
  const [low, high] = test.op === "<" ? test.args : test.op === ">" ? [test.args[1], test.args[0]] : [];
  const limit = high && defs.instruction.get(high), made = defs.instruction.get(i.ref);
  if (!low || !(limit?.kind === "length" && limit.ref === i.ref || made?.kind === "allocate" && made.length === high)) return false;
  const bound = offsetOf(low, defs), at = offsetOf(i.key, defs);
  return bound.base === at.base && at.offset <= bound.offset;
}

/** A value as another one plus a constant. */
function offsetOf(v: Var, defs: Definitions): { readonly base: Var; readonly offset: number } {
  const made = defs.instruction.get(v);
  if (made?.kind !== "apply" || (made.op !== "+" && made.op !== "-")) return { base: v, offset: 0 };
  const [a, b] = made.args, by = b?.literal?.value;
  if (!a || typeof by !== "number") return { base: v, offset: 0 };
  const inner = offsetOf(a, defs);
  return { base: inner.base, offset: inner.offset + (made.op === "+" ? by : -by) };
}
