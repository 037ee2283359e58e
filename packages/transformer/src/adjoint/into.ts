import { isDictionary } from "../ir/dictionaries.ts";
import { isReference } from "../analysis/aliases.ts";
import { booleanType, freshVar, integerType, literalVar, numberType } from "../ir/build.ts";
import type { FieldType, IrFunction, Parameter, RecordType, Type, Var } from "../ir/ir.ts";
import { refuseSamePart } from "./entryChecks.ts";
import { eachIndex } from "./reverse.ts";
import type { Scope } from "./scope.ts";
import { type GradientField, restricted } from "./signature.ts";
import { typeText } from "./gradientType.ts";
import type { ReverseState } from "./state.ts";

/** A function with a record for its gradient as a parameter before the others: `grad_f_into(out, …)`. */
export interface WithOut { readonly fn: IrFunction; readonly out: Var }

export function withOut(fn: IrFunction, fields: readonly GradientField[]): WithOut {
  const taken = new Set(fn.inputs.map((i) => i.name));
  let name = "out";
  for (let n = 1; taken.has(name); n++) name = `out${n}`;
  const type: RecordType = { kind: "record", text: null, fields: fields.map((f): FieldType => ({ name: f.name, type: f.type, optional: false })) };
  const out: Var = { id: fn.nextId, name, type };
  const parameter: Parameter = { pattern: { kind: "name", variable: out }, typeText: typeText(type), optional: false, rest: false };
  return { out, fn: { ...fn, parameters: [parameter, ...fn.parameters], nextId: fn.nextId + 1 } };
}

/** Whether the gradient can be summed in the caller's memory: as exact as the shadow is, and of a shape that the argument tells. */
export function sumsInPlace(f: GradientField): boolean {
  return isPlain(restricted(f.input.variable.type, f.input.paths)) && !holdsSingles(f.type);
}

/** Of parts that may be absent the shape is known if they are numbers or arrays of numbers; and no type contains itself. */
function isPlain(type: Type, inside: readonly Type[] = []): boolean {
  if (inside.includes(type)) return false;
  switch (type.kind) {
    case "optional":
      return isReference(type) ? isListOfNumbers(type.of) : inside.length > 0;
    case "array":
      return !isDictionary(type) && isPlain(type.element, inside);
    case "tuple":
      return type.elements.every((e) => isPlain(e, inside));
    case "record":
      return type.fields.every((f) =>
        f.optional && isReference(f.type) ? isListOfNumbers(f.type.kind === "optional" ? f.type.of : f.type) : isPlain(f.type, [...inside, type]),
      );
    default:
      return true;
  }
}

const isListOfNumbers = (type: Type): boolean => type.kind === "array" && type.element.kind === "number" && !isDictionary(type);

/** Sums are kept in double precision. */
function holdsSingles(type: Type): boolean {
  switch (type.kind) {
    case "array": return type.constructorName === "Float32Array" || holdsSingles(type.element);
    case "tuple": return type.elements.some(holdsSingles);
    case "record": return type.fields.some((f) => holdsSingles(f.type));
    default: return false;
  }
}

/**
 * `holder[key]` becomes zeros in the shape of `like`: what is there already if it has that shape (memory that was transferred has none),
 * otherwise new arrays.
 */
