import { Builder, freshVar, idsOf, isMatrixOperation } from "../ir/build.ts";
import type { Block, Instruction, IrFunction, Label, NewRecord, Var } from "../ir/ir.ts";
import { isSetFirst, touches } from "./hollowSums.ts";
import { definitions, eachInstruction, eachUse, mapNested, nestedBlocks, operands } from "../ir/visit.ts";

/**
 * Decides which sums of matrices are made in place, and makes matrices that are returned the caller's own.
 *
 * Requires  verified IR, finished but for this: what is decided here holds as long as no Var gets another use.
 * Ensures   `add … inPlace` only where nothing else holds the matrix that the accumulator holds; `first` where that would be zeros made for
 *           nothing. No gradient that is returned shares memory with another, with the value, or with anything of the caller.
 * Method    a walk in the order of execution that knows of each accumulator whether what it holds was made for it alone. A sum that is not
 *           in place makes such a matrix. Loops until that is stable; doubt says shared.
 */
export function settleMatrices(fn: IrFunction): IrFunction {
  let found = false;
  eachInstruction(fn.body, (i) => {
    if (definitions(i).some((v) => v.type.kind === "matrix") || operands(i).some((v) => v.type.kind === "matrix")) found = true;
  });
  if (!found) return fn;
  const records = new Map<Var, NewRecord>(), returned = new Set<Var>();
  eachInstruction(fn.body, (i) => { if (i.kind === "record") records.set(i.out, i); });
  const giveBack = (v: Var): void => { returned.add(v); records.get(v)?.fields.forEach(([, part]) => giveBack(part)); };
  eachInstruction(fn.body, (i) => { if (i.kind === "return") i.fields?.forEach(([name, v]) => { if (name !== "value") giveBack(v); }); });
  const ids = idsOf(fn), made = new Set<Var>(), uses = new Map<Var, number>();
  eachUse(fn.body, (v) => uses.set(v, (uses.get(v) ?? 0) + 1));
  // `sumTo` gives its operand back if there is nothing to sum.
  eachInstruction(fn.body, (i) => { if (i.kind === "apply" && i.free && isMatrixOperation(i.op) && i.op !== "matrix.sumTo") made.add(i.out); });
  const derived = new Set<Var>();
  eachInstruction(fn.body, (i) => {
    if (i.kind === "get" || i.kind === "take" || i.kind === "takeFrom" || (i.kind === "apply" && i.free)) if (i.out.type.kind === "matrix") derived.add(i.out);
  });
  const copyOf = (v: Var): Var => freshVar(ids, v.name, v.type);
  const claimed = sumsToOwn(fn, made, uses);
  const isFresh = (v: Var): boolean => made.has(v) && uses.get(v) === 1;
  // To be given away, but not to be changed: what it was summed from may still be read.
  const isClaimed = (v: Var): boolean => claimed.has(v) && uses.get(v) === 1;
  const joined = joinFirst(fn.body, isFresh, ids);
  const walk = new Walk(isFresh);
  walk.block(joined, new Map());
  const rebuild = (block: Block): Block => ({
    ...block,
    instructions: block.instructions.flatMap((i): readonly Instruction[] => {
      if (i.kind === "add") {
        const how = walk.adds.get(i);
        return [how === undefined || how === "shared" ? i : how === "owned" ? { ...i, inPlace: true } : { ...i, first: true }];
      }
      if (i.kind === "take" && walk.hollow.has(i)) return [{ ...i, hollow: true }];
      if ((i.kind === "return" && i.fields) || (i.kind === "record" && i.fields.some(([, v]) => derived.has(v) || returned.has(i.out)))) {
        const b = new Builder(ids, i.origin);
        const fields = (i.fields ?? []).map(([name, v]) => {
          if ((i.kind === "return" && name === "value") || v.type.kind !== "matrix" || walk.isOwn(v) || (returned.has(v) && isClaimed(v)))
            return [name, v] as const;
          const out = freshVar(ids, null, v.type);
          b.emit({ kind: "apply", origin: i.origin, op: "matrix.copy", args: [v], out, free: true });
          return [name, out] as const;
        });
        return [...b.instructions, { ...i, fields }];
      }
      // What a shadow holds is added to in place.
      if (i.kind === "push" || i.kind === "write") {
        if (!derived.has(i.value) || walk.isOwn(i.value)) return [i];
        const out = copyOf(i.value);
        return [{ kind: "apply", origin: i.origin, op: "matrix.copy", args: [i.value], out, free: true }, { ...i, value: out }];
      }
      if (i.kind === "array") {
        const before: Instruction[] = [];
        const elements = i.elements.map((v) => {
          if (!derived.has(v) || walk.isOwn(v)) return v;
          const out = copyOf(v);
          before.push({ kind: "apply", origin: i.origin, op: "matrix.copy", args: [v], out, free: true });
          return out;
        });
        return [...before, { ...i, elements }];
      }
      const nested = nestedBlocks(i);
      if (nested.length === 0) return [i];
      switch (i.kind) {
        case "if": return [{ ...i, then: rebuild(i.then), else: rebuild(i.else) }];
        case "loop": return [{ ...i, head: rebuild(i.head), body: rebuild(i.body) }];
        case "block": return [{ ...i, body: rebuild(i.body) }];
        default: return [i];
      }
    }),
  });
  const body = rebuild(joined);
  return { ...fn, body, nextId: ids.next };
}

