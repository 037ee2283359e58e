import type { ArrayConstructorName, Type } from "../ir/ir.ts";
import { orderTexts, type Ordering } from "./spareOrder.ts";

/** How memory of a kind is given out again. */
interface Keeper {
  /** The function: `list_f(0, 3)`, and `nextList_f(0, 3)` for the next of those that a place makes in a call. */
  readonly name: string;
  readonly doc: string;
  /** The field of the memory, and what stands in it for a place. */
  readonly field: string;
  readonly element: string;
  /** Type parameters, further parameters, result. */
  readonly generic?: string;
  readonly parameters: string;
  readonly result: string;
  /** The statements, `kept[at]` being what the place gave out before, if anything. */
  readonly body: (at: string, name: (wanted: string) => string) => readonly string[];
}

/** The memory as it is, if it is large enough; else new memory. */
const typed = (name: string, field: string, constructor: string, doc: string): Keeper => ({
  name, doc, field, element: `${constructor}<ArrayBuffer>`, parameters: "length: number", result: `${constructor}<ArrayBuffer>`,
  body: (at) => [
    `const known = kept[${at}];`,
    "if (known !== undefined && known.length >= length) return known;",
    `const made = new ${constructor}(length);`,
    `kept[${at}] = made;`,
    "return made;",
  ],
});

/** How many views a place keeps: a loop of many trips, or calls with ever other lengths, would fill the memory with them. */
const viewsKept = 1024;
/** A view of that length of the largest that a place has given out: lengths that change from call to call come again. */
const exact = (name: string, constructor: string, doc: string): Keeper => ({
  name,
  doc,
  field: name,
  element: `{ whole: ${constructor}<ArrayBuffer>; parts: Map<number, ${constructor}<ArrayBuffer>> }`,
  parameters: "length: number",
  result: `${constructor}<ArrayBuffer>`,
  body: (at) => [
    `const own = (kept[${at}] ??= { whole: new ${constructor}(length), parts: new Map() });`,
    `if (!(length >= 0 && length <= own.whole.length)) { own.whole = new ${constructor}(length); own.parts.clear(); }`,
    "const known = own.parts.get(length);",
    "if (known !== undefined) return known.fill(0);",
    `if (own.parts.size === ${viewsKept}) own.parts.clear();`,
    "const made = own.whole.subarray(0, length);",
    "own.parts.set(length, made);",
    "return made.fill(0);",
  ],
});

/** Popped and pushed: engines give the memory of an array away when its length is set. It begins with a value of its kind, which they remember. */
const sized = (name: string, fill: string, doc: string): Keeper => ({
  name, doc, field: "lists", element: "number[]", parameters: "length: number", result: "number[]",
  body: (at) => [
    `const list = (kept[${at}] ??= [0.5]);`,
    "while (list.length > length) list.pop();",
    `for (let i = 0; i < list.length; i++) list[i] = ${fill};`,
    `while (list.length < length) list.push(${fill});`,
    "return list;",
  ],
});

const copyOf = (of: Keeper, element: string): Keeper => ({
  ...of, name: `${of.name}Copy`, doc: "A copy.", parameters: `from: ArrayLike<${element}>`,
  body: (_, name) => [
    `const made = ${name(of.name)}${of.generic ?? ""}(k, from.length);`,
    "for (let i = 0; i < made.length; i++) made[i] = from[i]!;",
    "return made;",
  ],
});

