import type { Apply, Block, Input, Instruction, IrFunction, Label, Labelled, Literal, Loop, LoopForm, Origin, Parameter, Pattern, Type, Var } from "./ir.ts";
import { bug } from "../diagnostics/bug.ts";
import { integerType, makeBlock, numberType } from "./build.ts";
import { parseType, Tokens } from "./parseType.ts";
import { isFunctionName, prefixes } from "./show.ts";
import { bindings } from "./verify.ts";

/**
 * Reads the text `show` writes; for unit tests of passes. `show(parse(text))` is `text` if `show` wrote it.
 *
 * What the text does not say is filled in: origins are empty, literals take the ids after the highest one, the inputs are all Vars the
 * parameters bind. A fault in the text is a CompilerBug naming the line.
 */
export function parse(text: string): IrFunction {
  const p: Parser = { tokens: new Tokens(text), vars: new Map(), labels: new Map(), pending: [], highest: -1 };
  const fn = parseFunction(p);
  if (p.tokens.peek()) p.tokens.fail("the end");
  // Literals were made with id -1: now the ids of the text are all known.
  let next = p.highest + 1;
  for (const made of p.pending) made.id = next++;
  return { ...fn, nextId: next };
}

interface Parser {
  readonly tokens: Tokens;
  readonly vars: Map<number, Var>;
  readonly labels: Map<number, Label>;
  readonly pending: { id: number }[];
  highest: number;
}

const loc = { fileName: "", start: 0, end: 0 };
const origin: Origin = { loc, statement: null };

function parseFunction(p: Parser): IrFunction {
  const t = p.tokens;
  const exported = t.skip("export");
  t.expect("function");
  const name = t.name();
  const typeParameters = t.is("(") ? "" : t.string();
  t.expect("(");
  const parameters = t.list(")", () => parseParameter(p));
  const inputs = parameters.flatMap((q) => bindings(q.pattern)).map((variable): Input => ({ name: variable.name ?? "", variable, paths: null }));
  t.expect("->");
  const result = parseType(t);
  const resultText = t.skip("as") ? t.string() : null;
  const wrt = t.skip("wrt") ? parseWrt(p, inputs) : null;
  t.expect("{");
  const body = parseBlock(p);
  return { name, loc, exported, parameters, inputs, wrt, body, result, typeParameters, resultText, nextId: 0 };
}

function parseWrt(p: Parser, inputs: readonly Input[]): readonly Input[] {
  const found = new Map<Input, (readonly string[])[]>();
  do {
    const [name, ...path] = p.tokens.name().split(".");
    const input = inputs.find((i) => i.name === name) ?? p.tokens.fail("an input");
    found.set(input, [...(found.get(input) ?? []), path]);
  } while (p.tokens.skip(","));
  return [...found].map(([input, paths]) => ({ ...input, paths: paths.some((path) => path.length === 0) ? null : paths }));
}

function parseParameter(p: Parser): Parameter {
  const rest = p.tokens.skip("...");
  const pattern = parsePattern(p);
  const optional = p.tokens.skip("optional");
  return { pattern, rest, optional, typeText: p.tokens.skip("as") ? p.tokens.string() : null };
}

function parsePattern(p: Parser): Pattern {
  const t = p.tokens;
  let rest: Var | null = null;
  const restOr = <T>(entry: () => T): T | "rest" => {
    if (!t.skip("...")) return entry();
    rest = defineVar(p);
    return "rest";
  };
  if (t.skip("{")) {
    const entries = t.list("}", () => restOr(() => { const name = t.name(); t.expect(":"); return { key: name, pattern: parsePattern(p) }; }));
    return { kind: "object", entries: entries.filter((e) => e !== "rest"), rest };
  }
  if (t.skip("[")) {
    const entries = t.list("]", () => restOr(() => (t.skip("_") ? null : parsePattern(p))));
    return { kind: "array", entries: entries.filter((e) => e !== "rest"), rest };
  }
  return { kind: "name", variable: defineVar(p) };
}

