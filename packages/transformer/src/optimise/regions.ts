import type { Block, Instruction, IrFunction, Label, Loop, Var } from "../ir/ir.ts";
import { definitions, eachInstruction, nestedBlocks } from "../ir/visit.ts";
import { effectsOf, lengthOf, whole } from "./memory.ts";
import type { Memory } from "./memory.ts";

/** An instruction with the place where it stands. */
export interface Node {
  readonly instruction: Instruction;
  readonly region: Region;
  readonly index: number;
  /** Its nested Blocks, in the order of `nestedBlocks`. */
  readonly nested: readonly Region[];
  /** Of a block: the exits to its label. Of a loop: the exits inside that leave it. */
  readonly exits: Node[];
  /** Of an exit: its block. */
  readonly target: Node | null;
}

/** A Block with the place where it stands. */
export interface Region {
  readonly block: Block;
  /** Null for the body of the function. */
  readonly owner: Node | null;
  readonly nodes: Node[];
  /** The exits that skip what follows an instruction of this Block, with its index; ascending. */
  readonly skips: { readonly index: number; readonly exit: Node }[];
}

/** A function with its nesting made explicit, for passes that look outwards. */
export interface Regions {
  readonly body: Region;
  /** Where each Var is defined; a loop's params at the loop. Parameters and literals are not in it. */
  readonly definitionOf: ReadonlyMap<Var, Node>;
}

/** Linear in the size of the function, plus the depth of each exit. */
export function regions(fn: IrFunction): Regions {
  const definitionOf = new Map<Var, Node>();
  const labels = new Map<Label, Node>();

  const visitBlock = (block: Block, owner: Node | null): Region => {
    const region: Region = { block, owner, nodes: [], skips: [] };
    block.instructions.forEach((instruction, index) => {
      const nested: Region[] = [];
      const target = instruction.kind === "exit" ? labels.get(instruction.target) ?? null : null;
      const node: Node = { instruction, region, index, nested, exits: [], target };
      region.nodes.push(node);
      if (instruction.kind === "block") labels.set(instruction.label, node);
      if (instruction.kind === "exit") visitExit(node);
      definitions(instruction).forEach((v) => definitionOf.set(v, node));
      if (instruction.kind === "loop") instruction.params.forEach((v) => definitionOf.set(v, node));
      for (const b of nestedBlocks(instruction)) nested.push(visitBlock(b, node));
    });
    return region;
  };

  const visitExit = (exit: Node): void => {
    let at = exit.region.owner;
    for (; at && at !== exit.target; at = at.region.owner) {
      if (at.instruction.kind === "loop") at.exits.push(exit);
      at.region.skips.push({ index: at.index, exit });
    }
    at?.exits.push(exit);
  };

  return { body: visitBlock(fn.body, null), definitionOf };
}

/** Whether a node stands inside another, at any depth. */
export function isInside(node: Node, outer: Node): boolean {
  for (let at: Node | null = node; at; at = at.region.owner) if (at === outer) return true;
  return false;
}

/**
 * Whether a loop ends whatever happens in it: a param steps by a literal towards a bound that stays. A bound of Infinity is the user's
 * endless loop, and dropping that is no harm.
 */
export function isCounted(node: Node, loop: Loop, definitionOf: ReadonlyMap<Var, Node>, mem: Memory): boolean {
  const condition = loop.condition && definitionOf.get(loop.condition)?.instruction;
  if (condition?.kind !== "apply") return false;
  const [left, right] = condition.args;
  if (!left || !right) return false;
  const stays = (v: Var): boolean => {
    const at = definitionOf.get(v);
    if (v.literal || !at || !isInside(at, node)) return true;
    // A length in the head is taken again on every trip, and a body that pushes as fast as it counts never ends.
    return at.instruction.kind === "length" && at.region.block === loop.head && !resizes(loop, at.instruction.ref, mem);
  };
  const step = (v: Var): number => {
    const k = loop.params.indexOf(v), next = loop.body.yields[k];
    const by = next && definitionOf.get(next)?.instruction;
    if (k < 0 || by?.kind !== "apply") return 0;
    const [a, b] = by.args;
    const amount = a === v ? b?.literal?.value : by.op === "+" && b === v ? a?.literal?.value : undefined;
    if (typeof amount !== "number") return 0;
    return by.op === "+" ? amount : by.op === "-" ? -amount : 0;
  };
  switch (condition.op) {
    case "<": case "<=": return (stays(right) && step(left) > 0) || (stays(left) && step(right) < 0);
    case ">": case ">=": return (stays(right) && step(left) < 0) || (stays(left) && step(right) > 0);
    default: return false;
  }
}

function resizes(loop: Loop, ref: Var, mem: Memory): boolean {
  const elements = lengthOf(ref, mem), group = whole(mem.groupOf(ref));
  let found = false;
  eachInstruction(loop.body, (i) => { found ||= effectsOf(i, mem).some((e) => e === elements || e === group); });
  return found;
}
