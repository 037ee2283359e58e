import type { Variables } from "./statements.ts";
import { applyExpr, variableExpr, type ApplyExpr, type Expr, type Statement, type Variable } from "./tree.ts";
import { eachVariable, mapNestedLists, mapOwnExpressions, mapSubexpressions, nestedLists, ownExpressions, substituteExpr, targets } from "./walk.ts";

/**
 * Takes the name off each adjoint that is read once, for `fold` to write it where it is read; so too each value that an accumulator holds
 * only until something is added. What nested lists touch stays.
 */
export function takeNames(list: readonly Statement[], fresh: Variables["fresh"]): readonly Statement[] {
  const inside = new Set<Variable>();
  const nested = (inner: readonly Statement[]): void => {
    for (const s of inner) {
      targets(s).forEach((v) => inside.add(v));
      ownExpressions(s).forEach((e) => eachVariable(e, (v) => inside.add(v)));
      nestedLists(s).forEach(nested);
    }
  };
  for (const s of list) {
    nestedLists(s).forEach(nested);
    if (s.kind === "loop" && s.condition) eachVariable(s.condition, (v) => inside.add(v));
  }
  const out = [...list];
  /** The assignment that holds, and the places where what it set is read. */
  const current = new Map<Variable, { readonly at: number; readonly reads: number[] }>();
  const close = (v: Variable): void => {
    const known = current.get(v), [read] = known?.reads ?? [], s = known && out[known.at], reader = read === undefined ? undefined : out[read];
    if (!known || known.reads.length !== 1 || s?.kind !== "assign" || !s.derivative || !reader || read === undefined) return;
    if (reader.kind === "assign" && reader.target.name === null && reader.value.kind === "variable") return;
    const temporary = fresh({ name: null, hint: v.name ?? v.hint, type: v.type, role: v.role });
    out[known.at] = { ...s, target: temporary };
    out[read] = mapOwnExpressions(reader, (e) => substituteExpr(e, (x) => (x === v ? variableExpr(temporary) : undefined)));
  };
  list.forEach((s, k) => {
    for (const e of ownExpressions(s)) eachVariable(e, (v) => current.get(v)?.reads.push(k));
    for (const v of targets(s)) {
      close(v);
      if (s.kind === "assign" && v.role === "adjoint" && v.type.kind === "number" && !v.pinned && !inside.has(v)) current.set(v, { at: k, reads: [] });
      else current.delete(v);
    }
  });
  [...current.keys()].forEach(close);
  return out;
}

/**
 * Derivative arithmetic in the order that takes engines the fewest steps: a variable before what must be computed, since it is an
 * operand as it stands, and products from the right (`2 * (x * d)`), so that nothing has to be set aside.
 */
export function tighten(list: readonly Statement[]): readonly Statement[] {
  return list.map((s) => mapNestedLists(mapOwnExpressions(s, reordered), tighten));
}

function reordered(e: Expr): Expr {
  const negative = negatives(e);
  if (negative) return applyExpr("neg", [reordered(negative.reduce((sum, o) => applyExpr("+", [sum, o], true)))], true);
  if (!isFree(e, "*") && !isFree(e, "+")) return mapSubexpressions(e, reordered);
  const operands = chain(e, e.op).map(reordered);
  const first = operands.filter(isReady), rest = operands.filter((o) => !isReady(o));
  if (e.op === "+") {
    const [start, ...more] = [...first.slice(0, 1), ...rest, ...first.slice(1)];
    return start ? more.reduce((sum, o) => applyExpr("+", [sum, o], true), start) : e;
  }
  // What is computed comes last; from there the product grows to the left.
  return [...first, ...rest].reduceRight((product, o) => applyExpr("*", [o, product], true));
}

/** The terms of `-a - b - c` without their signs. */
function negatives(e: Expr): readonly Expr[] | null {
  if (e.kind !== "apply" || !e.free || e.op !== "-" || e.args.length !== 2) return null;
  const [a, b] = e.args;
  if (!a || !b) return null;
  const left = a.kind === "apply" && a.free && a.op === "neg" ? a.args : negatives(a);
  return left && [...left, b];
}

/** The operands of `a * b * c`. */
function chain(e: Expr, op: string): readonly Expr[] {
  if (!isFree(e, op)) return [e];
  return e.args.flatMap((a) => chain(a, op));
}

const isFree = (e: Expr, op: string): e is ApplyExpr => e.kind === "apply" && e.free && e.op === op && e.args.length === 2;
const isReady = (e: Expr): boolean => e.kind === "variable" || e.kind === "literal";
