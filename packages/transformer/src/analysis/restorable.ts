import { isDictionary } from "../ir/dictionaries.ts";
import type { Block, Instruction, IrFunction, Loop, Var, Write } from "../ir/ir.ts";
import { booleanType, freshVar, idsOf, numberType } from "../ir/build.ts";
import { isLeft } from "../ir/exits.ts";
import { eachInstruction, mapNested, nestedBlocks, operands } from "../ir/visit.ts";
import { exchangesIn } from "./exchanges.ts";
import { isReference, type Aliases, type MemoryNode } from "./aliases.ts";
import { positionsIn, type Position } from "./subscripts.ts";

/** A function that reads what it is about to overwrite, so that the reverse sweep can put it back. */
export interface Restoring {
  readonly fn: IrFunction;
  readonly nodes: ReadonlySet<MemoryNode>;
  /** By a write: what its place held before. Not by those that nothing has read before. */
  readonly before: ReadonlyMap<Instruction, Var>;
}

/**
 * The memory that the reverse sweep may bring back to what it was: of arrays and records of numbers that the function makes, keeps to itself
 * and only reads and writes. Nothing that is written in a loop that is left: of its last trip it is not known how far it came. Nothing that
 * loops with `@checkpoint` touch, which bring memory back themselves.
 */
export function restorable(fn: IrFunction, memory: Aliases, isRestored: (value: Var) => boolean = isPlainNumber): (node: MemoryNode) => boolean {
  const excluded = new Set<MemoryNode>();
  const exclude = (v: Var): void => { excluded.add(memory.canonical(memory.nodeOf(v))); };
  const excludeAll = (v: Var): void => {
    if (!isReference(v.type)) return;
    exclude(v);
    for (const slot of memory.reachableSlots(v)) if (slot.node) excluded.add(memory.canonical(slot.node));
  };
  for (const { variable } of fn.inputs) excludeAll(variable);
  fn.body.yields.forEach(excludeAll);
  const visit = (b: Block, inLeft: boolean): void => {
    for (const i of b.instructions) {
      switch (i.kind) {
        case "write": if (inLeft || !isRestored(i.value) || isDictionary(i.ref.type)) exclude(i.ref); break;
        case "push": case "pop": exclude(i.ref); break;
        case "call": i.args.forEach(excludeAll); break;
        case "raw": if (!i.pure || i.rule) operands(i).forEach(excludeAll); break;
        case "apply": if (i.op.endsWith("...")) i.args.forEach(excludeAll); break;
        default: break;
      }
      if (i.kind === "loop" && i.form === "pieces") eachInstruction(i.body, (j) => { if (j.kind === "read" || j.kind === "write") exclude(j.ref); });
      for (const n of nestedBlocks(i)) visit(n, inLeft || (i.kind === "loop" && isLeft(i)));
    }
  };
  visit(fn.body, false);
  return (node) => node.written && !node.lengthWritten && !excluded.has(memory.canonical(node));
}

const isPlainNumber = ({ type }: Var): boolean => type.kind === "number" || type.kind === "integer" || type.kind === "boolean";

const isObject = ({ type }: Var): boolean => type.kind === "array" || type.kind === "record" || type.kind === "tuple";

/**
 * Arrays whose objects change places, `[a[k], a[p]] = [a[p], a[k]]`, with what each place held before: put back in reverse, they say again
 * which object was where. Null if there are none.
 */
export function exchanged(fn: IrFunction, memory: Aliases): Restoring | null {
  const may = restorable(fn, memory, isObject), nodes = new Set<MemoryNode>(), readFrom = new Map<Var, MemoryNode>();
  eachInstruction(fn.body, (i) => {
    if (i.kind === "read" && isObject(i.out)) readFrom.set(i.out, memory.canonical(memory.nodeOf(i.ref)));
    const node = i.kind === "write" && isObject(i.value) ? memory.canonical(memory.nodeOf(i.ref)) : null;
    if (i.kind === "write" && node && may(node) && readFrom.get(i.value) === node) nodes.add(node);
  });
  return nodes.size === 0 ? null : readBefore(fn, memory, nodes);
}

