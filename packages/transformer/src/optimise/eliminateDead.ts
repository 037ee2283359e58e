import type { Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { makeBlock } from "../ir/build.ts";
import { operands } from "../ir/visit.ts";
import { isSpread, memory } from "./memory.ts";
import type { Group, Memory } from "./memory.ts";
import { isCounted, regions } from "./regions.ts";
import type { Node, Region } from "./regions.ts";

/**
 * Removes instructions whose results nothing reads.
 *
 * Requires  verified IR.
 * Ensures   every remaining value is needed by the result, an effect, or the way there; calls, impure text, `throw` and `return` remain, and
 *           loops that may not end; outs, params, yields, inits and exit values vanish together. Records on a tape nobody recalls, additions to
 *           an accumulator nobody reads, and stores to memory of this function that nobody reads, vanish.
 * Method    mark from effects and the result; an exit is needed exactly if something it skips is. Then sweep. Linear.
 * Source    Cytron et al., Efficiently computing static single assignment form, TOPLAS 1991, §7.1 (dead code with control dependence).
 */
export function eliminateDead(fn: IrFunction): IrFunction {
  const { body, definitionOf } = regions(fn);
  const marks: Marks = {
    definitionOf, memory: memory(fn), vars: new Set(), nodes: new Set(), groups: new Set(), accumulators: new Set(), skipped: new Map(),
    stores: new Map(), additions: new Map(), work: [],
  };
  collect(marks, body);
  fn.body.yields.forEach((v) => markVar(marks, v));
  for (let node = marks.work.pop(); node; node = marks.work.pop()) follow(marks, node);
  const swept = sweep(marks, body);
  return swept === fn.body ? fn : { ...fn, body: swept };
}

interface Marks {
  readonly definitionOf: ReadonlyMap<Var, Node>;
  readonly memory: Memory;
  readonly vars: Set<Var>;
  readonly nodes: Set<Node>;
  /** Groups of memory and accumulators that something live reads. */
  readonly groups: Set<Group>;
  readonly accumulators: Set<Var>;
  /** How many of the skips of a Block are marked. */
  readonly skipped: Map<Region, number>;
  /** What changes a group, an accumulator: live if that is read. */
  readonly stores: Map<Group, Node[]>;
  readonly additions: Map<Var, Node[]>;
  readonly work: Node[];
}

/** Marks what is live by itself and files what is live on account of another. */
function collect(marks: Marks, region: Region): void {
  for (const node of region.nodes) {
    const i = node.instruction;
    switch (i.kind) {
      case "call": case "throw": case "return": markNode(marks, node); break;
      case "raw": if (!i.pure) markNode(marks, node); break;
      case "loop": if (!isCounted(node, i, marks.definitionOf, marks.memory)) markNode(marks, node); break;
      case "write": case "addTo": case "takeFrom": case "push": case "pop": store(marks, i.ref, node); break;
      case "tapeRecord": store(marks, i.tape, node); break;
      case "tapeRecall": if (!i.index) store(marks, i.tape, node); break;
      case "declare": case "add": case "take": file(marks.additions, i.accumulator, node); break;
      default: break;
    }
    for (const nested of node.nested) collect(marks, nested);
  }
}

function store(marks: Marks, ref: Var, node: Node): void {
  const group = marks.memory.groupOf(ref);
  if (group.isExternal || group.isReturned) markNode(marks, node);
  else file(marks.stores, group, node);
}

function file<K>(map: Map<K, Node[]>, key: K, node: Node): void {
  const nodes = map.get(key);
  if (nodes) nodes.push(node);
  else map.set(key, [node]);
}

function markNode(marks: Marks, node: Node): void {
  if (marks.nodes.has(node)) return;
  marks.nodes.add(node);
  marks.work.push(node);
}

/** A live instruction needs what holds it, what could skip it, and its operands. */
function follow(marks: Marks, node: Node): void {
  const { instruction: i, region } = node;
  if (region.owner) markNode(marks, region.owner);
  let next = marks.skipped.get(region) ?? 0;
  for (let skip = region.skips[next]; skip && skip.index < node.index; skip = region.skips[++next]) markNode(marks, skip.exit);
  marks.skipped.set(region, next);
  switch (i.kind) {
    case "if": markVar(marks, i.condition); return;
    case "loop":
      if (i.condition) markVar(marks, i.condition);
      node.exits.forEach((exit) => markNode(marks, exit));
      return;
    case "exit": if (node.target) markNode(marks, node.target); return;
    case "block": return;
    case "apply":
      i.gate?.args.forEach((v) => markVar(marks, v));
      if (isSpread(i)) i.args.forEach((v) => readGroup(marks, v));
      break;
    case "read": case "length": case "copy": case "takeFrom": case "pop": readGroup(marks, i.ref); break;
    case "zeros": readGroup(marks, i.like); break;
    case "tapeRecall": case "tapeLength": readGroup(marks, i.tape); break;
    case "get": case "take": readAccumulator(marks, i.accumulator); return;
    default: break;
  }
  operands(i).forEach((v) => { if (!v.accumulator) markVar(marks, v); });
}

function readGroup(marks: Marks, ref: Var): void {
  const group = marks.memory.groupOf(ref);
  if (marks.groups.has(group)) return;
  marks.groups.add(group);
  marks.stores.get(group)?.forEach((node) => markNode(marks, node));
}

function readAccumulator(marks: Marks, accumulator: Var): void {
  if (marks.accumulators.has(accumulator)) return;
  marks.accumulators.add(accumulator);
  marks.additions.get(accumulator)?.forEach((node) => markNode(marks, node));
}

/** A live value needs its definition; one that a construct hands out needs its sources there. */
function markVar(marks: Marks, v: Var): void {
  if (v.literal || marks.vars.has(v)) return;
  marks.vars.add(v);
  const node = marks.definitionOf.get(v);
  if (!node) return;
  markNode(marks, node);
  const i = node.instruction;
  const mark = (source: Var | undefined): void => { if (source) markVar(marks, source); };
  switch (i.kind) {
    case "if": { const k = i.outs.indexOf(v); mark(i.then.yields[k]); mark(i.else.yields[k]); return; }
    case "loop": {
      const k = i.outs.indexOf(v), p = i.params.indexOf(v);
      if (k >= 0) mark(i.params[k]);
      else { mark(i.inits[p]); mark(i.body.yields[p]); }
      return;
    }
    case "block": {
      const k = i.outs.indexOf(v);
      mark(i.body.yields[k]);
      for (const exit of node.exits) {
        markNode(marks, exit);
        if (exit.instruction.kind === "exit") mark(exit.instruction.values[k]);
      }
      return;
    }
    default: return;
  }
}

// ---------------------------------------------------------------- sweep

/** The Block with what is live; the same object if all of it is. `keep` says which of its yields are read. */
function sweep(marks: Marks, region: Region, keep: (k: number) => boolean = () => true): Block {
  const { block } = region;
  const instructions: Instruction[] = [];
  for (const node of region.nodes) {
    if (node.instruction.kind === "heading") instructions.push(node.instruction);
    else if (marks.nodes.has(node)) instructions.push(rebuild(marks, node));
  }
  const headed = instructions.filter((i, k) => i.kind !== "heading" || hasContent(instructions[k + 1]));
  const yields = block.yields.filter((_, k) => keep(k));
  const same = headed.length === block.instructions.length && yields.length === block.yields.length
    && headed.every((i, k) => i === block.instructions[k]);
  return same ? block : makeBlock(headed, yields);
}

/** A heading over nothing, or over a mere `return`, tells the reader nothing. */
const hasContent = (next: Instruction | undefined): boolean => next !== undefined && next.kind !== "heading" && next.kind !== "return";

function rebuild(marks: Marks, node: Node): Instruction {
  const i = node.instruction;
  const live = (v: Var | undefined): boolean => v !== undefined && marks.vars.has(v);
  const [first, second] = node.nested;
  switch (i.kind) {
    case "if": {
      if (!first || !second) return i;
      const keep = (k: number): boolean => live(i.outs[k]);
      const then = sweep(marks, first, keep), otherwise = sweep(marks, second, keep);
      const outs = i.outs.filter(live);
      return then === i.then && otherwise === i.else && outs.length === i.outs.length ? i : { ...i, then, else: otherwise, outs };
    }
    case "loop": {
      if (!first || !second) return i;
      const keep = (k: number): boolean => live(i.params[k]);
      const head = sweep(marks, first), body = sweep(marks, second, keep);
      if (i.params.every(live)) return head === i.head && body === i.body ? i : { ...i, head, body };
      const kept = (vs: readonly Var[]): readonly Var[] => vs.filter((_, k) => keep(k));
      return { ...i, params: kept(i.params), inits: kept(i.inits), outs: kept(i.outs), head, body };
    }
    case "block": {
      if (!first) return i;
      const body = sweep(marks, first, (k) => live(i.outs[k]));
      const outs = i.outs.filter(live);
      return body === i.body && outs.length === i.outs.length ? i : { ...i, body, outs };
    }
    case "exit": {
      const target = node.target?.instruction;
      if (target?.kind !== "block" || target.outs.every(live)) return i;
      return { ...i, values: i.values.filter((_, k) => live(target.outs[k])) };
    }
    default: return i;
  }
}
