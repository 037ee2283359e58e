import { holdsDictionary } from "../ir/dictionaries.ts";
import { booleanType, freshVar, idsOf, integerType, literalVar, numberType, type Ids } from "../ir/build.ts";
import type {
  Allocate,
  Block,
  Copy,
  FieldType,
  Instruction,
  IrFunction,
  Loop,
  NewArray,
  NewRecord,
  NewTape,
  Origin,
  Pop,
  Recall,
  RecordType,
  Return,
  Type,
  Var,
  View,
} from "../ir/ir.ts";
import { standingName } from "../ir/instances.ts";
import { definitions, eachInstruction, eachUse, mapNested } from "../ir/visit.ts";
import { cutOf, reach } from "./reach.ts";
import { orderingOf } from "./spareOrder.ts";
import { Store, typedName, type RecordField } from "./spareStore.ts";
import { runsUnknownCode } from "./unknownCode.ts";
import { calledBy, factsOf, callsOf, type Facts, anyField } from "./spareFacts.ts";

export interface Spared {
  readonly fn: IrFunction;
  /** The halves that it calls, where they are not as they were; under names of their own. */
  readonly halves: readonly IrFunction[];
  /** Declarations of the memory, or nothing if none is needed. */
  readonly text: string | null;
}

export interface SpareOptions {
  /** Functions that the gradient calls: halves and copies. */
  readonly halves: ReadonlyMap<string, IrFunction>;
  /** Functions of the module that it calls as they stand there. */
  readonly standing: ReadonlyMap<string, IrFunction>;
  readonly typeText: (type: Type) => string;
  readonly freeName: (wanted: string) => string;
}

/**
 * What a function and the halves it calls make for themselves is kept for the next call: tapes, arrays, records and views that do not
 * leave. What a place makes many times in a call is kept by how often it was met, if it must outlive the trip that made it.
 *
 * Ensures   the same values: what is given out again is as it is when it is new. A call that runs code nobody has seen has memory of its
 *           own while it runs, because that code may call again.
 */
export function spareMemory(fn: IrFunction, { halves, standing, typeText, freeName }: SpareOptions): Spared {
  const called = calledBy(fn, halves), all = [fn, ...called.values()];
  const store = new Store(fn.name, runsUnknownCode(fn, new Map([...standing, ...halves])), freeName, typeText);
  const facts = factsOf(all, reach(fn, called));
  const made = new Map(all.map((f) => [f.name, new Sparing(facts, store, f === fn).spare(f)] as const));
  // A half is another function if it, or one that it calls, keeps memory.
  const changed = new Set([...called.keys()].filter((name) => made.get(name) !== called.get(name)));
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const [name, f] of called) if (callsOf(f).some((c) => changed.has(c))) changed.add(name);
  }
  const names = new Map([...changed].map((name) => [name, freeName(`${name}_into`)] as const));
  const renamed = (b: Block): Block => ({ ...b, instructions: b.instructions.map((i): Instruction => {
    const inner = mapNested(i, renamed);
    const name = inner.kind === "call" ? names.get(inner.callee) : undefined;
    return inner.kind === "call" && name !== undefined ? { ...inner, callee: name } : inner;
  }) });
  const root = made.get(fn.name)!, text = store.text();
  if (text === null) return { fn, halves: [], text };
  return {
    fn: { ...root, body: withEnds(renamed(root.body), store, { loc: fn.loc, statement: null }, freeName("outer")) },
    halves: [...names].map(([name, own]) => { const half = made.get(name)!; return { ...half, name: own, body: renamed(half.body) }; }),
    text,
  };
}

/** The body with what a call does first, and at each end. */
function withEnds(body: Block, store: Store, origin: Origin, outer: string): Block {
  const statement = (text: string | null): readonly Instruction[] => (text === null ? [] : [{ kind: "raw", origin, parts: [text], out: null, pure: false }]);
  const ended = (b: Block): Block => ({
    ...b,
    instructions: b.instructions.flatMap((i) => (i.kind === "return" ? [...statement(store.end(outer)), i] : [mapNested(i, ended)])),
  });
  const { instructions, ...rest } = store.end(outer) === null ? body : ended(body), first = instructions.findIndex((i) => i.kind !== "heading");
  return { ...rest, instructions: [...instructions.slice(0, first), ...statement(store.begin(outer)), ...instructions.slice(first)] };
}

