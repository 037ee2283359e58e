import { isReference } from "../analysis/aliases.ts";
import { Builder, adjointType, freshVar, makeBlock, numberType, type Ids } from "../ir/build.ts";
import type { FieldType, IrFunction, Parameter, Pattern, RecordType, Type, Var } from "../ir/ir.ts";
import { isRecursive } from "../ir/recursive.ts";
import { gradientType, shadowType, typeText } from "../adjoint/gradientType.ts";
import type { SharedInputs } from "../analysis/sharedInputs.ts";
import { emitEntryChecks } from "../adjoint/entryChecks.ts";
import { withoutGates } from "../adjoint/gates.ts";
import { holdsSingle, inSinglePrecision } from "../adjoint/returned.ts";
import type { GradientField } from "../adjoint/signature.ts";
import { copyText } from "./copies.ts";
import { holdsMatrix, withFreshMatrices } from "./freshMatrices.ts";
import { isHandedOn } from "./given.ts";
import { holdsShared, sharedCopy, type TangentMakers } from "./sharedTangents.ts";
import type { TangentContext, TangentFunction } from "./context.ts";
import { Tangents } from "./tangent.ts";

/**
 * `jvp_f({ dx, … }, …)`: value and derivative in a direction.
 *
 * Requires  `context` of the same function (the same Vars); `fields` those of its gradient.
 * Ensures   verified IR whose value has the bits of the primal's; the tangents of the caller are read and never written.
 */
export function tangentFunction(
  fn: IrFunction,
  fields: readonly GradientField[],
  context: TangentContext,
  shared: SharedInputs,
  makers: TangentMakers,
): TangentFunction {
  const ids: Ids = { next: fn.nextId },
    origin = { loc: fn.loc, statement: null };
  const maker = new Tangents(
    fn.body,
    fn.inputs.map((i) => i.variable),
    context,
    ids,
  );
  const b = new Builder(ids, origin);
  const taken = new Set(fn.inputs.map((i) => i.name));
  const kept = isHandedOn(fn, context.memory);
  const compared = shared.compared.filter((ways) => ways.some((w) => context.memory.nodeAt(w).written));
  emitEntryChecks({ ids, memory: context.memory }, fn, { ...shared, compared }, { builder: b }, origin, null, `jvp_${fn.name}`);
  const free = (wanted: string): string => {
    let name = wanted;
    for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`;
    taken.add(name);
    return name;
  };
  const map = freshVar(ids, "tangents", { kind: "opaque", text: null });
  if (makers.size > 0) b.emit({ kind: "raw", origin, parts: ["new Map<object, unknown>()"], out: map, pure: true });
  const own = (f: GradientField, from: Var, name: string): Var => {
    const { variable } = f.input;
    if (!holdsShared(variable.type, makers)) return copied(b, f.type, from, name);
    const out = freshVar(ids, name, holdsSingle(f.type) ? (shadowType(f.type, new Map(), true) ?? f.type) : f.type);
    b.emit({ kind: "raw", origin, parts: sharedCopy(variable.type, [variable], [from], { makers, names: context.names, map }), out, pure: true });
    return out;
  };
  const given = fields.map((f) => {
    const isOwn = f.shadowed && (kept(f.input.variable) || holdsSingle(f.type)),
      name = free(f.name);
    // `{ dxs: dxs0 }`, and `dxs` is the copy.
    const variable = freshVar(ids, isOwn ? free(`${f.name}0`) : name, f.type);
    const tangent = isOwn ? own(f, variable, name) : variable;
    maker.set(f.input.variable, tangent);
    return { key: f.name, pattern: { kind: "name", variable } satisfies Pattern, variable, tangent };
  });
  // Of what is not asked for but takes part in the memory the tangent is 0.
  for (const { variable } of fn.inputs) {
    if (fields.some((f) => f.input.variable === variable)) continue;
    if (isReference(variable.type)) {
      if (maker.hasShadow(variable)) b.emit({ kind: "zeros", origin, like: variable, out: maker.shadow(variable) });
    } else {
      maker.set(variable, null);
    }
  }
  const inner = maker.block(fn.body),
    value = inner.yields[0];
  const end = new Builder(ids, origin);
  if (!inner.dead && value) {
    const d = isReference(fn.result) ? resultShadow(maker, fn, value, end) : maker.valueOf(end, value);
    end.emit({
      kind: "return",
      origin,
      fields: [
        ["value", value],
        ["dvalue", d],
      ],
      value: null,
    });
  }
  const body = withoutGates(makeBlock([...b.instructions, ...inner.instructions, ...end.instructions]));
  const type: RecordType = { kind: "record", text: null, fields: fields.map((f): FieldType => ({ name: f.name, type: f.type, optional: false })) };
  const parameter: Parameter = {
    pattern: { kind: "object", entries: given.map(({ key, pattern }) => ({ key, pattern })), rest: null },
    typeText: typeText(type, false),
    optional: false,
    rest: false,
  };
  const tangents = new Set(given.flatMap((g) => [g.variable, g.tangent]));
  const whole = holdsMatrix(fn.result) ? withFreshMatrices(body, tangents, ids) : body;
  const made: IrFunction = {
    ...fn,
    name: `jvp_${fn.name}`,
    parameters: [parameter, ...fn.parameters],
    inputs: [...given.map(({ variable }) => ({ name: variable.name ?? "d", variable, paths: null })), ...fn.inputs],
    nextId: ids.next,
    body: whole,
    result: { kind: "opaque", text: null },
    resultText: `{ value: ${isReference(fn.result) ? (fn.resultText ?? `ReturnType<typeof ${fn.name}>`) : typeText(adjointType(fn.result))}; dvalue: ${typeText(resultType(fn, context))} }`,
  };
  return { fn: made, tangents };
}

/** The type of `dvalue`: as that of a gradient, but what may be absent in the result may be absent there. */
function resultType(fn: IrFunction, { names }: TangentContext): Type {
  return gradientType(fn.result.kind === "integer" ? numberType : fn.result, names, new Map(), true) ?? numberType;
}

/** The tangent of an array or record where the function changes it or returns it: of single precision in double. */
function copied(b: Builder, type: Type, given: Var, name: string): Var {
  const out = freshVar(b.ids, name, holdsSingle(type) ? shadowType(type, new Map(), true) ?? type : type);
  if (type.kind === "array" && !isReference(type.element)) b.emit({ kind: "copy", origin: b.origin, ref: given, out });
  else b.emit({ kind: "raw", origin: b.origin, parts: copyText(type, [given]), out, pure: true });
  return out;
}

/** The tangent of a result that is no number, in the caller's precision. */
function resultShadow(maker: Tangents, fn: IrFunction, value: Var, b: Builder): Var {
  const shadow = maker.handedOn(value, value, b), { origin } = b;
  const type = gradientType(fn.result, maker.context.names, new Map(), true);
  if (!type || !holdsSingle(type) || isRecursive(type)) return shadow;
  const out = freshVar(b.ids, null, type);
  b.emit({ kind: "raw", origin, parts: inSinglePrecision(type, [shadow]), out, pure: true });
  return out;
}