/** What an accumulator holds: zeros that need not exist yet, a matrix of its own, or one that others may hold. */
type Holding = "zero" | "owned" | "shared";
type State = Map<Var, Holding>;

const rank: Readonly<Record<Holding, number>> = { zero: 0, owned: 1, shared: 2 };
const worse = (a: Holding, b: Holding): Holding => (rank[a] >= rank[b] ? a : b);

class Walk {
  readonly adds = new Map<Instruction, Holding>();
  readonly hollow = new Set<Instruction>();
  /** Accumulators at their last `get`, by what it gave. */
  private readonly given = new Map<Var, boolean>();
  private readonly isFresh: (v: Var) => boolean;
  private readonly leaving = new Map<Label, State>();

  constructor(isFresh: (v: Var) => boolean) { this.isFresh = isFresh; }

  /** Whether a matrix was made for this one use. */
  isOwn(v: Var): boolean { return this.isFresh(v) || this.given.get(v) === true; }

  block(block: Block, state: State): State {
    let now = state;
    block.instructions.forEach((i, n) => { now = this.step(i, block, n, now); });
    return now;
  }

  private step(i: Instruction, block: Block, n: number, state: State): State {
    switch (i.kind) {
      case "declare":
        if (i.accumulator.type.kind === "matrix") state.set(i.accumulator, i.hollow ? "zero" : i.init === null || this.isOwn(i.init) ? "owned" : "shared");
        return state;
      case "add": {
        if (i.accumulator.type.kind !== "matrix") return state;
        const holding = state.get(i.accumulator) ?? "shared", before = this.adds.get(i);
        const how = before === undefined ? holding : worse(before, holding);
        this.adds.set(i, how);
        // What comes first is held as it came.
        state.set(i.accumulator, how === "zero" ? (this.isOwn(i.value) ? "owned" : "shared") : "owned");
        return state;
      }
      case "take": {
        if (i.accumulator.type.kind !== "matrix") return state;
        const isSet = isSetFirst(block.instructions, n + 1, i.accumulator);
        if (isSet) this.hollow.add(i);
        state.set(i.accumulator, isSet ? "zero" : "owned");
        return state;
      }
      case "get":
        if (i.accumulator.type.kind !== "matrix") return state;
        this.given.set(i.out, state.get(i.accumulator) === "owned" && this.given.get(i.out) !== false);
        state.set(i.accumulator, "shared");
        return state;
      case "if": {
        const then = this.block(i.then, new Map(state)), other = this.block(i.else, new Map(state));
        return i.then.dead ? other : i.else.dead ? then : join(then, other);
      }
      case "loop": {
        let entry = this.block(i.head, new Map(state));
        for (;;) {
          const end = this.block(i.head, this.block(i.body, new Map(entry)));
          const both = i.body.dead ? entry : join(entry, end);
          if (equal(both, entry)) return entry;
          entry = both;
        }
      }
      case "block": {
        const end = this.block(i.body, new Map(state)), left = this.leaving.get(i.label);
        this.leaving.delete(i.label);
        return i.body.dead ? left ?? end : left ? join(end, left) : end;
      }
      case "exit": {
        const known = this.leaving.get(i.target);
        this.leaving.set(i.target, known ? join(known, state) : new Map(state));
        return state;
      }
      default: return state;
    }
  }
}

