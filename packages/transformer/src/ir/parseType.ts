import type { Alternative, ArrayConstructorName, FieldType, RecordType, Type } from "./ir.ts";
import { bug } from "../diagnostics/bug.ts";

/** A piece of IR text. `line` matters where a list of parts ends with its line. */
export interface Token { readonly kind: "var" | "label" | "number" | "string" | "word" | "mark"; readonly text: string; readonly line: number }

const word = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
  ["var", new RegExp(`(?:${word})?#\\d+`, "uy")],
  ["label", new RegExp(`(?:${word})?@\\d+`, "uy")],
  ["number", /-?(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity)(?::integer)?/uy],
  ["string", /"(?:[^"\\]|\\.)*"/uy],
  // `Math.hypot...` is the name of an operation on the elements of an array.
  ["word", new RegExp(`${word}(?:[.:]${word})*(?:\\.{3}(?=\\())?`, "uy")],
  ["mark", />>>|===|!==|\.\.\.|->|~=|\+=|\*\*|&&|\|\||<<|>>|==|!=|<=|>=|[-+*/%<>&|^!~?:=.,^()[\]{}]/uy],
];

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0, line = 1;
  while (at < text.length) {
    const c = text[at] ?? "";
    if (/\s/u.test(c)) { at++; if (c === "\n") line++; continue; }
    const token = tokenAt(text, at, line) ?? bug(`IR text, line ${line}: unexpected \`${c}\``);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number, line: number): Token | null {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { kind, text: match[0], line };
  }
  return null;
}

/** Reads tokens one after the other; the position is the only state of the parser of IR text. */
export class Tokens {
  private readonly tokens: readonly Token[];
  private at = 0;
  constructor(text: string) { this.tokens = tokenize(text); }

  get line(): number { return this.tokens[this.at]?.line ?? -1; }
  get previousLine(): number { return this.tokens[this.at - 1]?.line ?? -1; }
  peek(ahead = 0): Token | undefined { return this.tokens[this.at + ahead]; }
  is(text: string, ahead = 0): boolean { const t = this.peek(ahead); return t?.text === text && t.kind !== "string"; }
  fail(expected: string): never {
    return bug(`IR text, line ${this.peek()?.line ?? "end"}: expected ${expected}, found \`${this.peek()?.text ?? "the end"}\``);
  }
  take(): Token { const t = this.peek() ?? this.fail("more"); this.at++; return t; }
  skip(text: string): boolean { if (!this.is(text)) return false; this.at++; return true; }
  expect(text: string): void { if (!this.skip(text)) this.fail(`\`${text}\``); }
  string(): string {
    const t = this.take();
    const value: unknown = t.kind === "string" ? JSON.parse(t.text) : null;
    return typeof value === "string" ? value : bug(`IR text, line ${t.line}: expected a string, found \`${t.text}\``);
  }
  /** A name, in quotes if it is none for TypeScript. */
  name(): string {
    if (this.peek()?.kind === "string") return this.string();
    return this.peek()?.kind === "word" ? this.take().text : this.fail("a name");
  }
  /** `item, item, …` up to and including `end`. */
  list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.skip(end)) {
      if (items.length > 0) this.expect(",");
      items.push(item());
    }
    return items;
  }
}

const constructors: readonly ArrayConstructorName[] = [
  "Array", "Float64Array", "Float32Array", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
];

/** Reads a type as `showType` writes it. */
export function parseType(tokens: Tokens, outer: readonly RecordType[] = []): Type {
  const readonly = tokens.skip("readonly");
  let type = parseSimple(tokens, outer);
  for (;;) {
    if (tokens.is("[") && tokens.is("]", 1)) {
      tokens.take(); tokens.take();
      type = { kind: "array", constructorName: "Array", element: type };
    } else if (tokens.skip("?")) type = { kind: "optional", of: type, ...alternativesOf(tokens) };
    else break;
  }
  return readonly && (type.kind === "array" || type.kind === "tuple") ? { ...type, readonly } : type;
}

/** `?(boolean, string)`: what a number may be instead. */
function alternativesOf(tokens: Tokens): { readonly besides?: readonly Alternative[] } {
  if (!tokens.skip("(")) return {};
  const names = tokens.list(")", () => tokens.name());
  return { besides: alternatives.filter((a) => names.includes(a)) };
}

const alternatives: readonly Alternative[] = ["boolean", "string", "undefined", "null"];

function parseSimple(tokens: Tokens, outer: readonly RecordType[]): Type {
  if (tokens.skip("[")) return { kind: "tuple", elements: tokens.list("]", () => parseType(tokens, outer)) };
  if (tokens.skip("^")) return outer[Number(tokens.take().text) - 1] ?? tokens.fail("a record around it");
  if (tokens.is("{") || tokens.peek()?.kind === "string") {
    const text = tokens.is("{") ? null : tokens.string();
    const record: RecordType = { kind: "record", fields: [], text };
    tokens.expect("{");
    record.fields = tokens.list("}", (): FieldType => {
      const name = tokens.name(), optional = tokens.skip("?");
      tokens.expect(":");
      return { name, optional, type: parseType(tokens, [record, ...outer]) };
    });
    return record;
  }
  const { text } = tokens.take();
  switch (text) {
    case "number": case "integer": case "boolean": case "string": case "undefined": case "null": return { kind: text };
    case "opaque": {
      if (!tokens.skip("(")) return { kind: "opaque", text: null };
      const written = tokens.string();
      tokens.expect(")");
      return { kind: "opaque", text: written };
    }
    case "tape": return { kind: "tape", element: parseArgument(tokens, outer) };
    default: {
      const constructorName = constructors.find((c) => c === text) ?? tokens.fail(`a type, not ${text}`);
      return { kind: "array", constructorName, element: tokens.is("<") ? parseArgument(tokens, outer) : { kind: "number" } };
    }
  }
}

function parseArgument(tokens: Tokens, outer: readonly RecordType[]): Type {
  tokens.expect("<");
  const type = parseType(tokens, outer);
  tokens.expect(">");
  return type;
}
