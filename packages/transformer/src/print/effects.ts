import { nestedLists, ownExpressions, subexpressions, targets } from "./walk.ts";
import { anyRead, anyWrite, variableExpr, world, type Expr, type Region, type Statement, type Store, type Variable } from "./tree.ts";

/** What code reads and writes: variables by id, memory by region. */
export interface Effects {
  readonly reads: ReadonlySet<Region>;
  readonly writes: ReadonlySet<Region>;
  /** What is read inside loops of it, so perhaps more than once. */
  readonly loopReads: ReadonlySet<Region>;
}

const none: ReadonlySet<Region> = new Set();
const nothing: Effects = { reads: none, writes: none, loopReads: none };
const variables = new WeakMap<Variable, Effects>();
const expressions = new WeakMap<Expr, Effects>();
const statements = new WeakMap<Statement, Effects>();

/** A set that grows; while all its elements come from one other it is that one itself, for most code reads few things and writes one. */
class Union {
  private only = none;
  private all: Set<Region> | null = null;

  add(set: ReadonlySet<Region>): void {
    if (set.size === 0 || set === this.only) return;
    if (this.only.size === 0 && !this.all) { this.only = set; return; }
    this.addEach(set);
  }

  addEach(regions: Iterable<Region>): void {
    for (const r of regions) {
      if (this.all ? this.all.has(r) : this.only.has(r)) continue;
      this.all ??= new Set(this.only);
      this.all.add(r);
    }
  }

  get set(): ReadonlySet<Region> { return this.all ?? this.only; }
}

export function expressionEffects(e: Expr): Effects {
  if (e.kind === "literal") return nothing;
  const known = e.kind === "variable" ? variables.get(e.variable) : expressions.get(e);
  if (known) return known;
  if (e.kind === "variable") {
    const result = { reads: new Set([e.variable.id]), writes: none, loopReads: none };
    variables.set(e.variable, result);
    return result;
  }
  const reads = new Union(), writes = new Union();
  for (const s of subexpressions(e)) {
    const inner = expressionEffects(s);
    reads.add(inner.reads);
    writes.add(inner.writes);
  }
  if (e.kind === "member") reads.addEach(e.regions);
  if (e.kind === "apply" && e.reads) reads.addEach(e.reads);
  if (e.kind === "raw") {
    reads.addEach(e.reads);
    writes.addEach(e.writes);
  }
  const result = { reads: reads.set, writes: writes.set, loopReads: none };
  expressions.set(e, result);
  return result;
}

export function statementEffects(s: Statement): Effects {
  const known = statements.get(s);
  if (known) return known;
  const reads = new Union(), writes = new Union(), loopReads = new Union();
  const take = (inner: Effects, inLoop: boolean): void => {
    reads.add(inner.reads);
    if (inLoop) loopReads.add(inner.reads);
    writes.add(inner.writes);
    loopReads.add(inner.loopReads);
  };
  for (const e of ownExpressions(s)) take(expressionEffects(e), false);
  for (const v of targets(s)) writes.add(expressionEffects(variableExpr(v)).reads);
  if (s.kind === "store") {
    writes.addEach(s.place.regions);
    reads.add(placeReads(s));
  }
  if (s.kind === "loop") {
    if (s.condition) take(expressionEffects(s.condition), true);
    for (const i of s.init) take(statementEffects(i), false);
    for (const list of [s.head, s.body, s.update]) for (const i of list) take(statementEffects(i), true);
  } else {
    for (const list of nestedLists(s)) for (const i of list) take(statementEffects(i), false);
  }
  const result = { reads: reads.set, writes: writes.set, loopReads: loopReads.set };
  statements.set(s, result);
  return result;
}

/** What a store reads before its value is computed: the way to the place, and what is there if something is added to it. */
export function placeReads({ place, op }: Store): ReadonlySet<Region> {
  const reads = new Union();
  reads.add(expressionEffects(place.object).reads);
  if (typeof place.key !== "string") reads.add(expressionEffects(place.key).reads);
  if (op !== "") reads.addEach(place.regions.map((r) => (r === anyWrite ? anyRead : r)));
  return reads.set;
}

export function meets(a: ReadonlySet<Region>, b: ReadonlySet<Region>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const r of small) if (large.has(r)) return true;
  return false;
}

/** Whether the order of two pieces of code matters. */
export function conflict(a: Effects, b: Effects): boolean {
  return meets(a.writes, b.writes) || meets(a.writes, b.reads) || meets(a.reads, b.writes);
}

/** Whether an expression does more than compute: then it is evaluated exactly once, in order. */
export function isEffectful(e: Expr): boolean {
  return expressionEffects(e).writes.size > 0;
}

/** What an unknown call may read and write: everything. */
export const allReads: readonly Region[] = [anyWrite, world];
export const allWrites: readonly Region[] = [anyRead, anyWrite, world];

/** Whether the value of a variable is read. */
export function readsVariable(e: Expr, id: number): boolean {
  return expressionEffects(e).reads.has(id);
}
