import { nestedLists, ownExpressions, subexpressions, targets } from "./walk.ts";
import { anyRead, anyWrite, world, type Expr, type Region, type Statement, type Variable } from "./tree.ts";

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

/** Sets united; where only one has elements it is that one itself, for most code reads few things and writes one. */
function union(sets: readonly ReadonlySet<Region>[]): ReadonlySet<Region> {
  let only = none, all: Set<Region> | null = null;
  for (const set of sets) {
    if (set.size === 0 || set === only) continue;
    if (only.size === 0) { only = set; continue; }
    all ??= new Set(only);
    for (const r of set) all.add(r);
  }
  return all ?? only;
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
  const inner = subexpressions(e).map(expressionEffects);
  const reads = inner.map((i) => i.reads), writes = inner.map((i) => i.writes);
  if (e.kind === "member") reads.push(new Set(e.regions));
  if (e.kind === "apply" && e.reads) reads.push(new Set(e.reads));
  if (e.kind === "raw") {
    reads.push(new Set(e.reads));
    writes.push(new Set(e.writes));
  }
  const result = { reads: union(reads), writes: union(writes), loopReads: none };
  expressions.set(e, result);
  return result;
}

export function statementEffects(s: Statement): Effects {
  const known = statements.get(s);
  if (known) return known;
  const reads: ReadonlySet<Region>[] = [], writes: ReadonlySet<Region>[] = [], loopReads: ReadonlySet<Region>[] = [];
  const take = (inner: Effects, inLoop: boolean): void => {
    reads.push(inner.reads);
    if (inLoop) loopReads.push(inner.reads);
    writes.push(inner.writes);
    loopReads.push(inner.loopReads);
  };
  for (const e of ownExpressions(s)) take(expressionEffects(e), false);
  const set = targets(s);
  if (set.length > 0) writes.push(new Set(set.map((v) => v.id)));
  if (s.kind === "store") {
    writes.push(new Set(s.place.regions));
    if (s.op !== "") reads.push(new Set(s.place.regions));
  }
  if (s.kind === "loop") {
    if (s.condition) take(expressionEffects(s.condition), true);
    for (const i of s.init) take(statementEffects(i), false);
    for (const list of [s.head, s.body, s.update]) for (const i of list) take(statementEffects(i), true);
  } else {
    for (const list of nestedLists(s)) for (const i of list) take(statementEffects(i), false);
  }
  const result = { reads: union(reads), writes: union(writes), loopReads: union(loopReads) };
  statements.set(s, result);
  return result;
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