class Sparing {
  private readonly facts: Facts;
  private readonly store: Store;
  /** The function that is called from outside: what it makes outside of loops it makes once. */
  private readonly isRoot: boolean;
  private ids: Ids = { next: 0 };
  private resultText = "";
  private isGeneric = false;
  private readonly used = new Set<Var>();
  private readonly inside = new Map<Loop, ReadonlySet<Var>>();

  constructor(facts: Facts, store: Store, isRoot: boolean) {
    this.facts = facts;
    this.store = store;
    this.isRoot = isRoot;
  }

  /** The same function if it makes nothing that could be kept. */
  spare(fn: IrFunction): IrFunction {
    this.ids = idsOf(fn);
    this.resultText = fn.resultText ?? "";
    this.isGeneric = fn.typeParameters !== "";
    eachUse(fn.body, (v) => this.used.add(v));
    const body = this.block(fn.body, null);
    return body === fn.body ? fn : { ...fn, body, nextId: this.ids.next };
  }

  private block(block: Block, loop: Loop | null): Block {
    const instructions = block.instructions.flatMap((i) => this.instruction(i, loop));
    return instructions.length === block.instructions.length && instructions.every((i, n) => i === block.instructions[n]) ? block : { ...block, instructions };
  }

  private instruction(i: Instruction, loop: Loop | null): readonly Instruction[] {
    switch (i.kind) {
      case "tape": return [this.tape(i, loop)];
      case "allocate": return [this.allocation(i, loop)];
      case "zeros": return this.staysInside(i.out) && !i.shared ? this.zeros(i.origin, i.like, i.out, this.isMany(i.out, loop)) ?? [i] : [i];
      case "copy": return this.copy(i, loop);
      case "view": return [this.view(i, loop)];
      case "array": return this.literal(i, loop);
      case "record": return this.record(i, loop);
      case "return": return this.result(i);
      case "loop": return [mapNested(i, (b) => (b === i.body ? this.block(b, i) : b))];
      case "raw": return [this.ordered(i, loop) ?? this.cut(i)];
      case "pop": return this.popped(i);
      case "tapeRecall": return i.index === null ? this.popped(i) : [i];
      default: return [mapNested(i, (b) => this.block(b, loop))];
    }
  }

  /** Whether the place makes objects that are needed at the same time as others it makes. */
  private isMany(out: Var, loop: Loop | null): boolean {
    if (!this.isRoot) return true;
    if (!loop) return false;
    let own = this.inside.get(loop);
    if (!own) {
      const found = new Set<Var>();
      eachInstruction(loop.body, (i) => { definitions(i).forEach((v) => found.add(v)); if (i.kind === "loop") i.params.forEach((v) => found.add(v)); });
      this.inside.set(loop, (own = found));
    }
    for (const v of this.facts.reach.reaching(out)) if (!own.has(v)) return true;
    return false;
  }

  private staysInside(v: Var): boolean { return !holdsDictionary(v.type) && !this.facts.reach.isOutside(v); }

  private tape(i: NewTape, loop: Loop | null): Instruction {
    const element = i.tape.type.kind === "tape" ? i.tape.type.element : numberType, holds = element.kind;
    if (!this.staysInside(i.tape)) return i;
    const isNumber = holds === "number" || holds === "integer", many = this.isMany(i.tape, loop);
    const from = (kind: string, of?: Type): NewTape => ({
      ...i,
      from: `${this.store.take(kind, many, of)}${i.length || kind === "growing" ? "" : "0"}${i.length ? "" : ")"}`,
    });
    if (i.length) {
      // The record of an activation says what its tapes are.
      if (isNumber) return from(i.plain && !this.isRoot ? "listTape" : "tape");
      return holds === "boolean" ? (this.isRoot ? from("flags") : i) : from("references", element);
    }
    if (!this.facts.counted.has(i.tape)) return isNumber ? from("listTape") : from("growing", element);
    return isNumber ? from("list") : from("references", element);
  }

  private allocation(i: Allocate, loop: Loop | null): Instruction {
    const { type } = i.out;
    if (type.kind !== "array" || !this.staysInside(i.out)) return i;
    if (i.hollow && this.isAmong(i.out, this.facts.tested)) return i;
    const kind = this.kindOf(type, i.hollow === true);
    return kind === "hollow" && this.isAmong(i.out, this.facts.asked) ? i : this.taken(i.origin, kind, this.isMany(i.out, loop), i.out, [i.length]);
  }

