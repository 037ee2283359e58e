import ts from "typescript";
import type { Instruction, Labelled, Type, Var } from "../../ir/ir.ts";
import { freshLabel } from "../../ir/build.ts";
import { isInGenerated } from "../marks/existing.ts";
import { type Lowering } from "./lowerState.ts";
import { isVar, type Binding, type Choice, type End, type Environment, type Known, type KnownObject, type Target, type Value } from "./values.ts";
import { learnElements } from "../types/learnedTypes.ts";
import { isMixed, isNumeric, joinTypes, mayBeAbsent, optional, present, typeKey } from "../types/irTypes.ts";

/**
 * Where ways of control part and come together. Scalars that differ become outs (SSA); what is known only while compiling
 * (functions) becomes a choice. Blocks are filled through `Lowering.current`; the lists of yields grow while joins are made.
 */

/** Whether two values are one: the same, or literals that print alike. */
export function same(s: Lowering, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (!isVar(a) || !isVar(b)) {
    if (isVar(a) || isVar(b)) return false;
    if (a.kind === "closure" && b.kind === "closure") {
      return (
        a.node === b.node &&
        a.scope === b.scope &&
        (a.receiver === b.receiver || (a.receiver !== undefined && b.receiver !== undefined && same(s, a.receiver, b.receiver)))
      );
    }
    if (a.kind === "class" && b.kind === "class") return a.node === b.node && a.scope === b.scope;
    return a.kind === "builtin" && b.kind === "builtin" && a.name === b.name;
  }
  const x = s.resolve(a), y = s.resolve(b);
  if (x === y) return true;
  return (
    x.literal !== undefined &&
    y.literal !== undefined &&
    Object.is(x.literal.value, y.literal.value) &&
    x.type.kind === y.type.kind &&
    !isUnassigned(s, x) &&
    !isUnassigned(s, y)
  );
}

export const isUnassigned = (s: Lowering, v: Value): boolean => v === s.unassigned;

/**
 * Gives the environment after the ways in `ends` have met, in `s.env`, and returns the outs.
 * `mark`: ids from here on were made inside. `condition`: the two ends are the arms of an `if` on it.
 */
function join(s: Lowering, saved: Environment, ends: readonly End[], mark: number, condition: Var | null): Var[] {
  const env: Environment = new Map(saved), outs: Var[] = [];
  s.spend(saved.size);
  for (const [binding, before] of withCaptured(s, saved, ends)) {
    const values = ends.map((end) => lookup(s, end.env, binding, before));
    const first = values[0] ?? before;
    if (values.every((v) => same(s, v, first)) && isVisible(s, first, mark)) {
      env.set(binding, first);
      continue;
    }
    const there = saved.has(binding) ? values : values.filter((v) => !isUnassigned(s, v));
    const [known] = there;
    if (known && !isVar(known) && known.kind !== "choice" && there.every((v) => same(s, v, known))) {
      env.set(binding, known); // nobody asks for it where it is not
      continue;
    }
    if (values.every(isVar)) {
      const type = joinedType(s, binding, values, (n) => (condition ? s.isShown(values[n]!, condition, n === 0) : false));
      const out = s.fresh(binding.name, type);
      values.forEach((v, n) => { learnElements(v.type, type); ends[n]?.values.push(standIn(s, v, type)); });
      outs.push(out);
      if (values.every((v) => v.literal ? v.literal.value !== undefined && v.literal.value !== null : s.certain.has(s.resolve(v)))) s.certain.add(out);
      env.set(binding, out);
    } else {
      env.set(binding, joinKnown(s, values, ends, outs, condition));
    }
  }
  s.env = env;
  return outs;
}

/** What was there before, and variables made inside that a function may still mention: on other ways they hold nothing. */
function withCaptured(s: Lowering, saved: Environment, ends: readonly End[]): Environment {
  let all: Environment | null = null;
  for (const end of ends) {
    for (const binding of end.env.keys()) {
      if (!binding.captured || saved.has(binding)) continue;
      all ??= new Map(saved);
      if (!all.has(binding)) all.set(binding, s.unassigned);
    }
  }
  return all ?? saved;
}

export function lookup(s: Lowering, env: Environment, binding: Binding, before: Value): Value {
  const value = env.get(binding) ?? before;
  return isVar(value) ? s.resolve(value) : value;
}