const list = sized("list", "0", "An array of `length` zeros, in memory that stays.");
const references: Keeper = {
  name: "references",
  doc: "An array for `length` objects, in memory that stays.",
  field: "references",
  element: "unknown[]",
  generic: "<T>",
  parameters: "length: number",
  result: "T[]",
  body: (at) => [
    `const list = (kept[${at}] ??= [undefined]);`,
    "while (list.length > length) list.pop();",
    "for (let i = 0; i < list.length; i++) list[i] = undefined;",
    "while (list.length < length) list.push(undefined);",
    "return list as T[];",
  ],
};
const tapes: readonly Keeper[] = [
  typed("tape", "doubles", "Float64Array", "At least `length` entries, of any content."),
  typed("flags", "flags", "Uint8Array", "At least `length` flags, of any content."),
  {
    name: "listTape",
    doc: "At least `length` entries, of any content.",
    field: "lists",
    element: "number[]",
    parameters: "length: number",
    result: "number[]",
    body: (at) => [`const list = (kept[${at}] ??= [0.5]);`, "while (list.length < length) list.push(0);", "return list;"],
  },
  {
    name: "growing",
    doc: "An array whose elements are written before they are read.",
    field: "growing",
    element: "unknown[]",
    generic: "<T>",
    parameters: "",
    result: "T[]",
    body: (at) => [`return (kept[${at}] ??= []) as T[];`],
  },
];
const views: Keeper = {
  name: "view",
  doc: "A part of a typed array: the same object as long as it is the same part.",
  field: "views",
  element: "{ of: unknown; from: number; to: number | undefined; view: unknown }",
  generic: "<T extends { subarray(from: number, to?: number): T }>",
  parameters: "of: T, from: number, to?: number",
  result: "T",
  body: (at) => [
    `const known = kept[${at}];`,
    "if (known !== undefined && known.of === of && known.from === from && known.to === to) return known.view as T;",
    "const view = of.subarray(from, to);",
    `kept[${at}] = { of, from, to, view };`,
    "return view;",
  ],
};
const records: Keeper = {
  name: "record",
  doc: "A record to be filled.",
  field: "records",
  element: "object",
  generic: "<T extends object>",
  parameters: "make: new () => T",
  result: "T",
  body: (at) => [`return (kept[${at}] ??= new make()) as T;`],
};
const zeros = exact("zeros", "Float64Array", "`length` zeros.");
const keepers: ReadonlyMap<string, Keeper> = new Map([
  ...tapes, zeros, list, references, views, records, sized("hollow", "NaN", "An array of `length` numbers that are not there yet."),
  copyOf(list, "number"), copyOf(zeros, "number"), copyOf(references, "T"),
].map((k) => [k.name, k] as const));

/** The kind of a typed array of zeros. */
export const typedName = (constructor: ArrayConstructorName): string => (constructor === "Float64Array" ? "zeros" : `zerosOf${constructor}`);

function keeperOf(name: string): Keeper {
  const known = keepers.get(name);
  if (known) return known;
  const constructor = name.replace(/^zerosOf|Copy$/g, "");
  const made = exact(`zerosOf${constructor}`, constructor, `A \`${constructor}\` of \`length\` zeros.`);
  return name.endsWith("Copy") ? copyOf(made, "number") : made;
}

const upper = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

/** A field as it is declared; `type` null: a number. */
export interface RecordField { readonly name: string; readonly type: string | null }

/** The memory of a function, and the text that declares it. */
export class Store {
  readonly typeText: (type: Type) => string;
  private readonly derivative: string;
  private readonly freeName: (wanted: string) => string;
  /** The function may be called again while it runs: each of these calls has memory of its own. */
  private readonly isReentrant: boolean;
  private readonly names = new Map<string, string>();
  /** Their names by what stands in them. */
  private readonly classes = new Map<string, string>();
  private readonly orders = new Map<string, { readonly name: string; readonly text: string }>();
  /** How many places there are in each field. */
  private readonly places = new Map<string, number>();
  /** The kinds in use, in order; whether for places that make many. */
  private readonly used = new Set<string>();

  constructor(derivative: string, isReentrant: boolean, freeName: (wanted: string) => string, typeText: (type: Type) => string) {
    this.derivative = derivative;
    this.isReentrant = isReentrant;
    this.freeName = freeName;
    this.typeText = typeText;
  }

  /** The beginning of a call that gives memory of a kind, up to the further arguments; `many`: the next of those that its place makes in a call. */
  take(kind: string, many: boolean, element?: Type | string): string {
    this.use(kind, many);
    const type = element === undefined ? "" : `<${typeof element === "string" ? element : this.typeText(element)}>`;
    const keeper = keeperOf(kind), counted = many ? "many" : keeper.field, place = this.places.get(counted) ?? 0;
    this.places.set(counted, place + 1);
    return `${this.functionName(kind, many)}${type}(${place}${keeper.parameters === "" ? "" : ", "}`;
  }

  /** The class of records with these fields: they have numbers in places of their own, whatever other records of the program have in fields of these names. */
  recordClass(fields: readonly RecordField[], wanted: string): string {
    const body = fields.map(({ name, type }) => `  ${name}${type === null ? " = NaN" : `!: ${type}`};`).join("\n");
    let name = this.classes.get(body);
    if (name === undefined) this.classes.set(body, (name = this.freeName(`${wanted}_${this.derivative}`)));
    return name;
  }

  /** The function that finds the order of elements. */
  order(of: Ordering): string {
    const { key } = orderTexts(of, this.derivative, (wanted) => wanted, this.typeText);
    let known = this.orders.get(key);
    if (!known) this.orders.set(key, (known = orderTexts(of, this.derivative, this.freeName, this.typeText)));
    return known.name;
  }

