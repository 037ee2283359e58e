import { isReference } from "../analysis/aliases.ts";
import type { Ids } from "../ir/build.ts";
import { adjointType, freshVar, makeBlock, numberType } from "../ir/build.ts";
import type { Block, Call, Instruction, IrFunction, Parameter, RecordType, Type, Var } from "../ir/ir.ts";
import { definitions, eachInstruction, eachUse, mapNested } from "../ir/visit.ts";
import type { ReverseContext } from "./gradientBody.ts";
import { splitBody } from "./gradient.ts";
import { freeName } from "./freeName.ts";
import { type SplitBody } from "./gradientBody.ts";
import type { Half, Halves } from "./halves.ts";
import { typeText } from "./gradientType.ts";
import type { Recorded } from "./resolve.ts";

export interface Pair {
  readonly half: Half;
  readonly forward: IrFunction;
  readonly backward: IrFunction;
  /** `interface Record_f { … }`; null where there is no record. */
  readonly declaration: string | null;
  readonly recorded: readonly Recorded[];
}

/**
 * The forward and the backward half of each function that is called and not inlined: what the reverse needs of an activation goes on a
 * tape, or into a record of its own, so recursion and re-entrancy hold. Arguments are not kept: the caller passes them again.
 *
 * Ensures   a backward half takes only the arguments that it reads; the shapes of the halves are those of the result.
 * Method    from the smallest shapes upwards, made again until nothing has to be added: an argument that is passed may itself have to be kept.
 */
export function makePairs(halves: Halves, context: ReverseContext, finish: (name: string, fn: IrFunction) => IrFunction): readonly Pair[] {
  for (;;) {
    const attempts = [...halves.ofCallee.values()].map((half) => ({ half, made: makePair(half, context) }));
    let settled = true;
    for (const { half, made } of attempts) {
      const { shape } = half;
      if (!made) { shape.flat = false; settled = false; continue; }
      const tape = made.usesTape || callees(made.forward).some((name) => halves.ofForward.get(name)?.shape.tape);
      if (tape !== shape.tape) { shape.tape = tape; settled = false; }
    }
    if (!settled) continue;
    const pairs = attempts.flatMap(({ half, made }) =>
      made ? [{ ...made, half, forward: finish("forward", made.forward), backward: finish("backward", made.backward) }] : [],
    );
    for (const { half, backward } of pairs) {
      const read = new Set<Var>();
      eachUse(backward.body, (v) => read.add(v));
      const passed = backward.inputs.flatMap((p, n) => (read.has(p.variable) && n < again(half) ? [n] : []));
      if (passed.every((n) => half.shape.passed.has(n))) continue;
      half.shape.passed = new Set([...half.shape.passed, ...passed]);
      settled = false;
    }
    if (settled) return pairs.map((p) => ({ ...p, backward: withParameters(p.backward, (n) => n >= again(p.half) || p.half.shape.passed.has(n)) }));
  }
}

/** The number of arguments that can be passed again: the inputs and their shadows. */
const again = (half: Half): number => half.callee.inputs.length + half.shadowed;

function callees(fn: IrFunction): readonly string[] {
  const found: string[] = [];
  eachInstruction(fn.body, (i) => { if (i.kind === "call") found.push(i.callee); });
  return found;
}

const withParameters = (fn: IrFunction, kept: (n: number) => boolean): IrFunction => ({
  ...fn, parameters: fn.parameters.filter((_, n) => kept(n)), inputs: fn.inputs.filter((_, n) => kept(n)),
});

/** Bodies and pairs without the shadows that forward halves only hand on to each other. */
export function withoutIdleShadows(roots: readonly Block[], pairs: readonly Pair[]): { readonly roots: readonly Block[]; readonly pairs: readonly Pair[] } {
  const pairOf = new Map(pairs.map((p) => [p.forward.name, p]));
  const isShadow = (half: Half, n: number): boolean => n >= half.callee.inputs.length && n < again(half);
  const read = new Map(pairs.map((p) => [p, new Set<number>()]));
  for (let changed = true; changed;) {
    changed = false;
    for (const [pair, positions] of read) {
      const used = new Set<Var>();
      eachUse(mapCalls(pair.forward.body, (i) => ({ ...i, args: i.args.filter((_, n) => isRead(i, n)) })), (v) => used.add(v));
      pair.forward.inputs.forEach((p, n) => {
        if (positions.has(n) || !used.has(p.variable)) return;
        positions.add(n);
        changed = true;
      });
    }
  }
  function isRead(i: Call, n: number): boolean {
    const callee = pairOf.get(i.callee);
    return !callee || !isShadow(callee.half, n) || read.get(callee)!.has(n);
  }
  const cut = (block: Block): Block =>
    mapCalls(block, (i) => (i.args.every((_, n) => isRead(i, n)) ? i : { ...i, args: i.args.filter((_, n) => isRead(i, n)) }));
  return {
    roots: roots.map(cut),
    pairs: pairs.map((p) => ({
      ...p,
      forward: { ...withParameters(p.forward, (n) => !isShadow(p.half, n) || read.get(p)!.has(n)), body: cut(p.forward.body) },
    })),
  };
}

function mapCalls(block: Block, map: (call: Call) => Call): Block {
  return { ...block, instructions: block.instructions.map((i) => (i.kind === "call" ? map(i) : mapNested(i, (b) => mapCalls(b, map)))) };
}

