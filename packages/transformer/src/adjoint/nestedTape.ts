import { boundOf, isInteger, type Countdown } from "../analysis/loops.ts";
import { steadyStart } from "../analysis/steadyLengths.ts";
import { Builder, freshVar, integerType, literalVar, numberType } from "../ir/build.ts";
import type { Length, Loop, Origin, Var } from "../ir/ir.ts";
import type { Layout, List } from "./layout.ts";
import { chain, listOfBlock } from "./layout.ts";
import { leaves } from "./reverse.ts";
import type { ReversedLoop, ReverseState } from "./state.ts";
import { originalOf } from "./state.ts";
import { offsetFrom, triangleOf } from "./triangle.ts";

/** A tape for all trips of nested loops, as long as the product of the most trips that each can make, or half of that where the inner loop goes up to the outer one's counter. */
export interface NestedTape {
  readonly length: Var;
  /** The place of the entry for the current trips: in the forward pass, or of those that are being reversed. */
  index(b: Builder, reverse: boolean): Var;
  /** All lengths are literals and small. */
  readonly isShort: boolean;
}

/** How a loop counts: entries from `low` up, `width` of them; or the number of the trip, from a start that need not be whole. */
export interface Range {
  readonly loop: Loop;
  readonly reversed: ReversedLoop;
  readonly low: Var;
  readonly high: Var;
  readonly width: Var;
  readonly counter: Var;
  readonly fromStart: boolean;
  /** Where the entries begin so far behind the counter of an outer loop, `low` is not what they begin with. */
  readonly behind?: { readonly range: Range; readonly by: number };
}

/** Longer nests are recorded on a tape that grows: a triangle fills half of the product, a pyramid a sixth. */
const deepest = 3;
const short = 256;

/**
 * A tape for a value in nested loops whose ranges can be bounded before the outermost: `for (j = 0; j <= i; j++)` under
 * `for (i = 0; i < n; i++)` makes at most n trips each time.
 *
 * Requires  `loops`, innermost first, around `home`; `visible`: what stands for a Var where the tape is declared.
 * Ensures   different trips have different entries. Null where a trip may be passed by: then the product may be much too long.
 */
export function nestedTape(
  r: ReverseState,
  layout: Layout,
  home: List,
  loops: readonly Loop[],
  trips: readonly (ReversedLoop | undefined)[],
  visible: (v: Var) => Var | null,
  b: Builder,
): NestedTape | null {
  if (loops.length > deepest || loops.some(leaves) || !isStraight(layout, home, loops)) return null;
  const ranges: Range[] = [];
  for (let n = loops.length - 1; n >= 0; n--) {
    const reversed = trips[n];
    const range = reversed ? rangeOf(r, loops[n]!, reversed, ranges, visible, b) : null;
    if (!range) return null;
    ranges.push(range);
  }
  // The two inner loops may fill a triangle, one for each trip of those around them.
  const around = ranges.slice(0, -2),
    [outer, inner] = ranges.slice(-2);
  const triangle = outer && inner ? triangleOf(r, outer, inner, visible, b) : null;
  if (outer && inner && triangle) {
    return {
      length: around.reduce((product, { width }) => b.derive("*", [product, width], integerType), triangle.length),
      isShort: false,
      index: (at, reverse) =>
        aside(at, (to) => {
          const start = triangle.start(offset(outer, to, reverse), to);
          const first =
            around.length === 0 ? start : to.derive("+", [to.derive("*", [place(around, to, reverse), triangle.length], integerType), start], integerType);
          return to.derive("+", [first, offset(inner, to, reverse)], integerType);
        }),
    };
  }
  const length = ranges.map((range) => range.width).reduce((product, width) => b.derive("*", [product, width], integerType));
  const sizes = ranges.map(({ width }) => width.literal?.value);
  return {
    length,
    isShort: sizes.every((s) => typeof s === "number") && (sizes as number[]).reduce((x, y) => x * y, 1) <= short,
    index: (at, reverse) => aside(at, (to) => place(ranges, to, reverse)),
  };
}

/** The number of a trip among all that nested loops can make. */
const place = (ranges: readonly Range[], to: Builder, reverse: boolean): Var =>
  ranges
    .map((range) => offset(range, to, reverse))
    .reduce((index, next, n) => to.derive("+", [to.derive("*", [index, ranges[n]!.width], integerType), next], integerType));

/** Arithmetic that belongs to no statement of the user's: it goes without a comment. */
function aside(at: Builder, make: (b: Builder) => Var): Var {
  const b = new Builder(at.ids, { ...at.origin, statement: null });
  const made = make(b);
  b.instructions.forEach((i) => at.emit(i));
  return made;
}

