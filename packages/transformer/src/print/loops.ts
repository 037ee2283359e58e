import { expressionEffects, statementEffects } from "./effects.ts";
import { negate } from "./conditions.ts";
import type { Assign, Expr, LoopStatement, Statement, Variable } from "./tree.ts";
import { countOccurrences } from "./dead.ts";
import { eachVariable, mapNestedLists } from "./walk.ts";

/** Gives loops their conditions and `for` heads back. */
export function restoreLoops(list: readonly Statement[]): readonly Statement[] {
  return openHeads(heads(conditions(list)));
}

// ---------------------------------------------------------------- conditions

/** `L: while (true) { if (!c) break L; … }` is `while (c)`, and with the test at the end `do … while (c)`. */
function conditions(list: readonly Statement[]): readonly Statement[] {
  return list.map((s) => {
    const inner = mapNestedLists(s, conditions);
    if (inner.kind !== "block" || inner.body.length === 0) return inner;
    const last = inner.body.at(-1);
    if (last?.kind !== "loop" || last.condition !== null || last.head.length > 0) return inner;
    const found = testAtStart(last, inner.label.id) ?? testAtEnd(last, inner.label.id);
    return found ? { ...inner, body: [...inner.body.slice(0, -1), found] } : inner;
  });
}

/** The condition under which `if` stays in the loop, if all it does is to leave it. */
function staying(s: Statement | undefined, label: number): { condition: Expr; rest: readonly Statement[] } | null {
  if (s?.kind !== "if") return null;
  const leaves = (arm: readonly Statement[]): boolean => arm.length === 1 && arm[0]?.kind === "exit" && arm[0].label.id === label;
  if (leaves(s.then)) return { condition: negate(s.condition), rest: s.else };
  if (leaves(s.else)) return { condition: s.condition, rest: s.then };
  return null;
}

function testAtStart(loop: LoopStatement, label: number): LoopStatement | null {
  const [first, ...others] = loop.body, found = staying(first, label);
  return found && loop.form !== "do" ? { ...loop, condition: found.condition, body: [...found.rest, ...others] } : null;
}

function testAtEnd(loop: LoopStatement, label: number): LoopStatement | null {
  const found = staying(loop.body.at(-1), label);
  return found && found.rest.length === 0 && loop.form === "do" ? { ...loop, condition: found.condition, test: "after", body: loop.body.slice(0, -1) } : null;
}

// ---------------------------------------------------------------- for

function heads(root: readonly Statement[]): readonly Statement[] {
  const total = countOccurrences(root);
  const all = (v: Variable): number => (total.uses.get(v) ?? 0) + (total.definitions.get(v) ?? 0);
  const visit = (statements: readonly Statement[]): readonly Statement[] => {
    let list = statements.map((s) => mapNestedLists(s, visit));
    for (let k = 0; k < list.length; k++) {
      const s = list[k];
      if (s?.kind !== "loop" || s.test === "after" || s.head.length > 0) continue;
      const own = (v: Variable): boolean => {
        const start = list[startOf(list, k, v)];
        return start?.kind === "assign" && occurrences(s, v) + 1 + occurrencesIn(start.value, v) === all(v);
      };
      const local = (v: Variable): boolean => occurrences(s, v) === all(v);
      const update = updates(s, own, local);
      if (update.length === 0) continue;
      let loop: LoopStatement = { ...s, update, body: s.body.slice(0, s.body.length - update.length) };
      let at = k;
      for (const v of new Set(update.map((u) => u.target))) {
        const from = startOf(list, at, v), start = list[from];
        if (start?.kind !== "assign" || occurrences(loop, v) + 1 + occurrencesIn(start.value, v) !== all(v)) continue;
        loop = { ...loop, init: [...loop.init, start] };
        list = [...list.slice(0, from), ...list.slice(from + 1)];
        at--;
      }
      list = list.map((x) => (x === s ? loop : x));
      k = at;
    }
    return list;
  };
  return visit(root);
}