  /** What a call does first; `outer`: what it must remember for its end. */
  begin(outer: string): string | null {
    if (this.used.size === 0) return null;
    if (this.isReentrant) return `const ${outer} = ${this.name("enter")}()`;
    return this.hasMany ? `${this.name("memory")}.met.fill(0)` : null;
  }

  /** What it does at its end. */
  end(outer: string): string | null {
    return this.used.size > 0 && this.isReentrant ? `${this.name("leave")}(${outer})` : null;
  }

  text(): string | null {
    if (this.used.size === 0) return null;
    const kinds = [...this.used].map((key): readonly [Keeper, boolean] => {
      const [kind = "", next] = key.split(" ");
      return [keeperOf(kind), next !== undefined];
    });
    const fields = [
      ...new Map(kinds.map(([k, many]) => [fieldOf(k, many), `${k.element.includes(" ") ? `(${k.element})` : k.element}[]${many ? "[]" : ""}`])),
    ].map(([field, type]) => `${field}: [] as ${type}`);
    if (this.hasMany) fields.push(`met: [${new Array<string>(this.places.get("many") ?? 0).fill("0").join(", ")}]`);
    const classes = [...this.classes].map(([body, name]) => `class ${name} {\n${body}\n}`);
    return [
      ...classes,
      this.memoryText(`{\n${fields.map((f) => `  ${f},`).join("\n")}\n}`),
      ...kinds.map(([k, many]) => this.keeperText(k, many)),
      ...[...this.orders.values()].map((o) => o.text),
    ].join("\n\n");
  }

  private get hasMany(): boolean { return (this.places.get("many") ?? 0) > 0; }

  private use(kind: string, many: boolean): void {
    // A copy is made of the zeros of its kind.
    if (kind.endsWith("Copy")) this.use(kind.slice(0, -"Copy".length), many);
    this.used.add(`${kind}${many ? " next" : ""}`);
  }

  private functionName(kind: string, many: boolean): string {
    const { name } = keeperOf(kind), said = name === "zerosCopy" ? "doublesCopy" : name;
    return this.name(many ? `next${upper(said)}` : said);
  }

  private name(wanted: string): string {
    let name = this.names.get(wanted);
    if (name === undefined) this.names.set(wanted, (name = this.freeName(`${wanted}_${this.derivative}`)));
    return name;
  }

  private memoryText(made: string): string {
    const memory = this.name("memory"), met = this.hasMany ? " `met`: how often each place that makes many things has been met in this call." : "";
    const doc = `/** What {@link ${this.derivative}} keeps from call to call.${met} */`;
    if (!this.isReentrant) return `${doc}\nconst ${memory} = ${made};`;
    const make = this.name("newMemory"), spare = this.name("spare");
    return [
      `${doc}\nconst ${make} = () => (${made});`,
      `/** Of the call that runs. What runs in it may call again: each has its own. */\nlet ${memory} = ${make}();`,
      `const ${spare}: (typeof ${memory})[] = [];`,
      `function ${this.name("enter")}(): typeof ${memory} {\n  const outer = ${memory};\n  ${memory} = ${spare}.pop() ?? ${make}();\n${this.hasMany ? `  ${memory}.met.fill(0);\n` : ""}  return outer;\n}`,
      `function ${this.name("leave")}(outer: typeof ${memory}): void {\n  ${spare}.push(${memory});\n  ${memory} = outer;\n}`,
    ].join("\n\n");
  }

  private keeperText(keeper: Keeper, many: boolean): string {
    const memory = this.name("memory"), field = `${memory}.${fieldOf(keeper, many)}`, isCopy = keeper.name.endsWith("Copy");
    const from = isCopy
      ? []
      : many
        ? [`const kept = (${field}[k] ??= []);`, `const n = ${memory}.met[k]!++${keeper === views ? ` % ${viewsKept}` : ""};`]
        : [`const kept = ${field};`];
    return [
      `/** ${keeper.doc} */`,
      `function ${this.functionName(keeper.name, many)}${keeper.generic ?? ""}(k: number${keeper.parameters === "" ? "" : `, ${keeper.parameters}`}): ${keeper.result} {`,
      ...[...from, ...keeper.body(many ? "n" : "k", (kind) => this.functionName(kind, many))].map((line) => `  ${line}`),
      "}",
    ].join("\n");
  }
}

const fieldOf = (keeper: Keeper, many: boolean): string => (many ? `many${upper(keeper.field)}` : keeper.field);
