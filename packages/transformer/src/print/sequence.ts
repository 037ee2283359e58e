import { negate } from "./conditions.ts";
import { expressionEffects } from "./effects.ts";
import { assign, isVariable, variableExpr, type Assign, type Expr, type Parallel, type Statement, type Variable } from "./tree.ts";
import type { Variables } from "./statements.ts";
import { mapNestedLists, substituteExpr } from "./walk.ts";

/**
 * Parallel copies as assignments one after the other, in an order in which none destroys what another still reads; a temporary
 * where there is no such order (a swap). What is copied to itself goes.
 */
export function sequence(list: readonly Statement[], fresh: Variables["fresh"]): readonly Statement[] {
  return list.flatMap((s): readonly Statement[] => {
    if (s.kind === "parallel") return inOrder(s, fresh);
    if (s.kind === "assign" && isVariable(s.value, s.target)) return [];
    return [mapNestedLists(s, (inner) => sequence(inner, fresh))];
  });
}

interface Move { readonly target: Variable; value: Expr }

function inOrder(s: Parallel, fresh: Variables["fresh"]): readonly Assign[] {
  let left: Move[] = s.targets.flatMap((target, k) => {
    const value = s.values[k];
    return value && !isVariable(value, target) ? [{ target, value }] : [];
  });
  const out: Assign[] = [];
  while (left.length > 0) {
    // A target may be set once no other value reads it. Counters go last, where the head of a `for` takes them.
    const ready = left.filter((m) => !left.some((o) => o !== m && reads(o.value, m.target)));
    const others = left.filter((m) => !isStep(m));
    const next = ready.find((m) => !isStep(m)) ?? (others.length === 0 ? ready[0] : undefined);
    if (next) {
      out.push(assign(next.target, next.value, s));
      left = left.filter((m) => m !== next);
      continue;
    }
    const stuck = others[0] ?? left[0];
    if (!stuck) break;
    const kept = fresh({ name: null, hint: "t", type: stuck.target.type, role: stuck.target.role === "adjoint" ? "adjoint" : "primal" });
    out.push(assign(kept, variableExpr(stuck.target), s));
    for (const m of left) if (m !== stuck) m.value = substituteExpr(m.value, (v) => (v === stuck.target ? variableExpr(kept) : undefined));
  }
  return out;
}

const reads = (e: Expr, v: Variable): boolean => expressionEffects(e).reads.has(v.id);

function isStep(m: Move): boolean {
  return m.value.kind === "apply" && (m.value.op === "+" || m.value.op === "-") && m.value.args[1]?.kind === "literal" && reads(m.value, m.target);
}

/** `p = c ? a : p` is `if (c) { p = a }`. */
export function openSelections(list: readonly Statement[]): readonly Statement[] {
  return list.map((s) => {
    if (s.kind !== "assign" || s.value.kind !== "apply" || s.value.op !== "?:") return mapNestedLists(s, openSelections);
    const [c, a, b] = s.value.args, base = { origin: s.origin, derivative: s.derivative };
    if (c && a && b && isVariable(b, s.target)) return { kind: "if", condition: c, then: [assign(s.target, a, s)], else: [], ...base };
    if (c && a && b && isVariable(a, s.target)) return { kind: "if", condition: negate(c), then: [assign(s.target, b, s)], else: [], ...base };
    return s;
  });
}