/** The halves as they are in the present shape, or null if a flat one cannot be had. */
function makePair(half: Half, context: ReverseContext): Omit<Pair, "half"> & { readonly usesTape: boolean } | null {
  const fn = half.callee;
  const ids: Ids = { next: fn.nextId };
  const { flat, tape: takesTape } = half.shape;
  // The shadow of a parameter called `value` is called as the seed would be.
  const taken = new Set(fn.inputs.flatMap((i) => (isReference(i.variable.type) ? [i.name, `d${i.name}`] : [i.name])));
  const seed = half.seeded ? freshVar(ids, freeName("dvalue", taken), adjointType(fn.body.yields[0]?.type ?? numberType)) : null;
  const split = splitBody({ ...fn, nextId: ids.next }, seed, flat, context);
  ids.next = split.nextId;
  const { tape, stack } = split.state;
  if (stack?.fits === false || (flat && split.body.instructions.length !== 2)) return null;

  const made = makeBlock(split.backward);
  const own = new Set<Var>();
  const note = (i: Instruction): void => {
    for (const v of definitions(i)) own.add(v);
    if (i.kind === "loop") for (const p of i.params) own.add(p);
  };
  eachInstruction(made, note);
  const repeated = [...fn.inputs.map((i) => i.variable), ...split.shadowsOfInputs];
  const needed = new Set<Var>();
  eachUse(made, (v) => { if (!v.literal && !own.has(v) && v !== seed && v !== tape && !repeated.includes(v)) needed.add(v); });

  const primal = fn.body.yields[0];
  const parameter = (variable: Var, text: string): Parameter => ({ pattern: { kind: "name", variable }, typeText: text, optional: false, rest: false });
  const shared = { loc: fn.loc, exported: false, wrt: null, typeParameters: "" };
  const origin = { loc: fn.loc, statement: null };
  const arguments_ = [
    ...fn.inputs.map((i) => parameter(i.variable, typeText(i.variable.type, false))),
    ...split.shadowsOfInputs.map((s) => parameter(s, typeText(s.type, false))),
  ];
  const inputs = [...fn.inputs, ...split.shadowsOfInputs.map((variable) => ({ name: variable.name ?? "d", variable, paths: null }))];
  const onTape = takesTape ? [parameter(tape, typeText(tape.type))] : [];
  const tapeInput = takesTape ? [{ name: tape.name!, variable: tape, paths: null }] : [];

  const kept = flat ? null : keptInRecord(half, split, needed);
  const end: readonly Instruction[] = kept ? [kept.end] : primal ? [{ kind: "return", origin, fields: null, value: primal }] : [];
  const forward: IrFunction = {
    ...shared, name: half.forward, nextId: ids.next,
    parameters: [...arguments_, ...onTape], inputs: [...inputs, ...tapeInput],
    body: makeBlock([...split.forward, ...end]),
    result: kept ? half.recordType : fn.result, resultText: kept ? recordName(half) : primal ? typeText(primal.type, false) : "void",
  };
  const record = freshVar(ids, freeName("record", taken), half.recordType);
  const reads = kept
    ? kept.fields.flatMap(({ name, variable }): readonly Instruction[] =>
        needed.has(variable) ? [{ kind: "read", origin, ref: record, key: name, out: variable }] : [],
      )
    : [];
  const others = [...(kept ? [record] : []), ...(takesTape ? [tape] : []), ...(seed ? [seed] : [])];
  const result: Type = half.scalars.length === 0 ? { kind: "undefined" } : half.scalars.length === 1 ? half.scalars[0]!.type : half.gradientType;
  const backward: IrFunction = {
    ...shared, name: half.backward, nextId: ids.next,
    parameters: [...arguments_, ...others.map((v) => parameter(v, typeText(v.type, false)))],
    inputs: [...inputs, ...others.map((variable) => ({ name: variable.name!, variable, paths: null }))],
    body: makeBlock([...reads, ...split.backward]),
    result, resultText: result.kind === "undefined" ? "void" : typeText(result),
  };
  return { forward, backward, declaration: kept?.declaration ?? null, recorded: split.recorded, usesTape: stack?.isUsed ?? false };
}

const recordName = (half: Half): string => (half.recordType as RecordType).text!;

/** The record of an activation: the result, its shadow, and what the backward half reads of the forward half. */
function keptInRecord(
  half: Half,
  split: SplitBody,
  needed: ReadonlySet<Var>,
): { readonly declaration: string; readonly end: Instruction; readonly fields: readonly { readonly name: string; readonly variable: Var }[] } {
  const fn = half.callee;
  const typed = new Set<Var>();
  eachInstruction(makeBlock(split.forward), (i) => {
    if (i.kind === "tape" && i.length && !i.plain) typed.add(i.tape);
  });
  const primal = fn.body.yields[0];
  const resultShadow = primal && isReference(primal.type) ? split.state.shadows.of(primal) : undefined;
  const fields: { readonly name: string; readonly variable: Var }[] = [];
  if (primal) fields.push({ name: "value", variable: primal });
  if (resultShadow) fields.push({ name: "dvalue", variable: resultShadow });
  const taken = new Set(["value", "dvalue"]);
  for (const variable of needed) {
    if (variable === primal || variable === resultShadow) continue; // a field already
    const base = variable.name ?? "t";
    let name = base;
    for (let n = 1; taken.has(name); n++) name = `${base}${n}`;
    taken.add(name);
    fields.push({ name, variable });
  }
  const fieldText = (v: Var): string => (typed.has(v) ? "Float64Array<ArrayBuffer>" : typeText(v.type, false));
  const declaration = `interface ${recordName(half)} {\n${fields.map(({ name, variable }) => `  readonly ${name}: ${fieldText(variable)};`).join("\n")}\n}`;
  const end: Instruction = {
    kind: "return",
    origin: { loc: fn.loc, statement: null },
    fields: fields.map(({ name, variable }) => [name, variable] as const),
    value: null,
  };
  return { declaration, end, fields };
}
