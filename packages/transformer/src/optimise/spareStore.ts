import type { ArrayConstructorName, Type } from "../ir/ir.ts";
import type { Group } from "./memory.ts";

/** What is kept: how it is made, when it fits, how it is cleared. */
interface Kind {
  readonly name: string;
  readonly doc: string;
  /** Of one array; of a generic one `T[]`. */
  readonly type: string;
  readonly fits: "===" | ">=";
  readonly make: string;
  /** The array as it is given out. */
  readonly again: string;
}

const doubles = "Float64Array<ArrayBuffer>";
const kinds: Readonly<Record<string, Kind>> = {
  tape: { name: "tape", doc: "At least `length` entries, of any content.", type: doubles, fits: ">=", make: "new Float64Array(length)", again: "known" },
  zeros: { name: "zeros", doc: "`length` zeros.", type: doubles, fits: "===", make: "new Float64Array(length)", again: "known.fill(0)" },
  flags: { name: "flags", doc: "At least `length` flags, of any content.", type: "Uint8Array<ArrayBuffer>", fits: ">=", make: "new Uint8Array(length)", again: "known" },
  listTape: { name: "listTape", doc: "At least `length` entries, of any content.", type: "number[]", fits: ">=", make: "new Array<number>(length)", again: "known" },
  list: { name: "list", doc: "An array of `length` zeros.", type: "number[]", fits: "===", make: "new Array<number>(length).fill(0)", again: "known.fill(0)" },
  hollow: { name: "hollow", doc: "An array of `length` numbers that are not there yet.", type: "number[]", fits: "===", make: "new Array<number>(length)", again: "known.fill(NaN)" },
};

export const typedName = (constructor: ArrayConstructorName): string => (constructor === "Float64Array" ? "zeros" : `zeros${constructor}`);

function kindOf(name: string): Kind {
  const known = kinds[name];
  if (known) return known;
  const constructor = name.slice("zeros".length);
  return { name: `zerosOf${constructor}`, doc: `A \`${constructor}\` of \`length\` zeros.`, type: `${constructor}<ArrayBuffer>`, fits: "===", make: `new ${constructor}(length)`, again: "known.fill(0)" };
}

/** The memory of a function, and the text that declares it. */
export class Store {
  readonly typeText: (type: Type) => string;
  /** What the tape of all activations is. */
  readonly stackGroups = new Set<Group>();
  private readonly derivative: string;
  private readonly freeName: (wanted: string) => string;
  private readonly names = new Map<string, string>();
  /** How many places there are of each kind of store. */
  private readonly places = new Map<string, number>();
  private readonly used = new Set<string>();
  private stacks = 0;
  private isAddressed = false;
  private isPut = false;

  constructor(derivative: string, freeName: (wanted: string) => string, typeText: (type: Type) => string) {
    this.derivative = derivative;
    this.freeName = freeName;
    this.typeText = typeText;
  }

  /** The function that gives memory of a kind; `many`: the next of those that its place makes in a call. */
  helper(kind: string, many: boolean, element?: Type): string {
    const key = `${kind}${many ? " next" : ""}`;
    this.used.add(key);
    if (kind === "listCopy") this.helper("list", many);
    if (kind === "doublesCopy") this.helper("zeros", many);
    const base = kind === "listCopy" || kind === "doublesCopy" ? kind : kind === "references" || kind === "growing" || kind === "record" ? kind : kindOf(kind).name;
    const name = this.name(many ? `next${base[0]!.toUpperCase()}${base.slice(1)}` : base);
    return element ? `${name}<${this.typeText(element)}>` : name;
  }

  /** The number of a place. */
  place(kind: string, many: boolean): number {
    const store = many ? "many" : storeOf(kind), n = this.places.get(store) ?? 0;
    this.places.set(store, n + 1);
    return n;
  }

  /** The text of a stack: one that is read by place, one that is written by place. */
  stack(isAddressed: boolean, isPut: boolean): string {
    this.isAddressed ||= isAddressed;
    this.isPut ||= isPut;
    return `${this.name("stack")}(${this.stacks++})`;
  }

  stackType(): string { return this.name("Stack"); }

  /** What a call does first. */
  get begin(): string | null { return (this.places.get("many") ?? 0) > 0 ? `${this.name("met")}.fill(0)` : null; }

  text(): string | null {
    const parts: string[] = [];
    const has = (key: string): boolean => this.used.has(key);
    if (has("tape") || has("zeros")) parts.push(`/** Memory that {@link ${this.derivative}} keeps from call to call. */\nconst ${this.name("memory")}: ${doubles}[] = [];`);
    if (this.begin !== null) parts.push(`/** How often each place that makes many arrays has been met in this call. */\nconst ${this.name("met")}: number[] = [${new Array<string>(this.places.get("many") ?? 0).fill("0").join(", ")}];`);
    for (const key of this.used) {
      const [kind = "", next] = key.split(" "), many = next !== undefined;
      if (kind === "listCopy" || kind === "doublesCopy") parts.push(this.copyText(kind, many));
      else if (kind === "record") parts.push(this.recordText());
      else if (kind === "references" || kind === "growing") parts.push(this.genericText(kind, many));
      else parts.push(this.keeperText(kindOf(kind), kind, many));
    }
    if (this.stacks > 0) parts.push(this.stackText());
    return parts.length > 0 ? parts.join("\n\n") : null;
  }