export function clearInPlace(
  r: ReverseState,
  s: Scope,
  holder: Var,
  key: Var | string,
  type: Type,
  like: Var,
  what: Parameters<typeof refuseSamePart>[3],
): void {
  const b = s.builder,
    { origin } = b;
  if (!isReference(type)) {
    if (type.kind === "number") b.emit({ kind: "write", origin, ref: holder, key, value: literalVar(r.ids, 0) });
    return;
  }
  const there = freshVar(r.ids, null, type);
  b.emit({ kind: "read", origin, ref: holder, key, out: there });
  refuseSamePart(s, there, like, what);
  const below = (scope: Scope, k: Var | string, part: Type): void => {
    const of = partOf(like.type, k);
    if (!of) return;
    let source = like;
    if (isReference(part)) {
      source = freshVar(r.ids, null, of);
      scope.builder.emit({ kind: "read", origin, ref: like, key: k, out: source });
    }
    const step = typeof k === "string" ? `.${k}` : k.literal ? `[${String(k.literal.value)}]` : "[]";
    clearInPlace(r, scope, there, k, part, source, { ...what, out: what.out + step, of: what.of + step });
  };
  switch (type.kind) {
    case "record":
      for (const f of type.fields) below(s, f.name, f.type);
      break;
    case "tuple":
      type.elements.forEach((e, k) => below(s, literalVar(r.ids, k), e));
      break;
    case "array": {
      const have = freshVar(r.ids, null, integerType),
        want = freshVar(r.ids, null, integerType),
        differs = freshVar(r.ids, null, booleanType);
      b.emit({ kind: "length", origin, ref: there, out: have });
      // Where nothing is, the gradient is an empty array.
      if (like.type.kind === "optional") b.emit({ kind: "raw", origin, parts: ["(", like, "?.length ?? 0)"], out: want, pure: true });
      else b.emit({ kind: "length", origin, ref: like, out: want });
      b.emit({ kind: "apply", origin, op: "!==", args: [have, want], out: differs });
      const made = s.nested(origin),
        kept = s.nested(origin);
      const zeros = freshVar(r.ids, null, type);
      made.builder.emit({ kind: "zeros", origin, like, out: zeros });
      made.builder.emit({ kind: "write", origin, ref: holder, key, value: zeros });
      if (isReference(type.element)) eachIndex(r, there, origin, kept, (trip, k) => below(trip, k, type.element));
      else
        kept.builder.emit({
          kind: "raw",
          origin,
          parts: typeof key === "string" ? [holder, `.${key}.fill(0)`] : [holder, "[", key, "]!.fill(0)"],
          out: null,
          pure: false,
        });
      b.emit({ kind: "if", origin, condition: differs, then: made.block(), else: kept.block(), outs: [] });
      break;
    }
    default:
      break;
  }
}

/** `holder[key]` takes the elements of an array of another kind, a copy in memory that is there if it fits. */
export function copyInPlace(r: ReverseState, s: Scope, holder: Var, key: string, type: Type, from: Var): void {
  const b = s.builder, { origin } = b;
  const there = freshVar(r.ids, null, type),
    have = freshVar(r.ids, null, integerType),
    want = freshVar(r.ids, null, integerType),
    differs = freshVar(r.ids, null, booleanType);
  b.emit({ kind: "read", origin, ref: holder, key, out: there });
  b.emit({ kind: "length", origin, ref: there, out: have });
  b.emit({ kind: "length", origin, ref: from, out: want });
  b.emit({ kind: "apply", origin, op: "!==", args: [have, want], out: differs });
  const made = s.nested(origin), zeros = freshVar(r.ids, null, type), target = freshVar(r.ids, null, type);
  made.builder.emit({ kind: "zeros", origin, like: from, out: zeros });
  made.builder.emit({ kind: "write", origin, ref: holder, key, value: zeros });
  b.emit({ kind: "if", origin, condition: differs, then: made.block(), else: { instructions: [], yields: [], dead: false }, outs: [] });
  b.emit({ kind: "read", origin, ref: holder, key, out: target });
  eachIndex(r, from, origin, s, (trip, k) => {
    const value = freshVar(r.ids, null, numberType);
    trip.builder.emit({ kind: "read", origin, ref: from, key: k, out: value });
    trip.builder.emit({ kind: "write", origin, ref: target, key: k, value });
  });
}

function partOf(type: Type, key: Var | string): Type | undefined {
  if (type.kind === "record") {
    const field = type.fields.find((f) => f.name === key);
    return field?.optional && field.type.kind !== "optional" ? { kind: "optional", of: field.type } : field?.type;
  }
  if (type.kind === "tuple") return typeof key === "string" ? undefined : type.elements[Number(key.literal?.value)];
  return type.kind === "array" ? type.element : undefined;
}
