import { conflict, statementEffects } from "./effects.ts";
import { countOccurrences } from "./dead.ts";
import type { Variables } from "./statements.ts";
import { assign, variableExpr, type Expr, type IfStatement, type Statement, type Variable } from "./tree.ts";
import { isDead, mapNestedLists, mapOwnExpressions, nestedLists, substituteExpr } from "./walk.ts";

/**
 * Two tests of one condition, one after the other, become one: `if (c) { a } … if (c) { b }` is `if (c) { a; b }`, where what stands between
 * can stand before. A value that the first hands to the second stays within its arm.
 */
export function mergeIfs(root: readonly Statement[], fresh: Variables["fresh"]): readonly Statement[] {
  const { uses, definitions } = countOccurrences(root);
  const visit = (list: readonly Statement[]): readonly Statement[] => {
    const out: Statement[] = [];
    for (const s of list) {
      const at = s.kind === "if" && s.condition.kind === "variable" && definitions.get(s.condition.variable) === 1 ? partner(out, s) : -1;
      const first = out[at];
      if (s.kind !== "if" || first?.kind !== "if") { out.push(s); continue; }
      const between = out.splice(at);
      out.push(...between.slice(1), merged(first, s, uses, fresh));
    }
    return out.map((s) => mapNestedLists(s, visit));
  };
  return visit(root);
}

/** An earlier test of the same condition that this one can join; -1 if there is none. */
function partner(list: readonly Statement[], s: IfStatement): number {
  for (let k = list.length - 1; k >= 0 && k >= list.length - 12; k--) {
    const first = list[k];
    if (!first) break;
    if (first.kind === "if" && first.condition.kind === "variable" && s.condition.kind === "variable" && first.condition.variable === s.condition.variable) {
      if (isDead(first.then) || isDead(first.else)) return -1;
      const effects = statementEffects(first);
      return list.slice(k + 1).every((b) => !conflict(statementEffects(b), effects)) ? k : -1;
    }
    if (first.kind === "exit" || nestedLists(first).length > 0 || first.kind === "heading" || first.kind === "parallel") break;
  }
  return -1;
}

function merged(first: IfStatement, second: IfStatement, uses: ReadonlyMap<Variable, number>, fresh: Variables["fresh"]): IfStatement {
  // Variables that only the second reads: one for each arm.
  const own = countOccurrences([second]).uses;
  const handed = new Set(
    [...first.then, ...first.else].flatMap((s) => (s.kind === "parallel" ? s.targets : [])).filter((v) => (own.get(v) ?? 0) === (uses.get(v) ?? 0)),
  );
  const arm = (a: readonly Statement[], b: readonly Statement[]): readonly Statement[] => {
    const names = new Map([...handed].map((v) => [v, fresh(v)] as const));
    const start = a.flatMap((s): readonly Statement[] => {
      if (s.kind !== "parallel") return [s];
      const kept = s.targets.map((t) => !names.has(t));
      const values = s.targets.flatMap((t, k) => { const to = names.get(t), value = s.values[k]; return to && value ? [assign(to, value, s)] : []; });
      const rest = { ...s, targets: s.targets.filter((_, k) => kept[k]), values: s.values.filter((_, k) => kept[k]) };
      return rest.targets.length > 0 ? [...values, rest] : values;
    });
    return [...start, ...replaceIn(b, (v) => { const to = names.get(v); return to && variableExpr(to); })];
  };
  return {
    ...second,
    origin: second.derivative && !first.derivative ? first.origin : second.origin,
    derivative: first.derivative && second.derivative,
    then: arm(first.then, second.then),
    else: arm(first.else, second.else),
  };
}

function replaceIn(list: readonly Statement[], replacement: (v: Variable) => Expr | undefined): readonly Statement[] {
  return list.map((s) => {
    const inner = mapNestedLists(mapOwnExpressions(s, (e) => substituteExpr(e, replacement)), (l) => replaceIn(l, replacement));
    return inner.kind === "loop" && inner.condition ? { ...inner, condition: substituteExpr(inner.condition, replacement) } : inner;
  });
}
