import { assign, literalExpr, type BlockStatement, type Expr, type Parallel, type Statement, type Variable } from "./tree.ts";
import { countOccurrences } from "./dead.ts";
import { readsVariable } from "./effects.ts";
import { eachStatement, isDead, mapNestedLists, mapOwnExpressions, nestedLists, ownExpressions, substituteExpr, targets } from "./walk.ts";
import { resolveJumps } from "./jumps.ts";

// ---------------------------------------------------------------- before folding

/** What a condition is known to be within its arms: `if (c) { t = c }` is `if (c) { t = true }`. */
export function knownConditions(root: readonly Statement[]): readonly Statement[] {
  const { definitions } = countOccurrences(root);
  const visit = (list: readonly Statement[]): readonly Statement[] => list.map((s) => {
    if (s.kind !== "if" || s.condition.kind !== "variable") return mapNestedLists(s, visit);
    const { variable } = s.condition;
    if (variable.type.kind !== "boolean" || definitions.get(variable) !== 1) return mapNestedLists(s, visit);
    return { ...s, then: visit(replaceIn(s.then, variable, literalExpr(true))), else: visit(replaceIn(s.else, variable, literalExpr(false))) };
  });
  return visit(root);
}

function replaceIn(list: readonly Statement[], variable: Variable, value: Expr): readonly Statement[] {
  const replace = (e: Expr): Expr => substituteExpr(e, (v) => (v === variable ? value : undefined));
  return list.map((s) => {
    const inner = mapNestedLists(mapOwnExpressions(s, replace), (l) => replaceIn(l, variable, value));
    return inner.kind === "loop" && inner.condition ? { ...inner, condition: replace(inner.condition) } : inner;
  });
}

/**
 * What leaves a block, where it is simplest: the values of the only exit are copied after the block, and a result that is one of a few
 * literals starts as the most frequent one.
 */
export function simplifyOuts(list: readonly Statement[]): readonly Statement[] {
  return list.flatMap((s): readonly Statement[] => {
    const inner = mapNestedLists(s, simplifyOuts);
    return inner.kind === "block" ? startLiterals(inner) : [inner];
  }).flatMap((s) => (s.kind === "block" ? startUnset(s) : [s])).flatMap((s) => (s.kind === "block" ? copyAfter(s) : [s]));
}

/** The lists that end in the block's end: at an exit to it, or falling through. */
function endings(block: BlockStatement): readonly (readonly Statement[])[] {
  const found: (readonly Statement[])[] = [];
  const visit = (list: readonly Statement[]): void => {
    const last = list.at(-1);
    if (last?.kind === "exit" && last.label.id === block.label.id) found.push(list.slice(0, -1));
    for (const s of list) nestedLists(s).forEach(visit);
  };
  visit(block.body);
  if (!isDead(block.body)) found.push(block.body);
  return found;
}

function copyAfter(block: BlockStatement): readonly Statement[] {
  const ends = endings(block), [only] = ends, copy = only?.at(-1);
  if (ends.length !== 1 || !isDead(block.body) || copy?.kind !== "parallel") return [block];
  const without = (list: readonly Statement[]): readonly Statement[] => list.filter((s) => s !== copy).map((s) => mapNestedLists(s, without));
  return [{ ...block, body: without(block.body) }, copy];
}

function startLiterals(block: BlockStatement): readonly Statement[] {
  const copies = endings(block).map((list) => list.at(-1)).filter((s): s is Parallel => s?.kind === "parallel");
  if (copies.length < 2) return [block];
  const starts = new Map<Variable, Expr>();
  for (const target of copies[0]?.targets ?? []) {
    const values = copies.map((c) => c.values[c.targets.indexOf(target)]);
    if (!values.every((v) => v?.kind === "literal")) continue;
    const counts = new Map<unknown, number>();
    for (const v of values) if (v?.kind === "literal") counts.set(v.literal.value, (counts.get(v.literal.value) ?? 0) + 1);
    // Of equals the last, where the block falls through: what leaves early says so.
    const most = values.toReversed().toSorted((a, b) => times(counts, b) - times(counts, a))[0];
    if (most) starts.set(target, most);
  }
  if (starts.size === 0) return [block];
  const starting = (target: Variable, value: Expr | undefined): boolean => {
    const start = starts.get(target);
    return start?.kind === "literal" && value?.kind === "literal" && Object.is(start.literal.value, value.literal.value);
  };
  const strip = (list: readonly Statement[]): readonly Statement[] => list.map((s) => {
    if (s.kind !== "parallel" || !copies.includes(s)) return mapNestedLists(s, strip);
    const kept = s.targets.map((t, k) => !starting(t, s.values[k]));
    return { ...s, targets: s.targets.filter((_, k) => kept[k]), values: s.values.filter((_, k) => kept[k]) };
  });
  return [...[...starts].map(([target, value]) => assign(target, value, block)), { ...block, body: strip(block.body) }];
}

