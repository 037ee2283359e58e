import type { Block, Instruction, IrFunction, Loop, Pop, Push, Read, Var, Write } from "../ir/ir.ts";
import { isLeft } from "../ir/exits.ts";
import { eachInstruction, nestedBlocks, operands } from "../ir/visit.ts";
import type { Aliases, MemoryNode } from "./aliases.ts";
import { isReference, isWritten } from "./aliases.ts";
import { exchangesIn } from "./exchanges.ts";
import type { Definitions } from "./loops.ts";
import { Later, positionsIn, type Extent, type Position } from "./subscripts.ts";

/** What can be read again in the reverse sweep, when memory is as the forward pass left it. */
export interface Rereads {
  /** The element that this Var was read from still holds it. */
  isStable(out: Var): boolean;
  /** At the end of the Block that reads it the element that this Var was read from still holds it. */
  isStableInBlock(out: Var): boolean;
  /** Nothing that an array holds is written after an instruction that sees the whole of it. */
  isUntouchedAfter(at: Instruction, ref: Var): boolean;
  /** A write of this Var to a place that still holds it, in the Block that defines it. */
  keptBy(value: Var): Write | null;
  /** What was written a moment ago to the place that this Var was read from, and is what was read. */
  writtenBefore(out: Var): Var | null;
  /** Every trip of the loop around it that has this parameter computes the same where `counters`, of loops inside that one, are the same; while the loops outside go no further. */
  isSteady(v: Var, param: Var, counters: readonly Var[]): boolean;
  /** The same, of a place that still holds it at the end of that Block. */
  keptInBlock(value: Var): Write | null;
}

/** A later execution: in the same trip of the first common loops, as many as `equal` says, and in a later one of the next. */
interface Times { readonly later: Later; readonly common: readonly Loop[]; readonly equal: number }

/** A way to an object: a Var and the keys read from it. */
interface Path {
  readonly base: Var; readonly keys: readonly (Var | string)[];
  /** By key: each object held there is held nowhere else. */
  readonly distinct: readonly boolean[];
  /** By key: where it was read, or written by an exchange since. */
  readonly foundAt: readonly (Read | Write)[];
  /** The part of the object, if the reference is a view of it. */
  readonly part: Extent;
}

/**
 * Finds reads whose element no later execution of a write can reach: `y[i - 1]` in a loop that rises over `i` and writes `y[i]`.
 *
 * Requires  aliases of a module with this root; nothing else runs between the forward pass and the reverse.
 * Ensures   a stable read gives the same number when it is read again after the forward pass.
 * Method    for each write of the same memory: in the same trip of all common loops if it stands behind, and in a later trip of each of
 *           them; in every case subscripts must be seen to differ, or the objects: what was made later than the other was there is not
 *           it. Rows are different objects if each is stored once. `mapped`: objects
 *           that may be reached under several keys.
 */
