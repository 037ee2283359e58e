import { freshVar, idsOf, literalVar, numberType, type Ids } from "../ir/build.ts";
import type { ArrayType, Block, Call, Instruction, IrFunction, Origin, Parameter, Var } from "../ir/ir.ts";
import { eachInstruction, eachUse, mapNested } from "../ir/visit.ts";

export interface Handed {
  readonly fn: IrFunction;
  /** The functions that it calls, where they are not as they were; those that were not copies already are under names of their own. */
  readonly halves: readonly IrFunction[];
  /** Declares the memory, or nothing if none is needed. */
  readonly text: string | null;
}

/** How numbers come to a function and leave it: its parameters that are read from memory, by their place among the parameters. */
interface Way { readonly cells: readonly number[]; readonly gives: boolean }

/**
 * A number that an engine hands to or from a function that it does not inline is an object of 16 bytes. Functions that belong to a derivative
 * alone read theirs from memory, and leave their result there. Parameters that come as they came to the caller are not made anew, and stay,
 * unless loops begin with them.
 *
 * Ensures   the same values. Nothing runs between a number's being put there and its being read.
 */
export function handNumbers(
  fn: IrFunction,
  spared: readonly IrFunction[],
  halves: ReadonlyMap<string, IrFunction>,
  freeName: (wanted: string) => string,
): Handed {
  const copies = new Map(spared.map((f) => [f.name, f] as const)),
    called = calledFrom(fn, (name) => copies.get(name) ?? halves.get(name));
  const ways = new Map<string, Way>(),
    anew = madeAnew(fn, called);
  for (const f of called.values()) {
    const cells = f.parameters.flatMap((p, k) => (anew.has(boundBy(p)) ? [k] : []));
    let gives = false;
    eachInstruction(f.body, (i) => {
      if (i.kind === "return" && i.value?.type.kind === "number") gives = true;
    });
    if (cells.length > 0 || gives) ways.set(f.name, { cells, gives });
  }
  if (ways.size === 0) return { fn, halves: spared, text: null };
  // A function is another one too if it calls such a one.
  const changed = new Set(ways.keys());
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const f of called.values()) if (callsOf(f).some((c) => changed.has(c.callee))) changed.add(f.name);
  }
  const cell = freeName(`numbers_${fn.name}`),
    names = new Map([...changed].map((name) => [name, copies.has(name) ? name : freeName(`${name}_into`)] as const));
  const made = new Map(
    [...changed].map((name) => [name, { ...new Hands(called.get(name)!, cell, ways, names).whole(ways.get(name)), name: names.get(name)! }] as const),
  );
  const width = Math.max(...[...ways.values()].map((w) => Math.max(w.cells.length, w.gives ? 1 : 0)));
  return {
    fn: new Hands(fn, cell, ways, names).whole(undefined),
    halves: [...spared.map((f) => made.get(f.name) ?? f), ...[...made].flatMap(([name, f]) => (copies.has(name) ? [] : [f]))],
    text: `/** Numbers on their way into a function and out of it: as arguments and results they would be objects, made for that. */\nconst ${cell} = new Float64Array(${width});`,
  };
}

function calledFrom(fn: IrFunction, byName: (name: string) => IrFunction | undefined): ReadonlyMap<string, IrFunction> {
  const found = new Map<string, IrFunction>(), work = [fn];
  for (let f = work.pop(); f; f = work.pop()) {
    for (const { callee } of callsOf(f)) {
      const half = byName(callee);
      if (half && !found.has(callee)) { found.set(callee, half); work.push(half); }
    }
  }
  return found;
}

function callsOf(fn: IrFunction): readonly Call[] {
  const found: Call[] = [];
  eachInstruction(fn.body, (i) => { if (i.kind === "call") found.push(i); });
  return found;
}

const boundBy = (p: Parameter): Var | null => (p.pattern.kind === "name" && !p.rest && !p.optional ? p.pattern.variable : null);

/** Numbers with which variables of loops begin: if a parameter does, which may be anything to the engine, so is the variable, and each of its numbers is an object. */
export function beginning(fn: IrFunction): ReadonlySet<Var> {
  const found = new Set<Var>();
  eachInstruction(fn.body, (i) => { if (i.kind === "loop") i.inits.forEach((v) => { if (v.type.kind === "number" && !v.literal) found.add(v); }); });
  return found;
}

