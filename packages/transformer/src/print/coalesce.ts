import type { Type } from "../ir/ir.ts";
import { eachVariable, mapList, mapNestedLists, mapOwnExpressions, nestedLists, ownExpressions, substituteExpr, targets } from "./walk.ts";
import { interference } from "./interference.ts";
import { setUnderTest } from "./optional.ts";
import { variableExpr, type Expr, type Statement, type Variable } from "./tree.ts";

/**
 * Makes one variable of several that are never needed at the same time: the versions of a variable of the user become that
 * variable again, `x = r * x * (1 - x)`.
 *
 * Two variables are merged if one is copied to the other (loop params, joins) or if they have the same name and one is declared where the
 * other is visible; never if a value would be lost (interference.ts), if their names differ, or if their types do.
 */
export function coalesce(list: readonly Statement[]): readonly Statement[] {
  const wanted = candidates(list);
  if (wanted.length === 0) return list;
  const involved = new Set(wanted.flat());
  const conflicts = interference(list, involved);
  const leader = new Map<Variable, Variable>(), underTest = setUnderTest(list);
  /** Classes in which an optional parameter has got its value. */
  const settled = new Set<Variable>();
  const find = (v: Variable): Variable => {
    let root = v;
    for (let up = leader.get(root); up; up = leader.get(root)) root = up;
    return root;
  };
  for (const [a, b] of wanted) {
    const x = find(a), y = find(b);
    if (x === y || conflicts.conflict(x, y) || !fits(x, y)) continue;
    const [kept, gone] = leads(x, y) ? [x, y] : [y, x];
    if (kept.type.kind === "optional" && gone.type.kind !== "optional") {
      if (!settled.has(kept) && !underTest.get(gone)?.has(kept)) continue;
      settled.add(kept);
    }
    leader.set(gone, kept);
    conflicts.merge(kept, gone);
  }
  return rename(list, find);
}

/** A parameter leads, then a named variable, then the older one. */
function leads(x: Variable, y: Variable): boolean {
  const rank = (v: Variable): number => (v.role === "parameter" ? 0 : v.name !== null ? 1 : 2);
  return rank(x) < rank(y) || (rank(x) === rank(y) && x.id < y.id);
}

function fits(x: Variable, y: Variable): boolean {
  if (x.pinned || y.pinned || (x.role === "parameter" && y.role === "parameter")) return false;
  if (x.name !== null && y.name !== null && x.name !== y.name) return false;
  if (isDerivative(x) !== isDerivative(y) || (x.role === "tape") !== (y.role === "tape")) return false;
  const wide = x.role === "parameter" ? x.type : y.role === "parameter" ? y.type : null;
  if (wide?.kind === "optional") return sameType(wide, x.type) ? sameType(wide, y.type) || sameType(wide.of, y.type) : sameType(wide.of, x.type);
  return sameType(x.type, y.type);
}

const isDerivative = (v: Variable): boolean => v.role === "adjoint" || v.tangent === true;

function sameType(a: Type, b: Type): boolean {
  const number = (t: Type): boolean => t.kind === "number" || t.kind === "integer";
  if (number(a) && number(b)) return true;
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "boolean":
    case "string":
    case "undefined":
    case "null":
      return true;
    case "optional":
      return b.kind === "optional" && sameType(a.of, b.of) && a.besides?.join() === b.besides?.join() && Boolean(a.neverNull) === Boolean(b.neverNull);
    case "array":
      return b.kind === "array" && a.constructorName === b.constructorName && Boolean(a.readonly) === Boolean(b.readonly) && sameType(a.element, b.element);
    case "matrix":
      return b.kind === "matrix" && a.text === b.text;
    case "opaque":
      return b.kind === "opaque" && a.text !== null && a.text === b.text;
    default:
      return false;
  }
}

