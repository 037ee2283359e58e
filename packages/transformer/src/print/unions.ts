import type { RecordType, Type, UnionMember } from "../ir/ir.ts";
import {
  either,
  forget,
  isPart,
  isThere,
  keyOf,
  learn,
  membership,
  membersOf,
  nothingKnown,
  referenceOf,
  set,
  variableOf,
  type Aliases,
  type Narrowed,
} from "./narrowing.ts";
import { rawExpr, variableExpr, type Expr, type MemberExpr, type Statement, type Variable } from "./tree.ts";
import { typeText } from "./types.ts";
import { eachStatement, mapOwnExpressions, mapSubexpressions, nestedLists, targets } from "./walk.ts";

/**
 * Records of a union, `{ kind: "circle"; r: number } | { kind: "square"; side: number }`: the type checker sees `shape.r` only where it
 * follows the test of `shape.kind`. Where it does not (a test that was recorded, a record made on the spot),
 *
 *     const shape: { kind: string; r?: number; side?: number } = shapes[i]!;      … shape.r! …
 *     (shape as { r: number }).r                                                  of a parameter, and of what has no name
 *     const shape = { kind: "circle", r: x } as Shape;                            else it were known not to be a square
 *
 * Requires  statements in their last form, variables declared.
 * Ensures   the same text but for types. What the type checker follows is left as it is.
 */
export function openUnions(list: readonly Statement[]): Opened {
  if (!mentionsUnions(list)) return { list, wide: new Map() };
  const aliases = { tests: aliasesOf(list), stored: storedPlaces(list) }, seen = new Findings();
  new Walk(aliases, seen).list(list, nothingKnown);
  const wide = widened(list, seen.unseen),
    decided = new Set([...seen.decided, ...[...seen.lacking].filter((v) => seen.tested.has(v))].filter((v) => !wide.has(v)));
  const result = new Walk(aliases, null, wide, decided).list(list, nothingKnown);
  return { list: result.list, wide: new Map([...wide].flatMap(([v]) => { const text = wideText(v.type); return text === null ? [] : [[v, text] as const]; })) };
}

export interface Opened { readonly list: readonly Statement[]; readonly wide: ReadonlyMap<Variable, string> }

class Findings {
  /** Variables of which a field is read where it is not known to be there. */
  readonly unseen = new Set<Variable>();
  /** Those of which a test is known to be false. */
  readonly decided = new Set<Variable>();
  readonly tested = new Set<Variable>();
  /** What the loop at hand assigns. */
  given = new Map<Variable, ReadonlySet<UnionMember>>();
  /** Those that loops start with and set, but never to some of the members. */
  readonly lacking = new Set<Variable>();

  give(v: Variable, members: Iterable<UnionMember>): void { this.given.set(v, new Set([...this.given.get(v) ?? [], ...members])); }

  /** Walks a loop that starts with what is known. */
  loop(before: Narrowed, walk: () => void): void {
    const outer = this.given;
    this.given = new Map();
    walk();
    const inner = this.given;
    this.given = outer;
    for (const [v, members] of inner) {
      const start = before.members.get(`${v.id}`);
      if (start && recordOf(v.type)?.members?.some((m) => !members.has(m) && !start.has(m))) this.lacking.add(v);
      this.give(v, members);
    }
  }
}

function mentionsUnions(list: readonly Statement[]): boolean {
  let found = false;
  const visit = (e: Expr): Expr => {
    if (e.kind === "member" && typeof e.key === "string") { const of = referenceOf(e.object); if (of) found = true; }
    return mapSubexpressions(e, visit);
  };
  eachStatement(list, (s) => {
    if (s.kind === "store") visit(s.place);
    mapOwnExpressions(s, visit);
    if (s.kind === "loop" && s.condition) visit(s.condition);
  });
  return found;
}

