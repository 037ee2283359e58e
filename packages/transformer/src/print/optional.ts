import { literalExpr, rawExpr, type Expr, type Statement, type Variable } from "./tree.ts";
import { eachStatement, mapNestedLists, mapSubexpressions } from "./walk.ts";

/** The variable whose absence an expression tests: `p === undefined`, `p !== undefined`. */
export function testedForAbsence(e: Expr): Variable | null {
  if (e.kind !== "apply") return null;
  const [a, b] = e.args;
  if (e.op === "!" && a) return testedForAbsence(a);
  if (!["===", "!==", "==", "!="].includes(e.op) || a?.kind !== "variable" || b?.kind !== "literal") return null;
  return b.literal.value === undefined || b.literal.value === null ? a.variable : null;
}

/**
 * The variables that are set under a test of an optional one, `if (p === undefined) { q = 2 } else { q = p }`: there, and only there, the
 * type checker follows if both are one variable.
 */
export function setUnderTest(list: readonly Statement[]): ReadonlyMap<Variable, ReadonlySet<Variable>> {
  const found = new Map<Variable, Set<Variable>>();
  const add = (target: Variable, tested: Variable): void => {
    const known = found.get(target);
    if (known) known.add(tested); else found.set(target, new Set([tested]));
  };
  eachStatement(list, (s) => {
    if (s.kind === "assign" && s.value.kind === "apply" && s.value.op === "?:") {
      const tested = s.value.args[0] && testedForAbsence(s.value.args[0]);
      if (tested) add(s.target, tested);
    }
    if (s.kind !== "if") return;
    const tested = testedForAbsence(s.condition);
    if (!tested) return;
    for (const arm of [s.then, s.else]) for (const inner of arm) if (inner.kind === "parallel") inner.targets.forEach((t) => add(t, tested));
  });
  return found;
}

/** `q = p!` where an optional value is known to be there and the type checker does not see why. */
export function assertPresent(list: readonly Statement[]): readonly Statement[] {
  return list.map((s) => {
    const inner = mapNestedLists(s, assertPresent);
    if (inner.kind === "assign" && needsValue(inner.target)) return { ...inner, value: present(inner.value, null) };
    if (inner.kind === "parallel") return { ...inner, values: inner.values.map((v, k) => { const t = inner.targets[k]; return t && needsValue(t) ? present(v, null) : v; }) };
    return inner;
  });
}

const needsValue = (v: Variable): boolean => v.type.kind === "number" || v.type.kind === "integer" || v.type.kind === "array" || v.type.kind === "record" || v.type.kind === "tuple";

function present(e: Expr, tested: Variable | null): Expr {
  if (e.kind === "variable") return e.variable.type.kind === "optional" && e.variable !== tested ? rawExpr([e, "!"]) : e;
  if (e.kind !== "apply" || e.op !== "?:") return e;
  const [c = literalExpr(true)] = e.args, test = testedForAbsence(c);
  let k = 0;
  return mapSubexpressions(e, (arm) => (k++ === 0 ? arm : present(arm, test ?? tested)));
}
