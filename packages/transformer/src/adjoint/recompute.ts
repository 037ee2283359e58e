import { isReference, isWritten } from "../analysis/aliases.ts";
import type { Instruction, Read, Type, Var, Write } from "../ir/ir.ts";
import { operands } from "../ir/visit.ts";
import type { Layout } from "./layout.ts";
import type { ReverseState } from "./state.ts";
import { originalOf } from "./state.ts";

/** Up to this cost a value is computed again rather than recorded (SPEED.md 2.4: more buys nothing). */
export const recomputeLimit = 8;
/** A record and its recall, in the same unit: one addition. */
export const recordPrice = 4;

const operationCost: Readonly<Record<string, number>> = {
  "+": 1,
  "-": 1,
  "*": 1,
  "neg": 1,
  "pos": 1,
  "/": 3,
  "===": 1,
  "!==": 1,
  "==": 1,
  "!=": 1,
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "!": 1,
  "&&": 1,
  "||": 1,
  "?:": 1,
  "&": 1,
  "|": 1,
  "^": 1,
  "~": 1,
  "<<": 1,
  ">>": 1,
  ">>>": 1,
  "%": 4,
  "Math.abs": 1,
  "Math.min": 1,
  "Math.max": 1,
  "Math.floor": 1,
  "Math.ceil": 1,
  "Math.round": 1,
  "Math.trunc": 1,
  "Math.sign": 1,
  "Math.sqrt": 3,
  "Math.fround": 1,
  ".rows": 1,
  ".cols": 1,
};

/** A write that keeps `v` in memory until the end, or until that of its Block if memory will be as it was there: it can be read again from there. */
export function keptBy(r: ReverseState, layout: Layout, v: Var): Write | null {
  if (r.original.has(v) || !r.rereads || !layout.instructionOf.has(v)) return null;
  const w = r.rereads.keptBy(v);
  if (w || r.restored.size === 0) return w;
  const inBlock = r.rereads.keptInBlock(v);
  return inBlock && r.restored.has(r.memory.canonical(r.memory.nodeOf(originalOf(r, inBlock.ref)))) ? inBlock : null;
}

/** Whether memory has what an instruction read when the reverse sweep reads it. */
export function isReadAgain(r: ReverseState, i: Read): boolean {
  // A reference that was there when it was read is there still if the array only grew; of a number that may be absent, NaN, this cannot be said.
  const node = r.memory.nodeOf(originalOf(r, i.ref));
  const changes = i.out.type.kind !== "optional" && isReference(i.out.type) ? node.replaced && isWritten(node, i.key) : isWritten(node, i.key);
  if (!changes || !r.rereads) return !changes;
  return r.rereads.isStable(originalOf(r, i.out)) || (r.restored.has(r.memory.canonical(node)) && r.rereads.isStableInBlock(originalOf(r, i.out)));
}

/** What was written to the place that `v` is read from, just before: the same number. */
export function writtenBefore(r: ReverseState, v: Var): Var | null {
  return r.original.has(v) ? null : r.rereads?.writtenBefore(v) ?? null;
}

/** The cost of reading `v` again from where it was written. */
export function keptCost(w: Write, price: (u: Var) => number | null, again: (u: Var) => number): number {
  return operands(w).reduce((sum, o) => (o === w.value || o.literal ? sum : sum + (price(o) ?? again(o))), 1);
}

/**
 * The cost of computing `v` again from what can be had: Infinity for what only the forward pass can say (loop-carried values, results of
 * calls and branches, impure draws, memory that is written, and operations as dear as ten tape entries).
 *
 * `price(u)`: the cost of having an operand as it is, or null if it must itself be computed again.
 */
export function recomputeCost(r: ReverseState, layout: Layout, v: Var, price: (u: Var) => number | null, depth: number): number {
  const i = layout.instructionOf.get(v);
  if (!i || depth === 0) return Infinity;
  let cost: number;
  switch (i.kind) {
    case "apply": {
      const squared = i.op === "**" && i.args[1]?.literal?.value === 2;
      cost = squared ? 1 : operationCost[i.op] ?? Infinity;
      break;
    }
    case "read": {
      if (!isReadAgain(r, i)) {
        const written = writtenBefore(r, v);
        return written ? (written.literal ? 0 : price(written) ?? recomputeCost(r, layout, written, price, depth - 1)) : Infinity;
      }
      cost = 1;
      break;
    }
    // It holds nothing of its own.
    case "view": cost = 1; break;
    case "length": cost = r.memory.nodeOf(originalOf(r, i.ref)).lengthWritten ? Infinity : 1; break;
    // The name of a place in a dictionary.
    case "raw": cost = i.pure && i.parts.length === 3 && i.parts[0] === "String(" && i.parts[2] === ")" ? 2 : Infinity; break;
    default: cost = Infinity;
  }
  for (const o of operands(i)) {
    if (cost > recomputeLimit) return cost;
    if (o.literal) continue;
    cost += (testsAbsence(i) && isNumber(o.type) ? null : price(o)) ?? recomputeCost(r, layout, o, price, depth - 1);
  }
  return cost;
}

/** `a[i] === undefined`, asked of what should be a number: memory can be asked again, but a tape of numbers keeps NaN for nothing. */
const testsAbsence = (i: Instruction): boolean =>
  i.kind === "apply" &&
  ["===", "!==", "==", "!="].includes(i.op) &&
  i.args.some((a) => a.literal && (a.literal.value === undefined || a.literal.value === null));
const isNumber = (type: Type): boolean => type.kind === "number" || type.kind === "integer";
