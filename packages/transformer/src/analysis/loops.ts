import type { Block, Instruction, Label, Loop, Var } from "../ir/ir.ts";
import { eachInstruction, nestedBlocks, operands } from "../ir/visit.ts";

/** Where each Var is defined, for analyses that look backwards. */
export interface Definitions {
  readonly instruction: ReadonlyMap<Var, Instruction>;
  /** The loop a Var is a parameter of. */
  readonly loopOf: ReadonlyMap<Var, Loop>;
  readonly uses: ReadonlyMap<Var, number>;
}

export function definitionsIn(block: Block): Definitions {
  const instruction = new Map<Var, Instruction>(), loopOf = new Map<Var, Loop>(), uses = new Map<Var, number>();
  const count = (v: Var): void => { uses.set(v, (uses.get(v) ?? 0) + 1); };
  const visit = (b: Block): void => {
    for (const i of b.instructions) {
      operands(i).forEach(count);
      if ("out" in i && i.out) instruction.set(i.out, i);
      if ("outs" in i) for (const o of i.outs) instruction.set(o, i);
      if (i.kind === "loop") {
        for (const p of i.params) loopOf.set(p, i);
        if (i.condition) count(i.condition);
      }
      nestedBlocks(i).forEach(visit);
    }
    b.yields.forEach(count);
  };
  visit(block);
  return { instruction, loopOf, uses };
}

/** A loop parameter that steps by a constant integer: its value in trip k is `init + step * k`. */
export interface Induction { readonly param: Var; readonly index: number; readonly init: Var; readonly step: number }

const integerOps = new Set([
  "|",
  "&",
  "^",
  "~",
  "<<",
  ">>",
  ">>>",
  "Math.floor",
  "Math.ceil",
  "Math.round",
  "Math.trunc",
  "Math.sign",
  "Math.imul",
  "Math.clz32",
]);

/** Whether a value is known to be an integer (so that `init + step * k` has the bits of repeated addition). */
export function isInteger(v: Var, defs: Definitions, depth = 8): boolean {
  if (v.type.kind === "integer") return true;
  if (v.literal) return Number.isSafeInteger(v.literal.value) && !Object.is(v.literal.value, -0);
  if (depth === 0) return false;
  const loop = defs.loopOf.get(v);
  if (loop) {
    const index = loop.params.indexOf(v);
    const next = loop.body.yields[index];
    return next !== undefined && stepsFrom(next, v, defs, depth - 1) && isInteger(loop.inits[index]!, defs, depth - 1);
  }
  const d = defs.instruction.get(v);
  if (!d) return false;
  switch (d.kind) {
    case "length": return true;
    case "apply":
      if (integerOps.has(d.op)) return d.op.startsWith("Math.") ? d.args.every((a) => isInteger(a, defs, depth - 1)) || d.op !== "Math.sign" : true;
      return (d.op === "+" || d.op === "-" || d.op === "*" || d.op === "neg") && d.args.every((a) => isInteger(a, defs, depth - 1));
    case "loop": {
      const index = d.outs.indexOf(v);
      return isInteger(d.params[index]!, defs, depth - 1);
    }
    default: return false;
  }
}

/** The integer constant by which `next` exceeds `param`, or null. */
export function stepOf(param: Var, next: Var, defs: Definitions): number | null {
  const d = defs.instruction.get(next);
  if (d?.kind !== "apply" || (d.op !== "+" && d.op !== "-")) return null;
  const [a, b] = d.args as [Var, Var];
  const constant = (v: Var): number | null => (typeof v.literal?.value === "number" && Number.isSafeInteger(v.literal.value) ? v.literal.value : null);
  if (a === param) { const c = constant(b); return c === null ? null : d.op === "+" ? c : -c; }
  return b === param && d.op === "+" ? constant(a) : null;
}

/** Whether a value is `param` and steps from it, some of them perhaps in inner loops. */
function stepsFrom(v: Var, param: Var, defs: Definitions, depth: number): boolean {
  if (v === param) return true;
  if (depth <= 0) return false;
  const d = defs.instruction.get(v);
  if (d?.kind === "loop") {
    const index = d.outs.indexOf(v), inner = d.params[index], next = d.body.yields[index], init = d.inits[index];
    return (
      inner !== undefined && next !== undefined && init !== undefined && stepsFrom(next, inner, defs, depth - 1) && stepsFrom(init, param, defs, depth - 1)
    );
  }
  return d?.kind === "apply" && d.args.some((a) => !a.literal && stepOf(a, v, defs) !== null && stepsFrom(a, param, defs, depth - 1));
}