const testing = (e: Expr): boolean => membership(e) !== null || (e.kind === "apply" && ["===", "!==", "==", "!=", "!", "&&", "||"].includes(e.op));

/** Constants that hold a test of what is never assigned. */
function aliasesOf(list: readonly Statement[]): Aliases {
  const assigned = new Map<Variable, number>();
  eachStatement(list, (s) => targets(s).forEach((v) => assigned.set(v, (assigned.get(v) ?? 0) + 1)));
  const isFixed = (v: Variable): boolean => (assigned.get(v) ?? 0) === (v.role === "parameter" ? 0 : 1);
  const found = new Map<Variable, Expr>();
  eachStatement(list, (s) => {
    if (s.kind !== "assign" || s.declares !== "const" || !testing(s.value)) return;
    let fixed = true;
    const visit = (e: Expr): Expr => {
      if (e.kind === "member") { const v = variableOf(e.object); if (!v || !isFixed(v)) fixed = false; }
      return mapSubexpressions(e, visit);
    };
    visit(s.value);
    // Of a field of a field, or of what a `let` holds, the type checker takes no such word.
    if (fixed) found.set(s.target, s.value);
  });
  return found;
}

interface Known { readonly tests: Aliases; /** Places that are set, by their keys. */ readonly stored: ReadonlySet<string> }

function storedPlaces(list: readonly Statement[]): ReadonlySet<string> {
  const found = new Set<string>();
  eachStatement(list, (s) => { const key = s.kind === "store" ? keyOf(s.place) : null; if (key !== null) found.add(key); });
  return found;
}

/** The variables to be declared with all fields, and what is set from one that has no name for its type. */
function widened(list: readonly Statement[], unseen: ReadonlySet<Variable>): ReadonlyMap<Variable, true> {
  const found = new Map<Variable, true>([...unseen].map((v) => [v, true]));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    eachStatement(list, (s) => {
      if (s.kind !== "assign" || s.target.role === "parameter" || !referenceOf(variableExpr(s.target))) return;
      const from = variableOf(s.value);
      if (from && found.has(from) && !isSaid(from.type)) found.set(s.target, true);
    });
  }
  return found;
}

const recordOf = (type: Type): RecordType | null => (type.kind === "optional" ? recordOf(type.of) : type.kind === "record" ? type : null);

/** Whether the user's type of a record can be written. */
function isSaid(type: Type): boolean {
  const of = recordOf(type);
  return of !== null && (of.text !== null || of.members !== undefined);
}

/** The type with all fields, those optional that not all members have. */
function wideText(type: Type): string | null {
  if (type.kind === "optional") { const of = wideText(type.of); return of && typeText({ ...type, of: { kind: "opaque", text: of } }); }
  return type.kind === "record" ? typeText({ kind: "record", fields: type.fields, text: null }) : typeText(type);
}

interface Walked { readonly list: readonly Statement[]; readonly end: Narrowed | null }

class Walk {
  private readonly aliases: Known;
  private readonly findings: Findings | null;
  private readonly wide: ReadonlyMap<Variable, true>;
  private readonly named: ReadonlySet<Variable>;

  /** With `findings` nothing is changed. */
  constructor(aliases: Known, findings: Findings | null, wide: ReadonlyMap<Variable, true> = new Map(), named: ReadonlySet<Variable> = new Set()) {
    this.aliases = aliases;
    this.findings = findings;
    this.wide = wide;
    this.named = named;
  }

  list(list: readonly Statement[], start: Narrowed): Walked {
    let known: Narrowed | null = start;
    const walked = list.map((s) => {
      const { made, end } = this.statement(s, known ?? nothingKnown);
      known = known && end;
      return made;
    });
    return { list: walked, end: known };
  }