function join(a: State, b: State): State {
  const both: State = new Map();
  for (const [v, x] of a) { const y = b.get(v); if (y) both.set(v, worse(x, y)); }
  return both;
}

const equal = (a: State, b: State): boolean => [...a].every(([v, x]) => b.get(v) === x);

/**
 * Results of `sumTo` that may be taken for matrices of their own: each may be its operand, which then is a temporary that is only read, and
 * that no other one takes.
 */
function sumsToOwn(fn: IrFunction, made: ReadonlySet<Var>, uses: ReadonlyMap<Var, number>): ReadonlySet<Var> {
  const reads = new Map<Var, number>(), sums: { readonly out: Var; readonly of: Var }[] = [];
  eachInstruction(fn.body, (i) => {
    if (i.kind !== "apply") return;
    for (const a of i.args) reads.set(a, (reads.get(a) ?? 0) + 1);
    const [of] = i.args;
    if (i.op === "matrix.sumTo" && i.free && of) sums.push({ out: i.out, of });
  });
  const taken = new Set<Var>(), own = new Set<Var>();
  for (const { out, of } of sums) {
    if (!made.has(of) || taken.has(of) || reads.get(of) !== uses.get(of)) continue;
    taken.add(of);
    own.add(out);
  }
  return own;
}

/**
 * A sum that begins with a matrix that others hold begins with the next one instead, if that is its own; if neither is, with the sum of both.
 *
 *     declare dh = dt; add dh, v       declare dh = v; add dh, dt
 */
function joinFirst(block: Block, isFresh: (v: Var) => boolean, ids: { next: number }): Block {
  const list: Instruction[] = block.instructions.map((i) => mapNested(i, (b) => joinFirst(b, isFresh, ids)));
  for (let n = 0; n < list.length; n++) {
    const start = list[n]!;
    const began = start.kind === "declare" ? start.init : start.kind === "add" && afterTake(list, n) ? start.value : null;
    if (!began || began.type.kind !== "matrix" || isFresh(began) || (start.kind !== "declare" && start.kind !== "add")) continue;
    const { accumulator } = start;
    const at = list.findIndex((j, k) => k > n && touches(j, accumulator)), next = list[at];
    if (next?.kind !== "add" || next.accumulator !== accumulator) continue;
    const b = new Builder(ids, next.origin);
    const own = isFresh(next.value), first = own ? next.value : b.derive("matrix.add", [began, next.value], next.value.type);
    const begin: Instruction =
      start.kind === "declare"
        ? { kind: "declare", origin: next.origin, accumulator, init: first }
        : { kind: "add", origin: next.origin, accumulator, value: first };
    list.splice(at, 1, ...b.instructions, begin, ...(own ? [{ kind: "add", origin: next.origin, accumulator, value: began } satisfies Instruction] : []));
    list.splice(n, 1);
    n--;
  }
  return list.length === block.instructions.length && list.every((i, k) => i === block.instructions[k]) ? block : { ...block, instructions: list };
}

/** Whether an addition is the first after a `take` in its Block. */
function afterTake(list: readonly Instruction[], n: number): boolean {
  const i = list[n];
  if (i?.kind !== "add") return false;
  for (let k = n - 1; k >= 0; k--) if (touches(list[k]!, i.accumulator)) return list[k]!.kind === "take";
  return false;
}
