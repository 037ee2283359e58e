import type { Apply, Block, Instruction, IrFunction, Length, Read, Recall, Var } from "../ir/ir.ts";
import { eachInstruction, nestedBlocks, renameBlock } from "../ir/visit.ts";
import { cost } from "./cost.ts";
import { effectsOf, isSpread, lengthOf, memory, placeOf, whole } from "./memory.ts";
import type { Memory } from "./memory.ts";

/**
 * Computes the same operation on the same operands once.
 *
 * Requires  verified IR. `part`: what the text is for. In the primal everything merges that costs the reader nothing. In a gradient a cheap
 *           temporary inside a statement of the user is not pulled out for the sake of the reverse, which says it again in its own words.
 * Ensures   bits are kept: merged operations are the same on the same operands, and the memory they read has not changed between. Two
 *           Vars of different names stay two, because names are the document; a nameless one takes the name of what merges into it.
 * Method    value numbering scoped by dominance (Blocks), with a version for each place in memory.
 * Source    Briggs, Cooper & Simpson, Value numbering, SP&E 1997, §3 (dominator-based).
 */
export function eliminateCommon(fn: IrFunction, part: "primal" | "gradient" = "primal"): IrFunction {
  const state: State = {
    part, memory: memory(fn), effects: new Map(), versions: new Map(), clock: 0, log: [],
    table: new Map(), canonical: new Map(), merged: new Map(), renamed: new Map(), compared: comparedWith(fn.body),
  };
  summarise(fn.body, state);
  visit(fn.body, state);
  if (state.merged.size === 0) return fn;
  const use = (v: Var): Var => {
    let last = v;
    for (let next = state.merged.get(last); next; next = state.merged.get(last)) last = next;
    return state.renamed.get(last) ?? last;
  };
  const body = renameBlock(dropMerged(fn.body, state), { use, define: (v) => state.renamed.get(v) ?? v, label: (l) => l });
  return { ...fn, body };
}

type Candidate = Apply | Length | Read | Recall;

interface State {
  readonly part: "primal" | "gradient";
  readonly memory: Memory;
  /** The places each construct may change. */
  readonly effects: Map<Block, ReadonlySet<string>>;
  /** When each place was last changed, on the clock of this walk. */
  readonly versions: Map<string, number>;
  clock: number;
  /** The versions that changes replaced. */
  readonly log: { readonly place: string; readonly version: number }[];
  /** The instructions in sight, by what they compute. */
  readonly table: Map<string, Candidate>;
  /** Equal values that stay two Vars are one in the keys of the table. */
  readonly canonical: Map<Var, Var>;
  readonly merged: Map<Var, Var>;
  /** Nameless Vars that took a name. */
  readonly renamed: Map<Var, Var>;
  /** The constants that a value is asked to be. */
  readonly compared: ReadonlyMap<Var, ReadonlySet<unknown>>;
}

/** `n % 2 === 0`: the constants that values are asked to be, or not to be. */
function comparedWith(body: Block): ReadonlyMap<Var, ReadonlySet<unknown>> {
  const found = new Map<Var, Set<unknown>>();
  eachInstruction(body, (i) => {
    if (i.kind !== "apply" || !/^[!=]==?$/.test(i.op)) return;
    for (const [v, other] of [i.args, [...i.args].reverse()]) if (v && other?.literal) found.set(v, (found.get(v) ?? new Set()).add(other.literal.value));
  });
  return found;
}

// ---------------------------------------------------------------- memory

function summarise(block: Block, state: State): ReadonlySet<string> {
  const effects = new Set<string>();
  for (const i of block.instructions) {
    effectsOf(i, state.memory).forEach((e) => effects.add(e));
    for (const nested of nestedBlocks(i)) summarise(nested, state).forEach((e) => effects.add(e));
  }
  state.effects.set(block, effects);
  return effects;
}

function change(places: Iterable<string>, state: State): void {
  for (const place of places) {
    state.log.push({ place, version: state.versions.get(place) ?? 0 });
    state.versions.set(place, ++state.clock);
  }
}

/** What an instruction may have changed once control has passed it: not what a dead arm did. */
function changedBy(i: Instruction, state: State): ReadonlySet<string> {
  const all = new Set(effectsOf(i, state.memory));
  for (const nested of nestedBlocks(i)) if (i.kind !== "if" || !nested.dead) state.effects.get(nested)?.forEach((e) => all.add(e));
  return all;
}

// ---------------------------------------------------------------- the walk

function visit(block: Block, state: State): void {
  const added: string[] = [];
  for (const i of block.instructions) {
    if (i.kind === "apply" || i.kind === "length" || i.kind === "read" || (i.kind === "tapeRecall" && i.index)) number(i, added, state);
    // A trip sees what earlier trips did.
    if (i.kind === "loop") change(state.effects.get(i.body) ?? [], state);
    for (const nested of nestedBlocks(i)) {
      const before = state.log.length;
      visit(nested, state);
      if (i.kind === "if") restore(before, state);
    }
    change(changedBy(i, state), state);
  }
  added.forEach((key) => state.table.delete(key));
}

/** The other arm starts from what the `if` started from. Versions made in the first arm are never given again: the clock goes on. */
function restore(length: number, state: State): void {
  while (state.log.length > length) {
    const last = state.log.pop();
    if (last) state.versions.set(last.place, last.version);
  }
}