/** Pairs that are better one variable, the most wanted first: what a loop carries, then joins, then equal names. */
function candidates(list: readonly Statement[]): readonly (readonly [Variable, Variable])[] {
  const carried: [Variable, Variable][] = [], copied: [Variable, Variable][] = [];
  const homes = new Map<Variable, readonly number[]>(), heads = new Map<Variable, readonly number[]>();
  /** Set in the forward pass: so a parameter may be. */
  const changed = new Set<Variable>();
  let lists = 0;
  const occur = (v: Variable, path: readonly number[]): void => {
    const known = homes.get(v);
    if (!known) { homes.set(v, path); return; }
    let common = 0;
    while (common < known.length && known[common] === path[common]) common++;
    homes.set(v, known.slice(0, common));
  };
  const visit = (statements: readonly Statement[], path: readonly number[], loopBody: boolean): void => {
    const scopes = statements.map(() => ++lists);
    statements.forEach((s, k) => {
      // What a loop starts with may be declared in its head: it belongs to the loop if nothing else uses it.
      const headOf = s.kind === "parallel" ? statements.findIndex((x, n) => n > k && x.kind !== "assign" && x.kind !== "parallel") : -1;
      const start = statements[headOf]?.kind === "loop" ? [...path, scopes[headOf] ?? 0] : path;
      const copy = (target: Variable, value: Expr | undefined, last: boolean): void => {
        if (value?.kind === "variable" && value.variable !== target) (last ? carried : copied).push([target, value.variable]);
      };
      if (s.kind === "assign") copy(s.target, s.value, false);
      if (s.kind === "parallel") s.targets.forEach((t, n) => copy(t, s.values[n], loopBody && k === statements.length - 1));
      for (const v of targets(s)) {
        occur(v, start);
        if (start !== path) heads.set(v, start);
        if (!s.derivative) changed.add(v);
      }
      for (const e of ownExpressions(s)) eachVariable(e, (v) => occur(v, path));
      if (s.kind === "loop") {
        const inner = [...path, scopes[k] ?? 0];
        if (s.condition) eachVariable(s.condition, (v) => occur(v, inner));
        visit(s.head, inner, false);
        visit(s.body, [...inner, ++lists], true);
      } else {
        for (const nested of nestedLists(s)) visit(nested, [...path, ++lists], false);
      }
    });
  };
  visit(list, [], false);
  /** Belongs into the head of its loop: it shares nothing with others of its name. */
  const isHead = (v: Variable): boolean => heads.get(v)?.length === homes.get(v)?.length;

  const named = new Map<string, Variable[]>(), same: [Variable, Variable][] = [];
  // In the order in which they occur: only what is set first can be declared for both.
  for (const [v, home] of homes) {
    if (v.name === null || isHead(v)) continue;
    const group = named.get(v.name) ?? [];
    // A name with very many versions: the first and the latest will do.
    for (const earlier of group.length <= 20 ? group : [...group.slice(0, 4), ...group.slice(-16)]) {
      const outer = homes.get(earlier) ?? [];
      if (earlier.role === "parameter" ? changed.has(v) && home.length === 0 : outer.every((n, k) => n === home[k])) same.push([earlier, v]);
    }
    group.push(v);
    named.set(v.name, group);
  }
  return [...carried, ...copied, ...same];
}

function rename(list: readonly Statement[], find: (v: Variable) => Variable): readonly Statement[] {
  const replacement = (v: Variable): Expr | undefined => {
    const found = find(v);
    return found === v ? undefined : variableExpr(found);
  };
  const inList = (statements: readonly Statement[]): readonly Statement[] => mapList(statements, (s) => {
    const inner = mapNestedLists(mapOwnExpressions(s, (e) => substituteExpr(e, replacement)), inList);
    switch (inner.kind) {
      case "assign": {
        const target = find(inner.target);
        return target === inner.target ? inner : { ...inner, target };
      }
      case "parallel": {
        const renamed = mapList(inner.targets, find);
        return renamed === inner.targets ? inner : { ...inner, targets: renamed };
      }
      case "loop": {
        const condition = inner.condition && substituteExpr(inner.condition, replacement);
        return condition === inner.condition ? inner : { ...inner, condition };
      }
      default:
        return inner;
    }
  });
  return inList(list);
}
