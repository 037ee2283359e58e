import type { Block, Instruction, Loop, Var } from "../ir/ir.ts";
import { nestedBlocks } from "../ir/visit.ts";
import { add, atom, constant, factors, isTooLong, mentions, multiply, split, type Polynomial } from "./polynomial.ts";
import { inductions, isInteger, isOutside, stepOf, type Definitions, type Induction } from "./loops.ts";

/** Where an instruction stands: its number in program order, and the loops around it, outermost first. */
export interface Position { readonly at: number; readonly loops: readonly Loop[]; readonly inHead: boolean }

export interface Positions {
  of(i: Instruction): Position | undefined;
  /** The loops around the definition of a Var; those around its loop and that loop itself for a parameter. */
  loopsOf(v: Var): readonly Loop[];
}

export function positionsIn(block: Block): Positions {
  const found = new Map<Instruction, Position>(), loopsOf = new Map<Var, readonly Loop[]>();
  let at = 0;
  const visit = (b: Block, loops: readonly Loop[], inHead: boolean): void => {
    for (const i of b.instructions) {
      found.set(i, { at: at++, loops, inHead });
      if ("out" in i && i.out) loopsOf.set(i.out, loops);
      if ("outs" in i) for (const o of i.outs) loopsOf.set(o, loops);
      if (i.kind === "loop") {
        for (const p of i.params) loopsOf.set(p, [...loops, i]);
        visit(i.head, [...loops, i], true);
        visit(i.body, [...loops, i], inHead);
      } else for (const n of nestedBlocks(i)) visit(n, loops, inHead);
    }
  };
  visit(block, [], false);
  return { of: (i) => found.get(i), loopsOf: (v) => loopsOf.get(v) ?? [] };
}

/** Stands for something positive, as small as one likes. */
const little = "ε";

/** An element of a view of a view … of an array: where each begins, and where the innermost ends (`before`: the beginnings of the others). */
export interface Extent { readonly from: readonly Var[]; readonly before: readonly Var[]; readonly to: Var | null }
export interface Place extends Extent { readonly key: Var }

/** A place in a trip of every loop around it: of the read, or of the write that comes later. */
type Side = "r" | "w";

/**
 * Two executions of two instructions, the second after the first: the loops up to `equal` are in the same trip, the one at `equal` (if
 * any) in a later trip of the write, those inside in any.
 *
 * Decides whether two subscripts can be the same number then. Each is a polynomial of loop counters and of values that both see; a
 * counter is bounded by its start and by the condition of its loop. The difference is bounded from below by putting in the bounds of
 * counters, innermost first; so triangular loops and matrices in one array, `i * n + j` with `j < n`, are seen through.
 */
export class Later {
  private readonly defs: Definitions;
  private readonly positions: Positions;
  private readonly common: readonly Loop[];
  private readonly equal: number;
  private readonly stableLength: (ref: Var) => boolean;
  private readonly bounds = new Map<string, { readonly depth: number; readonly lower: Polynomial | null; readonly upper: Polynomial | null }>();
  /** Symbols that are at least this. */
  private readonly least = new Map<string, number>();

  constructor(defs: Definitions, positions: Positions, common: readonly Loop[], equal: number, stableLength: (ref: Var) => boolean) {
    this.defs = defs;
    this.positions = positions;
    this.common = common;
    this.equal = equal;
    this.stableLength = stableLength;
  }

  /** Whether a Var has one value for both. */
  isSame(v: Var): boolean {
    return this.positions.loopsOf(v).every((l, n) => n < this.equal && l === this.common[n]);
  }

  differ(a: Var, b: Var): boolean {
    const x = this.expand(a, "r"), y = this.expand(b, "w");
    return x !== null && y !== null && this.areDifferent(x, y);
  }

  /** Whether a subscript is an integer from `from` up to `to`. */
  isWithin(key: Var, from: Var, to: Var, inclusive: boolean): boolean {
    const k = this.expand(key, "r"), low = this.expand(from, "r"), high = this.expand(to, "r");
    if (!k || !low || !high || !isInteger(key, this.defs) || !isInteger(from, this.defs)) return false;
    const left = add(high, k, -1);
    return this.isAtLeast(add(k, low, -1), 0) && (inclusive ? this.isAtLeast(left, 0) : this.isPositive(left));
  }

