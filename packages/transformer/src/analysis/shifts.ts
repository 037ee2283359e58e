import type { Apply, Block, Instruction, IrFunction, Label, Loop, Var } from "../ir/ir.ts";
import { definitions, eachInstruction, mapNested, operands } from "../ir/visit.ts";

/**
 * Cuts the derivative through a shift that cancels: the maximum m in `m + Math.log(sum of Math.exp(x[i] - m))`, in a
 * log-softmax or in a quotient of such sums, over loops too. Nothing flows into m then, and its search has no reverse.
 *
 * Requires  verified IR of the primal, gates recognised.
 * Ensures   only `gate` fields are added: `x - m` counts as `x`, `m + t` as `t`. The derivative of the function is the same.
 * Method    m is taken for an independent input, and each value v that depends on it must be one of
 *             additive k:  dv/dm = k         m itself (1), sums and differences of such, the log of a scaled value
 *             scaled k:    dv/dm = k * v     the exp of an additive value, sums of equal k, products and quotients
 *           for a constant k. With k = 0 it does not depend on m any more. If no value with another k escapes (into the
 *           result, memory, or an operation without a line here), the derivative of everything by m is exactly 0, so
 *           the uses of m may be cut. Loops are read until nothing changes.
 */
export function cancelShifts(fn: IrFunction): IrFunction {
  let body = fn.body;
  for (const m of shifts(fn.body)) {
    // Of the body as it is by then: a sum is not cut twice.
    if (new Dependence(m, body).cancels()) body = cut(body, m);
  }
  return body === fn.body ? fn : { ...fn, body };
}

/** The Vars that something is shifted by under an exp: `Math.exp(x - m)`. */
function shifts(body: Block): ReadonlySet<Var> {
  const differences = new Map<Var, Var>(), found = new Set<Var>();
  eachInstruction(body, (i) => {
    const [, subtrahend] = i.kind === "apply" && i.op === "-" ? i.args : [];
    if (i.kind === "apply" && subtrahend && !subtrahend.literal) differences.set(i.out, subtrahend);
  });
  eachInstruction(body, (i) => {
    const m = i.kind === "apply" && i.op === "Math.exp" && i.args[0] ? differences.get(i.args[0]) : undefined;
    if (m) found.add(m);
  });
  return found;
}

/** How a value depends on the shift. `zero` is the literal 0, which is scaled by any k; `unknown` has no line in the table. */
type State = { readonly kind: "free" | "zero" | "unknown" } | { readonly kind: "additive" | "scaled"; readonly k: number };
const free: State = { kind: "free" }, zero: State = { kind: "zero" }, unknown: State = { kind: "unknown" };
const additive = (k: number): State => (k === 0 ? free : { kind: "additive", k });
const scaled = (k: number): State => (k === 0 ? free : { kind: "scaled", k });

const same = (a: State, b: State): boolean => a.kind === b.kind && ("k" in a ? a.k : 0) === ("k" in b ? b.k : 0);

const dependent = (s: State): boolean => s.kind !== "free" && s.kind !== "zero";

/** One value on one way, another on another. */
function join(a: State, b: State): State {
  if (same(a, b)) return a;
  if (a.kind === "zero") return b.kind === "additive" ? unknown : b;
  return b.kind === "zero" ? join(b, a) : unknown;
}

function sum(a: State, b: State, sign: 1 | -1): State {
  const k = (s: State): number | null => (s.kind === "additive" ? s.k : s.kind === "free" || s.kind === "zero" ? 0 : null);
  const ka = k(a), kb = k(b);
  if (a.kind === "zero" && b.kind === "zero") return zero;
  if (ka !== null && kb !== null) return additive(ka + sign * kb);
  return join(a, b);
}

function product(a: State, b: State, sign: 1 | -1): State {
  const k = (s: State): number | null => (s.kind === "scaled" ? s.k : s.kind === "free" || s.kind === "zero" ? 0 : null);
  const ka = k(a), kb = k(b);
  return ka === null || kb === null ? unknown : scaled(ka + sign * kb);
}

/** What depends on one candidate, and whether any of it escapes. */
class Dependence {
  private readonly states = new Map<Var, State>();
  /** What the exits of a block bring to its outs. */
  private readonly exits = new Map<Label, readonly State[]>();
  private readonly m: Var;
  private readonly body: Block;
  private escaped = false;
  private steps = 0;
  private readonly mostSteps: number;

  constructor(m: Var, body: Block) {
    this.m = m;
    this.body = body;
    let size = 0;
    eachInstruction(body, () => { size++; });
    this.mostSteps = 20 * size;
    this.states.set(m, additive(1));
  }

  cancels(): boolean {
    this.block(this.body);
    this.body.yields.forEach((v) => { this.escape(v); });
    return !this.escaped;
  }

  private of(v: Var): State {
    return v.literal?.value === 0 ? zero : this.states.get(v) ?? free;
  }

  private depends(v: Var): boolean {
    return dependent(this.of(v));
  }

  private escape(v: Var): void {
    if (this.depends(v)) this.escaped = true;
  }