  private isAmong(v: Var, refs: readonly Var[]): boolean { return this.facts.reach.isAmong(v, refs); }

  /** Zeros in the shape of `like`, part by part; null if the shape is not known before. */
  private zeros(origin: Origin, like: Var, out: Var, many: boolean): readonly Instruction[] | null {
    const { type } = out;
    switch (type.kind) {
      case "record": {
        if (type.fields.some((f) => f.optional) || like.type.kind !== "record") return null;
        const made: Instruction[] = [this.taken(origin, "record", many, out, [this.recordClass(type, type.fields.map((f) => f.name), type.text)])];
        for (const f of type.fields) {
          const parts = this.zeroPart(origin, like, f.name, like.type.fields.find((g) => g.name === f.name && !g.optional)?.type, out, f.type, many);
          if (!parts) return null;
          made.push(...parts);
        }
        return made;
      }
      case "tuple": {
        if (type.elements.every(isNumeric)) return [this.taken(origin, "list", many, out, [String(type.elements.length)])];
        const { type: from } = like;
        if (from.kind !== "tuple") return null;
        const made: Instruction[] = [this.taken(origin, "references", many, out, [String(type.elements.length)])];
        for (const [k, e] of type.elements.entries()) {
          const parts = this.zeroPart(origin, like, literalVar(this.ids, k), from.elements[k], out, e, many);
          if (!parts) return null;
          made.push(...parts);
        }
        return made;
      }
      case "array": {
        if (like.type.kind !== "array") return null;
        const made = this.taken(origin, this.kindOf(type, false), many, out, [like, ".length"]);
        if (isNumeric(type.element)) return [made];
        const index = freshVar(this.ids, "k", integerType),
          length = freshVar(this.ids, null, integerType),
          test = freshVar(this.ids, null, booleanType),
          next = freshVar(this.ids, null, integerType);
        const rows = this.zeroPart(origin, like, index, like.type.element, out, type.element, true);
        if (!rows) return null;
        return [
          made,
          {
            kind: "loop",
            origin,
            form: "each",
            params: [index],
            inits: [literalVar(this.ids, 0)],
            head: {
              instructions: [
                { kind: "length", origin, ref: like, out: length },
                { kind: "apply", origin, op: "<", args: [index, length], out: test },
              ],
              yields: [],
              dead: false,
            },
            condition: test,
            body: {
              instructions: [...rows, { kind: "apply", origin, op: "+", args: [index, literalVar(this.ids, 1)], out: next }],
              yields: [next],
              dead: false,
            },
            outs: [freshVar(this.ids, "k", integerType)],
          },
        ];
      }
      default: return null;
    }
  }

  private zeroPart(origin: Origin, like: Var, key: Var | string, from: Type | undefined, out: Var, type: Type, many: boolean): readonly Instruction[] | null {
    if (isNumeric(type)) return [{ kind: "write", origin, ref: out, key, value: literalVar(this.ids, 0) }];
    if (!from) return null;
    const part = freshVar(this.ids, "row", from), zeros = freshVar(this.ids, null, type), made = this.zeros(origin, part, zeros, many);
    return made && [{ kind: "read", origin, ref: like, key, out: part }, ...made, { kind: "write", origin, ref: out, key, value: zeros }];
  }

  private copy(i: Copy, loop: Loop | null): readonly Instruction[] {
    const { type } = i.out;
    if (!this.staysInside(i.out) || (i.ref.type.kind !== "array" && i.ref.type.kind !== "tuple") || (type.kind !== "array" && type.kind !== "tuple"))
      return [i];
    // Elements that are not there would be.
    if (this.isAmong(i.out, this.facts.tested)) return [i];
    const kind = this.kindOf(type, false);
    if (kind === "list" && this.isAmong(i.out, this.facts.asked)) return [i];
    return [this.taken(i.origin, `${kind}Copy`, this.isMany(i.out, loop), i.out, [i.ref])];
  }

  private view(i: View, loop: Loop | null): Instruction {
    if (!this.staysInside(i.out)) return i;
    // A place makes another view in each trip, though it may need but one.
    return { ...i, kept: this.store.take("view", !this.isRoot || loop !== null) };
  }

