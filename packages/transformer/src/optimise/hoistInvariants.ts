import type { Block, Instruction, IrFunction, Loop, Var } from "../ir/ir.ts";
import { isMatrixOperation } from "../ir/build.ts";
import { bindings } from "../ir/verify.ts";
import { definitions, eachInstruction, mapNested, operands, substitute } from "../ir/visit.ts";
import { cost } from "./cost.ts";
import { effectsOf, isReference, isSpread, lengthOf, memory, placeOf, whole } from "./memory.ts";
import type { Memory } from "./memory.ts";

/**
 * Moves out of loops what every trip would compute again.
 *
 * Requires  verified IR.
 * Ensures   an operation at the top of the body of a reverse loop, and a derivative's operation in any loop, has an operand that changes with the
 *           trip, unless it is too cheap to deserve a line of its own; what the user wrote in their own loops stays there.
 *           Tapes addressed by index are made once for all trips.
 * Method    inner loops first, so that what leaves one may leave the next; an expression leaves with the lengths and reads it needs. Only what
 *           cannot throw is moved, since a loop may have no trips.
 */
export function hoistInvariants(fn: IrFunction): IrFunction {
  const state: State = { memory: memory(fn), solid: new Set(), ordered: orderedTapes(fn) };
  for (const p of fn.parameters) if (!p.optional) bindings(p.pattern).filter((v) => v.type.kind !== "optional").forEach((v) => state.solid.add(v));
  const body = visit(fn.body, state);
  return body === fn.body ? fn : { ...fn, body };
}

interface State {
  readonly memory: Memory;
  /** References that certainly are objects: not an element of an array, which may be missing. */
  readonly solid: Set<Var>;
  /** Tapes that are pushed and popped, or that tell a number of trips. */
  readonly ordered: ReadonlySet<Var>;
}

function orderedTapes(fn: IrFunction): ReadonlySet<Var> {
  const found = new Set<Var>();
  eachInstruction(fn.body, (i) => {
    if (i.kind === "tapeRecord" || i.kind === "tapeRecall") { if (!i.index) found.add(i.tape); }
    else if (i.kind !== "tape") for (const v of operands(i)) if (v.type.kind === "tape") found.add(v);
  });
  return found;
}

/** Below this an expression is said again rather than given a line. */
const worthALine = 2;
/** The same for places in memory, which read well where they are used: `tape[k * row + j]`. */
const worthALineAsPlace = 4;

function visit(block: Block, state: State): Block {
  const instructions: Instruction[] = [];
  for (const i of block.instructions) {
    if (i.kind === "array" || i.kind === "record" || i.kind === "allocate" || i.kind === "copy" || i.kind === "view" || i.kind === "zeros")
      state.solid.add(i.out);
    const inner = mapNested(i, (b) => visit(b, state));
    if (inner.kind === "loop") instructions.push(...hoisted(inner, state));
    else instructions.push(inner);
  }
  const same = instructions.length === block.instructions.length && instructions.every((i, k) => i === block.instructions[k]);
  return same ? block : { ...block, instructions };
}

/** The loop, after what leaves it. */
function hoisted(loop: Loop, state: State): readonly Instruction[] {
  const changing = new Set<Var>(loop.params);
  const invariant = new Map<Var, Instruction>(), costs = new Map<Var, number>();
  let effects: ReadonlySet<string> | null = null;
  const isStable = (place: string, group: string): boolean => {
    effects ??= effectsIn(loop.body, state.memory);
    return !effects.has(place) && !effects.has(group);
  };
  for (const i of loop.body.instructions) {
    const canMove = isMovable(i, loop, state, isStable) && operands(i).every((v) => !changing.has(v));
    if (canMove) {
      for (const out of definitions(i)) {
        invariant.set(out, i);
        costs.set(out, ownCost(i) + operands(i).reduce((sum, v) => sum + (costs.get(v) ?? 0), 0));
      }
    } else definitions(i).forEach((v) => changing.add(v));
  }
  const leaving = new Set<Instruction>();
  for (const i of [...invariant.values()].reverse()) {
    const isRoot = definitions(i).some((v) => (costs.get(v) ?? 0) >= (v.type.kind === "integer" ? worthALineAsPlace : worthALine));
    if (!isRoot && !leaving.has(i)) continue;
    leaving.add(i);
    for (const v of operands(i)) {
      const operand = invariant.get(v);
      if (operand) leaving.add(operand);
    }
  }
  if (leaving.size === 0) return [loop];
  const { out, same } = onlyOnce(loop.body.instructions.filter((i) => leaving.has(i)));
  const kept = loop.body.instructions.filter((i) => !leaving.has(i));
  const body: Block = { ...loop.body, instructions: kept };
  return [...out, { ...loop, body: same.size === 0 ? body : substitute(body, (v) => same.get(v) ?? v) }];
}

/** Places in memory are said again where they are used, but they leave a loop once. */
function onlyOnce(leaving: readonly Instruction[]): { readonly out: readonly Instruction[]; readonly same: ReadonlyMap<Var, Var> } {
  const known = new Map<string, Var>(), same = new Map<Var, Var>();
  const nameOf = (v: Var): string => (v.literal ? `=${String(v.literal.value)}` : String((same.get(v) ?? v).id));
  const out = leaving.filter((i) => {
    if (i.kind !== "apply" || i.out.type.kind !== "integer" || i.out.name !== null) return true;
    const key = `${i.op} ${i.args.map(nameOf).join(" ")}`, earlier = known.get(key);
    if (earlier) same.set(i.out, earlier); else known.set(key, i.out);
    return !earlier;
  });
  const replaced = same.size === 0 ? out : substitute({ instructions: out, yields: [], dead: false }, (v) => same.get(v) ?? v).instructions;
  return { out: replaced, same };
}

function isMovable(i: Instruction, loop: Loop, { memory: mem, solid, ordered }: State, isStable: (place: string, group: string) => boolean): boolean {
  const isReverse = loop.form === "reverse";
  switch (i.kind) {
    // What is made in a trip may be added to there, and a matrix operation may throw. A place without a statement is ours, though it must not be taken apart.
    case "apply":
      return (isReverse || i.free === true || (i.origin.statement === null && i.out.type.kind === "integer")) && !isSpread(i) && !isMatrixOperation(i.op);
    // One tape serves all trips: what a trip reads on it, it has written.
    case "tape":
      return !ordered.has(i.tape);
    case "view":
      return isReverse && solid.has(i.ref);
    case "length":
      return solid.has(i.ref) && isStable(lengthOf(i.ref, mem), whole(mem.groupOf(i.ref)));
    case "read":
      return isReverse && solid.has(i.ref) && !isReference(i.out.type) && isStable(placeOf(i.ref, i.key, mem), whole(mem.groupOf(i.ref)));
    default:
      return false;
  }
}

/** A length is free: it leaves only with an expression that needs it. */
const ownCost = (i: Instruction): number => (i.kind === "length" ? 0 : i.kind === "tape" ? worthALine : cost(i));

function effectsIn(block: Block, mem: Memory): ReadonlySet<string> {
  const effects = new Set<string>();
  eachInstruction(block, (i) => effectsOf(i, mem).forEach((e) => effects.add(e)));
  return effects;
}