  /** Whether an array of a length (which is cut to an integer) has a place. */
  isPlace(key: Var, length: Var): boolean {
    const k = this.expand(key, "r"), end = this.expand(length, "r");
    return k !== null && end !== null && isInteger(key, this.defs) && this.isAtLeast(k, 0) && this.isAtLeast(add(end, k, -1), 1);
  }

  /** Whether all integers from 0 below `n` are below `end`, or not above it. */
  isAtMost(n: Var, end: Var, inclusive: boolean): boolean {
    const length = this.expand(n, "r"), last = this.expand(end, "r");
    return length !== null && last !== null && isInteger(n, this.defs) && this.isAtLeast(add(last, length, -1), inclusive ? -1 : 0);
  }

  /** The same of subscripts of two views (`subarray`) of one array. */
  differInViews(a: Place, b: Place): boolean {
    const p = this.expand(a.key, "r"), q = this.expand(b.key, "w");
    const x = this.start(a.from, "r"), y = this.start(b.from, "w");
    if (!p || !q || !x || !y) return false;
    const between = add(y, x, -1);
    if (between.size === 0) return this.areDifferent(p, q);
    // A negative place counts from the end.
    if (![...a.from.map((v) => this.expand(v, "r")), ...b.from.map((v) => this.expand(v, "w"))].every((f) => f && this.isAtLeast(f, 0))) return false;
    // Places that are no integers are cut: the true difference of two is less than 1 away, and an integer.
    const d = add(add(between, q), p, -1);
    if (this.isAtLeast(d, 1) || this.isAtLeast(add(new Map(), d, -1), 1)) return true;
    if ([...a.from, ...b.from].every((v) => isInteger(v, this.defs)) && this.areDifferent(add(x, p), add(y, q))) return true;
    // One view ends before the other begins.
    const endA = this.end(a, "r"), endB = this.end(b, "w");
    return (endA !== null && this.isAtLeast(add(y, endA, -1), 0)) || (endB !== null && this.isAtLeast(add(x, endB, -1), 0));
  }

  /** Where a view begins in the array. */
  private start(from: readonly Var[], side: Side): Polynomial | null {
    return from.reduce<Polynomial | null>((sum, v) => { const f = this.expand(v, side); return sum && f && add(sum, f); }, new Map());
  }

  /** A place in the array that a view does not reach; null if none is known. */
  private end({ before, to }: Extent, side: Side): Polynomial | null {
    const last = to && this.expand(to, side), start = this.start(before, side);
    return last && start && this.isAtLeast(last, 0) ? add(start, last) : null;
  }

  private areDifferent(x: Polynomial, y: Polynomial): boolean {
    if (this.apart(x, y)) return true;
    // Rows of a matrix in one array, `i * n + j` with `0 <= j < n`: both parts must be equal.
    const symbols = new Set([...x.keys(), ...y.keys()].flatMap((product) => (factors(product).length > 1 ? factors(product) : [])));
    return [...symbols].some((n) => {
      if (this.bounds.has(n)) return false;
      const p = split(x, n), q = split(y, n);
      if (!p || !q || ![p.rest, q.rest].every((r) => (this.lowerBound(r)?.least ?? -1) >= 0 && this.isPositive(add(atom(n), r, -1)))) return false;
      return this.apart(p.factor, q.factor) || this.apart(p.rest, q.rest);
    });
  }

  private apart(x: Polynomial, y: Polynomial): boolean {
    const d = add(y, x, -1);
    return this.isPositive(d) || this.isPositive(add(new Map(), d, -1));
  }

  /** A subscript as a polynomial; null if it is no integer arithmetic. */
  private expand(v: Var, side: Side, depth = 12): Polynomial | null {
    if (v.literal) return typeof v.literal.value === "number" && Number.isSafeInteger(v.literal.value) ? constant(v.literal.value) : null;
    if (depth === 0) return null;
    const loop = this.defs.loopOf.get(v);
    if (loop) {
      const induction = inductions(loop, this.defs).find((i) => i.param === v);
      return induction ? this.counter(loop, induction, side) : this.falling(v, loop, side, depth);
    }
    const i = this.defs.instruction.get(v);
    if (i?.kind === "length" && this.stableLength(i.ref)) return this.symbol(v, i.ref, ".length", side, 0);
    if (i?.kind === "apply" && (i.op === "+" || i.op === "-" || i.op === "*") && i.args[0] && i.args[1]) {
      const a = this.expand(i.args[0], side, depth - 1), b = this.expand(i.args[1], side, depth - 1);
      if (!a || !b) return null;
      const made = i.op === "*" ? multiply(a, b) : add(a, b, i.op === "-" ? -1 : 1);
      return isTooLong(made) ? null : made;
    }
    const name = this.symbol(v, v, "", side);
    if (i?.kind === "loop") this.selected(v, i, side);
    return name;
  }