/** What only the ways out set, and the end of the block makes a literal, is that literal to begin with: `let log = 0;`. */
function startUnset(block: BlockStatement): readonly Statement[] {
  const end = block.body.at(-1);
  if (end?.kind !== "parallel") return [block];
  const moves = end.targets.map(
    (t, k) =>
      end.values[k]?.kind === "literal" && !end.values.some((v) => readsVariable(v, t.id)) && isSetOnWaysOut(block.body.slice(0, -1), t, block.label.id),
  );
  if (!moves.includes(true)) return [block];
  const stays = { ...end, targets: end.targets.filter((_, k) => !moves[k]), values: end.values.filter((_, k) => !moves[k]) };
  return [
    ...end.targets.flatMap((t, k) => { const value = end.values[k]; return moves[k] && value ? [assign(t, value, block)] : []; }),
    { ...block, body: [...block.body.slice(0, -1), ...(stays.targets.length > 0 ? [stays] : [])] },
  ];
}

/** Whether a variable is mentioned only in lists that end in leaving the block, each of which computes it first. */
function isSetOnWaysOut(list: readonly Statement[], v: Variable, label: number): boolean {
  const last = list.at(-1);
  if (last?.kind === "exit" && last.label.id === label) {
    const first = list.find((s) => mentions(s, v));
    // It has what it began with there: another literal.
    if (!first) return false;
    if (first.kind === "assign") return first.target === v && !readsVariable(first.value, v.id);
    // A copy of what was computed here.
    const copied = first.kind === "parallel" ? first.values[first.targets.indexOf(v)] : undefined;
    return copied?.kind === "variable" && list.some((s) => s.kind === "assign" && s.target === copied.variable);
  }
  return list.every((s) => !mentionsItself(s, v) && nestedLists(s).every((inner) => isSetOnWaysOut(inner, v, label)));
}

const mentionsItself = (s: Statement, v: Variable): boolean =>
  targets(s).includes(v) ||
  ownExpressions(s).some((e) => readsVariable(e, v.id)) ||
  (s.kind === "loop" && s.condition !== null && readsVariable(s.condition, v.id));

function mentions(s: Statement, v: Variable): boolean {
  return mentionsItself(s, v) || nestedLists(s).some((list) => list.some((x) => mentions(x, v)));
}

const times = (counts: ReadonlyMap<unknown, number>, e: Expr | undefined): number => (e?.kind === "literal" ? counts.get(e.literal.value) ?? 0 : 0);

// ---------------------------------------------------------------- before jumps are resolved

/**
 * Blocks that would need a label, without one where `else` does as well: `L: { if (c) { a; break L; } b }` is `if (c) { a } else { b }`.
 * What stands in a block before the first exit stands before the block.
 */
export function nestBlocks(list: readonly Statement[]): readonly Statement[] {
  const shorter = openBlocks(list);
  const labelled = new Set<number>();
  eachStatement(resolveJumps(shorter), (s) => { if (s.kind === "block") labelled.add(s.label.id); });
  return labelled.size === 0 ? shorter : nest(shorter, labelled);
}

function openBlocks(list: readonly Statement[]): readonly Statement[] {
  return list.flatMap((s): readonly Statement[] => {
    const inner = mapNestedLists(s, openBlocks);
    if (inner.kind !== "block" || inner.label.purpose === "continue") return [inner];
    const first = inner.body.findIndex((x) => exitsTo(x, inner.label.id));
    return first < 0 ? inner.body : [...inner.body.slice(0, first), { ...inner, body: inner.body.slice(first) }];
  });
}

function exitsTo(s: Statement, label: number): boolean {
  return (s.kind === "exit" && s.label.id === label) || nestedLists(s).some((list) => list.some((x) => exitsTo(x, label)));
}

function nest(list: readonly Statement[], labelled: ReadonlySet<number>): readonly Statement[] {
  return list.flatMap((s): readonly Statement[] => {
    const inner = mapNestedLists(s, (l) => nest(l, labelled));
    if (inner.kind !== "block" || !labelled.has(inner.label.id)) return [inner];
    return withoutExits(inner.body, inner.label.id) ?? [inner];
  });
}

/** The list with every exit to the label at the end of an arm, and gone; null if that would take copies. */
function withoutExits(list: readonly Statement[], label: number): readonly Statement[] | null {
  const at = list.findIndex((s) => exitsTo(s, label));
  if (at < 0) return list;
  const s = list[at], rest = list.slice(at + 1);
  if (s?.kind === "exit") return list.slice(0, at);
  if (s?.kind !== "if") return null;
  const thenEnds = isDead(s.then), elseEnds = isDead(s.else);
  if (rest.length > 0 && !thenEnds && !elseEnds) return null;
  const then = withoutExits(thenEnds ? s.then : [...s.then, ...rest], label);
  const otherwise = withoutExits(thenEnds && !elseEnds ? [...s.else, ...rest] : s.else, label);
  return then && otherwise && [...list.slice(0, at), { ...s, then, else: otherwise }];
}
