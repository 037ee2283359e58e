import { eachVariable, mapNestedLists, ownExpressions, targets } from "./walk.ts";
import { statementEffects } from "./effects.ts";
import type { Assign, Expr, IfStatement, LoopStatement, Statement, Variable } from "./tree.ts";

/**
 * Declares every variable in the innermost list that holds all its uses: at its first assignment if that is a statement of the list
 * (`const` if there is no other), in the head of a `for`, or before the statement in which it is first set.
 */
export function declare(list: readonly Statement[]): readonly Statement[] {
  const homes = findHomes(list);
  const declared = new Set<Variable>();
  const once = countAssignments(list);
  let lists = 0;

  const inList = (statements: readonly Statement[]): readonly Statement[] => {
    const id = lists++;
    const here = new Map<number, Home[]>();
    for (const h of homes.get(id) ?? []) here.set(h.index, [...(here.get(h.index) ?? []), h]);
    return statements.flatMap((s, index): readonly Statement[] => {
      if (s === lifted) return [];
      const starting = (here.get(index) ?? []).filter((h) => !declared.has(h.variable));
      let current = s;
      const before: Statement[] = [];
      for (const { variable } of starting) {
        declared.add(variable);
        if (current.kind === "assign" && current.target === variable) {
          current = { ...current, declares: once.get(variable) === 1 ? "const" : "let" };
          continue;
        }
        const start = current.kind === "if" ? liftLiteral(current, variable) : null;
        before.push({ kind: "declare", variable, value: start?.value ?? null, origin: s.origin, derivative: s.derivative });
        if (start) current = start.statement;
      }
      return [...before, inside(current)];
    });
  };
  const inside = (s: Statement): Statement => {
    if (s.kind !== "loop") return mapNestedLists(s, inList);
    if (s.init.length === 0) return { ...s, body: inList(s.body) };
    const id = lists++;
    const here = new Set((homes.get(id) ?? []).map((h) => h.variable));
    const init = s.init.map((a): Assign => {
      if (!here.has(a.target) || declared.has(a.target)) return a;
      declared.add(a.target);
      return { ...a, declares: "let" };
    });
    return { ...s, init, body: inList(s.body) };
  };
  return inList(list);
}

interface Home { readonly variable: Variable; readonly index: number }
/** A list and the place in it, from the outermost to the innermost. */
type Path = readonly { readonly list: number; readonly index: number }[];

/** Numbers the lists in the order in which they are met, and finds for each the variables that belong there. */
function findHomes(root: readonly Statement[]): ReadonlyMap<number, readonly Home[]> {
  const found = new Map<Variable, Path>();
  let lists = 0;
  const occur = (v: Variable, path: Path): void => {
    if (v.role === "parameter") return;
    const known = found.get(v);
    if (!known) { found.set(v, path); return; }
    let k = 0;
    for (; k + 1 < known.length && k + 1 < path.length && known[k]?.index === path[k]?.index && known[k + 1]?.list === path[k + 1]?.list; k++);
    const a = known[k], b = path[k];
    if (a && b) found.set(v, [...known.slice(0, k), { list: a.list, index: Math.min(a.index, b.index) }]);
  };
  const expression = (e: Expr, path: Path): void => eachVariable(e, (v) => occur(v, path));
  const statement = (s: Statement, path: Path): void => {
    for (const v of targets(s)) occur(v, path);
    for (const e of ownExpressions(s)) expression(e, path);
    if (s.kind === "loop") loop(s, path);
    else mapNestedLists(s, (inner) => { inList(inner, path); return inner; });
  };
  const inList = (statements: readonly Statement[], path: Path): void => {
    const list = lists++;
    statements.forEach((s, index) => statement(s, [...path, { list, index }]));
  };
  const loop = (s: LoopStatement, path: Path): void => {
    const head: (index: number) => Path = s.init.length === 0 ? () => path : ((list) => (index) => [...path, { list, index }])(lists++);
    s.init.forEach((a, index) => statement(a, head(index)));
    if (s.condition) expression(s.condition, head(s.init.length));
    for (const a of s.update) statement(a, head(s.init.length));
    inList(s.body, head(s.init.length));
  };
  inList(root, []);

  const homes = new Map<number, Home[]>();
  for (const [variable, path] of found) {
    const last = path.at(-1);
    if (!last) continue;
    const home = { variable, index: last.index }, known = homes.get(last.list);
    if (known) known.push(home); else homes.set(last.list, [home]);
  }
  return homes;
}

function countAssignments(root: readonly Statement[]): ReadonlyMap<Variable, number> {
  const counts = new Map<Variable, number>();
  const visit = (list: readonly Statement[]): void => {
    for (const s of list) {
      for (const v of targets(s)) counts.set(v, (counts.get(v) ?? 0) + 1);
      if (s.kind === "loop") { visit(s.init); visit(s.update); }
      mapNestedLists(s, (inner) => { visit(inner); return inner; });
    }
  };
  visit(root);
  return counts;
}

/** Stands where an assignment was until its list is done: the places of the others are known by number. */
const lifted: Statement = { kind: "parallel", targets: [], values: [], origin: null, derivative: false };

/** `let v; if (c) { v = e } else { v = 0 }` is `let v = 0; if (c) { v = e }`. */
function liftLiteral(s: IfStatement, v: Variable): { statement: IfStatement; value: Expr } | null {
  for (const side of ["else", "then"] as const) {
    const arm = s[side];
    const touching = arm.filter((x) => { const e = statementEffects(x); return e.reads.has(v.id) || e.writes.has(v.id); });
    const [only] = touching;
    if (touching.length !== 1 || only?.kind !== "assign" || only.target !== v || only.value.kind !== "literal") continue;
    return { statement: { ...s, [side]: arm.map((x) => (x === only ? lifted : x)) }, value: only.value };
  }
  return null;
}
