import type { Activity } from "../analysis/activity.ts";
import { isReference } from "../analysis/aliases.ts";
import type { IrFunction, IrModule, RecordType, Type, Var } from "../ir/ir.ts";
import { calledFunctions } from "../ir/calls.ts";
import { eachInstruction } from "../ir/visit.ts";
import { adjointType } from "../ir/build.ts";

/** How what the reverse of a call needs gets from one half to the other. Settled in rounds (pairs.ts). */
export interface Shape {
  /** Numbers alone: pushed on a tape that all activations share, popped in reverse. Else the forward half returns a record for each activation. */
  flat: boolean;
  /** The halves take that tape: they use it, or call halves that do. */
  tape: boolean;
  /** The backward half takes these arguments again: the inputs by number, then their shadows. */
  passed: ReadonlySet<number>;
}

/** How a function that is called and not inlined is split: `backward` takes what `forward` kept, and the seed. */
export interface Half {
  readonly callee: IrFunction;
  readonly forward: string;
  readonly backward: string;
  readonly shape: Shape;
  /** How many of the inputs have a shadow. */
  readonly shadowed: number;
  /** The named type of the record of one activation. */
  readonly recordType: Type;
  /** The active number parameters and the fields in which their adjoints come back. */
  readonly scalars: readonly { readonly index: number; readonly field: string; readonly type: Type }[];
  readonly gradientType: Type;
  /** The result carries a gradient. */
  readonly seeded: boolean;
  /** It writes into memory that carries a gradient: its reverse runs whatever the seed. */
  readonly writes: boolean;
}

export interface Halves {
  readonly ofCallee: ReadonlyMap<string, Half>;
  readonly ofForward: ReadonlyMap<string, Half>;
  /** The result of the call that made a record; of the call itself where there is none. */
  readonly results: Map<Var, Var>;
}

/** Which callees are split, and how their halves look from outside. `nameOf` makes names that are free in the module. */
export function planHalves(module: IrModule, active: Activity, nameOf: (wanted: string) => string): Halves {
  const ofCallee = new Map<string, Half>(), ofForward = new Map<string, Half>();
  const called = calledFunctions(module);
  for (const [name, callee] of called) {
    const result = callee.body.yields[0];
    const seeded = result !== undefined && active.isActive(result);
    const shadows = callee.inputs.filter((p) => isReference(p.variable.type) && active.hasShadow(p.variable)).length;
    const shadowed = shadows > 0 || (result !== undefined && isReference(result.type) && active.hasShadow(result));
    if (!seeded && !shadowed) continue;
    const scalars = callee.inputs.flatMap((p, index) =>
      active.isActive(p.variable) ? [{ index, field: `d${p.name}`, type: adjointType(p.variable.type) }] : [],
    );
    const base = callee.name;
    const recordType: RecordType = { kind: "record", fields: [], text: nameOf(`Record_${base}`) };
    const half: Half = {
      callee,
      shape: { flat: canBeFlat(callee) && !(result !== undefined && isReference(result.type) && active.hasShadow(result)), tape: false, passed: new Set() },
      shadowed: shadows,
      forward: nameOf(`forward_${base}`),
      backward: nameOf(`backward_${base}`),
      recordType,
      scalars,
      seeded,
      gradientType: { kind: "record", fields: scalars.map(({ field, type }) => ({ name: field, type, optional: false })), text: null },
      writes: shadowed && writesActive(module, callee, active),
    };
    ofCallee.set(name, half);
    ofForward.set(half.forward, half);
  }
  return { ofCallee, ofForward, results: new Map() };
}

/** Pushes and pops pair up where every Block that begins also ends. */
function canBeFlat(fn: IrFunction): boolean {
  let leaves = false;
  eachInstruction(fn.body, (i) => { if (i.kind === "exit") leaves = true; });
  return !leaves;
}

/** Whether a function, or one it calls, writes numbers into memory that carries a gradient, or returns such memory. */
function writesActive(module: IrModule, callee: IrFunction, active: Activity): boolean {
  let writes = false;
  const seen = new Set<IrFunction>();
  const visit = (fn: IrFunction): void => {
    if (seen.has(fn)) return;
    seen.add(fn);
    const result = fn.body.yields[0];
    if (result && isReference(result.type) && active.hasShadow(result)) writes = true;
    eachInstruction(fn.body, (i) => {
      if ((i.kind === "write" || i.kind === "push" || i.kind === "pop") && active.hasShadow(i.ref)) writes = true;
      if (i.kind === "call") { const next = module.callees.get(i.callee) ?? (module.root.name === i.callee ? module.root : undefined); if (next) visit(next); }
    });
  };
  visit(callee);
  return writes;
}
