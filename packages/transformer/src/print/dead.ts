import { expressionEffects, isEffectful } from "./effects.ts";
import type { Statement, Variable } from "./tree.ts";
import { eachExpression, eachStatement, eachVariable, mapNestedLists, ownExpressions } from "./walk.ts";
import type { Expr } from "./tree.ts";

/** Removes assignments to variables that nothing needs, and branches that are empty then. */
export function removeDead(list: readonly Statement[]): readonly Statement[] {
  for (let current = list; ;) {
    const next = sweep(current, needed(current));
    if (next === current) return current;
    current = next;
  }
}

/** Variables read by something that matters: an effect, a condition, a result, or a value of a needed variable. */
function needed(list: readonly Statement[]): ReadonlySet<Variable> {
  const values = new Map<Variable, Expr[]>(), found = new Set<Variable>(), work: Expr[] = [];
  const value = (v: Variable, e: Expr): void => {
    if (isEffectful(e)) work.push(e);
    const known = values.get(v);
    if (known) known.push(e); else values.set(v, [e]);
  };
  eachStatement(list, (s) => {
    if (s.kind === "assign") value(s.target, s.value);
    else if (s.kind === "parallel") s.targets.forEach((t, k) => { const e = s.values[k]; if (e) value(t, e); });
    else work.push(...ownExpressions(s));
    if (s.kind === "loop" && s.condition) work.push(s.condition);
  });
  for (let e = work.pop(); e; e = work.pop()) {
    eachVariable(e, (v) => {
      if (found.has(v)) return;
      found.add(v);
      work.push(...(values.get(v) ?? []));
    });
  }
  return found;
}

function sweep(list: readonly Statement[], used: ReadonlySet<Variable>): readonly Statement[] {
  let changed = false;
  const result: Statement[] = [];
  for (const s of list) {
    const kept = sweepOne(s, used);
    if (kept !== s) changed = true;
    if (kept) result.push(kept);
  }
  return changed ? result : list;
}

function sweepOne(s: Statement, used: ReadonlySet<Variable>): Statement | null {
  switch (s.kind) {
    case "assign":
      if (used.has(s.target)) return s;
      return isEffectful(s.value) ? { kind: "effect", value: unasserted(s.value), origin: s.origin, derivative: s.derivative } : null;
    case "parallel": {
      const kept = s.targets.map((t, k) => used.has(t) || isEffectful(s.values[k] ?? s.values[0]!));
      if (!kept.includes(false)) return s;
      if (!kept.includes(true)) return null;
      return { ...s, targets: s.targets.filter((_, k) => kept[k]), values: s.values.filter((_, k) => kept[k]) };
    }
    case "if": {
      const inner = mapNestedLists(s, (list) => sweep(list, used));
      return inner.kind === "if" && inner.then.length === 0 && inner.else.length === 0 && expressionEffects(inner.condition).writes.size === 0 ? null : inner;
    }
    default: return mapNestedLists(s, (list) => sweep(list, used));
  }
}

/** `xs.pop()!` whose value nobody wants needs no `!`. */
function unasserted(e: Expr): Expr {
  const last = e.kind === "raw" ? e.parts.at(-1) : undefined;
  return e.kind === "raw" && typeof last === "string" && last.endsWith(")!") ? { ...e, parts: [...e.parts.slice(0, -1), last.slice(0, -1)] } : e;
}

/** How often each variable is read and set. */
export function countOccurrences(list: readonly Statement[]): {
  readonly uses: ReadonlyMap<Variable, number>;
  readonly definitions: ReadonlyMap<Variable, number>;
} {
  const uses = new Map<Variable, number>(),
    definitions = new Map<Variable, number>();
  const add = (map: Map<Variable, number>, v: Variable): void => {
    map.set(v, (map.get(v) ?? 0) + 1);
  };
  eachExpression(list, (e) => eachVariable(e, (v) => add(uses, v)));
  eachStatement(list, (s) => {
    if (s.kind === "assign") add(definitions, s.target);
    if (s.kind === "parallel") s.targets.forEach((t) => add(definitions, t));
  });
  return { uses, definitions };
}