/** A value made inside can be seen after the construct only through an out. */
function isVisible(s: Lowering, value: Value, mark: number): boolean {
  if (isVar(value)) return value.literal !== undefined || s.resolve(value).id < mark;
  return value.kind !== "choice" || s.resolve(value.selector).id < mark;
}

/** `isThere`: on the n-th way a test has shown that the value is not absent. */
function joinedType(s: Lowering, binding: Binding, values: readonly Var[], isThere: (n: number) => boolean): Type {
  const own = values.map((v, n) => (isThere(n) && !isMixed(v.type) ? present(v.type) : v.type));
  const assigned = own.filter((_, n) => !isUnassigned(s, values[n] ?? s.unassigned));
  const types = assigned.length > 0 ? assigned : own;
  const all = asDeclared(types.reduce((a, b) => joinTypes(a, b)), binding.type);
  if (all.kind === "string" && all.text === undefined && binding.type?.kind === "string") return binding.type;
  if (isMixed(all) && binding.type?.kind === "number") return binding.type;
  // The checker has seen that what is assigned is there: `if (known !== undefined) v = known; else v = 0`. An `undefined` in the text is not.
  if (
    assigned.length === values.length &&
    !own.some(isNothing) &&
    all.kind === "optional" &&
    isNumeric(all.of) &&
    binding.type?.kind === "number" &&
    binding.name !== null
  )
    return binding.type;
  const joined = isNothing(all) && assigned.length < values.length && binding.type ? optional(binding.type) : all;
  const missing = assigned.length < values.length && joined.kind !== "number" && joined.kind !== "integer" && joined.kind !== "boolean";
  // A variable the user declared as a number stays one although it starts as a length.
  const declared = joined.kind === "integer" && binding.type && binding.type.kind !== "integer" ? joinTypes(joined, binding.type) : joined;
  return missing ? optional(declared) : declared;
}

/** Of a variable whose type names its fields nobody reads another that some of what is assigned to it has. */
function asDeclared(joined: Type, declared: Type | null | undefined): Type {
  const t = present(joined), d = declared && present(declared);
  if (t.kind !== "record" || t.text !== null || t.instance !== undefined || d?.kind !== "record" || d.members || d.fields.length === 0) return joined;
  const fields = t.fields.filter((f) => d.fields.some((g) => g.name === f.name));
  if (fields.length < d.fields.length) return joined;
  const type: Type = fields.every((f) => d.fields.some((g) => g.name === f.name && g.optional === f.optional && typeKey(g.type) === typeKey(f.type)))
    ? d
    : fields.length < t.fields.length
      ? { ...t, fields }
      : t;
  return joined.kind === "optional" ? { ...joined, of: type } : type;
}

/** A variable that nothing has assigned on this way: it is not read before it is, so any value of the type will do. */
export function standIn(s: Lowering, v: Var, type: Type): Var {
  if (!isUnassigned(s, v) || mayBeAbsent(type)) return v;
  return type.kind === "boolean"
    ? s.literal(false)
    : type.kind === "integer"
      ? s.integer(0)
      : type.kind === "number"
        ? s.literal(0)
        : type.kind === "string"
          ? s.literal("")
          : v;
}

export const hasStandIn = ({ kind }: Type): boolean => kind === "boolean" || kind === "integer" || kind === "number" || kind === "string";

/** Functions that differ by the way: each way yields the number of its own. */
function joinKnown(s: Lowering, values: readonly Value[], ends: readonly End[], outs: Var[], condition: Var | null): Known {
  const options: Value[] = [];
  if (wantRecords(s, values)) return { kind: "unknown" };
  for (const value of values) {
    for (const option of !isVar(value) && value.kind === "choice" ? value.options : [value]) {
      if (!isVar(option) && option.kind === "unknown") return option;
      if (isVar(option) && !option.literal) return { kind: "unknown" };
      if (!options.some((o) => same(s, o, option))) options.push(option);
    }
  }
  if (options.length > 16) return { kind: "unknown" };
  const selector = s.fresh(null, { kind: "integer" });
  values.forEach((v, n) => ends[n]?.values.push(!isVar(v) && v.kind === "choice" ? s.resolve(v.selector) : s.integer(numberOf(s, v))));
  outs.push(selector);
  const plain = condition !== null && options.length === 2 && values.every((v) => isVar(v) || v.kind !== "choice");
  return { kind: "choice", selector, options, condition: plain ? condition : null };
}

