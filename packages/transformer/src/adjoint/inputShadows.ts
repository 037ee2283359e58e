import { isReference } from "../analysis/aliases.ts";
import { needsMap } from "../analysis/sharedInputs.ts";
import { bug } from "../diagnostics/bug.ts";
import { freshVar, integerType } from "../ir/build.ts";
import type { IrFunction, Origin, Var, Type } from "../ir/ir.ts";
import { refuseSameGradients } from "./entryChecks.ts";
import { freeName } from "./freeName.ts";
import { shadowType } from "./gradientType.ts";
import { zeroLike } from "./instantiate.ts";
import { sumsInPlace, clearInPlace, copyInPlace } from "./into.ts";
import { holdsSingle, inSinglePrecision } from "./returned.ts";
import type { Scope } from "./scope.ts";
import { shadowName } from "./shadows.ts";
import type { GradientField } from "./signature.ts";
import { type ReverseState, adjointOf } from "./state.ts";

/** The shadows of what is asked for, and of other arguments that may be the same memory. */
export function emitInputShadows(r: ReverseState, fn: IrFunction, fields: readonly GradientField[], top: Scope, origin: Origin, into: Var | null): void {
  const { shared, makers } = r.sharing;
  const made = makers.size > 0 ? freshVar(r.ids, "shadows", { kind: "opaque", text: null }) : null;
  if (made) top.builder.emit({ kind: "raw", origin, parts: ["new Map<object, unknown>()"], out: made, pure: true });
  for (const { variable } of fn.inputs) {
    if (!isReference(variable.type) || !(fields.some((f) => f.input.variable === variable) || r.active.hasShadow(variable))) continue;
    const out = inputShadow(r, variable);
    const field = into && !made ? fields.find((f) => f.input.variable === variable && sumsInPlace(f)) : undefined;
    if (into && field) {
      top.builder.origin = origin;
      refuseSameGradients(fn, fields, field, top, into);
      clearInPlace(r, top, into, field.name, out.type, variable, {
        derivative: `grad_${fn.name}_into`,
        out: `${into.name}.${field.name}`,
        of: field.input.name,
      });
      top.builder.emit({ kind: "read", origin, ref: into, key: field.name, out });
      continue;
    }
    top.builder.emit({ kind: "zeros", origin, like: variable, out, ...(made && needsMap(variable, shared) ? { shared: { made, makers } } : {}) });
  }
}

/** How long arguments are that become longer by writes at their end: so long are their gradients. */
export function lengthsOnEntry(r: ReverseState, fields: readonly GradientField[], top: Scope, origin: Origin): readonly (readonly [Var, Var])[] {
  return fields.flatMap(({ input: { variable } }) => {
    if (variable.type.kind !== "array" || !r.memory.nodeOf(variable).overrun) return [];
    const out = freshVar(r.ids, null, integerType);
    top.builder.emit({ kind: "length", origin, ref: variable, out });
    return [[inputShadow(r, variable), out] as const];
  });
}

/** The gradient by an array or record as the caller gets it. */
export function asReturned(r: ReverseState, f: GradientField, s: Scope): Var {
  const shadow = inputShadow(r, f.input.variable);
  if (!holdsSingle(f.type)) return shadow;
  const out = freshVar(r.ids, null, f.type);
  s.builder.emit({ kind: "raw", origin: s.builder.origin, parts: inSinglePrecision(f.type, [shadow]), out, pure: true });
  return out;
}

/** The gradient by one input, in the record of the caller; arrays that were summed there are there already. */
export function returnInto(r: ReverseState, f: GradientField, s: Scope, out: Var): void {
  const b = s.builder, { origin } = b;
  if (!f.shadowed) b.emit({ kind: "write", origin, ref: out, key: f.name, value: adjointOf(r, s, f.input.variable) ?? zeroLike(b, f.input.variable) });
  else if (f.type.kind === "array" && f.type.constructorName === "Float32Array" && f.input.variable.type.kind === "array")
    copyInPlace(r, s, out, f.name, f.type, inputShadow(r, f.input.variable));
  else if (r.sharing.makers.size > 0 || !sumsInPlace(f)) b.emit({ kind: "write", origin, ref: out, key: f.name, value: asReturned(r, f, s) });
}

/**
 * The result on a way on which it is there, though its variable may be empty on others. Parts that may be missing are `null` or `undefined`,
 * which the types of variables do not tell apart.
 */
export function asPresent(r: ReverseState, fn: IrFunction, value: Var, s: Scope): Var {
  if (fn.result.kind === "optional" || !isReference(value.type)) return value;
  const type = value.type.kind === "optional" ? value.type.of : value.type;
  const assertion = `${value.type.kind === "optional" ? "!" : ""}${mayLackParts(type) ? ` as ${fn.resultText ?? `ReturnType<typeof ${fn.name}>`}` : ""}`;
  if (assertion === "") return value;
  const out = freshVar(r.ids, null, type);
  s.builder.emit({ kind: "raw", origin: s.builder.origin, parts: [value, assertion], out, pure: true });
  return out;
}

function mayLackParts(type: Type): boolean {
  switch (type.kind) {
    case "optional": return true;
    case "array": return mayLackParts(type.element);
    case "tuple": return type.elements.some(mayLackParts);
    case "record": return type.text === null && type.fields.some((f) => f.optional || mayLackParts(f.type));
    default: return false;
  }
}

/** `passed`: where the argument may be left out, so is its shadow. */
export function inputShadow(r: ReverseState, v: Var, taken = new Set<string>(), passed = false): Var {
  let s = r.shadows.of(v);
  if (!s) {
    const name = shadowName(v.name), type = shadowType(v.type, r.sharing.names, true) ?? bug("a shadow without a type");
    s = freshVar(
      r.ids,
      name && freeName(name, taken),
      passed && v.type.kind === "optional" && type.kind !== "optional" ? { kind: "optional", of: type } : type,
    );
    r.shadows.set(v, s);
  }
  return s;
}