/** The parameters that are numbers of which some call makes one: what is computed, or read from memory. */
function madeAnew(fn: IrFunction, called: ReadonlyMap<string, IrFunction>): ReadonlySet<Var | null> {
  const all = [fn, ...called.values()], own = new Set(all.flatMap((f) => f.parameters.map(boundBy)));
  const anew = new Set<Var | null>(
    [...called.values()].flatMap((f) => {
      const begin = beginning(f);
      return f.parameters.map(boundBy).filter((v) => v && begin.has(v));
    }),
  );
  for (let size = -1; size !== anew.size;) {
    size = anew.size;
    for (const call of all.flatMap(callsOf)) {
      called.get(call.callee)?.parameters.forEach((p, k) => {
        const to = boundBy(p), from = call.args[k];
        if (to?.type.kind === "number" && from && !from.literal && from.type.kind === "number" && (!own.has(from) || anew.has(from))) anew.add(to);
      });
    }
  }
  return anew;
}

/** A function that hands numbers on in memory. */
class Hands {
  private readonly fn: IrFunction;
  private readonly cell: string;
  private readonly ways: ReadonlyMap<string, Way>;
  private readonly names: ReadonlyMap<string, string>;
  private readonly ids: Ids;
  private readonly begun = new Map<Var, Var>();

  constructor(fn: IrFunction, cell: string, ways: ReadonlyMap<string, Way>, names: ReadonlyMap<string, string>) {
    this.fn = fn;
    this.cell = cell;
    this.ways = ways;
    this.names = names;
    this.ids = idsOf(fn);
  }

  whole(way: Way | undefined): IrFunction {
    const { fn } = this, origin: Origin = { loc: fn.loc, statement: null };
    const fetched = (way?.cells ?? []).flatMap((k, n): readonly Instruction[] => {
      const v = boundBy(fn.parameters[k]!);
      return v ? [this.fetch(origin, n, this.unnamed(v))] : [];
    });
    const body = this.block(fn.body, way?.gives === true), last = body.instructions.at(-1);
    // The end needs no `return`.
    const isVoid = way?.gives === true && last?.kind === "return";
    const kept = fn.parameters.filter((_, k) => !way?.cells.includes(k)), gone = new Set(fn.parameters.filter((p) => !kept.includes(p)).map(boundBy));
    return {
      ...fn, parameters: kept, inputs: fn.inputs.filter((i) => !gone.has(i.variable)), nextId: this.ids.next,
      body: { ...body, instructions: [...fetched, ...(isVoid ? body.instructions.slice(0, -1) : body.instructions)], dead: isVoid ? false : body.dead },
      ...(way?.gives === true ? { result: { kind: "opaque", text: null } as const, resultText: "void" } : {}),
    };
  }

  private block(block: Block, gives: boolean): Block {
    return { ...block, instructions: block.instructions.flatMap((i): readonly Instruction[] => {
      if (i.kind === "call") return this.call(i);
      if (i.kind === "return" && gives && i.value) return [...this.put(i.origin, 0, i.value), { ...i, value: null }];
      if (i.kind === "declare" && i.init) return [{ ...i, init: this.begun.get(i.init) ?? i.init }];
      return [mapNested(i, (b) => this.block(b, gives))];
    }) };
  }

  /** A variable that is only the beginning of a sum needs no name beside that of the sum. */
  private unnamed(v: Var): Var {
    let uses = 0, begins = 0;
    eachUse(this.fn.body, (used) => { if (used === v) uses++; });
    eachInstruction(this.fn.body, (i) => { if (i.kind === "declare" && i.init === v) begins++; });
    if (uses !== 1 || begins !== 1) return v;
    const own = freshVar(this.ids, null, v.type);
    this.begun.set(v, own);
    return own;
  }

  private call(i: Call): readonly Instruction[] {
    const way = this.ways.get(i.callee), callee = this.names.get(i.callee) ?? i.callee;
    if (!way) return [{ ...i, callee }];
    return [
      ...way.cells.flatMap((k, n) => this.put(i.origin, n, i.args[k]!)),
      { ...i, callee, args: i.args.filter((_, k) => !way.cells.includes(k)), out: way.gives ? null : i.out },
      ...(way.gives && i.out ? [this.fetch(i.origin, 0, i.out)] : []),
    ];
  }

  private put(origin: Origin, place: number, value: Var): readonly Instruction[] {
    const ref = freshVar(this.ids, null, cells);
    return [
      { kind: "raw", origin, parts: [this.cell], out: ref, pure: true },
      { kind: "write", origin, ref, key: literalVar(this.ids, place), value },
    ];
  }

  /** An effect, so that it is read once, and here. */
  private fetch(origin: Origin, place: number, out: Var): Instruction {
    return { kind: "raw", origin, parts: [`${this.cell}[${place}]!`], out, pure: false };
  }
}

const cells: ArrayType = { kind: "array", constructorName: "Float64Array", element: numberType };
