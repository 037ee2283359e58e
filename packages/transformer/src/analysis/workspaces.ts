import type { Allocate, Block, Instruction, IrFunction, Length, Loop, Var } from "../ir/ir.ts";
import { isLeft } from "../ir/exits.ts";
import { eachInstruction, mapNested, nestedBlocks, operands } from "../ir/visit.ts";
import type { Aliases } from "./aliases.ts";
import { boundOf, definitionsIn, type Definitions } from "./loops.ts";
import { Later, positionsIn, type Positions } from "./subscripts.ts";

/**
 * Arrays that a loop fills anew in each trip before it reads them, and that nothing else sees, are made in the trip:
 *
 *     w = allocate n                           loop (k = 0) while k < m {
 *     loop (k = 0) while k < m {                 w = allocate n workspace
 *       loop (i = 0) while i < n { w[i] = … }    loop (i = 0) while i < n { w[i] = … }
 *       … w[j] …                                 … w[j] …
 *     }                                        }
 *
 * No trip then reads what another left, so it may be reversed at once, or run again.
 *
 * Requires  aliases of a module with this root.
 * Ensures   the same values and effects; null if there is no such array.
 */
export function sinkWorkspaces(fn: IrFunction, memory: Aliases): IrFunction | null {
  const defs = definitionsIn(fn.body), positions = positionsIn(fn.body);
  const moved = new Map<Loop, Allocate[]>(), gone = new Set<Instruction>();
  const isSized = ({ out, hollow }: Allocate): boolean => out.type.kind === "array" && out.type.element.kind === "number" && !hollow
    && (out.type.constructorName !== "Array" || (!memory.nodeOf(out).lengthWritten && !memory.nodeOf(out).outgrown));
  const look = (b: Block): void => {
    b.instructions.forEach((i, n) => {
      nestedBlocks(i).forEach(look);
      if (i.kind !== "allocate" || !isSized(i)) return;
      const users = b.instructions.slice(n + 1).filter((j) => mentions(j, i.out)), [loop] = users;
      if (users.length !== 1 || loop?.kind !== "loop" || b.yields.includes(i.out) || !isTrip(loop, i.out)) return;
      if (!new Coverage(i, defs, positions, memory).holds(loop)) return;
      moved.set(loop, [...(moved.get(loop) ?? []), i]);
      gone.add(i);
    });
  };
  look(fn.body);
  if (moved.size === 0) return null;
  const rebuild = (b: Block): Block => ({
    ...b,
    instructions: b.instructions.filter((i) => !gone.has(i)).map((i) => {
      const inner = mapNested(i, rebuild), made = i.kind === "loop" ? moved.get(i) : undefined;
      if (!made || inner.kind !== "loop") return inner;
      return { ...inner, body: { ...inner.body, instructions: [...made.map((a) => ({ ...a, workspace: true as const })), ...inner.body.instructions] } };
    }),
  });
  return { ...fn, body: rebuild(fn.body) };
}

/**
 * Makes workspaces once, before the loops whose trips use them one after the other: each trip writes before it reads, and the reverse of a
 * write clears the shadow. Null where one is kept beyond its trip.
 */
export function hoistWorkspaces(body: Block): Block | null {
  let kept = false;
  const visit = (b: Block): Block => {
    const instructions: Instruction[] = [];
    for (const each of b.instructions) {
      const i = mapNested(each, visit);
      if (i.kind !== "loop") { instructions.push(i); continue; }
      const inside = new Set(i.params);
      i.body.instructions.forEach((j) => { if ("out" in j && j.out) inside.add(j.out); if ("outs" in j) j.outs.forEach((o) => inside.add(o)); });
      const made = i.body.instructions.filter((j) => j.kind === "allocate" && j.workspace === true);
      if (made.some((j) => j.kind === "allocate" && (inside.has(j.length) || !isOnlyRead(i.body, j.out)))) kept = true;
      instructions.push(...made, made.length === 0 ? i : { ...i, body: { ...i.body, instructions: i.body.instructions.filter((j) => !made.includes(j)) } });
    }
    return { ...b, instructions };
  };
  const visited = visit(body);
  return kept ? null : visited;
}

/** Whether the elements of an array are used, and never the array itself. */
function isOnlyRead(block: Block, ref: Var): boolean {
  let only = !block.yields.includes(ref);
  eachInstruction(block, (i) => {
    const asRef =
      (i.kind === "read" || i.kind === "write" || i.kind === "length" || i.kind === "addTo" || i.kind === "takeFrom") &&
      i.ref === ref &&
      !(i.kind === "write" && i.value === ref)
        ? 1
        : 0;
    if (operands(i).filter((v) => v === ref).length !== asRef || nestedBlocks(i).some((b) => b.yields.includes(ref))) only = false;
  });
  return only;
}

