import { negate } from "./conditions.ts";
import { countOccurrences } from "./dead.ts";
import { isLiteral, type Assign, type Expr, type Statement, type Variable } from "./tree.ts";
import { mapNestedLists } from "./walk.ts";

/**
 * What is chosen to be 0 or not, and only added to sums, is added where it is not 0:
 *
 *     const d = c ? 0 : e;  s += d;  a[j] -= d          if (!c) { const d = e;  s += d;  a[j] -= d }
 *
 * That is one branch, as engines make of the choice anyway, and less to do. A single sum stays as it is: `s += c ? 0 : e`.
 */
export function guardSums(list: readonly Statement[]): readonly Statement[] {
  const { uses, definitions } = countOccurrences(list);
  const inList = (statements: readonly Statement[]): readonly Statement[] => {
    const out: Statement[] = [];
    for (let k = 0; k < statements.length; k++) {
      const s = statements[k]!; // k is below the length
      const choice = s.kind === "assign" && s.derivative && definitions.get(s.target) === 1 ? choiceOf(s.value) : null;
      if (s.kind !== "assign" || !choice) { out.push(mapNestedLists(s, inList)); continue; }
      let end = k + 1;
      while (end < statements.length && addsOnly(statements[end]!, s.target)) end++;
      const sums = statements.slice(k + 1, end);
      if (sums.length < 2 || uses.get(s.target) !== sums.length) { out.push(s); continue; }
      const own: Assign = { ...s, value: choice.value };
      out.push({ kind: "if", condition: choice.condition, then: [own, ...sums], else: [], origin: s.origin, derivative: true });
      k = end - 1;
    }
    return out;
  };
  return inList(list);
}

/** `c ? 0 : e` and `c ? e : 0`: when it is e. */
function choiceOf(e: Expr): { readonly condition: Expr; readonly value: Expr } | null {
  if (e.kind !== "apply" || e.op !== "?:" || !e.free) return null;
  const [c, a, b] = e.args;
  if (!c || !a || !b) return null;
  return isLiteral(b, 0) ? { condition: c, value: a } : isLiteral(a, 0) ? { condition: negate(c), value: b } : null;
}

/** `v += t`, `a[j] -= t`. */
function addsOnly(s: Statement, t: Variable): boolean {
  const is = (e: Expr | undefined, v: Variable): boolean => e?.kind === "variable" && e.variable === v;
  if (s.kind === "assign")
    return (
      s.value.kind === "apply" &&
      s.value.free === true &&
      (s.value.op === "+" || s.value.op === "-") &&
      is(s.value.args[0], s.target) &&
      is(s.value.args[1], t) &&
      s.target !== t
    );
  const added = s.kind === "store" && s.value.kind === "apply" && s.value.op === "neg" ? s.value.args[0] : s.kind === "store" ? s.value : undefined;
  return s.kind === "store" && (s.op === "+" || s.op === "-") && is(added, t);
}