/** Instructions up to and including the closing brace. */
function parseBlock(p: Parser): Block {
  const instructions: Instruction[] = [];
  let yields: readonly Var[] = [];
  while (!p.tokens.skip("}")) {
    if (p.tokens.skip("yield")) yields = operandList(p);
    else instructions.push(parseInstruction(p));
  }
  return makeBlock(instructions, yields);
}

function operandList(p: Parser): readonly Var[] {
  const vars = [operand(p)];
  while (p.tokens.skip(",")) vars.push(operand(p));
  return vars;
}

// ---------------------------------------------------------------- values

function makeVar(p: Parser, text: string, type: Type, accumulator: boolean): Var {
  const [name, id] = split(text, "#");
  if (p.vars.has(id)) return bug(`IR text, line ${p.tokens.previousLine}: ${text} is defined twice`);
  const v: Var = accumulator ? { id, name, type, accumulator } : { id, name, type };
  p.vars.set(id, v);
  p.highest = Math.max(p.highest, id);
  return v;
}

function split(text: string, mark: string): readonly [string | null, number] {
  const at = text.indexOf(mark);
  return [at === 0 ? null : text.slice(0, at), Number(text.slice(at + 1))];
}

function defineVar(p: Parser): Var {
  const token = p.tokens.take();
  p.tokens.expect(":");
  return makeVar(p, token.text, parseType(p.tokens), false);
}

function operand(p: Parser): Var {
  const t = p.tokens.peek();
  if (t?.kind === "var") {
    const v = p.vars.get(split(t.text, "#")[1]) ?? p.tokens.fail("a Var that is defined");
    if (`${v.name ?? ""}#${v.id}` !== t.text) p.tokens.fail("the name of the definition");
    p.tokens.take();
    return v;
  }
  return literal(p) ?? p.tokens.fail("a value");
}

function literal(p: Parser): Var | null {
  const t = p.tokens.peek();
  if (!t) return null;
  const make = (value: Literal["value"], type: Type, text?: string): Var => {
    p.tokens.take();
    const v = { id: -1, name: null, type, literal: text === undefined ? { value } : { value, text } };
    p.pending.push(v);
    return v;
  };
  if (t.kind === "string") return make(JSON.parse(t.text) as string, { kind: "string" });
  if (t.kind === "number" || t.text === "NaN") {
    const [digits = "", type] = t.text.split(":");
    const value = Number(digits), plain = Object.is(value, -0) ? "-0" : String(value);
    return make(value, type ? integerType : numberType, digits === plain ? undefined : digits);
  }
  switch (t.text) {
    case "true": case "false": return make(t.text === "true", { kind: "boolean" });
    case "undefined": return make(undefined, { kind: "undefined" });
    case "null": return make(null, { kind: "null" });
    default: return null;
  }
}

/** A label where it is bound, or an exit names it. */
function label(p: Parser): Label {
  const token = p.tokens.take();
  const [name, id] = split(token.text, "@");
  const known = p.labels.get(id);
  if (known) return known;
  const made: Label = { id, name };
  p.labels.set(id, made);
  p.highest = Math.max(p.highest, id);
  return made;
}

function outs(p: Parser): readonly Var[] {
  if (!p.tokens.skip("->")) return [];
  const vars = [defineVar(p)];
  while (p.tokens.skip(",")) vars.push(defineVar(p));
  return vars;
}

/** Strings and values up to the end of the line. */
function parts(p: Parser): readonly (string | Var)[] {
  const line = p.tokens.previousLine;
  const found: (string | Var)[] = [];
  while (p.tokens.line === line && !p.tokens.is("refuse")) found.push(p.tokens.peek()?.kind === "string" ? p.tokens.string() : operand(p));
  return found;
}

function namedValues(p: Parser): readonly (readonly [string, Var])[] {
  p.tokens.expect("{");
  return p.tokens.list("}", () => {
    const name = p.tokens.name();
    p.tokens.expect(":");
    return [name, operand(p)] as const;
  });
}

function key(p: Parser): Var | string {
  if (p.tokens.skip(".")) return p.tokens.name();
  p.tokens.expect("[");
  const index = operand(p);
  p.tokens.expect("]");
  return index;
}

const index = (p: Parser): Var | null => {
  const k = p.tokens.is("[") ? key(p) : null;
  return typeof k === "string" ? null : k;
};