  private name(wanted: string): string {
    let name = this.names.get(wanted);
    if (name === undefined) this.names.set(wanted, (name = this.freeName(`${wanted}_${this.derivative}`)));
    return name;
  }

  /** The declaration of a store that no other kind shares. */
  private storeText(name: string, type: string, many: boolean): string {
    return `const ${name}: ${type}[]${many ? "[]" : ""} = [];\n\n`;
  }

  private keeperText(kind: Kind, key: string, many: boolean): string {
    const shared = !many && (key === "tape" || key === "zeros");
    const store = this.name(shared ? "memory" : `${many ? "many" : "kept"}${kind.name[0]!.toUpperCase()}${kind.name.slice(1)}`);
    const before = shared ? "" : this.storeText(store, kind.type, many);
    const list = many ? "row" : `${store}`, at = many ? "n" : "k";
    return [
      `${before}/** ${kind.doc} */`,
      `function ${this.helper(key, many)}(k: number, length: number): ${kind.type} {`,
      ...(many ? this.nextLines(store) : []),
      `  const known = ${list}[${at}];`,
      `  if (known !== undefined && known.length ${kind.fits} length) return ${kind.again};`,
      `  const made = ${kind.make};`,
      `  ${list}[${at}] = made;`,
      "  return made;",
      "}",
    ].join("\n");
  }

  private nextLines(store: string): readonly string[] {
    const met = this.name("met");
    return [`  const row = (${store}[k] ??= []);`, `  const n = ${met}[k] ?? 0;`, `  ${met}[k] = n + 1;`];
  }

  /** Arrays of references, and arrays that grow as they are written: what they held before is written before it is read. */
  private genericText(kind: "references" | "growing", many: boolean): string {
    const store = this.name(`${many ? "many" : "kept"}${kind === "references" ? "References" : "Growing"}`), list = many ? "row" : store, at = many ? "n" : "k";
    const isSized = kind === "references";
    return [
      `${this.storeText(store, "unknown[]", many)}/** ${isSized ? "An array of `length` objects that are not there yet." : "An array whose elements are written before they are read."} */`,
      `function ${this.helper(kind, many)}<T>(k: number${isSized ? ", length: number" : ""}): T[] {`,
      ...(many ? this.nextLines(store) : []),
      `  const known = ${list}[${at}];`,
      isSized ? "  if (known !== undefined && known.length === length) return known.fill(undefined) as T[];" : "  if (known !== undefined) return known as T[];",
      `  const made = ${isSized ? "new Array<T>(length)" : "new Array<T>()"};`,
      `  ${list}[${at}] = made;`,
      "  return made;",
      "}",
    ].join("\n");
  }

  /** Records are filled anew each time. */
  private recordText(): string {
    const store = this.name("manyRecords"), type = "{ -readonly [Field in keyof T]: T[Field] }";
    return [
      `${this.storeText(store, "unknown", true)}/** A record to be filled. */`,
      `function ${this.helper("record", true)}<T>(k: number): ${type} {`,
      ...this.nextLines(store),
      "  const record = row[n] ?? {};",
      "  row[n] = record;",
      `  return record as ${type};`,
      "}",
    ].join("\n");
  }

  private copyText(kind: "listCopy" | "doublesCopy", many: boolean): string {
    const isList = kind === "listCopy", of = this.helper(isList ? "list" : "zeros", many);
    return [
      "/** A copy. */",
      `function ${this.helper(kind, many)}(k: number, from: ArrayLike<number>): ${isList ? "number[]" : doubles} {`,
      `  const made = ${of}(k, from.length);`,
      "  for (let i = 0; i < made.length; i++) made[i] = from[i]!;",
      "  return made;",
      "}",
    ].join("\n");
  }

  /** For loops whose trips are not known before. */
  private stackText(): string {
    const type = this.stackType(), store = this.name("stacks"), name = this.name("stack");
    return [
      "/** Numbers put on and taken off at the end; the memory stays. */",
      `class ${type} {`,
      "  length = 0;",
      `  ${this.isAddressed ? "" : "private "}values: ${doubles} = new Float64Array(64);`,
      "  push(value: number): void {",
      "    if (this.length === this.values.length) {",
      "      const more = new Float64Array(2 * this.length);",
      "      more.set(this.values);",
      "      this.values = more;",
      "    }",
      "    this.values[this.length++] = value;",
      "  }",
      "  pop(): number {",
      "    return this.values[--this.length]!;",
      "  }",
      ...(this.isPut ? ["  put(index: number, value: number): void {", "    this.length = index;", "    this.push(value);", "  }"] : []),
      "}",
      "",
      `/** The stacks that {@link ${this.derivative}} keeps from call to call. */`,
      `const ${store}: ${type}[] = [];`,
      "",
      `function ${name}(k: number): ${type} {`,
      `  const stack = ${store}[k] ?? new ${type}();`,
      `  ${store}[k] = stack;`,
      "  stack.length = 0;",
      "  return stack;",
      "}",
    ].join("\n");
  }
}

/** Tapes and arrays of doubles are numbered together. */
const storeOf = (kind: string): string => (kind === "tape" || kind === "zeros" || kind === "doublesCopy" ? "memory" : kind === "listCopy" ? "list" : kind);
