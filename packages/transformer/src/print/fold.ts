import { isMatrixOperation } from "../ir/build.ts";
import { normalise } from "./algebra.ts";
import { conditional } from "./conditions.ts";
import { countOccurrences } from "./dead.ts";
import { conflict, expressionEffects, isEffectful, meets, placeReads, statementEffects, type Effects } from "./effects.ts";
import {
  assign,
  isLiteral,
  isTrivial,
  withStagesOf,
  type Assign,
  type Region,
  type Expr,
  type IfStatement,
  type LoopStatement,
  type Statement,
  type Variable,
} from "./tree.ts";
import { eachExpression, eachStatement, eachVariable, mapOwnExpressions, nestedLists, ownExpressions, subexpressions, substituteExpr } from "./walk.ts";

/**
 * Writes values where they are used: a temporary that is used once goes into the expression that uses it, a cheap one into two.
 *
 * Method: a walk in program order that holds back what may be folded. Invariant: what is held back can be evaluated now, in any
 * order, with the value it had where it stood. So before a statement that could change it, it is written out after all.
 * Nothing moves into a loop but names and lengths; effects move only to the next statement. `short`: nothing of the reverse is written twice.
 */
export function fold(list: readonly Statement[], short = false): readonly Statement[] {
  const { uses, definitions } = countOccurrences(list);
  return new Folder({
    uses,
    definitions,
    returned: returned(list),
    values: values(list),
    receivers: receivers(list),
    steps: steps(list),
    escaping: escaping(list),
    short,
  }).list(list, null);
}

interface Held {
  readonly statement: Assign;
  readonly value: Expr;
  readonly effects: Effects;
  /** When it was held back. */
  readonly order: number;
  /** Occurrences not yet replaced. */
  left: number;
}

interface Scope {
  readonly held: Map<Variable, Held>;
  /** The held by what they read, and those with effects: what may have to be released is found without asking all. */
  readonly readers: Map<Region, Set<Variable>>;
  readonly effectful: Set<Variable>;
  readonly outer: Scope | null;
}

const newScope = (outer: Scope | null): Scope => ({ held: new Map(), readers: new Map(), effectful: new Set(), outer });

/** Variables that only results read. */
function returned(list: readonly Statement[]): ReadonlySet<Variable> {
  const inReturns = new Set<Variable>(), elsewhere = new Set<Variable>();
  eachStatement(list, (s) => {
    for (const e of ownExpressions(s)) eachVariable(e, (v) => (s.kind === "return" ? inReturns : elsewhere).add(v));
    if (s.kind === "loop" && s.condition) eachVariable(s.condition, (v) => elsewhere.add(v));
  });
  elsewhere.forEach((v) => inReturns.delete(v));
  return inReturns;
}