// ---------------------------------------------------------------- instructions

function parseInstruction(p: Parser): Instruction {
  const t = p.tokens;
  if (t.peek()?.kind === "var") return t.is(":", 1) ? parseDefinition(p) : parseStore(p);
  const comma = (): void => t.expect(",");
  const start = t.take();
  switch (start.text) {
    case "if": return parseIf(p);
    case "loop": return parseLoop(p);
    case "block": return parseLabelled(p);
    case "exit": {
      const target = label(p);
      return { kind: "exit", origin, target, values: t.line === start.line ? operandList(p) : [] };
    }
    case "throw": return { kind: "throw", origin, parts: parts(p) };
    case "raw": return parseRaw(p, null);
    case "push": { const ref = operand(p); comma(); return { kind: "push", origin, ref, value: operand(p) }; }
    case "call": return parseCall(p, null);
    case "declare": {
      const accumulator = makeVar(p, t.take().text, numberType, true);
      return { kind: "declare", origin, accumulator, init: t.skip("=") ? operand(p) : null };
    }
    case "add": { const accumulator = operand(p); comma(); return { kind: "add", origin, accumulator, value: operand(p) }; }
    case "tape": {
      const tape = defineVar(p),
        length = t.skip("length") ? operand(p) : null,
        plain = t.skip("plain"),
        either = t.skip("either"),
        from = t.skip("from") ? t.string() : null;
      return {
        kind: "tape",
        origin,
        tape,
        length,
        ...(plain ? { plain } : {}),
        ...(either ? { either } : {}),
        ...(from === null ? {} : { from }),
        note: t.skip("note") ? t.string() : null,
      };
    }
    case "record": {
      const tape = operand(p), at = index(p);
      comma();
      return { kind: "tapeRecord", origin, tape, index: at, value: operand(p) };
    }
    case "return": {
      if (t.line !== start.line) return { kind: "return", origin, fields: null, value: null };
      if (t.is("{")) return { kind: "return", origin, fields: namedValues(p), value: null };
      return { kind: "return", origin, fields: null, value: operand(p) };
    }
    case "heading": return { kind: "heading", origin, text: t.string() };
    default: return bug(`IR text, line ${start.line}: \`${start.text}\` begins no instruction`);
  }
}

function parseStore(p: Parser): Instruction {
  const ref = operand(p), at = key(p);
  if (p.tokens.skip("+=")) return { kind: "addTo", origin, ref, key: at, value: operand(p) };
  p.tokens.expect("=");
  return { kind: "write", origin, ref, key: at, value: operand(p) };
}

function parseDefinition(p: Parser): Instruction {
  const t = p.tokens;
  const name = t.take().text;
  t.expect(":");
  const type = parseType(t);
  const free = t.skip("~=");
  if (!free) t.expect("=");
  // The right side is read first: a Var is visible only after its definition.
  const out = (): Var => makeVar(p, name, type, false);
  if (t.skip("[")) { const elements = t.list("]", () => operand(p)); return { kind: "array", origin, elements, out: out() }; }
  if (t.is("{")) { const fields = namedValues(p); return { kind: "record", origin, fields, out: out() }; }
  if (!t.is("(", 1)) {
    if (t.skip("raw")) return parseRaw(p, out);
    if (t.skip("call")) return parseCall(p, out);
    if (t.skip("length")) { const ref = operand(p); return { kind: "length", origin, ref, out: out() }; }
    if (t.skip("allocate")) {
      const length = operand(p),
        hollow = t.skip("hollow"),
        workspace = t.skip("workspace");
      return { kind: "allocate", origin, length, ...(hollow ? { hollow } : {}), ...(workspace ? { workspace } : {}), out: out() };
    }
    if (t.skip("copy")) { const ref = operand(p); return { kind: "copy", origin, ref, out: out() }; }
    if (t.skip("view")) {
      const ref = operand(p), from = t.skip("from") ? operand(p) : null, to = t.skip("to") ? operand(p) : null;
      return { kind: "view", origin, ref, from, to, out: out() };
    }
    if (t.skip("pop")) { const ref = operand(p); return { kind: "pop", origin, ref, out: out() }; }
    if (t.skip("get")) { const accumulator = operand(p); return { kind: "get", origin, accumulator, out: out() }; }
    if (t.skip("zeros")) { const like = operand(p); return { kind: "zeros", origin, like, out: out() }; }
    if (t.skip("recall")) { const tape = operand(p), at = index(p); return { kind: "tapeRecall", origin, tape, index: at, out: out() }; }
    if (t.skip("entries")) { const tape = operand(p); return { kind: "tapeLength", origin, tape, out: out() }; }
    if (t.skip("take")) {
      const from = operand(p);
      if (from.accumulator) return { kind: "take", origin, accumulator: from, out: out() };
      const at = key(p);
      return { kind: "takeFrom", origin, ref: from, key: at, out: out() };
    }
  }
  const place = t.is("[", 1) || t.is(".", 1);
  if (place) { const ref = operand(p), at = key(p); return { kind: "read", origin, ref, key: at, out: out() }; }
  const { op, args } = parseExpression(p);
  const gate = t.skip("gate") ? parseApplication(p) : null;
  const apply: Apply = { kind: "apply", origin, op, args, out: out() };
  return { ...apply, ...(free ? { free } : {}), ...(gate ? { gate } : {}) };
}