export function rereads(fn: IrFunction, memory: Aliases, defs: Definitions, mapped: ReadonlySet<MemoryNode>): Rereads {
  const positions = positionsIn(fn.body);
  const writes = new Map<MemoryNode, (Write | Push | Pop)[]>();
  const everywhere: Instruction[] = [], inputs = new Set(fn.inputs.map((i) => i.variable));
  const reads = new Map<Var, Read>();
  const blocks = new Map<Var, { readonly block: Block; readonly index: number }>();
  const valueOf = new Map<Var, Write[]>();
  const stores = new Map<MemoryNode, { readonly instruction: Instruction; readonly value: Var }[]>();
  const note = <K, V>(map: Map<K, V[]>, key: K, value: V): void => { const list = map.get(key); if (list) list.push(value); else map.set(key, [value]); };
  eachInstruction(fn.body, (i) => {
    switch (i.kind) {
      case "read":
        reads.set(i.out, i);
        break;
      case "write":
        note(writes, memory.nodeOf(i.ref), i);
        if (isReference(i.value.type)) note(stores, memory.nodeOf(i.ref), { instruction: i, value: i.value });
        note(valueOf, i.value, i);
        break;
      case "push":
        note(writes, memory.nodeOf(i.ref), i);
        if (isReference(i.value.type)) note(stores, memory.nodeOf(i.ref), { instruction: i, value: i.value });
        break;
      case "pop":
        note(writes, memory.nodeOf(i.ref), i);
        break;
      case "array":
        for (const e of i.elements) if (isReference(e.type)) note(stores, memory.nodeOf(i.out), { instruction: i, value: e });
        break;
      case "record":
        for (const [, e] of i.fields) if (isReference(e.type)) note(stores, memory.nodeOf(i.out), { instruction: i, value: e });
        break;
      case "copy":
        if (i.out.type.kind === "array" && isReference(i.out.type.element)) note(stores, memory.nodeOf(i.out), { instruction: i, value: i.out });
        break;
      case "call":
        everywhere.push(i);
        break;
      case "raw":
        if (!i.pure && operands(i).some((v) => isReference(v.type))) everywhere.push(i);
        break;
      default:
        break;
    }
  });
  const homeOf = new Map<Instruction, Block>(), around = new Map<Block, Block>();
  const place = (block: Block): void => block.instructions.forEach((i, index) => {
    if ("out" in i && i.out) blocks.set(i.out, { block, index });
    homeOf.set(i, block);
    for (const inner of nestedBlocks(i)) { around.set(inner, block); place(inner); }
  });
  place(fn.body);

  const exchanges = exchangesIn(fn.body);
  const isAllocation = (v: Var): boolean => {
    const i = defs.instruction.get(v);
    return i !== undefined && (i.kind === "array" || i.kind === "record" || i.kind === "allocate" || i.kind === "copy") && i.out === v;
  };
  /** The one instruction that stores a Var in an object; null if there are several. */
  const storeOf = new Map<Var, Instruction | null>();
  for (const list of stores.values()) for (const { value, instruction } of list) storeOf.set(value, storeOf.has(value) ? null : instruction);
  const distinctRows = new Map<MemoryNode, boolean>();
  /** Whether each object in containers like this one is held once. */
  const areDistinct = (container: Var, key: Var | string): boolean => {
    const node = memory.nodeOf(container);
    let known = distinctRows.get(node);
    if (known === undefined) {
      known = (stores.get(node) ?? []).every(({ value, instruction }) => {
        if (instruction.kind === "write" && exchanges.has(instruction)) return true;
        if (instruction.kind === "copy" || storeOf.get(value) !== instruction || !isAllocation(value)) return false;
        return blocks.get(value)?.block.instructions.includes(instruction) === true;
      });
      const row = memory.slotOf(container, key).node;
      if (row && mapped.has(memory.canonical(row))) known = false;
      distinctRows.set(node, known);
    }
    return known;
  };
  /** The exchange that has moved an object before an instruction of the same trip uses it. */
  const movedBy = (object: Var, at: Instruction): Write | undefined => {
    const here = positions.of(at);
    return (valueOf.get(object) ?? []).findLast((w) => {
      const there = exchanges.has(w) ? positions.of(w) : undefined;
      let home = homeOf.get(at);
      while (home && home !== homeOf.get(w)) home = around.get(home);
      return here && there && home && there.at < here.at;
    });
  };
  /** The way to an object, as an instruction goes it. */
  const pathOf = (ref: Var, at: Instruction): Path => {
    const keys: (Var | string)[] = [], distinct: boolean[] = [], foundAt: (Read | Write)[] = [];
    const from: Var[] = [], before: Var[] = [];
    let base = ref, to: Var | null = null;
    for (let i = defs.instruction.get(base); i?.kind === "view" && i.out === base; i = defs.instruction.get(base)) {
      if (base === ref) to = i.to;
      if (i.from) { from.push(i.from); if (base !== ref) before.push(i.from); }
      base = i.ref;
    }
    for (let i = defs.instruction.get(base); i?.kind === "read" && i.out === base && keys.length < 6; i = defs.instruction.get(base)) {
      const last = movedBy(base, at) ?? i;
      keys.unshift(last.key);
      foundAt.unshift(last);
      distinct.unshift(areDistinct(last.ref, last.key));
      base = last.ref;
    }
    return { base, keys, distinct, foundAt, part: { from, before, to } };
  };
  /** Whether a path leads to the beginning of some memory: what comes from elsewhere may be a view. */
  const isWhole = (p: Path): boolean => p.keys.length === 0 && (isAllocation(p.base) || inputs.has(p.base));

  /** Whether what an allocation made last, seen from the later place, did not exist when the earlier place was reached. */
  const isMadeBehind = (made: Var, here: Position, { common, equal }: Times): boolean => {
    const i = defs.instruction.get(made), there = i && positions.of(i);
    if (!there) return false;
    return equal < common.length ? there.loops[equal] === common[equal] : there.at > here.at;
  };
  /** Whether it was made when the value of another Var, as the earlier place sees it, was there already. */
  const isMadeAfter = (made: Var, value: Var, here: Position, times: Times): boolean => {
    if (isMadeBehind(made, here, times)) return true;
    const loops = positions.loopsOf(made);
    if (!positions.loopsOf(value).every((l, n) => n < times.equal && l === times.common[n] && l === loops[n])) return false;
    const i = defs.instruction.get(value), j = defs.instruction.get(made);
    if (!i) return true; // an argument, or the parameter of a loop whose trip it is
    return j !== undefined && i !== j && positions.of(i)!.at < positions.of(j)!.at;
  };
  /** The container in which an allocation is stored, and nothing else. */
  const holderOf = (v: Var): Path | null => {
    const store = storeOf.get(v);
    return store?.kind === "write" && isAllocation(v) && areDistinct(store.ref, store.key) ? pathOf(store.ref, store) : null;
  };
  /** Whether exchanges up to the later place leave an object where it was read: then what is found at another place there is another object. */
  const isUnmoved = (read: Read | Write, { common, equal }: Times): boolean => {
    const shared = common.slice(0, equal), isInside = (i: Instruction): boolean => shared.every((l, n) => positions.of(i)?.loops[n] === l);
    const isShort = isInside(read); // nothing outside of a trip is executed during it
    return (stores.get(memory.nodeOf(read.ref)) ?? []).every(({ instruction: w }) =>
      w.kind !== "write" || !exchanges.has(w) || (isShort && !isInside(w)) || !meets(read, read.ref, read.key, w, isShort ? equal : 0));
  };
  /** Whether exchanges leave an object where it was read until a write in the same trip uses it: else it may have come to the place of another since. */
  const isStillThere = (read: Read | Write): boolean => {
    const here = positions.of(read)!;
    return (stores.get(memory.nodeOf(read.ref)) ?? []).every(({ instruction: w }) => {
      const there = w.kind === "write" && exchanges.has(w) ? positions.of(w) : undefined;
      return (
        w.kind !== "write" ||
        !there ||
        there.at < here.at ||
        here.loops.some((l, n) => there.loops[n] !== l) ||
        !meets(read, read.ref, read.key, w, here.loops.length)
      );
    });
  };
  /** Whether two paths lead to different objects: the first at the earlier place, the second at the later one. */
  const areApart = (a: Path, b: Path, here: Position, times: Times): boolean => {
    const { later } = times;
    if (isAllocation(b.base) && b.keys.length === 0) {
      if (a.keys.length === 0 && a.base !== b.base && isAllocation(a.base)) return true;
      if (a.keys.length === 0 ? isMadeAfter(b.base, a.base, here, times) : isMadeBehind(b.base, here, times)) return true;
    }
    if (a.keys.length === 0 && b.keys.length === 0) return false;
    if (a.base === b.base && later.isSame(a.base) && a.keys.length === b.keys.length && a.keys.every((k, n) => typeof k === typeof b.keys[n])) {
      const differ = a.keys.some((k, n) => {
        const l = b.keys[n]!;
        return (
          typeof k !== "string" &&
          typeof l !== "string" &&
          a.distinct.slice(n).every((d) => d) &&
          later.differ(k, l) &&
          a.foundAt.slice(n).every((read) => isUnmoved(read, times)) &&
          b.foundAt.slice(n).every(isStillThere)
        );
      });
      if (differ) return true;
    }
    // What is held once is held by one object: these differ.
    const holderA = a.keys.length > 0 ? (a.distinct.at(-1) ? without(a) : null) : holderOf(a.base);
    const holderB = b.keys.length > 0 ? (b.distinct.at(-1) ? without(b) : null) : holderOf(b.base);
    return holderA !== null && holderB !== null && areApart(holderA, holderB, here, times);
  };

  /** Whether two elements cannot be one, whatever arrays they are in. */
  const areElsewhere = (a: Path, key: Var, b: Path, written: Var, ref: Var, other: Var, later: Later): boolean => {
    if (!memory.nodeOf(ref).viewed || (ref === other && later.isSame(ref))) return later.differ(key, written);
    const sameBase = a.base === b.base && later.isSame(a.base) && a.keys.length === 0 && b.keys.length === 0;
    return (sameBase || (isWhole(a) && isWhole(b))) && later.differInViews({ ...a.part, key }, { ...b.part, key: written });
  };

  /** Whether a later execution of a write may reach the place, in the same trip of the first `same` loops that they share. */
  const meets = (at: Instruction, ref: Var, key: Var | string | null, write: Write | Push | Pop, same = 0): boolean => {
    // What pushes and pops change is not known by index: only which array it is in.
    const written = write.kind === "write" ? write.key : null;
    if (key !== null && written !== null && (typeof key === "string" ? typeof written === "string" && written !== key : typeof written === "string"))
      return false;
    const here = positions.of(at), there = positions.of(write);
    if (!here || !there || here.inHead) return true;
    const common: Loop[] = [];
    for (let n = 0; here.loops[n] && here.loops[n] === there.loops[n]; n++) common.push(here.loops[n]!);
    const a = pathOf(ref, at), b = pathOf(write.ref, write);
    for (let equal = Math.min(same, common.length); equal <= common.length; equal++) {
      if (equal === common.length && there.at <= here.at) continue;
      const later = new Later(defs, positions, common, equal, (v) => !memory.nodeOf(v).lengthWritten);
      if (key !== null && written !== null && typeof key !== "string" && typeof written !== "string" && areElsewhere(a, key, b, written, ref, write.ref, later))
        continue;
      if (!areApart(a, b, here, { later, common, equal })) return true;
    }
    return false;
  };

  const isOrdinary = (out: Var): boolean => out.type.kind !== "optional";
  /** `isThere`: the array has the element, so that a push cannot be what makes it. */
  const holds = (at: Instruction, ref: Var, key: Var | string, isThere: boolean): boolean => {
    const node = memory.nodeOf(ref), changes = writes.get(node) ?? [];
    if (everywhere.length > 0 && isWritten(node, key)) return false;
    const onlyGrows = isThere && changes.every((w) => w.kind !== "pop");
    return changes.every((w) => (w.kind === "write" ? !meets(at, ref, key, w) : w.kind === "push" && onlyGrows || isBefore(w, at) || !meets(at, ref, key, w)));
  };
  const isBefore = (w: Instruction, at: Instruction): boolean => {
    const here = positions.of(at), there = positions.of(w);
    return here !== undefined && there !== undefined && there.at < here.at && (here.loops[0] === undefined || here.loops[0] !== there.loops[0]);
  };

  /** Whether a place still holds at the end of a Block what it holds behind an instruction there. */
  const staysInBlock = (at: Read | Write, block: Block): boolean => {
    const { ref, key } = at;
    let stays = true;
    const value = at.kind === "write" && exchanges.has(at) ? at.value : null;
    // The other write of an exchange puts the same object there, if it meets the place at all.
    eachInstruction(block, (w) => {
      if (
        w.kind === "write" &&
        memory.nodeOf(w.ref) === memory.nodeOf(ref) &&
        (value === null || exchanges.get(w) !== value) &&
        meets(at, ref, key, w, Infinity)
      )
        stays = false;
    });
    return stays;
  };
  /** Writes of a value in the Block that defines it, to places that hold all of it. */
  const writtenBeside = (value: Var): readonly Write[] => (valueOf.get(value) ?? []).filter((w) => {
    const home = blocks.get(value), type = w.ref.type, { kind } = value.type;
    if (
      !home ||
      (kind !== "number" && kind !== "array" && kind !== "record" && kind !== "tuple") ||
      (type.kind === "array" && type.constructorName !== "Array" && type.constructorName !== "Float64Array")
    )
      return false;
    const at = home.block.instructions.indexOf(w);
    return at > home.index && !home.block.instructions.slice(home.index, at).some(mayLeave);
  });

  /** Whether what is written to a place stands there: not behind the end of a typed array, and not as a number of fewer bits. */
  const takes = ({ ref, key }: Write): boolean => {
    const { type } = ref;
    if (type.kind !== "array" || type.constructorName === "Array") return type.kind === "array" || type.kind === "record" || type.kind === "tuple";
    const made = defs.instruction.get(ref);
    if (type.constructorName !== "Float64Array" || typeof key === "string" || made?.kind !== "allocate") return false;
    return new Later(defs, positions, [], 0, (v) => !memory.nodeOf(v).lengthWritten).isPlace(key, made.length);
  };
  const writtenBefore = (read: Read): Var | null => {
    const node = memory.nodeOf(read.ref);
    const isSame = (w: Write): boolean =>
      w.ref === read.ref &&
      (w.key === read.key ||
        (typeof w.key !== "string" && typeof read.key !== "string" && w.key.literal !== undefined && w.key.literal.value === read.key.literal?.value));
    const mayChange = (i: Instruction): boolean =>
      i.kind === "call" ||
      (i.kind === "raw" && !i.pure) ||
      ((i.kind === "write" || i.kind === "push" || i.kind === "pop") && memory.nodeOf(i.ref) === node) ||
      nestedBlocks(i).some((b) => b.instructions.some(mayChange));
    for (let block = homeOf.get(read), below: Instruction = read; block; ) {
      for (let n = block.instructions.indexOf(below) - 1; n >= 0; n--) {
        const i = block.instructions[n]!;
        if (i.kind === "write" && isSame(i)) return i.value.type.kind === "number" && takes(i) ? i.value : null;
        if (mayChange(i)) return null;
      }
      const outer = around.get(block), inner = block;
      const home = outer?.instructions.find((i) => nestedBlocks(i).includes(inner));
      if (!outer || home?.kind !== "if") return null;
      [block, below] = [outer, home];
    }
    return null;
  };

  const isSteady = (v: Var, loop: Loop, counters: readonly Var[], depth = 6): boolean => {
    if (v.literal || !positions.loopsOf(v).includes(loop) || counters.includes(v)) return true;
    const i = defs.instruction.get(v), level = i ? positions.of(i)?.loops.indexOf(loop) ?? -1 : -1;
    if (!i || depth === 0 || level < 0) return false;
    switch (i.kind) {
      case "apply": return i.args.every((a) => isSteady(a, loop, counters, depth - 1));
      case "length": return !memory.nodeOf(i.ref).lengthWritten && isSteady(i.ref, loop, counters, depth - 1);
      case "read": {
        const node = memory.nodeOf(i.ref);
        if (
          !isOrdinary(v) ||
          (everywhere.length > 0 && isWritten(node, i.key)) ||
          !isSteady(i.ref, loop, counters, depth - 1) ||
          (typeof i.key !== "string" && !isSteady(i.key, loop, counters, depth - 1))
        )
          return false;
        return (writes.get(node) ?? []).every((w) => positions.of(w)?.loops[level] !== loop || !meets(i, i.ref, i.key, w, level));
      }
      default: return false;
    }
  };

  const stable = new Map<Var, boolean>(),
    stableInBlock = new Map<Var, boolean>(),
    kept = new Map<Var, Write | null>(),
    keptInBlock = new Map<Var, Write | null>(),
    writtenTo = new Map<Var, Var | null>();
  return {
    isStable: (out) => {
      let known = stable.get(out);
      if (known === undefined) {
        const i = reads.get(out);
        known = i !== undefined && isOrdinary(out) && holds(i, i.ref, i.key, isReference(out.type));
        stable.set(out, known);
      }
      return known;
    },
    isUntouchedAfter: (at, ref) => {
      const node = memory.nodeOf(ref);
      if (everywhere.length > 0 && node.written) return false;
      return (writes.get(node) ?? []).every((w) => (w.kind === "write" ? !meets(at, ref, null, w) : isBefore(w, at)));
    },
    isStableInBlock: (out) => {
      let known = stableInBlock.get(out);
      if (known === undefined) {
        const i = reads.get(out), block = blocks.get(out)?.block;
        known = i !== undefined && block !== undefined && isOrdinary(out) && positions.of(i)?.inHead === false;
        if (known && block && i) known = staysInBlock(i, block);
        stableInBlock.set(out, known);
      }
      return known;
    },
    writtenBefore: (out) => {
      let known = writtenTo.get(out);
      const i = known === undefined ? reads.get(out) : undefined;
      if (known === undefined) writtenTo.set(out, known = i && out.type.kind === "number" ? writtenBefore(i) : null);
      return known;
    },
    isSteady: (v, param, counters) => {
      const loop = defs.loopOf.get(param);
      return loop !== undefined && isSteady(v, loop, counters);
    },
    keptBy: (value) => {
      let known = kept.get(value);
      if (known === undefined) kept.set(value, known = writtenBeside(value).find((w) => holds(w, w.ref, w.key, true)) ?? null);
      return known;
    },
    keptInBlock: (value) => {
      let known = keptInBlock.get(value);
      if (known === undefined) keptInBlock.set(value, known = writtenBeside(value).find((w) => staysInBlock(w, blocks.get(value)!.block)) ?? null);
      return known;
    },
  };
}

const without = ({ base, keys, distinct, foundAt, part }: Path): Path => ({
  base,
  keys: keys.slice(0, -1),
  distinct: distinct.slice(0, -1),
  foundAt: foundAt.slice(0, -1),
  part,
});

const mayLeave = (i: Instruction): boolean => i.kind === "throw" || isLeft(i);