/** One variable for several instances: they must be records. Whether any of them is not one yet. */
export function wantRecords(s: Lowering, values: readonly Value[]): boolean {
  const found = values
    .flatMap((v) => (isVar(v) ? [] : v.kind === "choice" ? v.options : [v]))
    .filter((v): v is KnownObject => !isVar(v) && v.kind === "object" && v.instanceOf !== undefined && !s.records.has(v.node));
  // Of several classes, with methods of their own, one is chosen as functions are.
  const kinds = new Set(found.map((v) => v.instanceOf?.node)), mixed = values.some((v) => isVar(v) && !v.literal);
  if (kinds.size > 1 && !mixed) return false;
  for (const object of found) s.wanted.add(object.node);
  return found.length > 0;
}

/** The number by which selectors mean an option. */
function numberOf(s: Lowering, option: Value): number {
  const at = s.options.findIndex((o) => o === option || same(s, o, option));
  return at >= 0 ? at : s.options.push(option) - 1;
}

/** What was lowered apart, before it is known where it goes. */
export interface Piece { readonly instructions: Instruction[]; readonly env: Environment; readonly dead: boolean }

/** Lowers into a list of its own, on a copy of the environment; afterwards everything is as before. */
export function apart(s: Lowering, f: () => void): Piece {
  const outer = s.current, env = s.env, dead = s.dead, facts = s.facts, statement = s.statement;
  s.spend(env.size);
  s.env = new Map(env);
  s.current = [];
  f();
  const piece = { instructions: s.current, env: s.env, dead: s.dead };
  s.current = outer; s.env = env; s.dead = dead; s.facts = facts; s.statement = statement;
  return piece;
}

/** `if (condition) then else otherwise`. */
export function branch(s: Lowering, node: ts.Node, condition: Var, then: () => void, otherwise: () => void): void {
  const constant = condition.literal;
  if (constant && !isUnassigned(s, condition)) {
    (constant.value ? then : otherwise)();
    return;
  }
  const mark = s.ids.next;
  const a = apart(s, () => { s.assume(condition, true); then(); }), b = apart(s, () => { s.assume(condition, false); otherwise(); });
  meet(s, node, condition, a, b, mark);
}

/** Puts two pieces into the arms of an `if`. */
export function meet(s: Lowering, node: ts.Node, condition: Var, a: Piece, b: Piece, mark: number): void {
  if (s.dead) return;
  const ends = [a, b].map((piece): End & Piece => ({ ...piece, values: [], exit: null }));
  const live = ends.filter((end) => !end.dead);
  const saved = s.env;
  const outs = live.length === 0 ? [] : join(s, saved, live, mark, live.length === 2 ? condition : null);
  if (outs.length > 0 || a.instructions.length > 0 || b.instructions.length > 0) {
    const [then, otherwise] = ends.map((end) => ({ instructions: end.instructions, yields: end.values, dead: end.dead }));
    if (then && otherwise)
      s.emit({
        kind: "if",
        origin: s.origin(node),
        condition,
        then,
        else: otherwise,
        outs,
        ...(ts.isConditionalExpression(node) && isInGenerated(node) ? { generated: true } : {}),
      });
  }
  s.dead = live.length === 0;
  if (live.length === 1) s.assume(condition, !a.dead);
}

/** One option of a choice, if it is known which. */
export function settled(s: Lowering, value: Value): Value {
  if (isVar(value) || value.kind !== "choice" || !value.condition) return value;
  const condition = s.resolve(value.condition), outcome = condition.literal ? Boolean(condition.literal.value) : s.facts.get(condition);
  return outcome === undefined ? value : value.options[outcome ? 0 : 1] ?? value;
}