/**
 * Whether every trip reads an array at the parameter, or so many elements from it, and computes with what it finds. Then it is a whole
 * number, or that is `undefined` and nothing the loop computes is a number.
 */
function isIndex(param: Var, loop: Loop, defs: Definitions): boolean {
  const { instructions } = loop.body;
  return instructions.some(
    (i) =>
      i.kind === "read" &&
      i.out.type.kind === "number" &&
      typeof i.key !== "string" &&
      (i.key === param || stepOf(param, i.key, defs) !== null) &&
      instructions.some((use) => (use.kind === "write" && use.value === i.out) || (use.kind === "apply" && spoilt(use.op) && use.args.includes(i.out))),
  );
}

/** Whether an operation on what is no number gives none. */
const spoilt = (op: string): boolean => ["+", "-", "*", "/", "**", "neg"].includes(op) || (op.startsWith("Math.") && !integerOps.has(op));

/** The parameters of a loop that step by a non-zero integer from an integer start. */
export function inductions(loop: Loop, defs: Definitions): readonly Induction[] {
  return loop.params.flatMap((param, index) => {
    const next = loop.body.yields[index], init = loop.inits[index]!;
    const step = next ? stepOf(param, next, defs) : null;
    return step && (isInteger(init, defs) || isIndex(param, loop, defs)) ? [{ param, index, init, step }] : [];
  });
}

/**
 * The bound B of a loop that counts by one, B fixed during the loop: upwards `for (p = init; p < B; p++)` (or `<=`), or downwards
 * `for (p = init; p > B; p--)` (or `>=`).
 */
export interface Bound {
  readonly induction: Induction;
  readonly limit: Var;
  readonly inclusive: boolean;
  readonly down: boolean;
  /** The limit is computed in the head by this instruction. */
  readonly inHead: Instruction | null;
}

/**
 * The bound that fixes the number of trips of a loop without exits, if its head is a single comparison of an induction
 * parameter with something that does not change.
 */
export function boundOf(loop: Loop, defs: Definitions, isStableLength: (ref: Var) => boolean): Bound | null {
  if (!loop.condition) return null;
  const test = loop.head.instructions.at(-1);
  if (test?.kind !== "apply" || test.out !== loop.condition) return null;
  const [a, b] = test.args;
  if (!a || !b) return null;
  const op = test.op;
  const less = op === "<" || op === "<=", more = op === ">" || op === ">=";
  if (!less && !more) return null;
  const stepping = inductions(loop, defs);
  const up = stepping.find((n) => n.step === 1 && n.param === (less ? a : b));
  const induction = up ?? stepping.find((n) => n.step === -1 && n.param === (more ? a : b));
  if (!induction) return null;
  const limit = induction.param === a ? b : a;
  const head = loop.head.instructions.find((i) => "out" in i && i.out === limit) ?? null;
  if (loop.head.instructions.length > (head ? 2 : 1)) return null;
  if (head && !(head.kind === "length" && isStableLength(head.ref) && isOutside(head.ref, loop))) return null;
  if (!head && !limit.literal && !isOutside(limit, loop)) return null;
  return { induction, limit, inclusive: op === "<=" || op === ">=", down: induction.step < 0, inHead: head };
}

/**
 * A loop that counts down by one, from a number that need not be whole, while it is more than (or at least) a whole number that is not negative:
 * `for (let k = terms - 1; k >= 0; k--)`. What the start exceeds the counter by is the number of the trip, without rounding: every
 * value of a trip is smaller than the one before and a multiple of its last digit.
 */
export interface Countdown { readonly param: Var; readonly index: number; readonly init: Var; readonly limit: number; readonly inclusive: boolean }

export function countdownOf(loop: Loop, defs: Definitions): Countdown | null {
  const test = loop.head.instructions[0];
  if (loop.head.instructions.length !== 1 || test?.kind !== "apply" || test.out !== loop.condition || loop.body.dead) return null;
  const flipped = test.op === "<" || test.op === "<=";
  const [param, end] = flipped ? [test.args[1], test.args[0]] : test.args;
  if (!flipped && test.op !== ">=" && test.op !== ">") return null;
  const index = param ? loop.params.indexOf(param) : -1, limit = end?.literal?.value, init = loop.inits[index];
  if (!param || !init || init.literal || init.type.kind !== "number" || typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 0) return null;
  return stepOf(param, loop.body.yields[index]!, defs) === -1 ? { param, index, init, limit, inclusive: test.op.endsWith("=") } : null;
}

