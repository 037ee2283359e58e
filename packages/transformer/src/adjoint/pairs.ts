import { isReference } from "../analysis/aliases.ts";
import type { Ids } from "../ir/build.ts";
import { Builder, freshVar, makeBlock, numberType } from "../ir/build.ts";
import type { Instruction, IrFunction, Parameter, RecordType, Type, Var } from "../ir/ir.ts";
import { definitions, eachInstruction, eachUse } from "../ir/visit.ts";
import type { ReverseContext } from "./gradient.ts";
import { splitBody } from "./gradient.ts";
import type { Half } from "./halves.ts";
import { typeText } from "./gradientType.ts";
import type { Recorded } from "./resolve.ts";

export interface Pair {
  readonly forward: IrFunction;
  readonly backward: IrFunction;
  /** `interface Record_f { … }`. */
  readonly declaration: string;
  readonly recorded: readonly Recorded[];
}

/**
 * The forward and the backward half of a function that is called: one record for each activation carries what the reverse needs, so
 * recursion and re-entrancy hold.
 */
export function makePair(half: Half, context: ReverseContext): Pair {
  const fn = half.callee;
  const ids: Ids = { next: fn.nextId };
  const seed = half.seeded ? freshVar(ids, "dvalue", numberType) : null;
  const split = splitBody({ ...fn, nextId: ids.next }, seed, context);
  ids.next = split.nextId;

  const made = makeBlock(split.backward);
  const own = new Set<Var>();
  const note = (i: Instruction): void => {
    for (const v of definitions(i)) own.add(v);
    if (i.kind === "loop") for (const p of i.params) own.add(p);
  };
  eachInstruction(made, note);
  const needed = new Set<Var>();
  eachUse(made, (v) => { if (!v.literal && !own.has(v) && v !== seed) needed.add(v); });

  const typed = new Set<Var>();
  eachInstruction(makeBlock(split.forward), (i) => { if (i.kind === "tape" && i.length && !i.plain) typed.add(i.tape); });
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
  const recordText = (half.recordType as RecordType).text!;
  const declaration = `interface ${recordText} {\n${fields.map(({ name, variable }) => `  readonly ${name}: ${fieldText(variable)};`).join("\n")}\n}`;

  const parameter = (variable: Var, text: string): Parameter => ({ pattern: { kind: "name", variable }, typeText: text, optional: false, rest: false });
  const shared = { loc: fn.loc, exported: false, wrt: null, typeParameters: "" };
  const origin = { loc: fn.loc, statement: null };
  const forward: IrFunction = {
    ...shared, name: half.forward, nextId: ids.next,
    parameters: [...fn.inputs.map((i) => parameter(i.variable, typeText(i.variable.type, false))), ...split.shadowsOfInputs.map((s) => parameter(s, typeText(s.type)))],
    inputs: [...fn.inputs, ...split.shadowsOfInputs.map((variable) => ({ name: variable.name ?? "d", variable, paths: null }))],
    body: makeBlock([...split.forward, { kind: "return", origin, fields: fields.map(({ name, variable }) => [name, variable] as const), value: null }]),
    result: half.recordType, resultText: recordText,
  };
  const b = new Builder(ids, origin);
  const record = freshVar(ids, "record", half.recordType);
  for (const { name, variable } of fields) if (needed.has(variable)) b.emit({ kind: "read", origin, ref: record, key: name, out: variable });
  const parameters = [record, ...(seed ? [seed] : [])];
  const result: Type = half.scalars.length === 0 ? { kind: "undefined" } : half.scalars.length === 1 ? numberType : half.gradientType;
  const backward: IrFunction = {
    ...shared, name: half.backward, nextId: ids.next,
    parameters: parameters.map((v) => parameter(v, typeText(v.type))),
    inputs: parameters.map((variable) => ({ name: variable.name!, variable, paths: null })),
    body: makeBlock([...b.instructions, ...split.backward]),
    result, resultText: result.kind === "undefined" ? "void" : typeText(result),
  };
  return { forward, backward, declaration, recorded: split.recorded };
}
