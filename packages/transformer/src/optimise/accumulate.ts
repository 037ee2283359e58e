import type { Add, Block, Declare, Get, Instruction, IrFunction, Take, Var } from "../ir/ir.ts";
import { Builder, idsOf, literalVar } from "../ir/build.ts";
import { mapNested, nestedBlocks, renameBlock } from "../ir/visit.ts";

/**
 * Makes plain values of accumulators that do not accumulate.
 *
 *     declare dx;  …  add dx, v;  …  t = get dx        t is v, under the name dx       one addition, unconditional
 *     declare dx;  …  t = take dx                      t is 0                          nothing added yet
 *     declare dx;  …  add dx, v;  for … add dx, w      declare dx = v;  for …          the first addition begins it
 *     add dx, v;  add dx, v                            add dx, 2 * v
 *
 * Requires  verified IR.
 * Ensures   adds of literal zeros are gone. An accumulator whose only value has a name already (`const dsigx = dden`) stays, as a
 *           declaration with that value: its name tells the reader more than the saved line.
 * Method    one walk that knows the value of an accumulator from its declaration to the first construct that changes it. Linear.
 */
export function accumulate(fn: IrFunction): IrFunction {
  const state: State = {
    ids: idsOf(fn), facts: new Map(), temporaries: new Set(), values: new Map(), lastAdd: new Map(),
    replaced: new Map(), renamed: new Map(), dropped: new Set(), begun: new Map(), doubled: new Map(), changed: false,
  };
  learn(fn.body, [], state);
  plan(fn.body, state);
  if (!state.changed) return fn;
  const use = (v: Var): Var => {
    let last = v;
    for (let next = state.replaced.get(last); next; next = state.replaced.get(last)) last = next;
    return state.renamed.get(last) ?? last;
  };
  const body = renameBlock(rebuild(fn.body, state), { use, define: (v) => state.renamed.get(v) ?? v, label: (l) => l });
  return { ...fn, body, nextId: state.ids.next };
}

/** What the whole function does with an accumulator. */
interface Facts {
  readonly declare: Declare;
  readonly block: Block;
  /** Additions of something, and takes, in its own Block and in nested ones. */
  adds: number;
  takes: number;
  /** The first construct of its own Block that adds or takes inside. */
  firstNested: Instruction | null;
}

interface State {
  readonly ids: { next: number };
  readonly facts: Map<Var, Facts>;
  /** Nameless values of derivatives: they may take the name of an accumulator. */
  readonly temporaries: Set<Var>;
  /** What each accumulator holds at this point of the walk (null: 0); absent if unknown. */
  readonly values: Map<Var, Var | null>;
  /** The addition that nothing has read or followed yet, in the Block being walked. */
  readonly lastAdd: Map<Var, Add>;
  readonly replaced: Map<Var, Var>;
  readonly renamed: Map<Var, Var>;
  readonly dropped: Set<Instruction>;
  /** Additions that become the declaration. */
  readonly begun: Map<Add, Declare>;
  /** How many equal additions became one. */
  readonly doubled: Map<Add, number>;
  changed: boolean;
}

const isZero = (v: Var | null): boolean => v === null || v.literal?.value === 0;

/** `path`: the constructs around the Block, outermost first, each with its Block. */
function learn(block: Block, path: readonly { readonly block: Block; readonly instruction: Instruction }[], state: State): void {
  for (const i of block.instructions) {
    switch (i.kind) {
      case "declare": state.facts.set(i.accumulator, { declare: i, block, adds: 0, takes: 0, firstNested: null }); break;
      case "apply": if (i.free && i.out.name === null) state.temporaries.add(i.out); break;
      case "take": case "takeFrom": if (i.out.name === null) state.temporaries.add(i.out); break;
      default: break;
    }
    if (i.kind === "take" || (i.kind === "add" && !isZero(i.value))) {
      const facts = state.facts.get(i.accumulator);
      if (!facts) continue;
      if (i.kind === "add") facts.adds++;
      else facts.takes++;
      facts.firstNested ??= path.find((at) => at.block === facts.block)?.instruction ?? null;
    }
    for (const nested of nestedBlocks(i)) learn(nested, [...path, { block, instruction: i }], state);
  }
}

// ---------------------------------------------------------------- the plan

