import type { Activity } from "../analysis/activity.ts";
import { isReference } from "../analysis/aliases.ts";
import { Builder, adjointType, freshVar, makeBlock, type Ids } from "../ir/build.ts";
import { calledFunctions } from "../ir/calls.ts";
import type { IrFunction, IrModule, Parameter, RecordType, Type, Var } from "../ir/ir.ts";
import { gradientType, shadowType, typeText, type GradientNames } from "../adjoint/gradientType.ts";
import { tangentName, type Companion, type Companions, type TangentContext, type TangentFunction } from "./context.ts";
import { Tangents } from "./tangent.ts";

/** Which callees have a companion, and how it looks from outside. `nameOf` makes names that are free in the module. */
export function planCompanions(module: IrModule, active: Activity, names: GradientNames, nameOf: (wanted: string) => string): Companions {
  const planned = new Map<string, Companion>();
  const travels = (v: Var): boolean => (isReference(v.type) ? active.hasShadow(v) && gradientType(v.type, names) !== null : !v.literal && active.isActive(v));
  for (const [name, callee] of calledFunctions(module)) {
    const result = callee.body.yields[0];
    const tangents = callee.inputs.flatMap((p, n) => (travels(p.variable) ? [n] : []));
    const carries = result !== undefined && travels(result);
    const writes = tangents.some((n) => isReference(callee.inputs[n]!.variable.type));
    if (!carries && !writes) continue;
    const both: RecordType | null = result === undefined || !carries ? null : {
      kind: "record", text: null,
      fields: [{ name: "value", type: result.type, optional: false }, { name: "dvalue", type: tangentType(result, names), optional: false }],
    };
    planned.set(name, { callee, name: nameOf(`tangent_${callee.name}`), tangents, both, writes });
  }
  return planned;
}

/** The function that a companion is. */
export function companionBody({ callee, name, tangents, both }: Companion, context: TangentContext): TangentFunction {
  const ids: Ids = { next: callee.nextId }, origin = { loc: callee.loc, statement: null };
  const maker = new Tangents(callee.body, callee.inputs.map((p) => p.variable), context, ids);
  const taken = new Set(callee.inputs.map((p) => p.name));
  const given = tangents.map((n) => {
    const of = callee.inputs[n]!;
    let wanted = tangentName(of.name) ?? "d";
    for (let k = 1; taken.has(wanted); k++) wanted = `${tangentName(of.name) ?? "d"}${k}`;
    taken.add(wanted);
    const variable = freshVar(ids, wanted, tangentType(of.variable, context.names));
    maker.set(of.variable, variable);
    return { name: wanted, variable, paths: null };
  });
  const inner = maker.block(callee.body), value = inner.yields[0];
  const b = new Builder(ids, origin);
  if (!inner.dead && value)
    b.emit(
      both
        ? {
            kind: "return",
            origin,
            fields: [
              ["value", value],
              ["dvalue", maker.handedOn(value, callee.body.yields[0] ?? value, b)],
            ],
            value: null,
          }
        : { kind: "return", origin, fields: null, value },
    );
  const inputs = [...callee.inputs, ...given];
  const parameter = (variable: Var): Parameter => ({
    pattern: { kind: "name", variable },
    typeText: typeText(variable.type, false),
    optional: false,
    rest: false,
  });
  const fn: IrFunction = {
    name, loc: callee.loc, exported: false, wrt: null, typeParameters: "", inputs, nextId: ids.next,
    parameters: inputs.map((p) => parameter(p.variable)),
    body: makeBlock([...inner.instructions, ...b.instructions]),
    result: both ?? callee.result, resultText: both ? typeText(both, false) : value ? typeText(value.type, false) : "void",
  };
  return { fn, tangents: new Set(given.map((g) => g.variable)) };
}

function tangentType(v: Var, names: GradientNames): Type {
  if (!isReference(v.type)) return adjointType(v.type);
  return shadowType(v.type, names) ?? v.type;
}