  private statement(s: Statement, known: Narrowed): { readonly made: Statement; readonly end: Narrowed | null } {
    let made = mapOwnExpressions(s, (e) => this.expression(e, known));
    if (made.kind === "store") made = { ...made, place: this.member(made.place, known, true) };
    switch (made.kind) {
      case "assign": {
        const named = this.named.has(made.target) && made.value.kind === "record" ? typeText(recordOf(made.target.type) ?? made.target.type) : null;
        const end = this.assigned(known, made.target, s.kind === "assign" ? s.value : made.value);
        return { made: named === null ? made : { ...made, value: rawExpr([made.value, ` as ${named}`]) }, end };
      }
      case "store": { const key = keyOf(made.place); return { made, end: key === null ? known : forget(known, key) }; }
      case "return": case "throw": case "jump": case "exit": return { made, end: null };
      case "if": {
        const condition = s.kind === "if" ? s.condition : made.condition;
        const then = this.list(made.then, this.learn(known, condition, true)), otherwise = this.list(made.else, this.learn(known, condition, false));
        return { made: { ...made, then: then.list, else: otherwise.list }, end: either(then.end, otherwise.end) };
      }
      case "loop": {
        let loop: Statement = made;
        const walk = (): void => { if (made.kind === "loop") loop = this.loop(made, known); };
        if (this.findings) this.findings.loop(known, walk); else walk();
        return { made: loop, end: without(known, made) };
      }
      case "block": return { made: { ...made, body: this.list(made.body, known).list }, end: without(known, made) };
      default: return { made, end: known };
    }
  }

  private loop(s: Extract<Statement, { kind: "loop" }>, before: Narrowed): Statement {
    const init = this.list(s.init, before), known = without(init.end ?? before, s);
    const head = this.list(s.head, known), { condition } = s;
    const body = this.list(s.body, condition && s.test === "before" ? this.learn(known, condition, true) : known);
    const update = this.list(s.update, known), own = (list: readonly Statement[]): typeof s.init => list.filter((a) => a.kind === "assign");
    return {
      ...s,
      init: own(init.list),
      head: head.list,
      body: body.list,
      update: own(update.list),
      condition: condition && this.expression(condition, known),
    };
  }

  private learn(known: Narrowed, condition: Expr, so: boolean): Narrowed {
    return learn(known, condition, so, this.aliases.tests, (of, isDecided) => {
      const v = variableOf(of);
      if (v) this.findings?.tested.add(v);
      if (v && isDecided) this.findings?.decided.add(v);
    });
  }

  /** A variable is known to be what it is set to. */
  private assigned(before: Narrowed, target: Variable, value: Expr): Narrowed {
    const known = forget(before, `${target.id}`), of = referenceOf(variableExpr(target)), all = of?.type.members;
    if (!of || !all || this.named.has(target)) return known;
    const members = this.membersOf(value, before, all);
    this.findings?.give(target, members ?? all);
    return members ? set(known, `${target.id}`, members) : known;
  }

  private membersOf(value: Expr, known: Narrowed, all: readonly UnionMember[]): ReadonlySet<UnionMember> | null {
    if (value.kind === "record") {
      const given = new Map(value.fields);
      return new Set(
        all.filter(
          (m) =>
            m.fields.every((f) => given.has(f)) &&
            [...m.tags].every(([name, values]) => {
              const v = given.get(name);
              return v?.kind !== "literal" || values.includes(v.literal.value);
            }),
        ),
      );
    }
    if (value.kind === "apply" && value.op === "?:") {
      const [, a, b] = value.args, x = a && this.membersOf(a, known, all), y = b && this.membersOf(b, known, all);
      return x && y ? new Set([...x, ...y]) : null;
    }
    const from = referenceOf(value);
    return from?.type.members === all ? membersOf(known, from) : null;
  }