/** Nothing between the loops but blocks that are not left early: every trip comes by. */
function isStraight(layout: Layout, home: List, loops: readonly Loop[]): boolean {
  const outermost = listOfBlock(loops.at(-1)!.body);
  for (const l of chain(layout, home)) {
    if (l === outermost) return true;
    const role = layout.places.get(l)?.role;
    if (role !== "body" && role !== "block") return false;
  }
  return false;
}

function offset({ reversed, low, counter, fromStart, behind }: Range, b: Builder, reverse: boolean): Var {
  if (fromStart) return reverse ? reversed.index : b.derive("-", [low, counter], integerType);
  const at = reverse ? reversed.index : counter;
  if (behind) {
    const outer = reverse ? behind.range.reversed.index : behind.range.counter, by = b.literal(Math.abs(behind.by));
    const past = b.derive("-", [at, outer], integerType);
    return behind.by === 0 ? past : b.derive(behind.by > 0 ? "-" : "+", [past, by], integerType);
  }
  return low.literal?.value === 0 ? at : b.derive("-", [at, low], integerType);
}

function rangeOf(r: ReverseState, loop: Loop, reversed: ReversedLoop, outer: readonly Range[], visible: (v: Var) => Var | null, b: Builder): Range | null {
  if (!loop.condition) return null;
  const bound = boundOf(loop, r.defs, (ref) => !r.memory.nodeOf(originalOf(r, ref)).lengthWritten);
  const zero = literalVar(r.ids, 0);
  // the product of all takes one factor as it is: it is clamped as a whole
  const clamp = (v: Var): Var =>
    v.literal
      ? literalVar(r.ids, Math.max(0, Number(v.literal.value)))
      : outer.length === 0
        ? v
        : b.apply("Math.max", [zero, v], integerType, { free: true, name: "row" });
  const find = (v: Var, up: boolean): Var | null => limit(r, v, up, outer, visible, b);
  if (!bound) return rangeFromStart(loop, reversed, visible, clamp, b);
  const { induction, inclusive, down, inHead } = bound;
  if (reversed.counter !== induction.param) return null;
  const bottom = down ? bound.limit : induction.init, top = down ? induction.init : bound.limit;
  const both = inHead ? undefined : outer.findLast(({ counter }) => dependsOn(r, bottom, counter) && dependsOn(r, top, counter));
  if (both) {
    // A window that moves with the outer loop: as wide as it is, or of unknown width.
    const from = both.fromStart || !isWhole(r, both.counter) ? null : offsetFrom(r, bottom, both.counter), to = offsetFrom(r, top, both.counter);
    if (from === null || to === null) return null;
    const by = from + (down && !inclusive ? 1 : 0), past = to + (down || inclusive ? 1 : 0);
    return {
      loop,
      reversed,
      low: zero,
      high: literalVar(r.ids, past - by),
      width: literalVar(r.ids, Math.max(0, past - by)),
      counter: induction.param,
      fromStart: false,
      behind: { range: both, by },
    };
  }
  let end: Var | null;
  if (inHead?.kind === "length") {
    const ref = visible(inHead.ref);
    end = ref ? lengthAt(r, loop.origin, ref, b) : lengthBefore(r, inHead, outer, visible, b);
  }
  else end = find(bound.limit, !down);
  const start = find(induction.init, down);
  if (!start || !end) return null;
  const low = down ? (inclusive ? end : plus(b, end, 1)) : start, high = down ? plus(b, start, 1) : inclusive ? plus(b, end, 1) : end;
  if (!isWhole(r, low)) return null;
  const whole = isWhole(r, high);
  const span = low.literal?.value === 0 ? high : b.derive("-", [high, low], whole ? integerType : numberType);
  const width = inHead?.kind === "length" && span === high ? high : clamp(whole ? span : b.derive("Math.ceil", [span], integerType));
  return { loop, reversed, low, high, width, counter: induction.param, fromStart: false };
}

/** Whether a value changes with a counter, as far as arithmetic shows. */
function dependsOn(r: ReverseState, v: Var, counter: Var, depth = 6): boolean {
  if (originalOf(r, v) === originalOf(r, counter)) return true;
  const d = r.defs.instruction.get(originalOf(r, v));
  return depth > 0 && d?.kind === "apply" && d.args.some((a) => dependsOn(r, a, counter, depth - 1));
}

/** Counting down by one from a number that need not be whole: the start minus the counter is the number of the trip. */
function rangeFromStart(loop: Loop, reversed: ReversedLoop, visible: (v: Var) => Var | null, clamp: (v: Var) => Var, b: Builder): Range | null {
  const { countdown } = reversed;
  const low = countdown && visible(countdown.init);
  if (!low || low.literal) return null;
  return { loop, reversed, low, high: plus(b, low, 1), width: clamp(tripsOf(countdown, low, b)), counter: countdown.param, fromStart: true };
}

