import type { Call, IrFunction, IrModule, Label, Type, Var } from "../ir/ir.ts";
import { overrunningWrites } from "../ir/overruns.ts";
import { eachInstruction } from "../ir/visit.ts";
import { growingWrites } from "./growth.ts";
import { isDictionary } from "../ir/dictionaries.ts";
import type { Way } from "./ways.ts";

/**
 * What a reference may point to: one node per set of references that may be the same object, by unification
 * (Steensgaard 1996): every assignment makes both sides one node. Flow-insensitive, near-linear.
 */
export interface MemoryNode {
  /** Slots by field name, `[]` for all elements of an array or tuple. */
  readonly slots: Map<string, Slot>;
  /** Some element or field is written after creation. */
  written: boolean;
  /** The slots that are; `[]` where it is not known which. */
  readonly writtenSlots: Set<string>;
  /** An element or field that was there may be replaced: by a write, or by a pop before a push. Pushes alone leave what was read as it was. */
  replaced: boolean;
  /** Some allocation of it is a literal: writing past its end is how such arrays grow. */
  grows: boolean;
  /** The length may change; it may become less. */
  lengthWritten: boolean;
  shortened: boolean;
  /** Elements are pushed or popped; elements may be written past the end. Where both happen the shadow is cut back as it was. */
  stacked: boolean;
  outgrown: boolean;
  /** Written at its end, so that an array of the caller is longer than before. */
  overrun: boolean;
  /** The fewest elements that a literal makes it with. */
  shortest: number;
  /** Some references to it may begin elsewhere in one memory (`subarray`): equal subscripts need not be equal places, nor different ones different. */
  viewed: boolean;
}

/** Whether what was read from an object at a key may have been written after the object was made. */
export const isWritten = (node: MemoryNode, key: Var | string): boolean =>
  node.written && (typeof key !== "string" || node.writtenSlots.has(key) || node.writtenSlots.has("[]"));

/** What one field (or all elements) of a node holds. */
export interface Slot {
  readonly name: string;
  /** The node of what it refers to, if it holds references. */
  node: MemoryNode | null;
}

export interface Aliases {
  /** The node of a reference; the same object for any two references that may alias. */
  nodeOf(v: Var): MemoryNode;
  slotOf(ref: Var, key: Var | string): Slot;
  /** The node of what lies at the end of a way into the arguments. */
  nodeAt(way: Way): MemoryNode;
  /** The node that stands for this one, after everything was unified. */
  canonical(node: MemoryNode): MemoryNode;
  /** The slots of the number leaves below a reference by its type; with a path (`["model", "b"]`) only those below it. */
  numberSlots(v: Var, path: readonly string[]): ReadonlySet<Slot>;
  /** Every slot reachable from a reference (cycle-safe). */
  reachableSlots(v: Var): ReadonlySet<Slot>;
}

export function isReference(t: Type): boolean {
  switch (t.kind) {
    case "array": case "tuple": case "record": return true;
    case "optional": return isReference(t.of);
    default: return false;
  }
}

interface Cell { parent: Cell | null; node: MemoryNode }

/**
 * Unifies what may be the same memory in a root and its callees. `same`: ways into the arguments that may end at one object.
 *
 * Ensures   two references that may point to one object have one node; `written` is set if any of them is written through.
 * Method    union-find; merging two nodes merges their slots recursively.
 */