/** Whether a Var is defined outside a loop. */
export function isOutside(v: Var, loop: Loop): boolean {
  if (loop.params.includes(v)) return false;
  let inside = false;
  const look = (b: Block): void => {
    for (const i of b.instructions) {
      if (("out" in i && i.out === v) || ("outs" in i && i.outs.includes(v)) || (i.kind === "loop" && i.params.includes(v))) inside = true;
      nestedBlocks(i).forEach(look);
    }
  };
  look(loop.head); look(loop.body);
  return !inside;
}

/**
 * The links of accumulation: Vars that are "the parameter plus something". A loop parameter p is an accumulator if its next value
 * is p + e along every path and p has no other use; then p, next and all between have one adjoint, the one of the loop's result.
 * Maps each link to the outs of the outermost loop it belongs to.
 */
export function accumulationLinks(block: Block, defs: Definitions): ReadonlyMap<Var, Var> {
  const exitsTo = new Map<Label, (readonly Var[])[]>();
  eachInstruction(block, (i) => {
    if (i.kind === "exit") exitsTo.set(i.target, [...(exitsTo.get(i.target) ?? []), i.values]);
  });
  const links = new Map<Var, Var>();

  // Collects how often each link of the chain from `v` down to `param` is used by it; false if v is anything else.
  const chain = (v: Var, param: Var, tainted: ReadonlySet<Var>, found: Map<Var, number>): boolean => {
    found.set(v, (found.get(v) ?? 0) + 1);
    if (v === param || found.get(v)! > 1) return true;
    const follow = (next: Var | undefined): boolean => next !== undefined && chain(next, param, tainted, found);
    const d = defs.instruction.get(v);
    if (!d) return false;
    switch (d.kind) {
      case "apply": {
        const [a, b] = d.args;
        if (!a || !b || a === b || tainted.has(a) === tainted.has(b)) return false;
        if (d.op === "+") return follow(tainted.has(a) ? a : b);
        return d.op === "-" && tainted.has(a) && follow(a);
      }
      case "if": {
        const n = d.outs.indexOf(v);
        return [d.then, d.else].every((arm) => arm.dead || follow(arm.yields[n]));
      }
      case "block": {
        const n = d.outs.indexOf(v);
        return (d.body.dead || follow(d.body.yields[n])) && (exitsTo.get(d.label) ?? []).every((values) => follow(values[n]));
      }
      case "loop": {
        const n = d.outs.indexOf(v);
        return !d.body.dead && chain(d.body.yields[n]!, d.params[n]!, tainted, found) && follow(d.inits[n]);
      }
      default: return false;
    }
  };

  const visit = (b: Block): void => {
    for (const i of b.instructions) {
      if (i.kind === "loop" && i.condition && !i.body.dead) {
        i.params.forEach((param, n) => {
          const next = i.body.yields[n]!;
          if (links.has(param) || param === next || param.type.kind !== "number") return;
          const found = new Map<Var, number>();
          if (!chain(next, param, dependents(param, i, exitsTo), found)) return;
          // Every use of a link must be a step of the chain.
          for (const [link, used] of found) if (defs.uses.get(link) !== used) return;
          for (const link of found.keys()) links.set(link, i.outs[n]!);
        });
      }
      nestedBlocks(i).forEach(visit);
    }
  };
  visit(block);
  return links;
}

/** The Vars of a loop's body that depend on a parameter through data. */
function dependents(param: Var, loop: Loop, exitsTo: ReadonlyMap<Label, readonly (readonly Var[])[]>): ReadonlySet<Var> {
  const tainted = new Set([param]);
  const flow = (from: readonly Var[], to: readonly Var[]): void => to.forEach((t, n) => { const f = from[n]; if (f && tainted.has(f)) tainted.add(t); });
  const visit = (b: Block): void => {
    for (const i of b.instructions) {
      switch (i.kind) {
        case "if": visit(i.then); visit(i.else); flow(i.then.yields, i.outs); flow(i.else.yields, i.outs); break;
        case "block": {
          visit(i.body);
          flow(i.body.yields, i.outs);
          for (const values of exitsTo.get(i.label) ?? []) flow(values, i.outs);
          break;
        }
        case "loop": {
          flow(i.inits, i.params);
          // Once: what flows around an inner loop is found in the next round of the outermost, or nests would take exponential time.
          visit(i.head); visit(i.body); flow(i.body.yields, i.params);
          flow(i.params, i.outs);
          break;
        }
        default: {
          if (!operands(i).some((v) => tainted.has(v))) break;
          if ("out" in i && i.out) tainted.add(i.out);
          // What is stored may be read again under any name.
          if (i.kind === "write" || i.kind === "push") tainted.add(i.ref);
        }
      }
    }
  };
  for (let size = -1; size !== tainted.size;) { size = tainted.size; visit(loop.body); }
  return tainted;
}