const mentions = (i: Instruction, v: Var): boolean =>
  operands(i).includes(v) || nestedBlocks(i).some((b) => b.yields.includes(v) || b.instructions.some((j) => mentions(j, v)));

/** A loop that is not left, in whose trips the elements of an array are used, but not where it is decided whether there is one more. */
const isTrip = (loop: Loop, array: Var): boolean =>
  loop.condition !== null &&
  !loop.body.dead &&
  loop.form !== "pieces" &&
  !isLeft(loop) &&
  !loop.inits.includes(array) &&
  !loop.head.instructions.some((j) => mentions(j, array)) &&
  isOnlyRead(loop.body, array);

/** Elements from one subscript up to another, which is none of them unless `inclusive`. */
interface Range { readonly from: Var; readonly to: Var; readonly inclusive: boolean }
interface Covered { readonly keys: Set<Var>; readonly ranges: Range[]; whole: boolean }

/** Walks a trip in the order of the program and knows which elements of an array it has written. */
class Coverage {
  private readonly array: Allocate;
  private readonly defs: Definitions;
  private readonly positions: Positions;
  private readonly isStableLength: (ref: Var) => boolean;

  constructor(array: Allocate, defs: Definitions, positions: Positions, memory: Aliases) {
    this.array = array;
    this.defs = defs;
    this.positions = positions;
    this.isStableLength = (ref) => !memory.nodeOf(ref).lengthWritten;
  }

  /** Whether each element that a trip reads was written in it before. */
  holds(loop: Loop): boolean {
    return this.walk(loop.body, { keys: new Set(), ranges: [], whole: false });
  }

  private walk(block: Block, covered: Covered): boolean {
    const inside = (): Covered => ({ keys: new Set(covered.keys), ranges: [...covered.ranges], whole: covered.whole });
    return block.instructions.every((i) => {
      if (i.kind === "read" && i.ref === this.array.out) return this.isCovered(i, i.key, covered);
      if (i.kind === "write" && i.ref === this.array.out && typeof i.key !== "string") covered.keys.add(i.key);
      if (i.kind !== "loop") return nestedBlocks(i).every((b) => this.walk(b, inside()));
      const filled = this.filledBy(i);
      const trip = inside();
      if (filled?.up) trip.ranges.push({ from: filled.range.from, to: filled.counter, inclusive: false });
      if (!this.walk(i.head, inside()) || !this.walk(i.body, trip)) return false;
      if (filled) covered.ranges.push(filled.range);
      if (filled && this.isAll(i, filled.range)) covered.whole = true;
      return true;
    });
  }

  private isCovered(read: Instruction, key: Var | string, covered: Covered): boolean {
    if (typeof key === "string") return false;
    if (covered.whole || covered.keys.has(key) || (key.literal && [...covered.keys].some((k) => k.literal?.value === key.literal?.value))) return true;
    const here = this.later(read);
    return here !== null && covered.ranges.some(({ from, to, inclusive }) => here.isWithin(key, from, to, inclusive));
  }

  /** The elements that a loop writes for certain, one in each trip. */
  private filledBy(loop: Loop): { readonly range: Range; readonly counter: Var; readonly up: boolean } | null {
    if (loop.body.dead || isLeft(loop)) return null;
    const bound = boundOf(loop, this.defs, this.isStableLength);
    if (!bound) return null;
    const { induction: { param, init }, limit, inclusive, down } = bound;
    if (!loop.body.instructions.some((i) => i.kind === "write" && i.ref === this.array.out && i.key === param)) return null;
    if (!down) return { range: { from: init, to: limit, inclusive }, counter: param, up: true };
    return inclusive ? { range: { from: limit, to: init, inclusive: true }, counter: param, up: false } : null;
  }

  /** Whether a range reaches from the first element to the last. */
  private isAll(loop: Loop, { from, to, inclusive }: Range): boolean {
    if (from.literal?.value !== 0) return false;
    if (to === this.array.length) return true;
    const length = this.defs.instruction.get(to) as Length | undefined;
    if (length?.kind === "length" && length.ref === this.array.out) return true;
    return this.later(loop)?.isAtMost(this.array.length, to, inclusive) === true;
  }

  /** What is known of subscripts in one trip of all the loops around an instruction. */
  private later(i: Instruction): Later | null {
    const at = this.positions.of(i);
    return at ? new Later(this.defs, this.positions, at.loops, at.loops.length, this.isStableLength) : null;
  }
}