/** How many trips a loop makes that counts down from `start`, and `more`; nothing above that if it makes none. */
export function tripsOf({ limit: end, inclusive }: Countdown, start: Var, b: Builder, more = 0): Var {
  const span = end === 0 ? start : b.derive("-", [start, b.literal(end)], numberType);
  return plus(b, b.derive(inclusive ? "Math.floor" : "Math.ceil", [span], integerType), more + (inclusive ? 1 : 0));
}

const isWhole = (r: ReverseState, v: Var): boolean => v.type.kind === "integer" || isInteger(originalOf(r, v), r.defs);

function plus(b: Builder, v: Var, n: number): Var {
  if (n === 0) return v;
  const known = v.literal?.value;
  if (typeof known === "number") return b.literal(known + n);
  return b.derive("+", [v, b.literal(n)], v.type.kind === "integer" ? integerType : numberType);
}

/** The most (or least) that a value is in any trip of the outer loops, said before them. */
function limit(r: ReverseState, v: Var, up: boolean, outer: readonly Range[], visible: (v: Var) => Var | null, b: Builder, depth = 6): Var | null {
  const there = visible(v);
  if (there) return there;
  // the counter of a trip, or the number that the start of a loop is in it
  const range = outer.find(({ counter }) => counter === v || originalOf(r, counter) === originalOf(r, v));
  if (range?.fromStart) return up ? range.low : null;
  if (range) return up ? plus(b, isWhole(r, range.high) ? range.high : b.derive("Math.ceil", [range.high], integerType), -1) : range.low;
  const d = r.defs.instruction.get(originalOf(r, v));
  if (depth === 0 || !d) return null;
  if (d.kind === "length") return lengthBefore(r, d, outer, visible, b, up, depth - 1);
  if (d.kind !== "apply") return null;
  if (d.op === "-" && d.args[0] && d.args[1] && !d.args[1].literal) {
    const from = limit(r, d.args[0], up, outer, visible, b, depth - 1), less = from && limit(r, d.args[1], !up, outer, visible, b, depth - 1);
    return from && less && b.derive("-", [from, less], isWhole(r, d.args[0]) && isWhole(r, d.args[1]) ? integerType : numberType);
  }
  const constant = d.args[1]?.literal?.value;
  const grows =
    d.op === "+" || d.op === "-"
      ? typeof constant === "number"
      : d.op === "*" || d.op === "/"
        ? typeof constant === "number" && constant > 0
        : d.op === "Math.floor" || d.op === "Math.ceil";
  const inner = grows ? limit(r, d.args[0]!, up, outer, visible, b, depth - 1) : null;
  if (!inner) return null;
  if (typeof constant !== "number") return b.derive(d.op, [inner], integerType);
  return d.op === "+" || d.op === "-"
    ? plus(b, inner, d.op === "+" ? constant : -constant)
    : b.derive(d.op, [inner, d.args[1]!], d.op === "*" && Number.isInteger(constant) ? inner.type : numberType);
}

/** The length of an array that never changes it, said before the loops in which the array may be made. */
function lengthBefore(
  r: ReverseState,
  { ref, origin }: Length,
  outer: readonly Range[],
  visible: (v: Var) => Var | null,
  b: Builder,
  up = true,
  depth = 6,
): Var | null {
  const array = originalOf(r, ref);
  if (depth === 0 || r.memory.nodeOf(array).lengthWritten) return null;
  const there = visible(ref),
    made = r.defs.instruction.get(array);
  if (made?.kind === "allocate" && made.length.type.kind === "integer") return limit(r, made.length, up, outer, visible, b, depth - 1);
  if (there) return lengthAt(r, origin, there, b);
  if (made?.kind === "copy") return lengthBefore(r, { kind: "length", origin, ref: made.ref, out: made.ref }, outer, visible, b, up, depth - 1);
  // `v = v.map(…)` in each trip: as long as before the loop
  const carried = steadyStart(
      array,
      outer.map(({ loop }) => loop),
      r.defs,
    ),
    start = carried && visible(carried);
  if (start) return lengthAt(r, origin, start, b, "row");
  return carried && lengthBefore(r, { kind: "length", origin, ref: carried, out: carried }, outer, visible, b, up, depth - 1);
}

function lengthAt(r: ReverseState, origin: Origin, ref: Var, b: Builder, name: string | null = null): Var {
  const out = freshVar(r.ids, name, integerType);
  b.emit({ kind: "length", origin, ref, out });
  return out;
}