/** Does the same with each option of a choice, in the arm where it is the one. */
export function dispatch(s: Lowering, node: ts.Node, choice: Choice, f: (option: Value) => Value): Value {
  const one = settled(s, choice);
  if (one !== choice) return f(one);
  const { condition, options } = choice;
  const from = (k: number): Value => {
    const option = options[k] ?? s.unassigned;
    if (k >= options.length - 1) return f(option); // the last needs no test
    return choose(s, node, testOf(s, node, choice, k), () => f(option), () => from(k + 1));
  };
  if (condition && options[0] && options[1])
    return choose(
      s,
      node,
      s.resolve(condition),
      () => f(options[0] ?? s.unassigned),
      () => f(options[1] ?? s.unassigned),
    );
  return from(0);
}

/** Whether the k-th option is the one. */
export function testOf(s: Lowering, node: ts.Node, choice: Choice, k: number): Var {
  if (choice.condition && k === 0) return s.resolve(choice.condition);
  return s.apply(node, "===", [s.resolve(choice.selector), s.integer(numberOf(s, choice.options[k] ?? s.unassigned))], { kind: "boolean" });
}

/** A choice between two values: `then` and `otherwise` give the value of their arm. */
export function choose(s: Lowering, node: ts.Node, condition: Var, then: () => Value, otherwise: () => Value): Value {
  const result = s.temporary();
  s.set(result, s.unassigned);
  branch(s, node, condition, () => { const v = then(); s.set(result, v); }, () => { const v = otherwise(); s.set(result, v); });
  const value = s.get(result);
  s.env.delete(result);
  return value;
}

export interface BlockOptions {
  readonly purpose: Labelled["purpose"];
  readonly name?: string | null;
  readonly names?: readonly string[];
  readonly breaks?: boolean;
  readonly continues?: boolean;
}

/** Something that can be left through exits. Where nothing leaves it early it is no block at all. */
export function block(s: Lowering, node: ts.Node, options: BlockOptions, f: (target: Target) => void): void {
  const target: Target = {
    label: freshLabel(s.ids, options.name === undefined ? options.names?.[0] ?? null : options.name), ends: [],
    breaks: options.breaks ?? false, continues: options.continues ?? false, names: options.names ?? [], guards: s.guards.length,
  };
  const mark = s.ids.next, origin = s.origin(node), wasDead = s.dead;
  s.targets.push(target);
  const piece = apart(s, () => f(target));
  s.targets.pop();
  if (wasDead) return;
  const { instructions } = piece;
  const ends = [...target.ends];
  let fall: End | null = piece.dead ? null : { env: piece.env, values: [], exit: null };
  const last = instructions.at(-1);
  if (last?.kind === "exit" && last.target === target.label) {
    // Leaving at the very end is arriving there.
    const at = ends.findIndex((end) => end.exit === last);
    const [end] = ends.splice(at, 1);
    instructions.pop();
    fall = end ? { env: end.env, values: end.values, exit: null } : null;
  }
  if (ends.length === 0) {
    s.current.push(...instructions);
    if (fall) s.env = fall.env;
    s.dead = fall === null;
    return;
  }
  const outs = join(s, s.env, fall ? [...ends, fall] : ends, mark, null);
  s.emit({
    kind: "block",
    origin,
    label: target.label,
    purpose: options.purpose,
    body: { instructions, yields: fall?.values ?? [], dead: fall === null },
    outs,
  });
}

/** What `finally` says is done on the way out, down to where so many statements with it are around. */
export function runGuards(s: Lowering, remaining: number): void {
  const saved = s.guards;
  while (!s.dead && s.guards.length > remaining) {
    const guard = s.guards.at(-1);
    s.guards = s.guards.slice(0, -1);
    guard?.run();
  }
  s.guards = saved;
}

/** Leaves a block. */
export function exit(s: Lowering, node: ts.Node, target: Target): void {
  runGuards(s, target.guards);
  if (s.dead) return;
  const values: Var[] = [];
  const instruction: Instruction = { kind: "exit", origin: s.origin(node), target: target.label, values };
  s.emit(instruction);
  s.spend(s.env.size);
  target.ends.push({ env: new Map(s.env), values, exit: instruction });
  s.dead = true;
}

/** Leaves the innermost loop. */
export function exitLoop(s: Lowering, node: ts.Node): void {
  const target = s.targets.findLast((t) => t.breaks);
  if (target) exit(s, node, target);
}

export const isNothing = (type: Type): boolean => type.kind === "undefined" || type.kind === "null";