/** The statements at the end of the body that belong into the head. */
function updates(s: LoopStatement, own: (v: Variable) => boolean, local: (v: Variable) => boolean): readonly Assign[] {
  const after = s.body.findLastIndex((x) => x.kind === "block" && x.label.purpose === "continue");
  const rest = s.body.slice(after + 1);
  const isAssign = (x: Statement): x is Assign => x.kind === "assign" && x.target.role !== "parameter";
  // What follows the target of `continue` must be in the head, or there is no `continue`. What the body declares is not visible there.
  if (after >= 0 && rest.length > 0 && rest.every(isAssign) && !rest.some((x) => mentions(x.value, local))) return rest;
  if (s.form === "while" || s.form === "do") return [];
  const tested = s.condition ? expressionEffects(s.condition).reads : new Set<number>();
  const found: Assign[] = [];
  for (let end = s.body.length; end > 0; end--) {
    const x = s.body[end - 1];
    if (!x || !isAssign(x) || !isStep(x) || found.some((f) => f.target !== x.target && expressionEffects(f.value).reads.has(x.target.id))) break;
    // In `for (let i = 0, j = n; …; i++, j--)` both are the loop's own.
    const together = s.form === "for" && found[0]?.origin?.statement != null && x.origin?.statement === found[0].origin.statement && own(x.target);
    if (!tested.has(x.target.id) && !together && (found.length > 0 || s.condition)) break;
    // A name declared in the body is not visible in the head.
    const before = s.body.slice(0, end - 1), reads = [...expressionEffects(x.value).reads];
    if (reads.some((r) => r !== x.target.id && before.some((y) => statementEffects(y).writes.has(r)))) break;
    found.unshift(x);
  }
  return found;
}

/** `v = v + …`. */
function isStep(x: Assign): boolean {
  return x.value.kind === "apply" && x.value.args[0]?.kind === "variable" && x.value.args[0].variable === x.target && x.value.args.length === 2;
}

/** Where the variable gets the value it has when the loop starts, if that assignment may move down to the loop; else -1. */
function startOf(list: readonly Statement[], loop: number, v: Variable): number {
  const between: Statement[] = [];
  for (let k = loop - 1; k >= 0; k--) {
    const s = list[k];
    if (s?.kind !== "assign") return -1;
    if (s.target === v) {
      const own = expressionEffects(s.value);
      if (own.writes.size > 0) return between.length === 0 ? k : -1;
      return between.some((b) => { const e = statementEffects(b); return e.reads.has(v.id) || [...own.reads].some((r) => e.writes.has(r)); }) ? -1 : k;
    }
    between.push(s);
  }
  return -1;
}

function mentions(e: Expr, test: (v: Variable) => boolean): boolean {
  let found = false;
  eachVariable(e, (v) => { if (test(v)) found = true; });
  return found;
}

function occurrencesIn(e: Expr, v: Variable): number {
  let count = 0;
  eachVariable(e, (x) => { if (x === v) count++; });
  return count;
}

function occurrences(s: Statement, v: Variable): number {
  const { uses, definitions } = countOccurrences([s]);
  return (uses.get(v) ?? 0) + (definitions.get(v) ?? 0);
}

/** A head that did not fold into the condition runs in the loop: `while (true) { const t = …; if (!c) break; … }`. */
export function openHeads(list: readonly Statement[]): readonly Statement[] {
  return list.map((s) => {
    const inner = mapNestedLists(s, openHeads);
    if (inner.kind !== "loop" || inner.head.length === 0 || !inner.condition) return inner;
    const { origin, derivative } = inner;
    const leave: Statement = {
      kind: "if",
      condition: negate(inner.condition),
      then: [{ kind: "jump", word: "break", label: null, origin, derivative }],
      else: [],
      origin,
      derivative,
    };
    return { ...inner, head: [], condition: null, body: [...inner.head, leave, ...inner.body] };
  });
}
