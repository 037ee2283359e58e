import { meets, statementEffects } from "./effects.ts";
import { applyExpr, isLiteral, withStagesOf, type Assign, type Expr, type Statement, type Variable } from "./tree.ts";
import { eachVariable, isDead, mapNestedLists, nestedLists } from "./walk.ts";

/**
 * Accumulators as a person writes them: several sums of one statement become one, a zero that is only there to be added to goes,
 * so that `dx = 0; dx += a; dx += b` becomes `dx = a + b`, and what cannot go stands right before its first use. `short`: sums of several statements too.
 */
export function accumulate(list: readonly Statement[], short = false): readonly Statement[] {
  return setTakenLast(sinkStarts(joinSums(list, short))).map((s) => mapNestedLists(s, (inner) => accumulate(inner, short)));
}

interface Sum extends Assign { readonly value: Expr & { readonly kind: "apply" } }

/** `v = v + e`. */
function isSumOf(s: Statement | undefined, v: Variable): s is Sum {
  if (s?.kind !== "assign" || s.target !== v || s.value.kind !== "apply" || s.value.op !== "+" || !s.value.free) return false;
  const [own] = s.value.args;
  return own?.kind === "variable" && own.variable === v;
}

const touches = (s: Statement, v: Variable): boolean => {
  const effects = statementEffects(s);
  return effects.reads.has(v.id) || effects.writes.has(v.id);
};

/** Whether control may leave for another place of the function: what is moved past it would be missing there. */
function mayExit(s: Statement): boolean {
  for (const list of nestedLists(s)) for (const inner of list) if (mayExit(inner)) return true;
  return s.kind === "exit";
}

/** Where in a list variables are read and written, to look ahead without walking. */
class Places {
  private readonly touched = new Map<number, number[]>();
  private readonly written = new Map<number, number[]>();
  private readonly exits: number[] = [];
  private readonly length: number;

  constructor(list: readonly Statement[]) {
    this.length = list.length;
    const at = (map: Map<number, number[]>, id: number, k: number): void => {
      const known = map.get(id);
      if (!known) map.set(id, [k]);
      else if (known.at(-1) !== k) known.push(k);
    };
    list.forEach((s, k) => {
      const effects = statementEffects(s);
      effects.reads.forEach((r) => at(this.touched, r, k));
      effects.writes.forEach((w) => { at(this.touched, w, k); at(this.written, w, k); });
      if (mayExit(s)) this.exits.push(k);
    });
  }

  /** The first statement after `from` that has to do with the variable, or that nothing moves past; the length of the list if there is none. */
  next(from: number, v: Variable, reads: readonly Variable[] = []): number {
    const first = [after(this.touched.get(v.id), from), after(this.exits, from), ...reads.map((r) => after(this.written.get(r.id), from))];
    return Math.min(this.length, ...first);
  }
}

/** The first of ascending numbers that is greater. */
function after(ascending: readonly number[] | undefined, from: number): number {
  let low = 0, high = ascending?.length ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending?.[middle] ?? 0) > from) high = middle; else low = middle + 1;
  }
  return ascending?.[low] ?? Infinity;
}

function joinSums(statements: readonly Statement[], short: boolean): readonly Statement[] {
  if (!statements.some((s) => s.kind === "assign" && isSumOf(s, s.target))) return statements;
  const list: (Statement | null)[] = [...statements];
  // What goes is behind the place looked at, what is joined touches the same variable: the places stay true.
  const places = new Places(statements);
  for (let k = 0; k < list.length; k++) {
    const s = list[k];
    if (s?.kind !== "assign" || !s.derivative || s.target.role !== "adjoint" || !s.origin?.statement) continue;
    const { target } = s, adds = isSumOf(s, target);
    const term = adds ? s.value.args[1] : s.value;
    if (!term || (!adds && statementEffects(s).reads.has(target.id))) continue;
    const at = places.next(k, target, variablesIn(term)), next = list[at] ?? undefined;
    if (!isSumOf(next, target)) continue;
    if (!short && (next.origin?.statement !== s.origin.statement || variablesIn(term).length > 2)) continue;
    const [own, other] = next.value.args;
    if (!own || !other) continue;
    const both = applyExpr("+", [term, other], true);
    list[k] = null;
    // Of three terms the first two are one by now.
    list[at] = withStagesOf({ ...next, value: adds ? applyExpr("+", [own, both], true) : both }, s);
  }
  return list.filter((s) => s !== null);
}

function variablesIn(e: Expr): readonly Variable[] {
  const found: Variable[] = [];
  eachVariable(e, (v) => found.push(v));
  return found;
}

const isStart = (s: Statement | undefined): s is Assign => s?.kind === "assign" && s.derivative && s.target.role === "adjoint" && s.value.kind === "literal";

