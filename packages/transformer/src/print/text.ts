import { assertNever } from "../diagnostics/bug.ts";
import type { Alternative, Literal, Statement as Stage, Type } from "../ir/ir.ts";
import { normalise, restOfSum, unsigned, expressionKey } from "./algebra.ts";
import { regionInside, reversePart, wantsHeadings, type Region } from "./comments.ts";
import { printExpression, printOperand, printPlace, type Spelling } from "./expr.ts";
import {
  isLiteral,
  isTrivial,
  type Assign,
  type DeclareOnly,
  type Expr,
  type LoopStatement,
  type Statement,
  type Store,
  type Target,
  type Variable,
} from "./tree.ts";
import { holdsInstances } from "../ir/instances.ts";
import { holdsTag, holdsTuple, instanceName, typeText } from "./types.ts";
import { eachVariable } from "./walk.ts";
import type { Writer } from "./writer.ts";

export interface TextContext {
  readonly writer: Writer;
  readonly spelling: Spelling;
  readonly label: (t: Target) => string;
  /** Variables that are compared, and the literals that they are compared with: they must not have the type of a literal. */
  readonly compared: ReadonlyMap<Variable, ReadonlySet<Literal["value"]>>;
  /** Variables whose type inference would look for in what is made from them. */
  readonly goingRound: ReadonlySet<Variable>;
  /** Fields that typed arrays are written into; `[]`: elements. */
  readonly takesBuffers: ReadonlySet<string>;
  /** Variables of a union that are declared with all fields of it, and those types. */
  readonly wide: ReadonlyMap<Variable, string>;
  /** What variables of optional types hold where they hold no value. */
  readonly absences: ReadonlyMap<Variable, readonly Alternative[]>;
  /** Print headings and comments where they help. */
  readonly headings: boolean;
  /** Matrices with and without a literal shape: what holds one may hold another. */
  readonly loose: boolean;
  /** Forward mode: a tangent may come before the statement that it belongs to. */
  readonly tangents: boolean;
}

/** Statements as text, with the user's comments once and the reverse under the statements it reverses. */
export function printStatements(list: readonly Statement[], context: TextContext): void {
  new Printer(context).top(list);
}

/** Where a list nested in the statement at hand stands. */
type Inside = (list: readonly Statement[]) => Region;

class Printer {
  private readonly context: TextContext;
  /** Statements of the user whose comments are written. */
  private readonly leading = new Set<number>();
  private readonly trailing = new Set<number>();
  /** Statements whose reverse is written, or begun. */
  private readonly reversed = new Set<number>();
  /** The statement whose reverse is being written. */
  private grouped: number | null = null;
  /** Constants that may have the type of a literal, and those that hold what the module made. */
  private readonly fixed = new Set<Variable>();
  constructor(context: TextContext) { this.context = context; }

  top(list: readonly Statement[]): void {
    const headings = this.context.headings && wantsHeadings(list);
    const shown = headings ? list : list.filter((s) => s.kind !== "heading");
    this.list(shown, "tail", true);
  }

  private list(list: readonly Statement[], region: Region, top = false, within: number | null = null): void {
    const { writer } = this.context;
    const isReverse = reversePart(list, region);
    let group = within;
    list.forEach((s, k) => {
      const reverse = isReverse(k) && this.context.headings;
      if (s.kind === "heading") {
        if (!top) return;
        if (k > 0) writer.line("", null);
        writer.line(`// ${s.text}`, placeOf(s));
        return;
      }
      const statement = s.origin?.statement ?? null;
      if (!s.derivative || s.kind === "return" || this.context.tangents) this.comments(s);
      if (reverse) for (const stage of s.stages ?? []) if (!this.reversed.has(stage.id)) this.stage(stage, s);
      if (reverse && statement && isCommented(s)) {
        if (group !== statement.id) this.stage(statement, s);
        group = statement.id;
        this.grouped = group;
      } else if (!s.derivative) {
        group = null;
        this.grouped = null;
      }
      this.statement(s, list[k + 1], (inner) => regionInside(s, inner, reverse, region));
    });
  }

  private stage(statement: Stage, s: Statement): void {
    this.reversed.add(statement.id);
    this.context.writer.line(`// ${statement.text}`, placeOf(s));
  }

