import type { Alternative } from "../ir/ir.ts";
import type { Expr, Statement, Variable } from "./tree.ts";
import { eachStatement } from "./walk.ts";

/**
 * What a variable of an optional type holds where it holds no value: `null`, `undefined`, or either. The IR does not tell them apart, and
 * to a reader `Point | null | undefined` says more than there is.
 *
 * Ensures   nothing else is assigned to it. A variable that is declared without a value is `undefined` at first. Those of which nothing is
 *           known (read from the user's memory, made by the user's text) are not in the map.
 * Method    what is assigned, followed through other variables, until nothing is added.
 */
export function absences(list: readonly Statement[]): ReadonlyMap<Variable, readonly Alternative[]> {
  const assigned = new Map<Variable, Expr[]>(), found = new Map<Variable, Set<Alternative>>(), unknown = new Set<Variable>();
  const isFollowed = (v: Variable): boolean => v.role !== "parameter" && v.type.kind === "optional" && !v.type.besides;
  const set = (v: Variable, value: Expr | undefined): void => {
    if (isFollowed(v) && value) assigned.set(v, [...assigned.get(v) ?? [], value]);
  };
  eachStatement(list, (s) => {
    if (s.kind === "assign") set(s.target, s.value);
    else if (s.kind === "parallel") s.targets.forEach((t, k) => set(t, s.values[k]));
    else if (s.kind === "declare" && isFollowed(s.variable)) {
      if (s.value) set(s.variable, s.value);
      else found.set(s.variable, new Set(["undefined"]));
    }
  });

  /** What an expression may be besides a value; null if that is not known. */
  const of = (e: Expr): readonly Alternative[] | null => {
    switch (e.kind) {
      case "literal": return e.literal.value === null ? ["null"] : e.literal.value === undefined ? ["undefined"] : [];
      case "variable": {
        if (!isFollowed(e.variable)) return e.variable.type.kind === "optional" || e.variable.type.kind === "opaque" ? null : [];
        return unknown.has(e.variable) ? null : [...found.get(e.variable) ?? []];
      }
      case "array": case "record": return [];
      case "apply": {
        if (e.op === "??" || e.op === "||" || e.op === "&&") return null;
        if (e.op !== "?:") return [];
        const [then, otherwise] = e.args.slice(1).map(of);
        return then && otherwise ? [...then, ...otherwise] : null;
      }
      case "member": return e.assert ? [] : e.mayBeAbsent || e.mixed || e.of !== undefined || typeof e.key !== "string" ? null : [];
      case "raw": return e.fresh ? e.mayBeAbsent ? ["undefined"] : [] : null;
    }
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [v, values] of assigned) {
      if (unknown.has(v)) continue;
      const all = values.map(of);
      const known = found.get(v) ?? new Set<Alternative>(), size = known.size;
      if (all.includes(null)) unknown.add(v);
      else all.flat().forEach((a) => { if (a) known.add(a); });
      found.set(v, known);
      changed ||= unknown.has(v) || known.size > size;
    }
  }
  const order: readonly Alternative[] = ["null", "undefined"];
  return new Map([...found].filter(([v]) => !unknown.has(v)).map(([v, of_]) => [v, order.filter((a) => of_.has(a))]));
}
