import type { Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { idsOf, literalVar } from "../ir/build.ts";
import { eachInstruction, mapNested, nestedBlocks, substitute } from "../ir/visit.ts";

/**
 * Makes plain values of accumulators that always come back to what they began with: each `t = take dx` is followed, on every way,
 * by one `add dx, t`. That is what the adjoint of a sum looks like in the trips that add to the sum.
 *
 * Requires  verified IR.
 * Ensures   `take` and `get` of such an accumulator are its first value; its instructions are gone.
 * Method    for each accumulator a walk that knows whether it is whole or taken (and as what); any doubt leaves it alone.
 */
export function steadyAccumulators(fn: IrFunction): IrFunction {
  const inits = new Map<Var, Var | null>(), taken = new Set<Var>(), added = new Set<Var>(), homes = new Map<Var, Block>();
  const copies = new Map<Var, Var>();
  eachInstruction(fn.body, (i, block) => {
    if (i.kind === "declare") { inits.set(i.accumulator, i.init); homes.set(i.accumulator, block); }
    if (i.kind === "take") taken.add(i.accumulator);
    if (i.kind === "add") added.add(i.accumulator);
    if (i.kind === "get") copies.set(i.out, i.accumulator);
  });
  if (taken.size === 0) return fn;
  /** Through names for what has been taken: `dt = t`. */
  const source = (v: Var): Var => {
    const accumulator = copies.get(v), init = accumulator && !added.has(accumulator) && !taken.has(accumulator) ? inits.get(accumulator) : null;
    return init ? source(init) : v;
  };
  const steady = new Set<Var>();
  for (const accumulator of taken) {
    const home = homes.get(accumulator);
    if (accumulator.type.kind === "matrix" && !inits.get(accumulator)) continue;
    if (home && walk(home, accumulator, null, source) === null) steady.add(accumulator);
  }
  if (steady.size === 0) return fn;
  const ids = idsOf(fn), values = new Map<Var, Var>();
  const rebuild = (block: Block): Block => {
    const instructions = block.instructions.flatMap((i): readonly Instruction[] => {
      if ((i.kind === "declare" || i.kind === "add") && steady.has(i.accumulator)) return [];
      if ((i.kind === "get" || i.kind === "take") && steady.has(i.accumulator)) {
        values.set(i.out, inits.get(i.accumulator) ?? literalVar(ids, 0));
        return [];
      }
      return [mapNested(i, rebuild)];
    });
    return { ...block, instructions };
  };
  const body = rebuild(fn.body);
  const use = (v: Var): Var => { let last = v; for (let next = values.get(last); next; next = values.get(last)) last = next; return last; };
  return { ...fn, body: substitute(body, use), nextId: ids.next };
}

/** What the accumulator was taken as, or null if it is whole; undefined: unknown. */
type State = Var | null | undefined;

type Source = (v: Var) => Var;

function walk(block: Block, accumulator: Var, start: Var | null, source: Source): State {
  let state: State = start;
  for (const i of block.instructions) {
    state = step(i, accumulator, state, source);
    if (state === undefined) return undefined;
  }
  return state;
}

function step(i: Instruction, accumulator: Var, state: Var | null, source: Source): State {
  switch (i.kind) {
    case "take": return i.accumulator !== accumulator ? state : state === null ? i.out : undefined;
    case "add": return i.accumulator !== accumulator ? state : state !== null && source(i.value) === state ? null : undefined;
    case "get": return i.accumulator === accumulator && state !== null ? undefined : state;
    // Where control goes elsewhere it must find the accumulator whole.
    case "exit": case "return": return state === null ? null : undefined;
    case "if": {
      const [a, b] = [i.then, i.else].map((arm) => ({ dead: arm.dead, end: walk(arm, accumulator, state, source) }));
      if (!a || !b || a.end === undefined || b.end === undefined) return undefined;
      if (a.dead) return b.end;
      return b.dead || a.end === b.end ? a.end : undefined;
    }
    default:
      for (const nested of nestedBlocks(i)) if (walk(nested, accumulator, state, source) !== state) return undefined;
      return state;
  }
}