  private set(v: Var, state: State): void {
    if (state.kind === "unknown") this.escaped = true;
    if (v !== this.m) this.states.set(v, state);
  }

  private block(block: Block): void {
    for (const i of block.instructions) {
      if (this.escaped) return;
      if (++this.steps > this.mostSteps) this.escaped = true;
      this.instruction(i);
    }
  }

  private instruction(i: Instruction): void {
    // m handed on under another name would carry the derivative past the cuts.
    if (i.kind !== "apply" && operands(i).includes(this.m)) this.escaped = true;
    switch (i.kind) {
      case "apply": return this.apply(i);
      case "if": {
        this.block(i.then);
        this.block(i.else);
        this.passesOn(i.then);
        this.passesOn(i.else);
        return i.outs.forEach((out, k) => {
          const arms = [i.then, i.else].filter((arm) => !arm.dead).map((arm) => this.of(arm.yields[k] ?? out));
          this.set(out, arms.reduce(join));
        });
      }
      case "block": {
        this.exits.delete(i.label);
        this.block(i.body);
        this.passesOn(i.body);
        const ways = [...(i.body.dead ? [] : [i.body.yields.map((v) => this.of(v))]), ...(this.exits.has(i.label) ? [this.exits.get(i.label) ?? []] : [])];
        return i.outs.forEach((out, k) => { this.set(out, ways.map((way) => way[k] ?? unknown).reduce(join, ways[0]?.[k] ?? free)); });
      }
      case "exit": {
        const before = this.exits.get(i.target), now = i.values.map((v) => this.of(v));
        this.exits.set(i.target, before ? now.map((state, k) => join(before[k] ?? state, state)) : now);
        return;
      }
      case "loop": {
        i.params.forEach((param, k) => { this.set(param, this.of(i.inits[k] ?? param)); });
        for (let changed = true; changed && !this.escaped;) {
          changed = false;
          this.block(i.head);
          this.block(i.body);
          this.passesOn(i.body);
          i.params.forEach((param, k) => {
            const before = this.of(param), next = i.body.yields[k];
            const after = next ? join(before, this.of(next)) : before;
            if (same(before, after)) return;
            // The m of each trip is another one: what depends on them must not meet in a later trip.
            if (dependent(after) && isDefinedIn(i, this.m)) this.escaped = true;
            changed = true;
            this.set(param, after);
          });
        }
        return i.outs.forEach((out, k) => { this.set(out, this.of(i.params[k] ?? out)); });
      }
      default:
        // Memory, calls, the user's text: what goes in there is out of sight.
        operands(i).forEach((v) => { this.escape(v); });
        return definitions(i).forEach((v) => { this.set(v, free); });
    }
  }

  /** Yields copy too. */
  private passesOn(block: Block): void {
    if (block.yields.includes(this.m)) this.escaped = true;
  }

  private apply(i: Apply): void {
    const direct = i.args.includes(this.m) || i.gate?.args.includes(this.m);
    // What is cut later: `x - m`, `m + t`, `m - t`.
    if (direct && (i.gate || (i.op !== "+" && i.op !== "-") || i.args.every((arg) => arg === this.m)) && i.out.type.kind !== "boolean") this.escaped = true;
    if (i.out.type.kind === "boolean" || !i.args.some((arg) => this.depends(arg))) return this.set(i.out, free);
    const [a = unknown, b = unknown] = i.args.map((arg) => this.of(arg));
    this.set(i.out, derived(i.op, a, b));
  }
}

function isDefinedIn(loop: Loop, m: Var): boolean {
  let found = loop.params.includes(m);
  for (const block of [loop.head, loop.body]) {
    eachInstruction(block, (i) => { if (definitions(i).includes(m) || (i.kind === "loop" && i.params.includes(m))) found = true; });
  }
  return found;
}

function derived(op: string, a: State, b: State): State {
  switch (op) {
    case "+": return sum(a, b, 1);
    case "-": return sum(a, b, -1);
    case "neg": return a.kind === "additive" ? additive(-a.k) : a;
    case "*": return product(a, b, 1);
    case "/": return product(a, b, -1);
    case "Math.exp": return a.kind === "additive" ? scaled(a.k) : unknown;
    case "Math.log": return a.kind === "scaled" ? additive(a.k) : unknown;
    default: return unknown;
  }
}

/** Every sum with m counts as what is left of it. */
function cut(block: Block, m: Var): Block {
  let unchanged = true;
  const instructions = block.instructions.map((i): Instruction => {
    const next = i.kind === "apply" ? cutApply(i, m) : mapNested(i, (nested) => cut(nested, m));
    if (next !== i) unchanged = false;
    return next;
  });
  return unchanged ? block : { ...block, instructions };
}

function cutApply(i: Apply, m: Var): Apply {
  const [a, b] = i.args;
  if (!a || !b || (i.op !== "+" && i.op !== "-")) return i;
  if (b === m) return { ...i, gate: { op: "pos", args: [a] } };
  return a === m ? { ...i, gate: { op: i.op === "-" ? "neg" : "pos", args: [b] } } : i;
}
