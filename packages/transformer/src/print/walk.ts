import { assertNever } from "../diagnostics/bug.ts";
import type { Expr, MemberExpr, Statement, Variable } from "./tree.ts";

/** The operands of an expression, in order of evaluation. */
export function subexpressions(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "variable": case "literal": return noOperands;
    case "apply": return e.args;
    case "member": return typeof e.key === "string" ? [e.object] : [e.object, e.key];
    case "array": return e.elements;
    case "record": return e.fields.map(([, v]) => v);
    case "raw": return e.parts.filter((p): p is Expr => typeof p !== "string");
    default: return assertNever(e);
  }
}

const noOperands: readonly Expr[] = [];

/** Replaces the operands of an expression; the same object if none changed. */
export function mapSubexpressions(e: Expr, map: (e: Expr) => Expr): Expr {
  switch (e.kind) {
    case "variable": case "literal": return e;
    case "apply": { const args = mapList(e.args, map); return args === e.args ? e : { ...e, args }; }
    case "member": {
      const object = map(e.object), key = typeof e.key === "string" ? e.key : map(e.key);
      return object === e.object && key === e.key ? e : { ...e, object, key };
    }
    case "array": { const elements = mapList(e.elements, map); return elements === e.elements ? e : { ...e, elements }; }
    case "record": {
      const values = e.fields.map(([, v]) => v), mapped = mapList(values, map);
      return mapped === values ? e : { ...e, fields: e.fields.map(([name, v], k) => [name, mapped[k] ?? v] as const) };
    }
    case "raw": {
      const parts = mapList<string | Expr>(e.parts, (p) => (typeof p === "string" ? p : map(p)));
      return parts === e.parts ? e : { ...e, parts };
    }
    default: return assertNever(e);
  }
}

/** Maps a list; the same list if no element changed. */
export function mapList<T>(list: readonly T[], map: (element: T) => T): readonly T[] {
  let changed = false;
  const mapped = list.map((element) => {
    const result = map(element);
    if (result !== element) changed = true;
    return result;
  });
  return changed ? mapped : list;
}

/** Replaces variables that are read. */
export function substituteExpr(e: Expr, replacement: (v: Variable) => Expr | undefined): Expr {
  if (e.kind === "variable") return replacement(e.variable) ?? e;
  return mapSubexpressions(e, (s) => substituteExpr(s, replacement));
}

export function eachVariable(e: Expr, visit: (v: Variable) => void): void {
  if (e.kind === "variable") visit(e.variable);
  else for (const s of subexpressions(e)) eachVariable(s, visit);
}

/** The expressions a statement itself evaluates, in order; not those of nested lists (but the condition and `init` and `update` of a loop are among those). */
export function ownExpressions(s: Statement): readonly Expr[] {
  switch (s.kind) {
    case "assign": return [s.value];
    case "parallel": return s.values;
    case "store": return [...subexpressions(s.place), s.value];
    case "effect": return [s.value];
    case "declare": return s.value ? [s.value] : [];
    case "if": return [s.condition];
    case "return": return s.value ? [s.value] : [];
    case "throw": return [s.value];
    case "loop": case "block": case "exit": case "jump": case "heading": return [];
    default: return assertNever(s);
  }
}

/** Replaces the expressions `ownExpressions` gives, in the same order. */
export function mapOwnExpressions(s: Statement, map: (e: Expr) => Expr): Statement {
  switch (s.kind) {
    case "assign": { const value = map(s.value); return value === s.value ? s : { ...s, value }; }
    case "parallel": { const values = mapList(s.values, map); return values === s.values ? s : { ...s, values }; }
    case "store": {
      const place = mapSubexpressions(s.place, map) as MemberExpr; // keeps the kind
      const value = map(s.value);
      return place === s.place && value === s.value ? s : { ...s, place, value };
    }
    case "effect": { const value = map(s.value); return value === s.value ? s : { ...s, value }; }
    case "declare": { const value = s.value && map(s.value); return value === s.value ? s : { ...s, value }; }
    case "if": { const condition = map(s.condition); return condition === s.condition ? s : { ...s, condition }; }
    case "return": { const value = s.value && map(s.value); return value === s.value ? s : { ...s, value }; }
    case "throw": { const value = map(s.value); return value === s.value || value.kind !== "raw" ? s : { ...s, value }; }
    case "loop": case "block": case "exit": case "jump": case "heading": return s;
    default: return assertNever(s);
  }
}

/** The statement lists nested in a statement. */
export function nestedLists(s: Statement): readonly (readonly Statement[])[] {
  switch (s.kind) {
    case "if": return [s.then, s.else];
    case "loop": return [s.init, s.head, s.body, s.update];
    case "block": return [s.body];
    default: return noLists;
  }
}

const noLists: readonly (readonly Statement[])[] = [];

/** Every statement of a list, outer before inner. */
export function eachStatement(list: readonly Statement[], visit: (s: Statement) => void): void {
  for (const s of list) {
    visit(s);
    if (s.kind === "if" || s.kind === "loop" || s.kind === "block") for (const nested of nestedLists(s)) eachStatement(nested, visit);
  }
}

/** Every expression evaluated in a list, conditions of loops included. */
export function eachExpression(list: readonly Statement[], visit: (e: Expr) => void): void {
  eachStatement(list, (s) => {
    ownExpressions(s).forEach(visit);
    if (s.kind === "loop" && s.condition) visit(s.condition);
  });
}

/** The variables a statement itself sets. */
export function targets(s: Statement): readonly Variable[] {
  switch (s.kind) {
    case "assign": return [s.target];
    case "parallel": return s.targets;
    case "declare": return s.value ? [s.variable] : [];
    default: return [];
  }
}

/** Rebuilds nested lists (outermost first); `init` and `update` of loops are kept. */
export function mapNestedLists(s: Statement, map: (list: readonly Statement[]) => readonly Statement[]): Statement {
  switch (s.kind) {
    case "if": {
      const then = map(s.then), otherwise = map(s.else);
      return then === s.then && otherwise === s.else ? s : { ...s, then, else: otherwise };
    }
    case "loop": {
      const head = map(s.head), body = map(s.body);
      return head === s.head && body === s.body ? s : { ...s, head, body };
    }
    case "block": { const body = map(s.body); return body === s.body ? s : { ...s, body }; }
    default: return s;
  }
}

/** Whether control cannot pass the end of a list. An exit counts, wherever it goes. */
export function isDead(list: readonly Statement[]): boolean {
  const last = list.at(-1);
  if (!last) return false;
  switch (last.kind) {
    case "exit": case "jump": case "return": case "throw": return true;
    case "if": return isDead(last.then) && isDead(last.else);
    case "block": return isDead(last.body) && !leavesTo(last.body, last.label.id);
    case "loop": return last.condition === null && !(last.label && leavesTo(last.body, last.label.id)) && !hasPlainBreak(last.body);
    default: return false;
  }
}

/** Whether a `break` or exit in the list goes to that target. */
export function leavesTo(list: readonly Statement[], target: number): boolean {
  return list.some((s) => {
    if (s.kind === "exit") return s.label.id === target;
    if (s.kind === "jump") return s.word === "break" && s.label?.id === target;
    return nestedLists(s).some((nested) => leavesTo(nested, target));
  });
}

/** Whether a `break` without label in the list leaves the loop whose body it is. */
export function hasPlainBreak(list: readonly Statement[]): boolean {
  return list.some((s) => {
    if (s.kind === "jump") return s.word === "break" && s.label === null;
    return s.kind !== "loop" && nestedLists(s).some(hasPlainBreak);
  });
}