  /** The user's own comments before a statement, the first time a part of it is printed. */
  private comments(s: Statement): void {
    const statement = s.origin?.statement;
    if (!statement || this.leading.has(statement.id)) return;
    this.leading.add(statement.id);
    for (const line of statement.leading) this.context.writer.line(line, placeOf(s));
  }

  /** The user's comment after a statement, behind its last line. */
  private after(s: Statement, next: Statement | undefined): string {
    const statement = s.origin?.statement;
    if (s.derivative || !statement?.trailing || this.trailing.has(statement.id)) return "";
    if (next && !next.derivative && next.kind !== "heading" && next.origin?.statement === statement) return "";
    this.trailing.add(statement.id);
    return ` ${statement.trailing}`;
  }

  private statement(s: Statement, next: Statement | undefined, inside: Inside): void {
    const { writer, spelling } = this.context, place = placeOf(s);
    const line = (text: string): void => writer.line(text + this.after(s, next), place);
    switch (s.kind) {
      case "assign": return line(`${this.assignment(s)};${s.note === null ? "" : ` // ${s.note}`}`);
      case "declare": return line(`let ${spelling.variable(s.variable)}${this.beginning(s, this.annotation(s))};`);
      case "store": return line(`${this.store(s)};`);
      case "effect": return line(`${printExpression(s.value, spelling)};`);
      case "return": return this.result(s.value ? `return ${printExpression(s.value, spelling)};` : "return;", s.value, line);
      case "throw": return line(`throw ${printExpression(s.value, spelling)};`);
      case "jump": return line(`${s.word}${s.label ? ` ${this.context.label(s.label)}` : ""};`);
      case "exit": return line(`break ${this.context.label(s.label)};`);
      case "block":
        writer.line(`${this.context.label(s.label)}: {`, place);
        writer.indent(() => this.list(s.body, inside(s.body)));
        return writer.line("}", place);
      case "if": return this.branch(s, next, inside, "");
      case "loop": return this.loop(s, next, inside);
      case "parallel": case "heading": return;
      default: return assertNever(s);
    }
  }

  /** A result of which more than names are said gets a line for each field if it is long. */
  private result(text: string, value: Expr | null, line: (text: string) => void): void {
    const { writer, spelling } = this.context;
    if (text.length <= longLine || value?.kind !== "record" || value.fields.every(([, v]) => isTrivial(v))) return line(text);
    line("return {");
    writer.indent(() => {
      for (const field of value.fields) line(`${printExpression({ kind: "record", fields: [field] }, spelling).slice(2, -2)},`);
    });
    line("};");
  }

  private branch(s: Statement & { readonly kind: "if" }, next: Statement | undefined, region: Inside, before: string): void {
    const { writer, spelling } = this.context, place = placeOf(s), { grouped } = this;
    writer.line(`${before}if (${printExpression(s.condition, spelling)}) {${before === "" ? this.after(s, next) : ""}`, place);
    const inside = (list: readonly Statement[]): void => writer.indent(() => this.list(list, region(list), false, grouped));
    inside(s.then);
    const [only] = s.else;
    if (only?.kind === "if" && s.else.length === 1) return this.branch(only, undefined, region, "} else ");
    if (s.else.length > 0) {
      writer.line("} else {", place);
      inside(s.else);
    }
    writer.line("}", place);
  }

  private loop(s: LoopStatement, next: Statement | undefined, region: Inside): void {
    const { writer, spelling } = this.context, place = placeOf(s);
    const label = s.label ? `${this.context.label(s.label)}: ` : "", { grouped } = this;
    const condition = s.condition ? printExpression(s.condition, spelling) : "";
    const inside = (): void => writer.indent(() => this.list(s.body, region(s.body), false, grouped));
    if (s.test === "after") {
      writer.line(`${label}do {${this.after(s, next)}`, place);
      inside();
      return writer.line(`} while (${condition});`, place);
    }
    const head =
      s.init.length === 0 && s.update.length === 0
        ? `while (${condition === "" ? "true" : condition})`
        : `for (${this.init(s.init)};${condition === "" ? "" : ` ${condition}`};${s.update.length === 0 ? "" : ` ${s.update.map((u) => this.assignment(u)).join(", ")}`})`;
    writer.line(`${label}${head} {${this.after(s, next)}`, place);
    inside();
    writer.line("}", place);
  }

  private init(init: readonly Assign[]): string {
    const declared = init.some((a) => a.declares !== null);
    const each = init.map((a) => this.assignment({ ...a, declares: null }, declared));
    return `${declared ? "let " : ""}${each.join(", ")}`;
  }

  private assignment(s: Assign, plain = false): string {
    const { spelling } = this.context, name = spelling.variable(s.target);
    if (s.declares)
      return `${s.declares} ${name}${s.declares === "let" ? this.beginning(s, this.annotation(s)) : `${this.annotation(s)} = ${printExpression(s.value, spelling)}`}`;
    const { value } = s;
    if (!plain && value.kind === "apply" && value.args.length === 2 && compound.has(value.op)) {
      const [own, by] = value.args;
      if (own?.kind === "variable" && own.variable === s.target && by) return this.compound(name, value.op, by, s.target.role !== "adjoint");
      const rest = restOfSum(value, (e) => e.kind === "variable" && e.variable === s.target);
      if (rest) return this.compound(name, "+", rest.others, s.target.role !== "adjoint");
    }
    // A parameter keeps its type, which has the methods of the class.
    const asClass = s.target.role === "parameter" && value.kind === "record" ? instanceName(s.target.type) : null;
    return `${name} = ${printExpression(value, spelling)}${asClass === null ? "" : ` as ${asClass}`}`;
  }

  /** `counts`: one more is a step, not a contribution like any other. */
  private compound(place: string, op: string, by: Expr, counts = true): string {
    if (counts && (op === "+" || op === "-") && isLiteral(by, 1)) return `${place}${op}${op}`;
    return `${place} ${op}= ${printOperand(by, 3, this.context.spelling)}`;
  }

  private store(s: Store): string {
    const { spelling } = this.context, place = printPlace(s.place, spelling);
    const value = s.op === "+" ? normalise(s.value) : s.value;
    if (s.op !== "") {
      const positive = s.op === "+" ? unsigned(value) : null;
      return `${place}${s.place.assert ? "!" : ""} ${positive ? "-" : s.op}= ${printExpression(positive ?? value, spelling)}`;
    }
    if (value.kind === "apply" && value.args.length === 2 && compound.has(value.op)) {
      const [own, by] = value.args;
      const isPlace = (e: Expr): boolean => e.kind === "member" && expressionKey(e) === expressionKey(s.place);
      if (own?.kind === "member" && isPlace(own) && by) return this.compound(`${place}${own.assert ? "!" : ""}`, value.op, by);
      const rest = restOfSum(value, isPlace);
      if (rest) return this.compound(`${place}${rest.own.kind === "member" && rest.own.assert ? "!" : ""}`, "+", rest.others);
    }
    return `${place} = ${printExpression(value, spelling)}`;
  }

  /** The type of a variable and its first value. What is declared as possibly `undefined` is that from the start. */
  private beginning({ value }: Assign | DeclareOnly, type: string): string {
    const isUndefined = value?.kind === "literal" && value.literal.value === undefined;
    return value === null || (isUndefined && type.endsWith("| undefined")) ? type : `${type} = ${printExpression(value, this.context.spelling)}`;
  }

  /** `: T` where inference would find something else. */
  private annotation(s: Assign | DeclareOnly): string {
    const v: Variable = s.kind === "assign" ? s.target : s.variable;
    const absent = this.context.absences.get(v);
    const wide = this.context.wide.get(v),
      text = wide ?? typeText(v.type.kind === "optional" && absent ? (absent.length > 0 ? { ...v.type, besides: absent } : v.type.of) : v.type);
    if (text === null) return "";
    if (wide !== undefined) return `: ${text}`;
    if (s.value === null) return `: ${text}`;
    if (
      v.type.kind === "opaque" &&
      s.value.kind === "literal" &&
      s.value.literal.value === undefined &&
      !/^(?:any|unknown|undefined)$|\| undefined$/u.test(text)
    )
      return `: ${text} | undefined`;
    const holds = s.kind === "declare" || s.declares === "let" ? isWider(v.type) : false;
    const compared =
      s.kind === "assign" &&
      s.declares === "const" &&
      (v.type.kind === "number" || (v.type.kind === "string" && (s.value.kind !== "apply" || isNoneOf(s.value, this.context.compared.get(v))))) &&
      this.context.compared.has(v) &&
      (isLiteralChoice(s.value) || mayBeFixed(s.value, v.type, this.fixed));
    const isFixed = s.kind === "assign" && mayBeFixed(s.value, v.type, this.fixed), fixed = isFixed && s.declares === "let";
    const isTable = s.kind === "assign" && s.value.kind === "raw" && s.value.parts.length === 1 && (v.type.kind === "record" || v.type.kind === "tuple");
    if ((isFixed || isTable) && s.declares === "const") this.fixed.add(v);
    // Read from a variable that is set from it further down: inference would go round.
    const circular =
      s.kind === "assign" &&
      ((s.declares === "const" && mentionsOptional(s.value, v.type)) || (s.declares === "let" && isAsserted(s.value)) || this.context.goingRound.has(v));
    const plain = s.kind === "assign" && (s.value.kind === "array" || s.value.kind === "record") && holdsInstances(v.type);
    const taking = s.kind === "assign" && (s.value.kind === "array" || s.value.kind === "record") && takesBuffer(v.type, this.context.takesBuffers);
    const wider = lacksOptional(s.value, v.type, s.kind === "declare" || s.declares === "let") || (s.value.kind === "record" && isNarrower(s.value, v.type));
    const loose = this.context.loose && v.type.kind === "matrix" && (s.kind === "declare" || s.declares === "let");
    const texts = v.type.kind === "string" && v.type.text !== undefined && (s.kind === "declare" || s.declares === "let");
    const list =
      s.kind === "assign" && s.declares === "let" && v.type.kind === "array" && s.value.kind === "variable" && s.value.variable.type.kind === "tuple";
    return texts ||
      list ||
      loose ||
      holds ||
      compared ||
      fixed ||
      circular ||
      plain ||
      taking ||
      wider ||
      hasEmptyArray(s.value) ||
      ((holdsTuple(v.type) || holdsTag(v.type)) && makesObject(s.value))
      ? `: ${text}`
      : "";
  }
}

/** Columns after which a result is broken into lines. */
const longLine = 120;

const compound: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>"]);

const placeOf = (s: Statement): number | null => s.origin?.statement?.loc.start ?? s.origin?.loc.start ?? null;

/** Part of the reverse of a statement that computes something; setting up a constant needs no comment. */
function isCommented(s: Statement): boolean {
  if (!s.derivative || /^(if|for|while|do|switch)\b/.test(s.origin?.statement?.text ?? "")) return false;
  switch (s.kind) {
    case "assign": return s.value.kind !== "literal" && s.target.role === "adjoint";
    case "store": case "effect": case "loop": case "if": return true;
    default: return false;
  }
}

/** Whether inference would find no type for what an array is to hold. */
function hasEmptyArray(e: Expr): boolean {
  if (e.kind === "array") return e.elements.every((v) => v.kind === "literal" && v.literal.value === undefined) || e.elements.some(hasEmptyArray);
  return e.kind === "record" && e.fields.some(([, v]) => hasEmptyArray(v));
}

/** Whether an expression mentions a variable that may be absent and may be assigned what is of this type. */
function mentionsOptional(e: Expr, type: Type): boolean {
  if (e.kind === "variable" || e.kind === "literal") return false;
  const kind = type.kind === "optional" ? type.of.kind : type.kind;
  let found = false;
  eachVariable(e, (v) => { if (v.type.kind === "optional" && v.type.of.kind === kind && v.role !== "parameter") found = true; });
  return found;
}

/** `p!`. */
const isAsserted = (e: Expr): boolean => e.kind === "raw" && e.parts.length === 2 && e.parts[1] === "!";

/** Whether inference may find the type of a literal also for a `let`: the field of a constant (`as const`), `c && false`. */
function mayBeFixed(e: Expr, type: Type, fixed: ReadonlySet<Variable>): boolean {
  if (e.kind === "variable") return fixed.has(e.variable);
  if (e.kind === "apply" && (e.op === "&&" || e.op === "||" || e.op === "?:")) {
    if (type.kind === "boolean") return e.args.some((a) => a.kind === "literal" || mayBeFixed(a, type, fixed));
    return e.op === "?:" && e.args.slice(1).every((a) => isLiteralChoice(a) || mayBeFixed(a, type, fixed)) && !isLiteralChoice(e);
  }
  if (type.kind !== "number" || e.kind !== "member") return false;
  let root: Expr = e;
  while (root.kind === "member" && (typeof root.key === "string" || !root.assert)) root = root.object;
  return (root.kind === "raw" && root.parts.length === 1) || (root.kind === "variable" && fixed.has(root.variable));
}

/** Inferred as the literals it may be: `c ? 2 : 1`, `` `k${2}` ``. */
const isLiteralChoice = (e: Expr): boolean =>
  e.kind === "literal" ||
  (e.kind === "raw" && typeof e.parts[0] === "string" && e.parts[0].startsWith("`")) ||
  (e.kind === "apply" && (e.op === "pos" || e.op === "neg") && e.args.every(isLiteralChoice)) ||
  (e.kind === "apply" && e.op === "?:" && e.args.slice(1).every(isLiteralChoice));

/** Whether a choice of literals (`c ? "soft" : "hard"`) is compared with one that it cannot be. */
function isNoneOf(e: Expr, values: ReadonlySet<Literal["value"]> | undefined): boolean {
  const own = (of: Expr): readonly Literal["value"][] =>
    of.kind === "literal" ? [of.literal.value] : of.kind === "apply" && of.op === "?:" ? of.args.slice(1).flatMap(own) : [];
  const choices = own(e);
  return choices.length > 0 && [...values ?? []].some((v) => typeof v === "string" && !choices.includes(v));
}

/** A record, itself or inside, that may come to have a field that this one has not; a variable that is assigned may also come to lack one. */
function lacksOptional(e: Expr, type: Type, assigned: boolean): boolean {
  if (e.kind === "array")
    return e.elements.some((v, n) => {
      const t = type.kind === "array" ? type.element : type.kind === "tuple" ? type.elements[n] : undefined;
      return t !== undefined && lacksOptional(v, t, false);
    });
  return e.kind === "record" && type.kind === "record" && type.fields.some((f) => {
    const value = e.fields.find(([name]) => name === f.name)?.[1];
    return (f.optional && (assigned || value === undefined)) || (value !== undefined && lacksOptional(value, f.type, false));
  });
}

/** A record of a type with a name, itself or inside, that may come to hold an object where it holds nothing, or nothing where it holds one: `{ v: x, next: null }`. */
function isNarrower(e: Extract<Expr, { kind: "record" }>, type: Type): boolean {
  const record = type.kind === "optional" ? type.of : type;
  return record.kind === "record" && e.fields.some(([name, value]) => {
    const field = record.fields.find((f) => f.name === name);
    if (
      field &&
      record.text !== null &&
      field.type.kind === "optional" &&
      !(value.kind === "variable" && value.variable.type.kind === "optional") &&
      value.kind !== "member"
    )
      return true;
    return value.kind === "record" && field !== undefined && isNarrower(value, field.type);
  });
}

/** What may hold something else than it starts with; a new typed array is of a narrower type than one that was recorded. */
const isWider = (type: Type): boolean => type.kind === "optional" || type.kind === "opaque" || (type.kind === "array" && type.constructorName !== "Array")
  || (type.kind === "record" && type.instance !== undefined) || holdsInstances(type);

/** Whether a part of it may come to be another typed array: one made on the spot is of a narrower type than one that was passed in. */
function takesBuffer(type: Type, fields: ReadonlySet<string>): boolean {
  const isBuffer = (t: Type): boolean => t.kind === "array" && t.constructorName !== "Array";
  const parts: readonly (readonly [string, Type])[] =
    type.kind === "record"
      ? type.fields.map((f) => [f.name, f.type])
      : type.kind === "array"
        ? [["[]", type.element]]
        : type.kind === "tuple"
          ? type.elements.map((e) => ["[]", e])
          : [];
  return parts.some(([name, t]) => isBuffer(t) && fields.has(name));
}

const makesObject = (e: Expr): boolean =>
  e.kind === "array" || e.kind === "record" || (e.kind === "raw" && e.fresh) || (e.kind === "apply" && e.op === "?:" && e.args.slice(1).some(makesObject));