/**
 * Reads each place of some memory before it is overwritten.
 *
 * Requires  restorable nodes.
 * Ensures   the same values and effects. A read that is there already, of the same place and with nothing written since, is taken.
 */
export function readBefore(fn: IrFunction, memory: Aliases, nodes: ReadonlySet<MemoryNode>): Restoring {
  const ids = idsOf(fn), before = new Map<Instruction, Var>(), positions = positionsIn(fn.body), exchanges = exchangesIn(fn.body);
  const isIn = (ref: Var): boolean => nodes.has(memory.canonical(memory.nodeOf(ref)));
  const reads = new Map<MemoryNode, Position[]>();
  /** The loops around the one place where some memory is made: each of their trips has its own. */
  const around = new Map<MemoryNode, readonly Loop[]>();
  eachInstruction(fn.body, (i) => {
    if ((i.kind === "allocate" || i.kind === "copy" || i.kind === "array" || i.kind === "record") && isIn(i.out)) {
      const node = memory.canonical(memory.nodeOf(i.out));
      around.set(node, around.has(node) ? [] : positions.of(i)!.loops);
    }
    if (i.kind !== "read" || !isIn(i.ref)) return;
    const node = memory.canonical(memory.nodeOf(i.ref));
    reads.set(node, [...(reads.get(node) ?? []), positions.of(i)!]);
  });
  /** Nothing was read before the loops around it were done: the reverse sweep will not read it after them. */
  const isFirst = (w: Write): boolean => {
    const here = positions.of(w)!, node = memory.canonical(memory.nodeOf(w.ref)), outer = around.get(node) ?? [];
    const own = here.loops[outer.every((l, n) => here.loops[n] === l) ? outer.length : 0];
    return (reads.get(node) ?? []).every((r) => r.at > here.at && (own === undefined || !r.loops.includes(own)));
  };
  const changes = (i: Instruction, node: MemoryNode): boolean =>
    (i.kind === "write" && memory.nodeOf(i.ref) === node) || nestedBlocks(i).some((b) => b.instructions.some((j) => changes(j, node)));
  /** `outside`: what stands before the branches around a Block, innermost last. */
  const visit = (b: Block, outside: readonly Instruction[]): Block => {
    const made: Instruction[] = [];
    for (const each of b.instructions) {
      const above = each.kind === "if" ? [...outside, ...made] : [];
      const i = mapNested(each, (inner) => visit(inner, above));
      if (i.kind === "write" && isIn(i.ref) && !isFirst(i)) {
        const sight = [...outside, ...made];
        let k = sight.length - 1;
        const same = (j: Instruction): boolean =>
          j.kind === "read" &&
          j.ref === i.ref &&
          (j.key === i.key ||
            (typeof j.key !== "string" && typeof i.key !== "string" && j.key.literal !== undefined && j.key.literal.value === i.key.literal?.value));
        while (k >= 0 && !changes(sight[k]!, memory.nodeOf(i.ref)) && !same(sight[k]!)) k--;
        const known = sight[k], held = exchanges.get(i);
        if (held) before.set(i, held);
        else if (known?.kind === "read" && same(known) && isPlainNumber(known.out) === isPlainNumber(i.value)) before.set(i, known.out);
        else {
          const out = freshVar(ids, null, isObject(i.value) ? i.value.type : i.value.type.kind === "boolean" ? booleanType : numberType);
          made.push({ kind: "read", origin: i.origin, ref: i.ref, key: i.key, out });
          before.set(i, out);
        }
      }
      made.push(i);
    }
    return made.length === b.instructions.length && made.every((i, n) => i === b.instructions[n]) ? b : { ...b, instructions: made };
  };
  const body = visit(fn.body, []);
  return { fn: { ...fn, body, nextId: ids.next }, nodes, before };
}
