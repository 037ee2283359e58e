import { Builder, freshVar, idsOf, isMatrixOperation } from "../ir/build.ts";
import type { Block, Instruction, IrFunction, Label, Var } from "../ir/ir.ts";
import { eachInstruction, eachUse, nestedBlocks } from "../ir/visit.ts";

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
  eachInstruction(fn.body, (i) => { if ((i.kind === "declare" || i.kind === "get") && i.accumulator.type.kind === "matrix") found = true; if (i.kind === "return" && i.fields?.some(([, v]) => v.type.kind === "matrix")) found = true; });
  if (!found) return fn;
  const ids = idsOf(fn), made = new Set<Var>(), uses = new Map<Var, number>();
  eachUse(fn.body, (v) => uses.set(v, (uses.get(v) ?? 0) + 1));
  // `sumTo` gives its operand back if there is nothing to sum.
  eachInstruction(fn.body, (i) => { if (i.kind === "apply" && i.free && isMatrixOperation(i.op) && i.op !== "matrix.sumTo") made.add(i.out); });
  const walk = new Walk((v) => made.has(v) && uses.get(v) === 1);
  walk.block(fn.body, new Map());
  const rebuild = (block: Block): Block => ({
    ...block,
    instructions: block.instructions.flatMap((i): readonly Instruction[] => {
      if (i.kind === "add") { const how = walk.adds.get(i); return [how === undefined || how === "shared" ? i : how === "owned" ? { ...i, inPlace: true } : { ...i, first: true }]; }
      if (i.kind === "take" && walk.hollow.has(i)) return [{ ...i, hollow: true }];
      if (i.kind === "return" && i.fields) {
        const b = new Builder(ids, i.origin);
        const fields = i.fields.map(([name, v]) => {
          if (name === "value" || v.type.kind !== "matrix" || walk.isOwn(v)) return [name, v] as const;
          const out = freshVar(ids, v.name, v.type);
          b.emit({ kind: "apply", origin: i.origin, op: "matrix.copy", args: [v], out, free: true });
          return [name, out] as const;
        });
        return [...b.instructions, { ...i, fields }];
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
  const body = rebuild(fn.body);
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
        if (i.accumulator.type.kind === "matrix") state.set(i.accumulator, i.init === null || this.isOwn(i.init) ? "owned" : "shared");
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
        const next = block.instructions.slice(n + 1).find((j) => touches(j, i.accumulator));
        const isSet = next?.kind === "add";
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

function touches(i: Instruction, accumulator: Var): boolean {
  if ((i.kind === "add" || i.kind === "get" || i.kind === "take" || i.kind === "declare") && i.accumulator === accumulator) return true;
  return nestedBlocks(i).some((b) => b.instructions.some((j) => touches(j, accumulator)));
}