function plan(block: Block, state: State): void {
  const declared: Facts[] = [];
  for (const i of block.instructions) {
    switch (i.kind) {
      case "declare": {
        const facts = state.facts.get(i.accumulator);
        if (facts) declared.push(facts);
        planDeclare(i, facts, state);
        break;
      }
      case "add": planAdd(i, block, state); break;
      case "get": state.lastAdd.delete(i.accumulator); planRead(i, state); break;
      case "take": state.lastAdd.delete(i.accumulator); planTake(i, block, state); break;
      case "addTo": if (isZero(end(i.value, state))) drop(i, state); break;
      case "if": case "loop": case "block":
        for (const facts of declared) if (facts.firstNested === i) state.values.delete(facts.declare.accumulator);
        state.lastAdd.clear();
        nestedBlocks(i).forEach((nested) => { plan(nested, state); state.lastAdd.clear(); });
        break;
      default: break;
    }
  }
}

function drop(i: Instruction, state: State): void {
  state.dropped.add(i);
  state.changed = true;
}

function planDeclare(i: Declare, facts: Facts | undefined, state: State): void {
  if (!facts) return;
  if (isZero(i.init)) { state.values.set(i.accumulator, null); return; }
  // A declaration with a value is like a first addition.
  if (i.init && facts.adds === 0 && facts.takes === 0 && becomes(i.accumulator, i.init, state)) {
    state.values.set(i.accumulator, i.init);
    drop(i, state);
  }
}

function planAdd(i: Add, block: Block, state: State): void {
  const { accumulator, value } = i;
  if (isZero(end(value, state))) { drop(i, state); return; }
  const facts = state.facts.get(accumulator);
  if (!facts) return;
  const previous = state.lastAdd.get(accumulator);
  if (previous && previous.value === value && !value.literal && accumulator.type.kind !== "matrix") {
    state.doubled.set(previous, (state.doubled.get(previous) ?? 1) + 1);
    drop(i, state);
    return;
  }
  state.lastAdd.set(accumulator, i);
  const isFirst = facts.block === block && state.values.get(accumulator) === null;
  state.values.delete(accumulator);
  if (!isFirst) return;
  if (facts.adds === 1 && facts.takes === 0 && becomes(accumulator, value, state)) {
    state.values.set(accumulator, value);
    drop(facts.declare, state);
    drop(i, state);
    return;
  }
  // Reads before this addition are all 0 and gone, so the declaration may wait until here.
  drop(facts.declare, state);
  state.begun.set(i, facts.declare);
}

const begin = ({ kind, accumulator }: Declare, origin: Declare["origin"], init: Var): Declare => ({ kind, accumulator, origin, init });

/** Whether a value can stand for its accumulator without the reader losing a name; then it takes the name. */
function becomes(accumulator: Var, value: Var, state: State): boolean {
  if (value.literal || accumulator.name === null) return true;
  const source = end(value, state);
  if (source.literal) return true;
  if (!state.temporaries.has(source) || state.renamed.has(source)) return false;
  state.renamed.set(source, { ...source, name: accumulator.name });
  return true;
}

function end(v: Var, state: State): Var {
  let last = v;
  for (let next = state.replaced.get(last); next; next = state.replaced.get(last)) last = next;
  return last;
}

function planRead(i: Get | Take, state: State): void {
  const value = state.values.get(i.accumulator);
  // Zeros of a matrix have a shape: they are made where they are read.
  if (value === undefined || (value === null && i.accumulator.type.kind === "matrix")) return;
  state.replaced.set(i.out, value ?? literalVar(state.ids, 0));
  drop(i, state);
}

function planTake(i: Take, block: Block, state: State): void {
  const facts = state.facts.get(i.accumulator);
  // Below its own Block an accumulator is known only if nothing nested adds to it; then it is 0 and stays so.
  const isOwn = facts?.block === block;
  if (isOwn || (facts?.adds === 0 && isZero(facts.declare.init))) {
    if (!isOwn) state.values.set(i.accumulator, null);
    planRead(i, state);
    return;
  }
  state.values.delete(i.accumulator);
}

// ---------------------------------------------------------------- the result

function rebuild(block: Block, state: State): Block {
  const instructions = block.instructions.flatMap((i): readonly Instruction[] => {
    if (state.dropped.has(i)) return [];
    if (i.kind !== "add") return [mapNested(i, (b) => rebuild(b, state))];
    const count = state.doubled.get(i), builder = new Builder(state.ids, i.origin);
    const value = count === undefined ? i.value : builder.derive("*", [builder.literal(count), i.value]);
    const declare = state.begun.get(i);
    return [...builder.instructions, declare ? begin(declare, i.origin, value) : { ...i, value }];
  });
  return { ...block, instructions };
}