  private expression(e: Expr, known: Narrowed): Expr {
    if (e.kind === "variable") return this.whole(e);
    if (e.kind === "member") return this.member(e, known, false);
    const asked = membership(e);
    if (asked && variableOf(asked.object)) return e;
    if (e.kind === "raw") return this.raw(e, known);
    if (e.kind !== "apply") return mapSubexpressions(e, (s) => this.expression(s, known));
    const [a, b, c] = e.args;
    if (a && b && (e.op === "?:" || e.op === "&&" || e.op === "||")) {
      const then = this.expression(b, this.learn(known, a, e.op !== "||")), first = this.expression(a, known);
      return { ...e, args: c ? [first, then, this.expression(c, this.learn(known, a, false))] : [first, then] };
    }
    if (["===", "!==", "==", "!="].includes(e.op) && e.args.some((x) => x.kind === "literal"))
      return mapSubexpressions(e, (s) => (s.kind === "variable" ? s : this.expression(s, known)));
    return mapSubexpressions(e, (s) => this.expression(s, known));
  }

  /** A record with all fields is given on as what the user says it is. */
  private whole(e: Extract<Expr, { kind: "variable" }>): Expr {
    const text = this.wide.has(e.variable) && isSaid(e.variable.type) ? typeText(e.variable.type) : null;
    return text === null ? e : rawExpr([e, ` as ${text}`]);
  }

  /** Text with a field of what is in a hole: `‹shape›.points.map(…)`. */
  private raw(e: Extract<Expr, { kind: "raw" }>, known: Narrowed): Expr {
    const parts = e.parts.map((p, k): string | Expr => {
      if (typeof p === "string") return p;
      const next = e.parts[k + 1], name = typeof next === "string" ? /^!?\??\.([\p{ID_Continue}$]+)/u.exec(next)?.[1] : undefined;
      const of = name === undefined ? null : referenceOf(p), v = variableOf(p);
      if (next === "!" && v) return p;
      if (of && name !== undefined) {
        if (!isPart(of.type, name) || isThere(known, of, name)) return v ? p : this.expression(p, known);
        if (v && v.role !== "parameter") this.findings?.unseen.add(v);
        const type = this.fieldText(of.type, name);
        if (!this.findings && type !== null) return rawExpr(["(", p, ` as { ${name}: ${type} })`]);
      }
      return this.expression(p, known);
    });
    return { ...e, parts };
  }

  private fieldText(type: RecordType, name: string): string | null {
    const field = type.fields.find((f) => f.name === name);
    return field ? typeText(field.type) : null;
  }

  private member(e: MemberExpr, known: Narrowed, isPlace: boolean): MemberExpr {
    const v = variableOf(e.object), of = referenceOf(e.object);
    const object = v ? e.object : isPlace ? e.object : this.expression(e.object, known);
    const key = typeof e.key === "string" || isPlace ? e.key : this.expression(e.key, known);
    const result: MemberExpr = object === e.object && key === e.key ? e : { ...e, object, key };
    if (!of || typeof e.key !== "string" || !isPart(of.type, e.key)) return result;
    if (v && this.wide.has(v)) return { ...result, assert: true };
    if (isThere(known, of, e.key)) return result;
    if (v && v.role !== "parameter") this.findings?.unseen.add(v);
    const type = this.fieldText(of.type, e.key);
    if (this.findings || type === null) return result;
    // `shapes[0] = { kind: "rect", … }` tells the type checker what is there, and it keeps to it.
    const whole = !v && of.key !== null && this.aliases.stored.has(of.key) && isSaid(of.type) ? typeText(of.type) : null;
    return { ...result, of: `${whole === null ? "" : `${whole} as `}{ ${e.key}: ${type} }` };
  }
}

/** What is still known after a statement whose parts may run more than once, or not. */
function without(known: Narrowed, s: Statement): Narrowed {
  let left = known;
  for (const list of nestedLists(s)) {
    eachStatement(list, (inner) => {
      for (const v of targets(inner)) left = forget(left, `${v.id}`);
      const key = inner.kind === "store" ? keyOf(inner.place) : null;
      if (key !== null) left = forget(left, key);
    });
  }
  return left;
}
