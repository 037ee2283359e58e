import { boundOf } from "../analysis/loops.ts";
import { integerType, type Builder } from "../ir/build.ts";
import type { Var } from "../ir/ir.ts";
import type { Range } from "./nestedTape.ts";
import type { ReverseState } from "./state.ts";
import { originalOf } from "./state.ts";

/** Where the entries of two nested loops lie, if the inner one makes one trip more, or less, in each trip of the outer one. */
export interface Triangle {
  readonly length: Var;
  /** The place of the first entry of a trip of the outer loop, minus what the inner position is there. */
  start(position: Var, b: Builder): Var;
}

/** The trips of the narrowest row: with more of them a triangle with a tip would be much larger than what is needed. */
const tip = 2;

/**
 * The triangle that `for (i = 0; i < n; i++) for (j = 0; j <= i; j++)` and its like fill: half of the product of the two lengths.
 *
 * Requires  `inner.width` is what the widest row has; positions of the outer loop are counted as nestedTape.ts does, from 0.
 * Ensures   different trips have different entries, all below `length`. Null where the widths do not go by one, or where it is not known that they do.
 */
export function triangleOf(r: ReverseState, outer: Range, inner: Range, visible: (v: Var) => Var | null, b: Builder): Triangle | null {
  const bound = boundOf(inner.loop, r.defs, (ref) => !r.memory.nodeOf(originalOf(r, ref)).lengthWritten);
  if (!bound || bound.inHead || inner.fromStart || inner.behind || inner.width.literal) return null;
  const { induction: { init }, limit, inclusive, down } = bound;
  const bottom = down ? limit : init, top = down ? init : limit;
  const overBottom = down && !inclusive ? 1 : 0, overTop = down || inclusive ? 1 : 0;
  const low = offsetFrom(r, bottom, outer.counter), high = offsetFrom(r, top, outer.counter);
  const two = b.literal(2), row = inner.width;
  const half = (x: Var, y: Var, at: Builder): Var => at.derive("/", [at.derive("*", [x, y], integerType), two], integerType);
  const length = (): Var => half(row, b.derive("+", [row, b.literal(1)], integerType), b);
  const fewer = (k: 1 | -1, position: Var, at: Builder): Var => {
    const twice = at.derive("*", [two, row], integerType);
    // Not `free`: a position may be the difference of two numbers that are not whole, and only as it stands is that exact.
    const left = at.apply("-", [twice, position], integerType);
    return half(position, at.apply(k < 0 ? "-" : "+", [left, at.literal(1)], integerType), at);
  };
  if (high !== null && low === null && visible(bottom)) {
    const first = literal(inner.low);
    if (outer.fromStart) return first !== null && first >= 0 ? { length: length(), start: (q, at) => fewer(1, q, at) } : null;
    const from = literal(outer.low);
    const narrowest = from === null || first === null ? null : from + high + overTop - first;
    if (narrowest === null || narrowest < 0 || narrowest > tip) return null;
    return {
      length: length(),
      start: (q, at) => {
        const more = 2 * narrowest - 1;
        return half(q, at.derive(more < 0 ? "-" : "+", [q, at.literal(Math.abs(more))], integerType), at);
      },
    };
  }
  const falling = low === null && high === null && !outer.fromStart && visible(bottom) ? fallFrom(r, top, outer.counter) : null;
  if (falling && visible(falling.from)) {
    // `for (r = 1; r < n; r++) for (i = 0; i < n - r; i++)`: each row has one trip less than the one before, the last one few.
    const end = boundOf(outer.loop, r.defs, (ref) => !r.memory.nodeOf(originalOf(r, ref)).lengthWritten);
    const first = literal(inner.low), last = end && !end.inHead && !end.down ? offsetFrom(r, falling.from, end.limit) : null, from = literal(outer.low);
    if (!end || first === null || last === null || from === null || from < 0) return null;
    return last + falling.by + overTop - first + (end.inclusive ? 0 : 1) <= tip ? { length: length(), start: (q, at) => fewer(1, q, at) } : null;
  }
  if (low !== null && high === null && !outer.fromStart) {
    // The outer loop ends where the inner one does, give or take a literal: so the rows end in a tip.
    const end = boundOf(outer.loop, r.defs, (ref) => !r.memory.nodeOf(originalOf(r, ref)).lengthWritten);
    const last = end && !end.inHead && !end.down ? offsetFrom(r, top, end.limit) : null;
    if (!end || last === null || !visible(top)) return null;
    const narrowest = last + overTop - (low + overBottom) - (end.inclusive ? 0 : -1);
    return narrowest <= tip ? { length: length(), start: (q, at) => fewer(-1, q, at) } : null;
  }
  return null;
}

const literal = (v: Var): number | null => (typeof v.literal?.value === "number" && Number.isInteger(v.literal.value) ? v.literal.value : null);

/** `from - counter + by`; null if a value is nothing of the kind. */
function fallFrom(r: ReverseState, v: Var, counter: Var, depth = 4): { readonly from: Var; readonly by: number } | null {
  const d = r.defs.instruction.get(originalOf(r, v));
  if (d?.kind !== "apply" || (d.op !== "-" && d.op !== "+") || !d.args[0] || !d.args[1] || depth === 0) return null;
  if (d.op === "-" && originalOf(r, d.args[1]) === originalOf(r, counter)) return { from: d.args[0], by: 0 };
  const by = literal(d.args[1]), inner = by === null ? null : fallFrom(r, d.args[0], counter, depth - 1);
  return by !== null && inner ? { from: inner.from, by: inner.by + (d.op === "+" ? by : -by) } : null;
}

/** The whole number by which one value exceeds another; null if that is not known. */
export function offsetFrom(r: ReverseState, v: Var, from: Var, depth = 4): number | null {
  if (v === from || originalOf(r, v) === originalOf(r, from)) return 0;
  const known = literal(v), base = literal(from);
  if (known !== null && base !== null) return known - base;
  const d = r.defs.instruction.get(originalOf(r, v));
  if (d?.kind === "apply" && (d.op === "+" || d.op === "-") && d.args[0] && d.args[1] && depth > 0) {
    const by = literal(d.args[1]), inner = by === null ? null : offsetFrom(r, d.args[0], from, depth - 1);
    if (by !== null && inner !== null) return d.op === "+" ? inner + by : inner - by;
  }
  const e = r.defs.instruction.get(originalOf(r, from));
  if (e?.kind === "apply" && (e.op === "+" || e.op === "-") && e.args[0] && e.args[1] && depth > 0) {
    const by = literal(e.args[1]), inner = by === null ? null : offsetFrom(r, v, e.args[0], depth - 1);
    if (by !== null && inner !== null) return e.op === "+" ? inner - by : inner + by;
  }
  return null;
}
