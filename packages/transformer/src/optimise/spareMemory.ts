import { freshVar, idsOf, integerType, literalVar, numberType, type Ids } from "../ir/build.ts";
import type { Allocate, Block, Copy, Instruction, IrFunction, Loop, NewArray, NewTape, Return, Type, Var, Zeros } from "../ir/ir.ts";
import { bindings } from "../ir/verify.ts";
import { definitions, eachInstruction, mapNested } from "../ir/visit.ts";
import { memory, type Group, type Memory } from "./memory.ts";
import { Store, typedName } from "./spareStore.ts";

export interface Spared {
  readonly fn: IrFunction;
  /** The halves that it calls, where they are not as they were; under names of their own. */
  readonly halves: readonly IrFunction[];
  /** Declarations of the memory, or nothing if none is needed. */
  readonly text: string | null;
}

/**
 * Memory that a function and the halves it calls make for themselves is kept for the next call: tapes, and arrays of numbers that do not
 * leave. What a place makes many times in a call is kept by how often it was met, if it must outlive the trip that made it.
 *
 * Ensures   the same values: tapes are written before they are read, arrays are cleared. (The function cannot be entered while it runs,
 *           because all it calls is known.)
 */
export function spareMemory(fn: IrFunction, halves: ReadonlyMap<string, IrFunction>, typeText: (type: Type) => string, freeName: (wanted: string) => string): Spared {
  const called = calledBy(fn, halves), all = [fn, ...called.values()];
  const facts = factsOf(all, memory(fn, called)), store = new Store(fn.name, freeName, typeText);
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
  const begin: readonly Instruction[] = store.begin === null ? [] : [{ kind: "raw", origin: { loc: fn.loc, statement: null }, parts: [store.begin], out: null, pure: false }];
  const body = renamed(root.body), first = body.instructions.findIndex((i) => i.kind !== "heading");
  return {
    fn: { ...root, body: { ...body, instructions: [...body.instructions.slice(0, first), ...begin, ...body.instructions.slice(first)] } },
    halves: [...names].map(([name, own]) => { const half = made.get(name)!; return { ...half, name: own, body: renamed(half.body) }; }),
    text,
  };
}

function callsOf(fn: IrFunction): readonly string[] {
  const found: string[] = [];
  eachInstruction(fn.body, (i) => { if (i.kind === "call") found.push(i.callee); });
  return found;
}

function calledBy(fn: IrFunction, halves: ReadonlyMap<string, IrFunction>): ReadonlyMap<string, IrFunction> {
  const found = new Map<string, IrFunction>(), work = [fn];
  for (let f = work.pop(); f; f = work.pop()) {
    for (const name of callsOf(f)) {
      const half = halves.get(name);
      if (half && !found.has(name)) { found.set(name, half); work.push(half); }
    }
  }
  return found;
}

interface Facts {
  readonly groups: Memory;
  /** All Vars that may refer to an object of a group. */
  readonly members: ReadonlyMap<Group, readonly Var[]>;
  /** Its length changes; an element that was never written may be seen. */
  readonly resized: ReadonlySet<Group>;
  readonly asked: ReadonlySet<Group>;
  /** Tapes read by place, and written by place; tapes whose length is asked, or that are pushed to. */
  readonly addressed: ReadonlySet<Var>;
  readonly put: ReadonlySet<Var>;
  readonly counted: ReadonlySet<Var>;
}

function factsOf(all: readonly IrFunction[], groups: Memory): Facts {
  const members = new Map<Group, Var[]>(), resized = new Set<Group>(), asked = new Set<Group>(), addressed = new Set<Var>(), put = new Set<Var>(), counted = new Set<Var>();
  const note = (v: Var): void => { const g = groups.groupOf(v), list = members.get(g); if (list) list.push(v); else members.set(g, [v]); };
  for (const f of all) {
    f.parameters.flatMap((p) => bindings(p.pattern)).forEach(note);
    eachInstruction(f.body, (i) => {
      definitions(i).forEach(note);
      if (i.kind === "loop") i.params.forEach(note);
      if (i.kind === "push" || i.kind === "pop") resized.add(groups.groupOf(i.ref));
      if (i.kind === "read" && i.out.type.kind === "optional") asked.add(groups.groupOf(i.ref));
      if (i.kind === "tapeRecall" && i.index) addressed.add(i.tape);
      if (i.kind === "tapeRecord" && i.index) put.add(i.tape);
      if ((i.kind === "tapeRecord" || i.kind === "tapeRecall") && !i.index) counted.add(i.tape);
      if (i.kind === "tapeLength") counted.add(i.tape);
    });
  }
  return { groups, members, resized, asked, addressed, put, counted };
}

