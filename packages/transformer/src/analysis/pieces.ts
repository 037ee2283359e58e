import { isDictionary } from "../ir/dictionaries.ts";
import type { Block, Instruction, IrModule, Loop, Type, Var } from "../ir/ir.ts";
import { definitions, eachInstruction, nestedBlocks, operands } from "../ir/visit.ts";
import { isReference, type Aliases, type MemoryNode } from "./aliases.ts";

/**
 * What a piece of a loop with `@checkpoint` needs to be run again: the memory that was there when it began has to be as it was.
 * `own`: the references by which it gets to what the loop writes, as they are at the beginning of the piece; `others`: by which it gets to what
 * is written only elsewhere, perhaps after the loop; `renewed`: the parameters of the loop that hold an object made in one trip and used in the next.
 */
export interface Pieces { readonly own: readonly Var[]; readonly others: readonly Var[]; readonly renewed: readonly Var[] }

/** Words for the message: the loop … */
export interface NotAgain { readonly why: string; readonly at: Instruction }

/**
 * Whether the pieces of a loop can be run again, and what has to be put back before.
 *
 * `later`: what is written behind the loop; null where that is not known.
 *
 * Method   everything the piece refers to comes from the references that are visible at its beginning, or is made in it. Of the former
 *          all that may be written is kept; what would need more than numbers put in their places is refused.
 */
export function piecesOf(loop: Loop, memory: Aliases, later: ReadonlySet<MemoryNode> | null): Pieces | NotAgain {
  const inside = new Set<Var>(), used = new Set<Var>(), written = new Set<MemoryNode>(), fresh = new Set<Var>(), made: Instruction[] = [];
  let obstacle: NotAgain | null = null;
  const refuse = (why: string, at: Instruction): void => { obstacle ??= { why, at }; };
  const define = (i: Instruction): void => {
    for (const v of definitions(i)) inside.add(v);
    if (i.kind === "loop") for (const p of i.params) inside.add(p);
    for (const b of nestedBlocks(i)) b.instructions.forEach(define);
  };
  loop.body.instructions.forEach(define);
  const use = (v: Var): void => { if (isReference(v.type) && !inside.has(v)) used.add(v); };
  eachInstruction(loop.body, (i) => {
    operands(i).forEach(use);
    for (const b of nestedBlocks(i)) b.yields.forEach(use);
    switch (i.kind) {
      case "call": refuse("calls a function that is not written into it", i); return;
      case "raw": if (!i.pure) refuse("does something that must happen once", i); return;
      // What the piece itself has made was not there when it began.
      case "write": if (!fresh.has(i.ref)) written.add(memory.nodeOf(i.ref)); if (isReference(i.value.type)) made.push(i); return;
      case "push": case "pop": written.add(memory.nodeOf(i.ref)); made.push(i); return;
      case "array": case "record": case "allocate": case "copy": made.push(i); fresh.add(i.out); return;
      case "view": if (fresh.has(i.ref)) fresh.add(i.out); return;
      default: return;
    }
  });
  loop.body.yields.forEach(use);

  const reached = new Set<MemoryNode>(), remade = new Set<MemoryNode>();
  for (const v of used) for (const node of below(memory.nodeOf(v), memory, [])) reached.add(node);
  for (const i of made) {
    const node = memory.nodeOf("out" in i && i.out && i.kind !== "pop" ? i.out : (i as { ref: Var }).ref);
    if (!reached.has(node)) continue;
    if (isMaking(i) && isFlat(i.out.type)) { remade.add(node); if (node.viewed) refuse("makes arrays that later trips use through a `subarray`", i); continue; }
    refuse(
      i.kind === "write"
        ? "moves arrays or objects about"
        : i.kind === "push" || i.kind === "pop"
          ? "changes the length of an array"
          : "makes arrays of arrays, or objects of objects, that later trips use",
      i,
    );
  }
  for (const node of written) if (reached.has(node) && (node.lengthWritten || node.outgrown)) refuse("changes the length of an array", loop);
  if (obstacle) return obstacle;
  const leadsTo = (v: Var, is: (node: MemoryNode) => boolean): boolean => below(memory.nodeOf(v), memory, []).some(is);
  const own = [...used].filter((v) => leadsTo(v, (n) => written.has(n)));
  const others = [...used].filter((v) => !own.includes(v) && leadsTo(v, (n) => (n.written || n.lengthWritten) && (later === null || later.has(n))));
  for (const v of own)
    if (!canCopy(v.type, [])) return { why: `writes into \`${v.name ?? "an object"}\`, which holds more than numbers in arrays and plain objects`, at: loop };
  for (const v of others)
    if (!canCopy(v.type, []) || leadsTo(v, (n) => n.lengthWritten || (n.replaced && [...n.slots.values()].some((slot) => slot.node))))
      return { why: `reads \`${v.name ?? "an object"}\`, which is written elsewhere and holds more than numbers in their places`, at: loop };
  return { own, others, renewed: loop.params.filter((p) => isReference(p.type) && remade.has(memory.nodeOf(p))) };
}

