import type { Block, Instruction, IrFunction, Loop, Var, Write } from "../ir/ir.ts";
import { offsetOf } from "../ir/overruns.ts";
import { eachInstruction, eachUse, nestedBlocks } from "../ir/visit.ts";
import { definitionsIn, type Definitions } from "./loops.ts";

/**
 * The writes of a function that may lie past the end of their array, and so make it longer.
 *
 * Not those whose place was read as a number before, with the same subscript; those to a place that the literal has; and those whose
 * subscript a loop around them keeps below the length (`for (…; i < a.length; …) a[i - 1] = …`). With each comes a number that its
 * subscript is always below, if one can be told: an array that is longer does not grow.
 *
 * `isShortened`: the array may lose elements somewhere. What was said of its length before a pop, or before a call that may pop, says nothing then.
 */
export function growingWrites(fn: IrFunction, isShortened: (ref: Var) => boolean): ReadonlyMap<Instruction, number | null> {
  const defs = definitionsIn(fn.body);
  const tested = new Set<Var>();
  eachInstruction(fn.body, (i) => { if (i.kind === "apply" && /^[!=]==?$/.test(i.op)) i.args.forEach((a) => tested.add(a)); });
  const used = new Set<Var>();
  eachUse(fn.body, (v) => used.add(v));
  const found = new Map<Instruction, number | null>();
  const at = (ref: Var, key: Var): string => `${isShortened(ref) ? shortenedPlace : ""}${placeOf(ref, key)}`;

  const visit = (block: Block, around: readonly Loop[], read: ReadonlySet<string>): void => {
    const seen = new Set(read);
    // Places of arrays that lose elements are forgotten where that may happen.
    const forget = (): void => { for (const place of seen) if (place.startsWith(shortenedPlace)) seen.delete(place); };
    for (const i of block.instructions) {
      if (mayShorten(i)) forget();
      if (i.kind === "read" && typeof i.key !== "string" && i.out.type.kind === "number" && used.has(i.out) && !tested.has(i.out)) seen.add(at(i.ref, i.key));
      if (
        i.kind === "write" &&
        typeof i.key !== "string" &&
        i.ref.type.kind === "array" &&
        (i.ref.type.constructorName === "Array" || i.ref.type.constructorName === "Dictionary")
      ) {
        const isKept = !isShortened(i.ref),
          loops = isKept ? around : around.filter((l) => !mayShorten(l));
        if (!seen.has(at(i.ref, i.key)) && !(isKept && inLiteral(i, defs)) && !loops.some((l) => keepsBelow(l, i, defs)))
          found.set(i, limitOf(i.key, around, defs));
      }
      for (const b of nestedBlocks(i)) visit(b, i.kind === "loop" && b === i.body ? [...around, i] : around, seen);
    }
  };
  visit(fn.body, [], new Set());
  return found;
}

const shortenedPlace = "shortened ";
const placeOf = (ref: Var, key: Var): string => `${ref.id}[${key.literal ? String(key.literal.value) : `#${key.id}`}]`;

/** Whether an instruction, or one inside it, may take elements off the end of some array. */
function mayShorten(i: Instruction): boolean {
  return i.kind === "pop" || i.kind === "call" || (i.kind === "raw" && !i.pure) || nestedBlocks(i).some((b) => b.instructions.some(mayShorten));
}

/** A number that a subscript is below, wherever it is one at all: `k % 3`, the counter of a loop to 3. */
function limitOf(key: Var, around: readonly Loop[], defs: Definitions, depth = 6): number | null {
  if (typeof key.literal?.value === "number") return key.literal.value + 1;
  if (depth === 0) return null;
  const loop = around.find((l) => l.params.includes(key));
  if (loop) {
    const test = loop.head.instructions.at(-1);
    if (test?.kind !== "apply" || test.out !== loop.condition) return null;
    const [a, b] = test.args, bound = a === key ? b?.literal?.value : b === key ? a?.literal?.value : undefined;
    if (typeof bound !== "number") return null;
    const op = a === key ? test.op : ({ ">": "<", ">=": "<=" } as Readonly<Record<string, string>>)[test.op];
    return op === "<" ? Math.ceil(bound) : op === "<=" ? Math.floor(bound) + 1 : null;
  }
  const made = defs.instruction.get(key);
  if (made?.kind !== "apply") return null;
  const [a, b] = made.args, by = b?.literal?.value;
  if (!a || typeof by !== "number") return null;
  const inner = made.op === "+" || made.op === "-" ? limitOf(a, around, defs, depth - 1) : null;
  switch (made.op) {
    case "%": return Math.ceil(Math.abs(by));
    case "&": return by >= 0 ? by + 1 : null;
    case "+": return inner === null ? null : inner + by;
    case "-": return inner === null ? null : inner - by;
    default: return null;
  }
}

/** The elements of a literal stay where they are until something is popped. */
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
  const bound = offsetOf(low, defs.instruction), at = offsetOf(i.key, defs.instruction);
  return bound.base === at.base && at.offset <= bound.offset;
}
