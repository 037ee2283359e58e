import { nestedLists, ownExpressions, subexpressions, targets } from "./walk.ts";
import { anyRead, anyWrite, world, type Expr, type Region, type Statement } from "./tree.ts";

/** What code reads and writes: variables by id, memory by region. */
export interface Effects {
  readonly reads: ReadonlySet<Region>;
  readonly writes: ReadonlySet<Region>;
  /** What is read inside loops of it, so perhaps more than once. */
  readonly loopReads: ReadonlySet<Region>;
}

const none: ReadonlySet<Region> = new Set();
const expressions = new WeakMap<Expr, Effects>();
const statements = new WeakMap<Statement, Effects>();

export function expressionEffects(e: Expr): Effects {
  const known = expressions.get(e);
  if (known) return known;
  const reads = new Set<Region>(), writes = new Set<Region>();
  if (e.kind === "variable") reads.add(e.variable.id);
  if (e.kind === "member") e.regions.forEach((r) => reads.add(r));
  if (e.kind === "raw") {
    e.reads.forEach((r) => reads.add(r));
    e.writes.forEach((r) => writes.add(r));
  }
  for (const s of subexpressions(e)) {
    const inner = expressionEffects(s);
    inner.reads.forEach((r) => reads.add(r));
    inner.writes.forEach((r) => writes.add(r));
  }
  const result = { reads, writes, loopReads: none };
  expressions.set(e, result);
  return result;
}

export function statementEffects(s: Statement): Effects {
  const known = statements.get(s);
  if (known) return known;
  const reads = new Set<Region>(), writes = new Set<Region>(), loopReads = new Set<Region>();
  const take = (inner: Effects, inLoop: boolean): void => {
    inner.reads.forEach((r) => { reads.add(r); if (inLoop) loopReads.add(r); });
    inner.writes.forEach((r) => writes.add(r));
    inner.loopReads.forEach((r) => loopReads.add(r));
  };
  for (const e of ownExpressions(s)) take(expressionEffects(e), false);
  for (const v of targets(s)) writes.add(v.id);
  if (s.kind === "store") {
    s.place.regions.forEach((r) => writes.add(r));
    if (s.op !== "") s.place.regions.forEach((r) => reads.add(r));
  }
  if (s.kind === "loop") {
    if (s.condition) take(expressionEffects(s.condition), true);
    for (const i of s.init) take(statementEffects(i), false);
    for (const list of [s.head, s.body, s.update]) for (const i of list) take(statementEffects(i), true);
  } else {
    for (const list of nestedLists(s)) for (const i of list) take(statementEffects(i), false);
  }
  const result = { reads, writes, loopReads };
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
