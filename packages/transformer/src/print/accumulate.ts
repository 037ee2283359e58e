import { statementEffects } from "./effects.ts";
import { applyExpr, isLiteral, type Assign, type Expr, type Statement, type Variable } from "./tree.ts";
import { eachVariable, isDead, mapNestedLists, nestedLists } from "./walk.ts";

/**
 * Accumulators as a person writes them: several sums of one statement become one, a zero that is only there to be added to goes,
 * so that `dx = 0; dx += a; dx += b` becomes `dx = a + b`, and what cannot go stands right before its first use.
 */
export function accumulate(list: readonly Statement[]): readonly Statement[] {
  return setTakenLast(sinkStarts(joinSums(list))).map((s) => mapNestedLists(s, accumulate));
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
  return s.kind === "exit" || nestedLists(s).some((list) => list.some(mayExit));
}

/** The first statement after `from` that has to do with the variable, or that nothing moves past; the length of the list if there is none. */
function nextTouch(list: readonly Statement[], from: number, v: Variable, reads: readonly Variable[] = []): number {
  for (let k = from + 1; k < list.length; k++) {
    const s = list[k];
    if (s && (touches(s, v) || mayExit(s) || reads.some((r) => statementEffects(s).writes.has(r.id)))) return k;
  }
  return list.length;
}

function joinSums(statements: readonly Statement[]): readonly Statement[] {
  const list: (Statement | null)[] = [...statements];
  for (let k = 0; k < list.length; k++) {
    const s = list[k];
    if (s?.kind !== "assign" || !s.derivative || s.target.role !== "adjoint" || !s.origin?.statement) continue;
    const { target } = s, adds = isSumOf(s, target);
    const term = adds ? s.value.args[1] : s.value;
    if (!term || (!adds && statementEffects(s).reads.has(target.id))) continue;
    const at = nextTouch(list.map((x) => x ?? nothing), k, target, variablesIn(term));
    const next = list[at];
    if (!next || !isSumOf(next, target) || next.origin?.statement !== s.origin.statement || variablesIn(term).length > 2) continue;
    const [own, other] = next.value.args;
    if (!own || !other) continue;
    const both = applyExpr("+", [term, other], true);
    list[k] = null;
    // Of three terms the first two are one by now.
    list[at] = { ...next, value: adds ? applyExpr("+", [own, both], true) : both };
  }
  return list.filter((s) => s !== null);
}

function variablesIn(e: Expr): readonly Variable[] {
  const found: Variable[] = [];
  eachVariable(e, (v) => found.push(v));
  return found;
}

const nothing: Statement = { kind: "heading", text: "", origin: null, derivative: false };

const isStart = (s: Statement | undefined): s is Assign => s?.kind === "assign" && s.derivative && s.target.role === "adjoint" && s.value.kind === "literal";

function sinkStarts(statements: readonly Statement[]): readonly Statement[] {
  let list = statements;
  // From the last to the first, so that starts that end up at one place keep their order.
  for (let k = list.length - 1; k >= 0; k--) {
    const s = list[k];
    if (isStart(s)) list = sinkStart(list, k, s);
  }
  return list;
}

function sinkStart(list: readonly Statement[], from: number, start: Assign): readonly Statement[] {
  const v = start.target, at = nextTouch(list, from, v), next = list[at];
  const before = [...list.slice(0, from), ...list.slice(from + 1, at)];
  if (isSumOf(next, v)) return [...before, startWith(next, start), ...list.slice(at + 1)];
  let place = next ? before.length : endOf(before);
  // Starts that came after this one stay after it.
  while (next && place > from && isStart(before[place - 1])) place--;
  const waiting = [...before.slice(0, place), start, ...before.slice(place)];
  if (next?.kind !== "if" || !touches(next, v) || isRead(next.condition, v)) return [...waiting, ...list.slice(at)];
  const arms = [next.then, next.else];
  const leaves = (arm: readonly Statement[]): boolean => isDead(arm) && !arm.some((s) => touches(s, v) || mayExit(s));
  if (arms.every((arm) => leaves(arm) || arm.some((s) => touches(s, v)))) {
    const sink = (arm: readonly Statement[]): readonly Statement[] => (leaves(arm) ? arm : [start, ...arm]);
    return [...before, { ...next, then: sink(next.then), else: sink(next.else) }, ...list.slice(at + 1)];
  }
  // One arm adds, the other leaves it: the start stays, and the arm knows what it adds to.
  const known = (arm: readonly Statement[]): readonly Statement[] => {
    const k = nextTouch(arm, -1, v), s = arm[k];
    return isSumOf(s, v) ? arm.map((x) => (x === s ? startWith(s, start) : x)) : arm;
  };
  return [...waiting, { ...next, then: known(next.then), else: known(next.else) }, ...list.slice(at + 1)];
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
    const taken = s.value.variable, from = nextTouch(list, k, taken), set = list[from];
    if (set?.kind !== "assign" || set.target !== taken || isSumOf(set, taken)) continue;
    const used = statementEffects(set).reads;
    let to = from;
    for (let m = from + 1; m < list.length; m++) {
      const next = list[m];
      if (!next || next.origin?.statement !== set.origin?.statement || nestedLists(next).length > 0 || endOf([next]) === 0) break;
      const effects = statementEffects(next);
      if (mayExit(next) || touches(next, taken) || [...used].some((r) => effects.writes.has(r))) break;
      to = m;
    }
    if (to > from) list.splice(to, 0, ...list.splice(from, 1));
  }
  return list;
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
