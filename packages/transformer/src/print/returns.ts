import { isTrivial, type Expr, type ReturnStatement, type Statement, type Variable } from "./tree.ts";
import { countOccurrences } from "./dead.ts";
import { eachVariable, isDead, mapNestedLists, nestedLists, substituteExpr } from "./walk.ts";

/**
 * Exits to the end of the function become returns: `{ v = a; exit L } … L: return v` is `return a`.
 * The result is written out at each exit, so it must be short, or the exits few.
 */
export function returnEarly(list: readonly Statement[]): readonly Statement[] {
  const { uses } = countOccurrences(list);
  const visit = (statements: readonly Statement[]): readonly Statement[] => {
    const moved = statements.at(-1)?.kind === "return" ? intoTail(statements, uses) : statements;
    return moved.map((s) => mapNestedLists(s, visit));
  };
  return visit(list);
}

function intoTail(statements: readonly Statement[], uses: ReadonlyMap<Variable, number>): readonly Statement[] {
  const list = copiesIntoReturn(statements, uses);
  const result = list.at(-1), before = list.at(-2);
  if (result?.kind !== "return") return list;
  if (before?.kind === "block" && mayRepeat(result, before.body, before.label.id)) {
    const opened = withReturns(before.body, before.label.id, result);
    return intoTail([...list.slice(0, -2), ...opened], uses);
  }
  if (before?.kind === "if" && joinsIn(before.then, before.else, result)) {
    return [...list.slice(0, -2), { ...before, then: appendReturn(before.then, result), else: appendReturn(before.else, result) }];
  }
  return list;
}

/** `t = dx; return { dx: t }` as `return { dx: dx }`. */
function copiesIntoReturn(statements: readonly Statement[], uses: ReadonlyMap<Variable, number>): readonly Statement[] {
  let list = statements;
  for (let result = list.at(-1), copy = list.at(-2); result?.kind === "return" && copy; result = list.at(-1), copy = list.at(-2)) {
    if (copy.kind !== "assign" || !isTrivial(copy.value) || copy.target.name !== null || copy.target.pinned || uses.get(copy.target) !== 1) break;
    const { target, value } = copy;
    list = [...list.slice(0, -2), { ...result, value: result.value && substituteExpr(result.value, (v) => (v === target ? value : undefined)) }];
  }
  return list;
}

function mayRepeat(result: ReturnStatement, body: readonly Statement[], label: number): boolean {
  const { value } = result;
  if (value === null || isTrivial(value)) return true;
  if (value.kind !== "record" || !value.fields.every(([, v]) => isTrivial(v))) return false;
  return countExits(body, label) <= 3;
}

function countExits(list: readonly Statement[], label: number): number {
  return list.reduce((sum, s) => sum + (s.kind === "exit" && s.label.id === label ? 1 : 0) + nestedLists(s).reduce((n, l) => n + countExits(l, label), 0), 0);
}

function withReturns(list: readonly Statement[], label: number, result: ReturnStatement): readonly Statement[] {
  const replace = (statements: readonly Statement[]): readonly Statement[] => {
    const inner = statements.map((s) => mapNestedLists(s, replace));
    const last = inner.at(-1);
    return last?.kind === "exit" && last.label.id === label ? appendReturn(inner.slice(0, -1), { ...result, origin: last.origin }) : inner;
  };
  const replaced = replace(list);
  return isDead(replaced) ? replaced : appendReturn(replaced, result);
}

/** The list followed by the return, which takes the values of copies at its end. */
function appendReturn(list: readonly Statement[], result: ReturnStatement): readonly Statement[] {
  if (isDead(list)) return list;
  const last = list.at(-1);
  if (last?.kind !== "parallel" || result.value === null) return [...list, result];
  const value = substituteExpr(result.value, (v): Expr | undefined => last.values[last.targets.indexOf(v)]);
  const origin = last.origin?.statement ? last.origin : result.origin;
  return [...list.slice(0, -1), { ...result, value, origin }];
}

/** Whether the arms join in temporaries that only the result reads, and are more than one value each. */
function joinsIn(then: readonly Statement[], otherwise: readonly Statement[], result: ReturnStatement): boolean {
  if (result.value === null || result.value.kind !== "variable" || result.value.variable.name !== null) return false;
  if (then.length <= 1 && otherwise.length <= 1) return false;
  const read = new Set<Variable>();
  eachVariable(result.value, (v) => read.add(v));
  const ends = [then, otherwise].filter((arm) => !isDead(arm)).map((arm) => arm.at(-1));
  return ends.every((end) => end?.kind === "parallel" && end.targets.length === read.size && end.targets.every((t) => read.has(t)));
}