interface Expression { readonly op: string; readonly args: readonly Var[] }

function parseApplication(p: Parser): Expression {
  const op = p.tokens.take().text;
  p.tokens.expect("(");
  return { op, args: p.tokens.list(")", () => operand(p)) };
}

function parseExpression(p: Parser): Expression {
  const t = p.tokens;
  const first = t.peek()?.text ?? "";
  if (t.is("(", 1) && isFunctionName.test(first)) return parseApplication(p);
  if (prefixes.has(first)) { t.take(); return { op: first, args: [operand(p)] }; }
  const left = operand(p);
  const op = t.take().text;
  const right = operand(p);
  if (op !== "?") return { op, args: [left, right] };
  t.expect(":");
  return { op: "?:", args: [left, right, operand(p)] };
}

function parseRaw(p: Parser, out: (() => Var) | null): Instruction {
  const pure = p.tokens.skip("pure");
  const text = parts(p);
  const refusal = p.tokens.skip("refuse") ? { code: p.tokens.name(), message: "", help: "", loc } : null;
  return { kind: "raw", origin, parts: text, pure, out: out?.() ?? null, ...(refusal ? { refusal } : {}) };
}

function parseCall(p: Parser, out: (() => Var) | null): Instruction {
  const { op, args } = parseApplication(p);
  return { kind: "call", origin, callee: op, args, out: out?.() ?? null };
}

function parseIf(p: Parser): Instruction {
  const condition = operand(p);
  p.tokens.expect("{");
  const then = parseBlock(p);
  p.tokens.expect("else");
  p.tokens.expect("{");
  const otherwise = parseBlock(p);
  return { kind: "if", origin, condition, then, else: otherwise, outs: outs(p) };
}

const forms: readonly LoopForm[] = ["for", "while", "do", "each", "pieces", "reverse"];

function parseLoop(p: Parser): Loop {
  const t = p.tokens;
  const word = t.take().text;
  const form = forms.find((f) => f === word) ?? t.fail("the form of a loop");
  t.expect("(");
  const inits: Var[] = [];
  const params = t.list(")", () => { const v = defineVar(p); t.expect("="); inits.push(operand(p)); return v; });
  t.expect("{");
  const head = parseBlock(p);
  const condition = t.skip("while") ? operand(p) : null;
  if (!condition) t.expect("forever");
  t.expect("{");
  const body = parseBlock(p);
  return { kind: "loop", origin, form, params, inits, head, condition, body, outs: outs(p) };
}

const purposes: readonly Labelled["purpose"][] = ["function", "break", "continue", "switch", "plain"];

function parseLabelled(p: Parser): Labelled {
  const word = p.tokens.take().text;
  const purpose = purposes.find((q) => q === word) ?? p.tokens.fail("the purpose of a block");
  const bound = label(p);
  p.tokens.expect("{");
  const body = parseBlock(p);
  return { kind: "block", origin, label: bound, purpose, body, outs: outs(p) };
}