function sinkStarts(statements: readonly Statement[]): readonly Statement[] {
  if (!statements.some(isStart)) return statements;
  const list: (Statement | null)[] = [...statements], places = new Places(statements);
  const waiting = new Map<number, Statement[]>();
  statements.forEach((s, k) => {
    if (!isStart(s)) return;
    const at = places.next(k, s.target), next = list[at] ?? undefined;
    list[k] = null;
    const before = statements[k - 1];
    const taken = before?.kind === "assign" && before.value.kind === "variable" && before.value.variable === s.target;
    const sunk = next && sinkInto(next, s, taken);
    if (sunk) list[at] = sunk.statement;
    if (sunk && !sunk.waits) return;
    const place = next ? at : endOf(statements);
    waiting.set(place, [...(waiting.get(place) ?? []), s]);
  });
  return [...list, null].flatMap((s, k) => [...(waiting.get(k) ?? []), ...(s ? [s] : [])]);
}

/**
 * The next statement with the start in it; `waits`: the start must stand before it all the same. Null: nothing to be done.
 * What was `taken` just before goes into every arm, for there it may come after the last use of what was taken.
 */
function sinkInto(next: Statement, start: Assign, taken: boolean): { statement: Statement; waits: boolean } | null {
  const v = start.target;
  if (isSumOf(next, v)) return { statement: startWith(next, start), waits: false };
  if (next.kind !== "if" || !touches(next, v) || isRead(next.condition, v)) return null;
  const arms = [next.then, next.else];
  const leaves = (arm: readonly Statement[]): boolean => isDead(arm) && !arm.some((s) => touches(s, v) || mayExit(s));
  if (taken || arms.every((arm) => leaves(arm) || arm.some((s) => touches(s, v)))) {
    const sink = (arm: readonly Statement[]): readonly Statement[] => (leaves(arm) ? arm : [start, ...arm]);
    return { statement: { ...next, then: sink(next.then), else: sink(next.else) }, waits: false };
  }
  // One arm adds, the other leaves it: the start stays, and the arm knows what it adds to.
  return { statement: { ...next, then: withStart(next.then, start), else: withStart(next.else, start) }, waits: true };
}

/** A list before which the variable has its start: the first sum is one with that. */
function withStart(list: readonly Statement[], start: Assign): readonly Statement[] {
  const v = start.target, s = list.find((x) => touches(x, v) || mayExit(x));
  const known = (to: Statement): readonly Statement[] => list.map((x) => (x === s ? to : x));
  if (isSumOf(s, v)) return known(startWith(s, start));
  if (s?.kind !== "if" || isRead(s.condition, v)) return list;
  return known({ ...s, then: withStart(s.then, start), else: withStart(s.else, start) });
}

const isRead = (e: Expr, v: Variable): boolean => e.kind === "variable" && e.variable === v;

/**
 * `t = dx; dx = a * t; dr += b * t` has no need of t if dx is set last. The order within the reverse of one statement is ours.
 */
function setTakenLast(statements: readonly Statement[]): readonly Statement[] {
  const list = [...statements];
  for (let k = 0; k < list.length; k++) {
    const s = list[k];
    if (s?.kind !== "assign" || s.value.kind !== "variable" || s.value.variable.role !== "adjoint" || s.target.role !== "adjoint") continue;
    const taken = s.value.variable, from = nextNear(list, k, taken), set = list[from];
    if (set?.kind !== "assign" || set.target !== taken || isSumOf(set, taken)) continue;
    const used = statementEffects(set).reads;
    let to = from;
    for (let m = from + 1; m < list.length; m++) {
      const next = list[m];
      if (!next || next.origin?.statement !== set.origin?.statement || nestedLists(next).length > 0 || endOf([next]) === 0) break;
      const effects = statementEffects(next);
      if (mayExit(next) || touches(next, taken) || meets(used, effects.writes)) break;
      to = m;
    }
    if (to > from) list.splice(to, 0, ...list.splice(from, 1));
  }
  return list;
}

/** The next statement that has to do with the variable, or that nothing moves past, if it is not far: the reverse of one statement is short. */
function nextNear(list: readonly Statement[], from: number, v: Variable): number {
  for (let k = from + 1; k < Math.min(list.length, from + 100); k++) {
    const s = list[k];
    if (s && (touches(s, v) || mayExit(s))) return k;
  }
  return list.length;
}

/** Where something goes that comes last: before the jump or the copies that end a list. */
function endOf(list: readonly Statement[]): number {
  let end = list.length;
  while (end > 0) {
    const s = list[end - 1];
    if (s?.kind !== "exit" && s?.kind !== "return" && s?.kind !== "throw" && s?.kind !== "parallel") break;
    end--;
  }
  return end;
}

function startWith(s: Sum, start: Assign): Assign {
  const [, term] = s.value.args;
  if (!term) return s;
  return { ...s, value: isLiteral(start.value, 0) ? term : applyExpr("+", [start.value, term], true) };
}