function number(i: Candidate, added: string[], state: State): void {
  const exact = keyOf(i, state);
  // Derivatives may be computed with what the user computed, but never the other way round: their bits are not promised.
  const isFree = i.kind === "apply" && i.free === true;
  const keys = isFree ? [`${exact}~`, exact] : [exact];
  let equal: Candidate | undefined;
  for (const key of keys) {
    const known = state.table.get(key);
    if (!known) continue;
    equal ??= known;
    if (!mayMerge(known, i, state)) continue;
    merge(known, i, state);
    return;
  }
  if (equal) state.canonical.set(i.out, canonical(equal.out, state));
  const key = isFree ? `${exact}~` : exact;
  if (state.table.has(key)) return;
  state.table.set(key, i);
  added.push(key);
}

function merge(known: Candidate, i: Candidate, state: State): void {
  state.merged.set(i.out, known.out);
  state.canonical.set(i.out, canonical(known.out, state));
  if (i.out.name !== null && nameOf(known.out, state) === null) state.renamed.set(known.out, { ...known.out, name: i.out.name });
}

const canonical = (v: Var, state: State): Var => state.canonical.get(v) ?? v;
const nameOf = (v: Var, state: State): string | null => (state.renamed.get(v) ?? v).name;

function mayMerge(known: Candidate, i: Candidate, state: State): boolean {
  const name = nameOf(known.out, state);
  // Where a value is known to be 0 the type checker does not let it be asked whether it is 1.
  const asked = state.compared.get(i.out), before = asked && state.compared.get(known.out);
  if (before && [...asked].some((value) => !before.has(value))) return false;
  // A length costs nothing and reads best where it is taken.
  if (i.kind === "length") return false;
  // A named value is there to be read; a second name for it says something too.
  if (name !== null) return i.out.name === null || (i.out.name === name && i.kind === "apply" && i.free === true);
  // `y[i - 1]` reads better said again than under a made-up name.
  if (i.kind === "apply" && i.out.type.kind === "integer" && cost(i) <= 1) return false;
  // So does `(k + 1) * n` before `for (let i = k + 1; …)`.
  if (
    state.part === "primal" &&
    i.kind === "apply" &&
    (i.op === "+" || i.op === "-") &&
    i.out.name !== null &&
    i.args.some((a) => typeof a.literal?.value === "number") &&
    cost(i) <= 1
  )
    return false;
  if (state.part === "primal" || i.kind === "tapeRecall") return true;
  if (i.kind === "read") return false;
  return cost(i) > 1 || (known.kind === "apply" && known.free === true);
}

// ---------------------------------------------------------------- keys

/** Equal keys, equal values: the operation, its operands, the state of the memory it reads, the type it is read as. */
function keyOf(i: Candidate, state: State): string {
  const version = (place: string, group: string): string => `${state.versions.get(place) ?? 0},${state.versions.get(group) ?? 0}`;
  const k = (v: Var): string => keyOfVar(v, state);
  switch (i.kind) {
    case "apply": {
      const args = i.args.map(k);
      if (commutative.has(i.op) && i.out.type.kind !== "string") args.sort();
      const gate = i.gate ? ` gate ${i.gate.op} ${i.gate.args.map(k).join(" ")}` : "";
      const read = isSpread(i) ? i.args.map((a) => version(lengthOf(a, state.memory), whole(state.memory.groupOf(a)))).join(" ") : "";
      return `${i.out.type.kind} ${i.op} ${args.join(" ")}${read}${gate}`;
    }
    case "length":
      return `length ${k(i.ref)} @${version(lengthOf(i.ref, state.memory), whole(state.memory.groupOf(i.ref)))}`;
    case "read": {
      const at = typeof i.key === "string" ? `.${i.key}` : `[${k(i.key)}]`;
      return `${i.out.type.kind} ${k(i.ref)}${at} @${version(placeOf(i.ref, i.key, state.memory), whole(state.memory.groupOf(i.ref)))}`;
    }
    case "tapeRecall":
      return `recall ${k(i.tape)} ${i.index ? k(i.index) : ""} @${version(lengthOf(i.tape, state.memory), whole(state.memory.groupOf(i.tape)))}`;
  }
}

function keyOfVar(v: Var, state: State): string {
  const c = canonical(v, state);
  if (!c.literal) return `#${c.id}`;
  const { value } = c.literal;
  return typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
}

const commutative: ReadonlySet<string> = new Set(["+", "*", "===", "!==", "==", "!=", "&", "|", "^"]);

/** The Block without the instructions whose results are others now. */
function dropMerged(block: Block, state: State): Block {
  const instructions = block.instructions.flatMap((i): readonly Instruction[] => {
    switch (i.kind) {
      case "apply": case "length": case "read": case "tapeRecall": return state.merged.has(i.out) ? [] : [i];
      case "if": return [{ ...i, then: dropMerged(i.then, state), else: dropMerged(i.else, state) }];
      case "loop": return [{ ...i, head: dropMerged(i.head, state), body: dropMerged(i.body, state) }];
      case "block": return [{ ...i, body: dropMerged(i.body, state) }];
      default: return [i];
    }
  });
  return { ...block, instructions };
}
