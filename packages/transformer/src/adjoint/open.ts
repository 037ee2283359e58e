import { nestedBlocks } from "../ir/visit.ts";
import { makeBlock } from "../ir/build.ts";
import type { Block, Instruction, Label, Var } from "../ir/ir.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import { isActive, own } from "./state.ts";
import { leaves, reverseInstruction } from "./reverse.ts";
import { fuseLoop } from "./fuse.ts";

/** A forward instruction that has been executed on the way to a leaf, and the list it stands in. */
export interface Step { readonly instruction: Instruction; readonly list: Instruction[] }

/** How an open sequence ends. */
export interface Terminal {
  /** The block whose exits are ends too, or null. */
  readonly label: Label | null;
  /** At each end: seeds the adjoints, has the trail reversed, and leaves. `values` are those of the exit or the yields. */
  finish(scope: Scope, values: readonly Var[], trail: readonly Step[], byExit: boolean): void;
}

/**
 * Writes forward instructions into `scope` and, at every end of the sequence, the reverse of what led there. Everything executed on the
 * way is still visible at the end, so nothing has to be recorded; an early return has its own short tail.
 *
 * Requires  canOpen(block, label).
 */
export function openBlock(block: Block, scope: Scope, trail: readonly Step[], terminal: Terminal): void {
  const path = [...trail];
  const list = scope.instructions;
  scope.isOpen = true;
  for (const i of block.instructions) {
    if (i.kind === "exit" && i.target === terminal.label) { terminal.finish(scope, i.values, path, true); return; }
    if (i.kind === "if" && leavesTo(i, terminal.label)) {
      const arms = [i.then, i.else].map((arm) => {
        const s = scope.nested(i.origin);
        if (!arm.dead) return arm;
        openBlock(arm, s, path, terminal);
        return makeBlock(s.instructions);
      }) as [Block, Block];
      scope.builder.emit({ ...i, then: arms[0], else: arms[1], outs: [] });
      if (arms[0].dead && arms[1].dead) return;
      continue;
    }
    scope.builder.emit(i);
    path.push({ instruction: i, list });
    if (i.kind === "throw") return;
  }
  if (!block.dead) terminal.finish(scope, block.yields, path, false);
}

/** Says that the adjoints of what led to an end are declared there. */
export function ownTrail(r: ReverseState, trail: readonly Step[], scope: Scope): void {
  for (const { instruction } of trail) own(r, instruction, scope);
}

/** Reverses what led to an end, from last to first; loops whose adjoints are known beforehand are fused with their reverse. */
export function reverseTrail(r: ReverseState, trail: readonly Step[], scope: Scope): void {
  for (let n = trail.length - 1; n >= 0; n--) {
    const { instruction, list } = trail[n]!;
    if (instruction.kind === "loop" && list === scope.instructions && fuseLoop(r, instruction, scope, trail.slice(n + 1))) continue;
    reverseInstruction(r, instruction, scope);
  }
}

const holdsExit = (b: Block, label: Label): boolean => b.instructions.some((i) => exitCount(i, label) > 0);

function leavesTo(i: Instruction, label: Label | null): boolean {
  return label !== null && exitCount(i, label) > 0;
}

function exitCount(i: Instruction, label: Label): number {
  if (i.kind === "exit") return i.target === label ? 1 : 0;
  return nestedBlocks(i).reduce((n, b) => n + b.instructions.reduce((m, j) => m + exitCount(j, label), 0), 0);
}

/** How much text an early end may repeat: active instructions of the shared way, over all ends. */
const repetitionLimit = 30;

/**
 * Whether a sequence can be written with a reverse at each of its ends: every exit stands in a plain `if`, goes to `label`, and what
 * the ends share is short. An end that carries nothing active repeats nothing.
 */
export function canOpen(r: ReverseState, block: Block, label: Label | null): boolean {
  let repeated = 0;
  const visit = (b: Block, shared: number): boolean => {
    let way = shared;
    for (const i of b.instructions) {
      if (i.kind === "exit") {
        if (i.target !== label) return false;
        if (i.values.some((v) => isActive(r, v))) repeated += way;
        continue;
      }
      if (i.kind === "if" && label && leavesTo(i, label)) {
        for (const arm of [i.then, i.else]) if (arm.dead ? !visit(arm, way) : holdsExit(arm, label)) return false;
        continue;
      }
      if (i.kind !== "throw" && leaves(i)) return false;
      way += weight(r, i);
    }
    return true;
  };
  if (!visit(block, 0)) return false;
  // The last end is the one that would be there anyway.
  return repeated <= repetitionLimit;
}

/** The active instructions in an instruction; a loop counts as too many. */
function weight(r: ReverseState, i: Instruction): number {
  if ("out" in i && i.out) return isActive(r, i.out) ? 1 : 0;
  if (i.kind === "loop") return loopIsActive(r, i) ? repetitionLimit + 1 : 0;
  return nestedBlocks(i).reduce((n, b) => n + b.instructions.reduce((m, j) => m + weight(r, j), 0), 0);
}

function loopIsActive(r: ReverseState, i: Instruction): boolean {
  return nestedBlocks(i).some((b) => b.instructions.some((j) => ("out" in j && j.out && isActive(r, j.out)) || loopIsActive(r, j)));
}