  /** What steps down from something that may be no integer is not above it: `for (let n = steps - 1; n >= 0; n--)`. */
  private falling(v: Var, loop: Loop, side: Side, depth: number): Polynomial {
    const made = this.symbol(v, v, "", side), name = `${v.id}${this.isSame(v) ? "" : side}`, n = loop.params.indexOf(v);
    const next = loop.body.yields[n], init = loop.inits[n], step = next ? stepOf(v, next, this.defs) : null;
    if (!init || step === null || step >= 0 || this.bounds.has(name)) return made;
    const upper = this.expand(init, side, depth - 1);
    if (upper) this.bounds.set(name, { depth: this.positions.loopsOf(v).length, lower: null, upper });
    return made;
  }

  /** What a loop selects, `let p = k; for (i = k + 1; …) if (…) p = i`, is not below what it begins with if nothing that it may take is. */
  private selected(v: Var, loop: Loop, side: Side): void {
    const index = loop.outs.indexOf(v), param = loop.params[index], init = loop.inits[index], next = loop.body.yields[index];
    const name = `${v.id}${this.isSame(v) ? "" : side}`;
    if (!param || !init || !next || this.bounds.has(name)) return;
    const candidates = new Set<Var>();
    if (!this.choices(next, param, candidates) || ![init, ...candidates].every((c) => isInteger(c, this.defs))) return;
    this.bounds.set(name, { depth: 0, lower: null, upper: null }); // while the bounds are made
    const start = this.expand(init, side);
    const isLowest =
      start !== null &&
      [...candidates].every((c) => {
        const p = this.expand(c, side);
        return p !== null && this.isAtLeast(add(p, start, -1), 0);
      });
    if (isLowest) this.bounds.set(name, { depth: this.positions.loopsOf(v).length + 0.75, lower: start, upper: null });
    else this.bounds.delete(name);
  }

  /** What a parameter may become in a trip, besides staying as it is; false if it is not chosen by branches alone. */
  private choices(next: Var, param: Var, found: Set<Var>): boolean {
    if (next === param) return true;
    const i = this.defs.instruction.get(next), n = i?.kind === "if" ? i.outs.indexOf(next) : -1;
    if (i?.kind === "if") return [i.then, i.else].every((arm) => arm.dead || (arm.yields[n] !== undefined && this.choices(arm.yields[n], param, found)));
    if (i?.kind === "apply" && i.op === "?:") return i.args.slice(1).every((a) => this.choices(a, param, found));
    found.add(next);
    return found.size <= 4;
  }

  private symbol(_: Var, home: Var, suffix: string, side: Side, least?: number): Polynomial {
    const name = `${home.id}${suffix}${this.isSame(home) ? "" : side}`;
    if (least !== undefined && !this.least.has(name)) this.least.set(name, least);
    return atom(name);
  }