  private literal(i: NewArray, loop: Loop | null): readonly Instruction[] {
    if (!this.staysInside(i.out) || i.elements.length > 32) return [i];
    const { type } = i.out, kind = this.kindOf(type, false), isOfNumbers = kind !== "references";
    const made = this.taken(i.origin, kind, !i.tape && this.isMany(i.out, loop), i.out, [String(i.elements.length)]);
    return [
      { ...made, fresh: "growing" },
      ...i.elements.flatMap((value, k): readonly Instruction[] =>
        isOfNumbers && Object.is(value.literal?.value, 0) ? [] : [{ kind: "write", origin: i.origin, ref: i.out, key: literalVar(this.ids, k), value }],
      ),
    ];
  }

  private record(i: NewRecord, loop: Loop | null): readonly Instruction[] {
    const { type } = i.out;
    if (type.kind !== "record" || !this.staysInside(i.out) || this.facts.written.has(anyField)) return [i];
    // Of a union, fields that only some have stand under no one name.
    if (type.members && (type.text === null || i.fields.some(([name]) => type.members?.some((m) => !m.fields.includes(name))))) return [i];
    // A field that comes later would be there from the beginning.
    const given = new Set(i.fields.map(([name]) => name));
    if (type.fields.some((f) => !given.has(f.name) && this.facts.written.has(f.name))) return [i];
    // What is kept is of a class, which has these fields and no others.
    if (type.fields.some((f) => !given.has(f.name) && (f.optional ? type.text !== null || this.facts.read.has(f.name) : f.type.kind !== "number"))) return [i];
    // The type of a shadow may have more fields than those that matter.
    const zero = literalVar(this.ids, 0),
      missing = type.fields.flatMap((f) => (!given.has(f.name) && !f.optional && f.type.kind === "number" ? [[f.name, zero] as const] : []));
    const fields = [...i.fields, ...missing], isNamed = i.instance && type.text !== null && type.instance !== undefined;
    // Fields of a type with a name may be readonly.
    const own =
      type.text === null
        ? i.out
        : freshVar(
            this.ids,
            i.out.name,
            type.members ? { kind: "record", text: null, fields: type.fields.filter((f) => given.has(f.name)) } : { ...type, text: null },
          );
    const made = this.taken(i.origin, "record", this.isMany(i.out, loop), own, [this.recordClass(type, fields.map(([name]) => name), type.text)]);
    return [
      made,
      ...fields.map(([key, value]): Instruction => ({ kind: "write", origin: i.origin, ref: own, key, value })),
      ...(own === i.out
        ? []
        : [
            {
              kind: "raw",
              origin: i.origin,
              parts: [
                own,
                ...(isNamed || type.members ? [` as unknown as ${type.text ?? ""}`] : type.fields.some((f) => f.optional) ? [` as ${type.text ?? ""}`] : []),
              ],
              out: i.out,
              pure: true,
            } as const,
          ]),
    ];
  }

  /** What a half gives: the record of an activation, or several adjoints. */
  private result(i: Return): readonly Instruction[] {
    if (this.isRoot || !i.fields) return [i];
    const { origin } = i, type: RecordType = { kind: "record", text: null, fields: i.fields.map(([name, v]) => ({ name, type: v.type, optional: false })) };
    const out = freshVar(this.ids, "record", type);
    return [
      this.taken(origin, "record", true, out, [this.recordClass(type, i.fields.map(([name]) => name), this.resultText)]),
      ...i.fields.map(([key, value]): Instruction => ({ kind: "write", origin, ref: out, key, value })),
      { kind: "return", origin, fields: null, value: out },
    ];
  }

  /** The number is read before it is taken away: `pop`, which may give `undefined`, gives it as an object. */
  private popped(i: Pop | Recall): readonly Instruction[] {
    const { origin, out } = i;
    if (out.type.kind !== "number" || !this.used.has(out)) return [i];
    const length = freshVar(this.ids, null, integerType), last = freshVar(this.ids, null, integerType), unused = freshVar(this.ids, null, numberType);
    const minus: Instruction = { kind: "apply", origin, op: "-", args: [length, literalVar(this.ids, 1)], out: last };
    return i.kind === "pop"
      ? [{ kind: "length", origin, ref: i.ref, out: length }, minus, { kind: "read", origin, ref: i.ref, key: last, out }, { ...i, out: unused }]
      : [
          { kind: "tapeLength", origin, tape: i.tape, out: length },
          minus,
          { kind: "tapeRecall", origin, tape: i.tape, index: last, out },
          { ...i, out: unused },
        ];
  }