/** The loops with `@checkpoint` of which no piece can be run again. */
export function notAgain({ root, callees }: IrModule, memory: Aliases): readonly NotAgain[] {
  const all = [root, ...callees.values()], found: NotAgain[] = [];
  let isCalled = false;
  for (const fn of all) eachInstruction(fn.body, (i) => { if (i.kind === "call" && i.callee === root.name) isCalled = true; });
  for (const fn of all) {
    eachInstruction(fn.body, (i) => {
      if (i.kind !== "loop" || i.form !== "pieces") return;
      const pieces = piecesOf(i, memory, fn === root && !isCalled ? writtenBehind(fn.body, i, memory) : null);
      if ("why" in pieces) found.push(pieces);
    });
  }
  return found;
}

/** What may be written once a loop has ended: behind it, or in the next trip of a loop around it. */
export function writtenBehind(body: Block, loop: Loop, memory: Aliases): ReadonlySet<MemoryNode> {
  const found = new Set<MemoryNode>(), fresh = new Set<Var>();
  const add = (i: Instruction, isAgain: boolean): void => {
    // What is made behind the loop was not there when it ran; in a loop around it, it may have been made before.
    if (!isAgain && isMaking(i)) fresh.add(i.out);
    if ((i.kind === "write" || i.kind === "push" || i.kind === "pop") && !fresh.has(i.ref)) found.add(memory.nodeOf(i.ref));
    else if (i.kind === "call" || (i.kind === "raw" && !i.pure))
      for (const v of operands(i)) if (isReference(v.type)) for (const n of below(memory.nodeOf(v), memory, [])) found.add(n);
    for (const b of nestedBlocks(i)) for (const j of b.instructions) add(j, isAgain);
  };
  const holds = (b: Block): boolean => b.instructions.some((i) => i === loop || nestedBlocks(i).some(holds));
  const visit = (b: Block): void => {
    const at = b.instructions.findIndex((i) => i === loop || nestedBlocks(i).some(holds));
    const i = b.instructions[at];
    if (!i) return;
    if (i.kind === "loop" && i !== loop) add(i, true);
    else nestedBlocks(i).forEach(visit);
    for (const j of b.instructions.slice(at + 1)) add(j, false);
  };
  visit(body);
  return found;
}

/** A node and all that can be reached from it. */
function below(node: MemoryNode, memory: Aliases, found: MemoryNode[]): readonly MemoryNode[] {
  const here = memory.canonical(node);
  if (found.includes(here)) return found;
  found.push(here);
  for (const slot of here.slots.values()) if (slot.node) below(slot.node, memory, found);
  return found;
}

const isMaking = (i: Instruction): i is Instruction & { readonly out: Var } =>
  i.kind === "array" || i.kind === "record" || i.kind === "allocate" || i.kind === "copy";

/** Whether an object holds nothing but numbers, texts and the like. */
function isFlat(type: Type): boolean {
  const isScalar = (t: Type): boolean => t.kind === "number" || t.kind === "integer" || t.kind === "boolean" || t.kind === "string";
  switch (type.kind) {
    case "array": return isScalar(type.element) && !isDictionary(type);
    case "tuple": return type.elements.every(isScalar);
    case "record": return type.fields.every((f) => f.optional !== true && isScalar(f.type));
    default: return false;
  }
}

/** Whether a value of the type can be copied, and the copy written back field by field. */
function canCopy(type: Type, around: readonly Type[]): boolean {
  if (around.includes(type)) return false;
  const inner = [...around, type];
  switch (type.kind) {
    case "number": case "integer": case "boolean": case "string": return true;
    case "array": return canCopy(type.element, inner) && !isDictionary(type);
    case "tuple": return type.elements.every((t) => canCopy(t, inner));
    case "record": return type.fields.every((f) => f.optional !== true && canCopy(f.type, inner));
    default: return false;
  }
}