class Sparing {
  private readonly facts: Facts;
  private readonly store: Store;
  /** The function that is called from outside: what it makes outside of loops it makes once. */
  private readonly isRoot: boolean;
  private ids: Ids = { next: 0 };
  private resultText = "";
  private readonly stacks = new Set<Var>();
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
    const body = this.block(fn.body, null);
    const parameters = fn.parameters.map((p) => (p.pattern.kind === "name" && this.store.stackGroups.has(this.facts.groups.groupOf(p.pattern.variable)) && p.typeText === "number[]" ? { ...p, typeText: this.store.stackType() } : p));
    const same = body === fn.body && parameters.every((p, n) => p === fn.parameters[n]);
    return same ? fn : { ...fn, body, parameters, nextId: this.ids.next };
  }

  private block(block: Block, loop: Loop | null): Block {
    const instructions = block.instructions.flatMap((i) => this.instruction(i, loop));
    return instructions.length === block.instructions.length && instructions.every((i, n) => i === block.instructions[n]) ? block : { ...block, instructions };
  }

  private instruction(i: Instruction, loop: Loop | null): readonly Instruction[] {
    switch (i.kind) {
      case "tape": return [this.tape(i, loop)];
      case "tapeRecord": return this.stacks.has(i.tape) ? [i.index ? { kind: "raw", origin: i.origin, parts: [i.tape, ".put(", i.index, ", ", i.value, ")"], out: null, pure: false } : i] : [i];
      case "tapeRecall": return this.stacks.has(i.tape) && i.index ? [{ kind: "raw", origin: i.origin, parts: [i.tape, ".values[", i.index, "]!"], out: i.out, pure: false }] : [i];
      case "allocate": return [this.allocation(i, loop)];
      case "zeros": return this.zeros(i, loop);
      case "copy": return [this.copy(i, loop)];
      case "array": return this.literal(i, loop);
      case "return": return this.result(i);
      case "loop": return [mapNested(i, (b) => (b === i.body ? this.block(b, i) : b))];
      default: return [mapNested(i, (b) => this.block(b, loop))];
    }
  }

  /** How often the place makes an object that is needed at the same time as others it makes. */
  private isMany(out: Var, loop: Loop | null): boolean {
    if (!this.isRoot) return true;
    if (!loop) return false;
    let own = this.inside.get(loop);
    if (!own) {
      const found = new Set<Var>();
      eachInstruction(loop.body, (i) => { definitions(i).forEach((v) => found.add(v)); if (i.kind === "loop") i.params.forEach((v) => found.add(v)); });
      this.inside.set(loop, (own = found));
    }
    return !this.facts.members.get(this.facts.groups.groupOf(out))!.every((v) => own.has(v));
  }

  private staysInside(v: Var): boolean {
    const group = this.facts.groups.groupOf(v);
    return !group.isExternal && !group.isReturned && !this.facts.resized.has(group);
  }

  private tape(i: NewTape, loop: Loop | null): Instruction {
    const element = i.tape.type.kind === "tape" ? i.tape.type.element : numberType, holds = element.kind;
    const isNumber = holds === "number" || holds === "integer", many = !this.isRoot || loop !== null;
    // The record of an activation says what its tapes are.
    if (!this.isRoot && (i.plain || !i.length) && isNumber) return i.length ? { ...i, from: `${this.store.helper("listTape", many)}(${this.store.place("listTape", many)}, ` } : i;
    if (!this.isRoot && !isNumber) return i;
    if (i.length) {
      const kind = isNumber ? "tape" : holds === "boolean" ? "flags" : "references";
      return { ...i, from: `${this.store.helper(kind, many, kind === "references" ? element : undefined)}(${this.store.place(kind, many)}, ` };
    }
    if (!this.facts.counted.has(i.tape)) return { ...i, from: `${this.store.helper("growing", many, element)}(${this.store.place("growing", many)})` };
    if (!isNumber || many) return i;
    this.stacks.add(i.tape);
    return { ...i, from: this.store.stack(this.facts.addressed.has(i.tape), this.facts.put.has(i.tape)) };
  }

  private allocation(i: Allocate, loop: Loop | null): Instruction {
    const { type } = i.out;
    if (type.kind !== "array" || !this.staysInside(i.out) || (i.hollow && this.facts.asked.has(this.facts.groups.groupOf(i.out)))) return i;
    return this.kept(i, type, loop, i.out, [i.length], i.hollow === true);
  }

  private zeros(i: Zeros, loop: Loop | null): readonly Instruction[] {
    const { type } = i.out, like = i.like.type;
    if (i.shared || !this.staysInside(i.out)) return [i];
    if (type.kind === "tuple" && type.elements.every((t) => t.kind === "number")) return [this.kept(i, type, loop, i.out, [String(type.elements.length)])];
    if (type.kind !== "array" || like.kind !== "array") return [i];
    if (type.element.kind !== "array" || like.element.kind !== "array") return [this.kept(i, type, loop, i.out, [i.like, ".length"])];
    // Rows: the array that holds them, then each.
    const { origin } = i, made = this.kept(i, type, loop, i.out, [i.like, ".length"], true);
    if (made === i) return [i];
    const index = freshVar(this.ids, "k", integerType), length = freshVar(this.ids, null, integerType), test = freshVar(this.ids, null, { kind: "boolean" }), next = freshVar(this.ids, null, integerType);
    const row = freshVar(this.ids, "row", like.element), zeros = freshVar(this.ids, null, type.element);
    const inner: Zeros = { kind: "zeros", origin, like: row, out: zeros };
    const rows = type.element.element.kind === "number" ? [this.kept(inner, type.element, loop, zeros, [row, ".length"], false, true)] : [inner];
    return [made, {
      kind: "loop", origin, form: "each", params: [index], inits: [literalVar(this.ids, 0)],
      head: { instructions: [{ kind: "length", origin, ref: i.like, out: length }, { kind: "apply", origin, op: "<", args: [index, length], out: test }], yields: [], dead: false },
      condition: test,
      body: {
        instructions: [{ kind: "read", origin, ref: i.like, key: index, out: row }, ...rows, { kind: "write", origin, ref: i.out, key: index, value: zeros }, { kind: "apply", origin, op: "+", args: [index, literalVar(this.ids, 1)], out: next }],
        yields: [next], dead: false,
      },
      outs: [freshVar(this.ids, "k", integerType)],
    }];
  }

  private copy(i: Copy, loop: Loop | null): Instruction {
    const { type } = i.out;
    if (type.kind !== "array" || i.ref.type.kind !== "array" || !isNumeric(type.element) || !this.staysInside(i.out) || (type.constructorName !== "Array" && type.constructorName !== "Float64Array")) return i;
    const many = this.isMany(i.out, loop), kind = type.constructorName === "Array" ? "listCopy" : "doublesCopy";
    return { kind: "raw", origin: i.origin, parts: [`${this.store.helper(kind, many)}(${this.store.place(kind, many)}, `, i.ref, ")"], out: i.out, pure: false, fresh: "sized" };
  }

  private literal(i: NewArray, loop: Loop | null): readonly Instruction[] {
    const { type } = i.out, group = this.facts.groups.groupOf(i.out);
    if (i.tape && !group.isExternal) {
      this.store.stackGroups.add(group);
      return [{ kind: "raw", origin: i.origin, parts: [this.store.stack(false, false)], out: i.out, pure: false, fresh: "sized" }];
    }
    const isOfNumbers = type.kind === "tuple" ? type.elements.every(isNumeric) : type.kind === "array" && isNumeric(type.element);
    if (i.elements.length === 0 || i.elements.length > 9 || !isOfNumbers || !this.staysInside(i.out)) return [i];
    const made = this.kept(i, type, loop, i.out, [String(i.elements.length)]);
    if (made.kind !== "raw") return [i];
    return [{ ...made, fresh: "growing" }, ...i.elements.flatMap((value, k): readonly Instruction[] => (Object.is(value.literal?.value, 0) ? [] : [{ kind: "write", origin: i.origin, ref: i.out, key: literalVar(this.ids, k), value }]))];
  }

  /** What a half gives: the record of an activation, or several adjoints. */
  private result(i: Return): readonly Instruction[] {
    if (this.isRoot || !i.fields) return [i];
    const { origin } = i, out = freshVar(this.ids, "record", { kind: "record", text: null, fields: i.fields.map(([name, v]) => ({ name, type: v.type, optional: false })) });
    return [
      { kind: "raw", origin, parts: [`${this.store.helper("record", true)}<${this.resultText}>(${this.store.place("record", true)})`], out, pure: false, fresh: "sized" },
      ...i.fields.map(([key, value]): Instruction => ({ kind: "write", origin, ref: out, key, value })),
      { kind: "return", origin, fields: null, value: out },
    ];
  }

  /** An array from the memory, or the instruction as it is if there is none of the kind. */
  private kept(i: Instruction, type: Type, loop: Loop | null, out: Var, length: readonly (string | Var)[], hollow = false, isRow = false): Instruction {
    const element = type.kind === "array" ? type.element : type.kind === "tuple" ? type.elements[0] : undefined;
    const many = isRow || this.isMany(out, loop);
    const kind = type.kind === "array" && type.constructorName !== "Array" ? typedName(type.constructorName)
      : element && isNumeric(element) ? (hollow ? "hollow" : "list") : hollow && element?.kind === "array" ? "references" : null;
    if (kind === null) return i;
    const call: readonly (string | Var)[] = [`${this.store.helper(kind, many, kind === "references" ? element : undefined)}(${this.store.place(kind, many)}, `, ...length, ")"];
    const parts = type.kind === "tuple" ? [...call, ` as ${this.store.typeText(type)}`] : call;
    return { kind: "raw", origin: i.origin, parts: joined(parts), out, pure: false, fresh: "sized" };
  }
}

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