  private counter(loop: Loop, { param, init, step }: Induction, side: Side): Polynomial {
    const level = this.common.indexOf(loop), depth = this.positions.loopsOf(param).length;
    const same = level >= 0 && level < this.equal;
    const own: Side = same || (level >= 0 && level === this.equal) ? "r" : side;
    const name = `${param.id}${same ? "" : own}`;
    if (!this.bounds.has(name)) {
      this.bounds.set(name, { depth, lower: null, upper: null }); // while the bounds are made
      const start = this.expand(init, own), end = this.limit(loop, param, own);
      this.bounds.set(name, step > 0 ? { depth, lower: start, upper: end } : { depth, lower: end, upper: start });
      const least = step > 0 && start ? this.lowerBound(start) : null;
      // The trip is made, so the limit is larger than the start.
      if (least !== null && end && end.size <= 3)
        for (const product of end.keys())
          if (factors(product).length === 1 && product !== little && end.get(product) === 1 && !this.bounds.has(product))
            this.raise(product, least.least - (end.get("") ?? 0));
    }
    if (level !== this.equal || side === "r") return atom(name);
    // A later trip of the same loop: some steps further.
    const steps = `steps of ${level}`;
    if (!this.bounds.get(steps)?.upper) {
      const end = Math.abs(step) === 1 ? this.limit(loop, param, "w") : null;
      this.bounds.set(steps, { depth: depth + 0.5, lower: constant(1), upper: end && (step > 0 ? add(end, atom(name), -1) : add(atom(name), end, -1)) });
    }
    return add(atom(name), atom(steps), step);
  }

  private raise(symbol: string, least: number): void {
    this.least.set(symbol, Math.max(this.least.get(symbol) ?? -Infinity, least));
  }

  /** The last value a counter can have in the body, from the condition of its loop. */
  private limit(loop: Loop, param: Var, side: Side): Polynomial | null {
    const test = loop.head.instructions.at(-1);
    if (test?.kind !== "apply" || test.out !== loop.condition) return null;
    const [a, b] = test.args;
    if (!a || !b || (a !== param && b !== param)) return null;
    const op = a === param ? test.op : ({ "<": ">", ">": "<", "<=": ">=", ">=": "<=" } as Readonly<Record<string, string>>)[test.op];
    const bound = a === param ? b : a;
    const made = loop.head.instructions.find((i) => "out" in i && i.out === bound);
    if (made && !(made.kind === "length" && this.stableLength(made.ref) && isOutside(made.ref, loop))) return null;
    if (!made && !bound.literal && !isOutside(bound, loop)) return null;
    const p = this.expand(bound, side);
    if (!p) return null;
    // Below a bound that may be no integer the last counter is some little below it.
    const strict = isInteger(bound, this.defs) ? constant(1) : atom(little);
    switch (op) {
      case "<": return add(p, strict, -1);
      case ">": return add(p, strict);
      case "<=": case ">=": return p;
      default: return null;
    }
  }

  private isAtLeast(p: Polynomial, n: number): boolean {
    return (this.lowerBound(p)?.least ?? -Infinity) >= n;
  }

  private isPositive(p: Polynomial): boolean {
    const bound = this.lowerBound(p);
    return bound !== null && (bound.least > 0 || (bound.least === 0 && bound.more));
  }

  /** A number that the polynomial is not below, or null; `more`: it is above it. */
  private lowerBound(p: Polynomial): { readonly least: number; readonly more: boolean } | null {
    let rest = p;
    for (let round = 0; round < 16; round++) {
      const counters = [...this.bounds].filter(([name]) => mentions(rest, name)).sort((x, y) => y[1].depth - x[1].depth);
      const [name, bound] = counters[0] ?? [];
      if (name === undefined || !bound) break;
      const parts = split(rest, name);
      const sign = parts && this.sign(parts.factor);
      const by = sign ? (sign > 0 ? bound.lower : bound.upper) : null;
      if (!parts || !by) return null;
      rest = add(parts.rest, multiply(parts.factor, by));
      if (isTooLong(rest)) return null;
    }
    let least = 0, more = 0;
    for (const [product, n] of rest) {
      if (product === little) { more = n; continue; }
      const low = factors(product).reduce<number | null>((m, f) => {
        const l = this.least.get(f);
        return m === null || l === undefined || l < 0 || this.bounds.has(f) ? null : m * l;
      }, 1);
      if (product === "") { least += n; continue; }
      if (n < 0 || low === null) return null;
      least += n * low;
    }
    return { least: more < 0 ? least - 0.5 : least, more: more > 0 };
  }

  /** The sign of a polynomial of symbols: 1, -1, or null. */
  private sign(p: Polynomial): 1 | -1 | null {
    const low = [...p].map(([product, n]) => ({ n, known: factors(product).every((f) => (this.least.get(f) ?? -1) >= 0) }));
    if (!low.every((t) => t.known)) return null;
    return low.every((t) => t.n >= 0) ? 1 : low.every((t) => t.n <= 0) ? -1 : null;
  }
}