  /** The order that `sort` makes. */
  private ordered(i: Instruction, loop: Loop | null): Instruction | null {
    const found = this.isGeneric ? null : orderingOf(i);
    if (!found?.raw.out || !this.staysInside(found.raw.out)) return null;
    const { raw, mentioned } = found, many = raw.out !== null && this.isMany(raw.out, loop);
    return {
      ...raw,
      parts: joined([`${this.store.order(found)}(${this.store.take("growing", many, integerType)})`, ...mentioned.flatMap((v) => [", ", v]), ")"]),
      pure: false,
      fresh: "sized",
    };
  }

  /** An array that is made shorter keeps its memory. */
  private cut(i: Instruction): Instruction {
    const cut = cutOf(i);
    if (!cut || !this.staysInside(cut.ref)) return i;
    const { origin } = i, length = freshVar(this.ids, null, integerType), test = freshVar(this.ids, null, booleanType);
    const element = cut.ref.type.kind === "array" ? cut.ref.type.element : numberType;
    return {
      kind: "loop",
      origin,
      form: "while",
      params: [],
      inits: [],
      outs: [],
      condition: test,
      head: {
        instructions: [
          { kind: "length", origin, ref: cut.ref, out: length },
          { kind: "apply", origin, op: ">", args: [length, cut.length], out: test },
        ],
        yields: [],
        dead: false,
      },
      body: { instructions: [{ kind: "pop", origin, ref: cut.ref, out: freshVar(this.ids, null, element) }], yields: [], dead: false },
    };
  }

  /** The class for records of a type, with these fields. */
  private recordClass(type: RecordType, names: readonly string[], text: string | null): string {
    const called = text !== null && /^\w+$/.test(text) ? text : null;
    const holder = text === type.text && standingName(type) === null ? null : called; // in memory instances are plain records
    const fields = names.map((name): RecordField => {
      const field = type.fields.find((f) => f.name === name), property = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
      if (field && isNumeric(field.type)) return { name: property, type: null };
      return { name: property, type: holder === null ? (field ? this.store.typeText(inField(field)) : "unknown") : `${holder}[${JSON.stringify(name)}]` };
    });
    return this.store.recordClass(fields, called ?? "Record");
  }

  private kindOf(type: Type, hollow: boolean): string {
    if (type.kind === "array" && type.constructorName !== "Array") return typedName(type.constructorName);
    const isOfNumbers = type.kind === "array" ? isNumeric(type.element) : type.kind === "tuple" && type.elements.every(isNumeric);
    return isOfNumbers ? (hollow ? "hollow" : "list") : "references";
  }

  /** What is kept, in place of something new. */
  private taken(origin: Origin, kind: string, many: boolean, out: Var, length: readonly (string | Var)[]): Instruction & { readonly kind: "raw" } {
    const { type } = out;
    const element = kind.startsWith("references") ? (type.kind === "array" ? type.element : "unknown") : undefined;
    const call: readonly (string | Var)[] = [this.store.take(kind, many, element), ...length, ")"];
    const parts =
      type.kind === "tuple"
        ? [...call, ` as ${isNumeric(type.elements[0] ?? numberType) && kind !== "references" ? "" : "unknown[] as "}${this.store.typeText(type)}`]
        : call;
    return { kind: "raw", origin, parts: joined(parts), out, pure: false, fresh: "sized" };
  }
}

/** What a field holds, as its own type says: `undefined` where it may be left out, and not `null`. */
const inField = ({ type, neverNull }: FieldType): Type => (neverNull && type.kind === "optional" ? { ...type, neverNull: true } : type);
const isNumeric = (type: Type): boolean => type.kind === "number" || type.kind === "integer";

/** Texts beside each other as one. */
function joined(parts: readonly (string | Var)[]): readonly (string | Var)[] {
  const made: (string | Var)[] = [];
  for (const p of parts) {
    const last = made.at(-1);
    if (typeof p === "string" && typeof last === "string") made[made.length - 1] = last + p;
    else made.push(p);
  }
  return made;
}