export function aliases(module: IrModule, same: readonly (readonly Way[])[] = []): Aliases {
  const cells = new Map<Var, Cell>();
  const cellOfNode = new Map<MemoryNode, Cell>();

  const newCell = (): Cell => {
    const node: MemoryNode = {
      slots: new Map(),
      written: false,
      writtenSlots: new Set(),
      replaced: false,
      grows: false,
      lengthWritten: false,
      shortened: false,
      stacked: false,
      outgrown: false,
      overrun: false,
      shortest: Infinity,
      viewed: false,
    };
    const cell: Cell = { parent: null, node };
    cellOfNode.set(node, cell);
    return cell;
  };
  const find = (c: Cell): Cell => {
    let root = c;
    while (root.parent) root = root.parent;
    while (c.parent) { const next: Cell = c.parent; c.parent = root; c = next; }
    return root;
  };
  const cellOf = (v: Var): Cell => {
    let c = cells.get(v);
    if (!c) { c = newCell(); cells.set(v, c); }
    return find(c);
  };
  const cellOfSlot = (slot: Slot): Cell => {
    if (!slot.node) slot.node = newCell().node;
    return find(cellOfNode.get(slot.node)!);
  };
  const slotIn = (cell: Cell, name: string): Slot => {
    let s = cell.node.slots.get(name);
    if (!s) { s = { name, node: null }; cell.node.slots.set(name, s); }
    return s;
  };
  const unify = (a: Cell, b: Cell): void => {
    const work: [Cell, Cell][] = [[a, b]];
    for (let pair = work.pop(); pair; pair = work.pop()) {
      const [x, y] = [find(pair[0]), find(pair[1])];
      if (x === y) continue;
      y.parent = x;
      x.node.written ||= y.node.written;
      for (const name of y.node.writtenSlots) x.node.writtenSlots.add(name);
      x.node.replaced ||= y.node.replaced;
      x.node.grows ||= y.node.grows;
      x.node.lengthWritten ||= y.node.lengthWritten;
      x.node.shortened ||= y.node.shortened;
      x.node.stacked ||= y.node.stacked;
      x.node.outgrown ||= y.node.outgrown;
      x.node.overrun ||= y.node.overrun;
      x.node.shortest = Math.min(x.node.shortest, y.node.shortest);
      x.node.viewed ||= y.node.viewed;
      for (const [name, slot] of y.node.slots) {
        const mine = x.node.slots.get(name);
        if (!mine) x.node.slots.set(name, slot);
        else if (slot.node) work.push([cellOfSlot(mine), cellOfSlot(slot)]);
      }
    }
  };
  const join = (a: Var, b: Var): void => {
    if (isReference(a.type) && isReference(b.type)) unify(cellOf(a), cellOf(b));
  };
  const into = (ref: Var, key: Var | string, value: Var): void => {
    const slot = slotIn(cellOf(ref), slotName(key));
    if (isReference(value.type)) unify(cellOfSlot(slot), cellOf(value));
  };

  const visitFunction = (fn: IrFunction): void => {
    const outsOf = new Map<Label, readonly Var[]>();
    eachInstruction(fn.body, (i) => { if (i.kind === "block") outsOf.set(i.label, i.outs); });
    const joinAll = (xs: readonly Var[], ys: readonly Var[]): void => xs.forEach((x, n) => { const y = ys[n]; if (y) join(x, y); });
    eachInstruction(fn.body, (i) => {
      switch (i.kind) {
        case "read": into(i.ref, i.key, i.out); break;
        case "write": into(i.ref, i.key, i.value); writes(i.ref, slotName(i.key)); cellOf(i.ref).node.replaced = true; break;
        case "push": into(i.ref, "[]", i.value); writes(i.ref, "[]"); cellOf(i.ref).node.lengthWritten = cellOf(i.ref).node.stacked = true; break;
        case "pop": into(i.ref, "[]", i.out); touch(i.ref); cellOf(i.ref).node.stacked = true; break;
        case "array": i.elements.forEach((e) => into(i.out, "[]", e)); if (i.out.type.kind === "array") makes(i.out, i.elements.length); break;
        case "record": i.fields.forEach(([name, v]) => into(i.out, name, v)); break;
        case "copy": copySlots(i.ref, i.out); break;
        case "view": join(i.ref, i.out); cellOf(i.out).node.viewed = true; break;
        case "if": joinAll(i.outs, i.then.yields); joinAll(i.outs, i.else.yields); break;
        case "loop": joinAll(i.params, i.inits); joinAll(i.params, i.body.yields); joinAll(i.outs, i.params); break;
        case "block": joinAll(i.outs, i.body.yields); break;
        case "exit": joinAll(outsOf.get(i.target) ?? [], i.values); break;
        case "call": visitCall(i); break;
        case "raw": for (const p of i.parts) if (typeof p !== "string" && isReference(p.type) && !i.pure && !i.rule) touch(p); break;
        default: break;
      }
    });
  };
  const copySlots = (from: Var, to: Var): void => {
    const source = slotIn(cellOf(from), "[]"), target = slotIn(cellOf(to), "[]");
    if (elementIsReference(from.type)) unify(cellOfSlot(source), cellOfSlot(target));
  };
  const makes = (v: Var, length: number): void => { const n = cellOf(v).node; n.grows = true; n.shortest = Math.min(n.shortest, length); };
  const writes = (v: Var, slot: string): void => { const { node } = cellOf(v); node.written = true; node.writtenSlots.add(slot); };
  const touch = (v: Var): void => { writes(v, "[]"); const n = cellOf(v).node; n.replaced = n.lengthWritten = n.shortened = true; };
  const visitCall = (i: Call): void => {
    const callee = module.callees.get(i.callee) ?? (module.root.name === i.callee ? module.root : undefined);
    if (!callee) return;
    callee.inputs.forEach((input, n) => { const a = i.args[n]; if (a) join(a, input.variable); });
    const result = callee.body.yields[0];
    if (i.out && result) join(i.out, result);
  };

  const cellAt = ({ input, steps }: Way): Cell => {
    let cell = cellOf(input.variable);
    for (const s of steps) cell = cellOfSlot(slotIn(cell, typeof s === "number" ? "[]" : s));
    return cell;
  };
  for (const ways of same) for (const way of ways.slice(1)) unify(cellAt(ways[0]!), cellAt(way));

  visitFunction(module.root);
  for (const callee of module.callees.values()) visitFunction(callee);
  // What a write past the end makes longer has a length that changes.
  for (const fn of [module.root, ...module.callees.values()]) {
    for (const i of overrunningWrites(fn)) { const { node } = cellOf(i.ref); node.lengthWritten = node.outgrown = node.overrun = true; }
  }
  for (const fn of [module.root, ...module.callees.values()]) {
    for (const [i, limit] of growingWrites(fn, (ref) => cellOf(ref).node.shortened)) {
      const node = i.kind === "write" ? cellOf(i.ref).node : null;
      // Parameters and copies keep the length they begin with, if nothing is pushed or popped: a place at the end of what became shorter is past it.
      const isBelow = node?.grows && !node.lengthWritten && limit !== null && limit <= node.shortest;
      // A dictionary takes any name.
      const isAny = i.kind === "write" && isDictionary(i.ref.type);
      if (node && (isAny || ((node.grows || node.lengthWritten) && !isBelow))) node.lengthWritten = node.outgrown = true;
    }
  }

  const canonicalSlot = (ref: Var, key: Var | string): Slot => slotIn(cellOf(ref), slotName(key));
  return {
    nodeOf: (v) => cellOf(v).node,
    slotOf: canonicalSlot,
    nodeAt: (way) => cellAt(way).node,
    canonical: (node) => find(cellOfNode.get(node)!).node,
    numberSlots: (v, path) => {
      const found = new Set<Slot>(), seen = new Set<MemoryNode>(), inside = new Set<Type>();
      const visitType = (slot: Slot, type: Type, rest: readonly string[]): void => {
        if (type.kind === "number" || type.kind === "matrix") { if (rest.length === 0) found.add(slot); }
        else if (type.kind === "optional") visitType(slot, type.of, rest);
        else if (isReference(type)) visit(cellOfSlot(slot), type, rest);
      };
      const visit = (cell: Cell, type: Type, rest: readonly string[]): void => {
        if (type.kind === "optional") { visit(cell, type.of, rest); return; }
        if (rest.length === 0) {
          if (seen.has(cell.node)) return;
          seen.add(cell.node);
        }
        if (type.kind === "array" && carriesGradient(type)) visitType(slotIn(cell, "[]"), type.element, rest);
        else if (type.kind === "tuple") for (const e of type.elements) visitType(slotIn(cell, "[]"), e, rest);
        else if (type.kind === "record" && !inside.has(type)) {
          // A type that contains itself is refused elsewhere; here it only must not go on for ever.
          inside.add(type);
          for (const f of type.fields) if (rest.length === 0 || rest[0] === f.name) visitType(slotIn(cell, f.name), f.type, rest.slice(1));
          inside.delete(type);
        }
      };
      visit(cellOf(v), v.type, path);
      return found;
    },
    reachableSlots: (v) => {
      const seen = new Set<MemoryNode>(), found = new Set<Slot>();
      const visit = (cell: Cell): void => {
        if (seen.has(cell.node)) return;
        seen.add(cell.node);
        for (const slot of cell.node.slots.values()) {
          found.add(slot);
          if (slot.node) visit(find(cellOfNode.get(slot.node)!));
        }
      };
      visit(cellOf(v));
      return found;
    },
  };
}

export function slotName(key: Var | string): string {
  return typeof key === "string" ? key : "[]";
}

export function elementIsReference(t: Type): boolean {
  switch (t.kind) {
    case "array": return isReference(t.element);
    case "tuple": return t.elements.some(isReference);
    case "optional": return elementIsReference(t.of);
    default: return false;
  }
}

/** Integer arrays hold no gradient. */
export function carriesGradient(t: { readonly constructorName: string }): boolean {
  return t.constructorName === "Array" || t.constructorName === "Dictionary" || t.constructorName === "Float64Array" || t.constructorName === "Float32Array";
}