/** Variables that are the `value` of a result: named so if the reverse comes between. */
function values(list: readonly Statement[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  eachExpression(list, (e) => {
    if (e.kind !== "record") return;
    for (const [name, v] of e.fields) if (name === "value" && v.kind === "variable") found.add(v.variable);
  });
  return found;
}

/** Variables of objects whose members are used: such an object is not written where it is used. */
function receivers(list: readonly Statement[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  const visit = (e: Expr): void => {
    if (e.kind === "member" && e.object.kind === "variable") found.add(e.object.variable);
    if (e.kind === "raw") {
      e.parts.forEach((p, k) => {
        const next = e.parts[k + 1];
        if (typeof p !== "string" && p.kind === "variable" && typeof next === "string" && /^\s*[.![?(]/.test(next)) found.add(p.variable);
      });
    }
    subexpressions(e).forEach(visit);
  };
  eachExpression(list, visit);
  eachStatement(list, (s) => { if (s.kind === "store") visit(s.place); });
  return found;
}

/** Next values of counters, which belong to the end of the trip wherever they are computed: `i + 1`. */
function steps(list: readonly Statement[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  eachStatement(list, (s) => {
    const last = s.kind === "loop" && s.form !== "while" && s.form !== "do" ? s.body.at(-1) : undefined;
    if (last?.kind !== "parallel" || s.kind !== "loop") return;
    const counters = new Map(last.targets.map((t, k) => [last.values[k], t] as const));
    for (const inner of s.body) {
      if (inner.kind !== "assign" || inner.value.kind !== "apply" || (inner.value.op !== "+" && inner.value.op !== "-")) continue;
      const [from, by] = inner.value.args;
      for (const [value, target] of counters) {
        if (value?.kind === "variable" && value.variable === inner.target && from?.kind === "variable" && from.variable === target && by?.kind === "literal")
          found.add(inner.target);
      }
    }
  });
  return found;
}

/** Variables used outside of the list in which they are set: what a block hands out by its only exit. */
function escaping(root: readonly Statement[]): ReadonlySet<Variable> {
  const homes = new Map<Variable, number>(), found = new Set<Variable>();
  const around = new Set<number>();
  let lists = 0;
  const used = (e: Expr): void => eachVariable(e, (v) => { const home = homes.get(v); if (home !== undefined && !around.has(home)) found.add(v); });
  const visit = (list: readonly Statement[]): void => {
    const id = lists++;
    around.add(id);
    for (const s of list) {
      ownExpressions(s).forEach(used);
      if (s.kind === "loop") {
        // The head's own variables are seen by the condition.
        const head = lists;
        visit(s.head);
        around.add(head);
        if (s.condition) used(s.condition);
        around.delete(head);
        visit(s.body);
      } else {
        nestedLists(s).forEach(visit);
      }
      if (s.kind === "assign") homes.set(s.target, id);
    }
    around.delete(id);
  };
  visit(root);
  return found;
}

interface Facts {
  readonly uses: ReadonlyMap<Variable, number>;
  readonly definitions: ReadonlyMap<Variable, number>;
  readonly returned: ReadonlySet<Variable>;
  readonly values: ReadonlySet<Variable>;
  readonly receivers: ReadonlySet<Variable>;
  readonly steps: ReadonlySet<Variable>;
  readonly escaping: ReadonlySet<Variable>;
  /** Nothing of the reverse is written twice. */
  readonly short: boolean;
}

class Folder {
  private readonly facts: Facts;
  private held = 0;
  /** What was written into others, in order. */
  private readonly folded: Assign[] = [];
  constructor(facts: Facts) { this.facts = facts; }

  list(list: readonly Statement[], outer: Scope | null): readonly Statement[] {
    const scope = newScope(outer), out: Statement[] = [];
    for (const s of list) this.statement(s, scope, out);
    // Nothing is left here but what is used outside of the list.
    if (out.at(-1)?.kind !== "exit") this.release(scope, out, () => true);
    return out;
  }

  private statement(s: Statement, scope: Scope, out: Statement[]): void {
    switch (s.kind) {
      case "if": return this.branch(s, scope, out);
      case "loop": return this.loop(s, scope, out);
      case "block": {
        this.prepare(s, scope, out);
        out.push({ ...s, body: this.list(s.body, scope) });
        return;
      }
      case "assign": {
        const replaced = this.replace(s, scope, out);
        if (replaced.kind === "assign") this.assigned(replaced, scope, out);
        return;
      }
      default: {
        const replaced = this.replace(s, scope, out);
        // First what belongs before the heading: what the statement changes could release it behind.
        if (replaced.derivative) this.releaseValue(scope, out);
        if (s.kind === "exit") this.release(scope, out, () => true);
        else this.releaseConflicts(scope, out, statementEffects(replaced), true);
        this.emit(replaced, scope, out);
      }
    }
  }

  /** Holds an assignment back or writes it. */
  private assigned(s: Assign, scope: Scope, out: Statement[], definitions = this.facts.definitions.get(s.target) ?? 0): void {
    const effects = expressionEffects(s.value), whole = statementEffects(s);
    this.releaseConflicts(scope, out, whole, false);
    const uses = this.facts.uses.get(s.target) ?? 0;
    if (definitions === 1 && uses > 0 && this.mayHold(s, uses)) {
      hold(scope, { statement: s, value: s.value, effects, order: this.held++, left: uses });
    } else {
      this.emit(s, scope, out);
    }
  }

  private mayHold(s: Assign, uses: number): boolean {
    const { target, value } = s;
    if (target.pinned || target.role === "parameter" || s.note !== null || this.facts.escaping.has(target)) return false;
    if (isTrivial(value)) {
      if (target.name === null || (value.kind === "variable" && value.variable.name === target.name && value.variable.role === "parameter")) return true;
      return target.role === "adjoint" && (value.kind === "literal" || this.facts.returned.has(target));
    }
    if (uses <= 3 && this.facts.steps.has(target)) return true;
    if (target.name !== null || target.role === "tape") return false;
    if (value.kind === "array" && value.elements.length === 0) return false;
    if ((value.kind === "array" || value.kind === "record" || (value.kind === "raw" && value.fresh)) && this.facts.receivers.has(target)) return false;
    if (uses === 1) return !(s.derivative && size(value) > longest);
    if (this.facts.short && s.derivative) return false;
    return cost(value) * (uses - 1) <= 2;
  }

  private emit(s: Statement, scope: Scope, out: Statement[]): void {
    if (s.derivative && !(s.kind === "assign" && s.value.kind === "literal")) this.releaseValue(scope, out);
    out.push(s);
  }

  /** The value of the result belongs to the forward pass, if there is anything after it. */
  private releaseValue(scope: Scope, out: Statement[]): void {
    let any = false;
    for (const v of this.facts.values) any ||= scope.held.has(v);
    if (!any) return;
    const heading = out.findLastIndex((s) => s.kind === "heading" && s.text.startsWith("backward"));
    const written: Statement[] = [];
    this.release(scope, written, (h) => this.facts.values.has(h.statement.target) && !isTrivial(h.value));
    out.splice(heading < 0 ? out.length : heading, 0, ...written);
  }

  /** Writes out what is held back and meets the condition, in order. */
  private release(scope: Scope, out: Statement[], which: (h: Held) => boolean): void {
    for (const [v, h] of scope.held) {
      if (!which(h)) continue;
      unhold(scope, v);
      if (h.left > 0) out.push(h.statement);
    }
  }

  /** Writes out what must be evaluated before something with these effects. */
  private releaseConflicts(scope: Scope, out: Statement[], effects: Effects, allEffectful: boolean): void {
    const found = new Set<Held>();
    const add = (v: Variable): void => { const h = scope.held.get(v); if (h) found.add(h); };
    for (const w of effects.writes) scope.readers.get(w)?.forEach(add);
    for (const v of scope.effectful) {
      const h = scope.held.get(v);
      if (h && (allEffectful || conflict(h.effects, effects))) found.add(h);
    }
    for (const h of [...found].toSorted((a, b) => a.order - b.order)) {
      unhold(scope, h.statement.target);
      if (h.left > 0) out.push(h.statement);
    }
  }

  /** A statement with what is held back written into it. */
  private replace<S extends Statement>(s: S, scope: Scope, out: Statement[]): Statement {
    this.releaseUnsure(ownExpressions(s), s.kind === "parallel" && s.values.length > 1, scope, out);
    if (s.kind === "store" && scope.effectful.size > 0) {
      // `d[i] += call(d)` reads `d[i]` before the call that changes it, and `rows[i][0] = call(rows)` which row it is.
      const reads = placeReads(s);
      this.release(scope, out, (h) => meets(h.effects.writes, reads));
    }
    const self = s.kind === "assign" ? s.target : null, before = this.folded.length;
    const replaced = mapOwnExpressions(s, (e) => normalise(this.expression(e, scope), self));
    return this.facts.short ? this.folded.splice(before).reduce((whole, part) => (part.derivative ? withStagesOf(whole, part) : whole), replaced) : replaced;
  }

  private expression(e: Expr, scope: Scope): Expr {
    return substituteExpr(e, (v) => this.lookUp(v, scope));
  }

  private lookUp(v: Variable, scope: Scope): Expr | undefined {
    for (let s: Scope | null = scope; s; s = s.outer) {
      const h = s.held.get(v);
      if (!h) continue;
      h.left--;
      if (h.left === 0) unhold(s, v);
      this.folded.push(h.statement);
      return h.value;
    }
    return undefined;
  }

  /** An effect is not folded where it might not happen, or not in its turn. */
  private releaseUnsure(expressions: readonly Expr[], all: boolean, scope: Scope, out: Statement[]): void {
    const unsure = new Set<Variable>();
    const visit = (e: Expr, sure: boolean): void => {
      if (e.kind === "variable" && !sure) unsure.add(e.variable);
      const lazy = e.kind === "apply" && (e.op === "?:" || e.op === "&&" || e.op === "||" || e.op === "??");
      subexpressions(e).forEach((s, k) => visit(s, sure && !(lazy && k > 0)));
    };
    for (const e of expressions) visit(e, !all);
    if (scope.effectful.size > 0) this.release(scope, out, (h) => isEffectful(h.value) && unsure.has(h.statement.target));
  }

  /** Before a statement with nested lists: writes out what may not pass or enter it. */
  private prepare(s: Statement, scope: Scope, out: Statement[]): void {
    const effects = statementEffects(s);
    this.release(scope, out, (h) => {
      if (isEffectful(h.value) || conflict(h.effects, effects)) return true;
      return effects.loopReads.has(h.statement.target.id) && !isCheapInLoops(h.value);
    });
    if (s.derivative) this.releaseValue(scope, out);
  }

  private branch(s: IfStatement, scope: Scope, out: Statement[]): void {
    const replaced = this.replace(s, scope, out);
    if (replaced.kind !== "if") return;
    this.prepare(replaced, scope, out);
    const then = this.list(replaced.then, scope), otherwise = this.list(replaced.else, scope);
    const merged = this.selection({ ...replaced, then, else: otherwise });
    if (merged) this.assigned(merged, scope, out, 1);
    else out.push({ ...replaced, then, else: otherwise });
  }

  /** `if (c) v = a; else v = b` as `v = c ? a : b`, unless the user wrote the former. */
  private selection(s: IfStatement): Assign | null {
    const [then, ...more] = s.then, [otherwise, ...others] = s.else;
    if (then?.kind !== "parallel" || otherwise?.kind !== "parallel" || more.length > 0 || others.length > 0) return null;
    const [target] = then.targets, [a] = then.values, [b] = otherwise.values;
    if (!target || !a || !b || then.targets.length !== 1 || (this.facts.definitions.get(target) ?? 0) !== 2) return null;
    if (isEffectful(a) || isEffectful(b) || a.kind === "array" || a.kind === "record" || b.kind === "array" || b.kind === "record") return null;
    if (target.name !== null && /^if\b/.test(s.origin?.statement?.text ?? "")) return null;
    return assign(target, normalise(conditional(s.condition, a, b, target.type)), s);
  }

  private loop(s: LoopStatement, scope: Scope, out: Statement[]): void {
    this.prepare(s, scope, out);
    const head = newScope(scope), written: Statement[] = [];
    for (const inner of s.head) this.statement(inner, head, written);
    const condition = s.condition && normalise(this.expression(s.condition, head));
    this.release(head, written, (h) => isEffectful(h.value));
    const body = this.list(s.body, scope);
    out.push({ ...s, head: written, condition, body });
  }
}

function hold(scope: Scope, h: Held): void {
  const v = h.statement.target;
  scope.held.set(v, h);
  if (h.effects.writes.size > 0) scope.effectful.add(v);
  for (const r of h.effects.reads) {
    const known = scope.readers.get(r);
    if (known) known.add(v); else scope.readers.set(r, new Set([v]));
  }
}

function unhold(scope: Scope, v: Variable): void {
  const h = scope.held.get(v);
  if (!h) return;
  scope.held.delete(v);
  scope.effectful.delete(v);
  for (const r of h.effects.reads) scope.readers.get(r)?.delete(v);
}

/** A generated expression of more nodes is too long to grow further. */
const longest = 24;

function size(e: Expr): number {
  return subexpressions(e).reduce((sum, s) => sum + size(s), 1);
}

/** Names and lengths, give or take a literal: what a person writes into a loop rather than before it. */
function isCheapInLoops(e: Expr): boolean {
  if (e.kind === "apply" && (e.op === "+" || e.op === "-") && e.args[1]?.kind === "literal") return e.args.every(isCheapInLoops);
  return isTrivial(e) || isName(e) || (e.kind === "member" && typeof e.key === "string" && isCheapInLoops(e.object));
}

/** A variable of the module, or a path in it. */
function isName(e: Expr): boolean {
  const [name] = e.kind === "raw" ? e.parts : [];
  return e.kind === "raw" && e.parts.length === 1 && typeof name === "string" && /^[\w$]+(\.[\w$]+)*$/.test(name) && !e.fresh && e.writes.length === 0;
}

/** What evaluating an expression once more costs, an addition being 1. */
export function cost(e: Expr): number {
  const inner = subexpressions(e).reduce((sum, s) => sum + cost(s), 0);
  switch (e.kind) {
    case "variable": case "literal": return 0;
    case "member": return inner + (typeof e.key === "string" ? 0.25 : 0.5);
    case "raw": return isName(e) ? 0.25 : Infinity;
    case "array": case "record": return Infinity;
    case "apply": return inner + costOf(e.op, e.args);
  }
}

function costOf(op: string, args: readonly Expr[]): number {
  if (isMatrixOperation(op)) return Infinity;
  switch (op) {
    case "+": case "-": case "*": case "neg": case "pos": case "!": case "&&": case "||": return 1;
    case "<": case "<=": case ">": case ">=": case "===": case "!==": case "==": case "!=": return 1;
    case "/": return 2.5;
    case "?:": return 2;
    case "**": return args[1] && isLiteral(args[1], 2) ? 1 : 10;
    case "Math.abs": case "Math.sign": return 2;
    default: return 10;
  }
}
