import type { SharedInputs } from "../analysis/sharedInputs.ts";
import { wayText, type Way } from "../analysis/ways.ts";
import { isDictionary } from "../ir/dictionaries.ts";
import { booleanType, freshVar } from "../ir/build.ts";
import type { IrFunction, Origin, Type, Var } from "../ir/ir.ts";
import { isReference } from "../analysis/aliases.ts";
import { isRecursive } from "../ir/recursive.ts";
import { gradientType, typeText } from "./gradientType.ts";
import type { Scope } from "./scope.ts";
import type { GradientField } from "./signature.ts";
import type { ReverseState } from "./state.ts";

/**
 * Refuses at run time what types cannot exclude and no map makes right: memory that is written and reached in two ways, and two fields
 * that hold one object (it would have one gradient).
 */
export function emitEntryChecks(
  r: Pick<ReverseState, "ids" | "memory">, fn: IrFunction, shared: SharedInputs, scope: Pick<Scope, "builder">, origin: Origin, dvalue: Var | null,
  derivative = `${dvalue ? "vjp" : "grad"}_${fn.name}`,
): void {
  // The incoming gradient is read at the end: it must not be an array that is written before.
  for (const { variable, name } of fn.inputs) {
    if (!dvalue || !r.memory.nodeOf(variable).written || !sameKind(variable.type, dvalue.type)) continue;
    const same = freshVar(r.ids, null, booleanType), view = isView(dvalue.type) ? ".buffer" : "";
    scope.builder.emit({ kind: "raw", origin, parts: [dvalue, `${view} === `, variable, view].filter((p) => p !== ""), out: same, pure: true });
    refuseIf(scope, origin, same, `${derivative}: ${dvalue.name} and ${name} are the same object, and ${fn.name} writes into it`);
  }
  for (const [a, b] of shared.compared) {
    const parts = a === b ? repeated(a) : a.many || b.many ? meeting(a, b) : [...single(a), " === ", ...single(b), ...unlessAbsent(a, b)];
    const found = freshVar(r.ids, null, booleanType);
    scope.builder.emit({ kind: "raw", origin, parts: parts.filter((p) => p !== ""), out: found, pure: true });
    const written = r.memory.nodeAt(a).written || r.memory.nodeAt(b).written;
    const consequence = written ? `${fn.name} writes through them` : "their gradients cannot be told apart";
    const message = a === b
      ? `${derivative}: two of ${wayText(a)} are the same ${objectOf(a)}, and ${consequence}`
      : `${derivative}: ${wayText(a)} and ${wayText(b)} are the same ${objectOf(a)}, and ${consequence}`;
    refuseIf(scope, origin, found, message);
  }
}

type Parts = readonly (string | Var)[];

const objectOf = ({ type }: Way): string => (type.kind === "record" || isDictionary(type) ? "object" : "array");
const isView = (type: Type): boolean => type.kind === "array" && type.constructorName !== "Array" && !isDictionary(type);

/** `o.p.q`; of typed arrays the buffer, because they may be views. */
function single(way: Way): Parts {
  const { path, optional } = access(way);
  return [way.input.variable, path, isView(way.type) ? `${optional ? "?" : ""}.buffer` : ""];
}

function access({ input, steps }: Way): { readonly path: string; readonly optional: boolean } {
  let optional = input.variable.type.kind === "optional", type = present(input.variable.type), path = "";
  for (const s of steps) {
    const { type: next, optional: missing } = part(type, s);
    path +=
      typeof s === "number"
        ? `${optional ? "?." : ""}[${s}]`
        : /^[A-Za-z_$][\w$]*$/.test(s)
          ? `${optional ? "?" : ""}.${s}`
          : `${optional ? "?." : ""}[${JSON.stringify(s)}]`;
    optional ||= missing;
    type = next;
  }
  return { path, optional };
}

function unlessAbsent(a: Way, b: Way): Parts {
  return access(a).optional && access(b).optional ? [" && ", ...single(a), " !== undefined"] : [];
}

/** The type of a part, and whether it may be missing. */
function part(type: Type, s: string | number): { readonly type: Type; readonly optional: boolean } {
  if (type.kind === "array") return { type: present(type.element), optional: type.element.kind === "optional" };
  if (type.kind === "tuple" && typeof s === "number") {
    const e = type.elements[s]!;
    return { type: present(e), optional: e.kind === "optional" };
  }
  if (type.kind === "record") {
    const f = type.fields.find((g) => g.name === s)!;
    return { type: present(f.type), optional: f.optional || f.type.kind === "optional" };
  }
  return { type, optional: false };
}

const present = (t: Type): Type => (t.kind === "optional" ? present(t.of) : t);

/** All objects at the end of a way, as an array. */
function list(way: Way): Parts {
  const { input, steps } = way;
  let type = input.variable.type, isList = false, text: Parts = [input.variable];
  const missing = (): boolean => type.kind === "optional";
  for (const s of steps) {
    const holder = present(type);
    const optional = missing();
    if (s === "[]") {
      text = isList ? [...text, optional ? ".flatMap((o) => o ?? [])" : ".flat()"] : optional ? ["(", ...text, " ?? [])"] : text;
      isList = true;
      type = holder.kind === "array" ? holder.element : holder;
      continue;
    }
    const at = typeof s === "number" ? `[${s}]` : /^[A-Za-z_$][\w$]*$/.test(s) ? `.${s}` : `[${JSON.stringify(s)}]`;
    text = isList
      ? [...text, `.map((o) => o${optional ? "?." : ""}${optional && at.startsWith(".") ? at.slice(1) : at})`]
      : [...text, optional ? `?.${at.startsWith(".") ? at.slice(1) : at}` : at];
    const next = part(holder, s);
    type = next.optional || optional ? { kind: "optional", of: next.type } : next.type;
  }
  if (!isList) text = ["[", ...text, "]"];
  if (missing()) text = [...text, ".filter((o) => o != null)"];
  if (isView(way.type)) text = [...text, ".map((o) => o.buffer)"];
  return text;
}

/** `new Set(m).size !== m.length`. */
function repeated(way: Way): Parts {
  const all = list(way);
  return ["new Set(", ...all, ").size !== ", ...all, ".length"];
}

/** Whether one is among many, or any of many among many. */
function meeting(a: Way, b: Way): Parts {
  if (!a.many || !b.many) {
    const [one, many] = a.many ? [b, a] : [a, b];
    return ["new Set<unknown>(", ...list(many), ").has(", ...single(one), ")"];
  }
  return [...list(a), ".some(Set.prototype.has, new Set<unknown>(", ...list(b), "))"];
}

/** Two gradients must not be one array. */
export function refuseSameGradients(fn: IrFunction, fields: readonly GradientField[], { name, type }: GradientField, scope: Scope, out: Var): void {
  if (type.kind !== "array") return;
  const { origin, ids } = scope.builder;
  const refuse = (other: readonly (string | Var)[], text: string): void => {
    const same = freshVar(ids, null, booleanType);
    scope.builder.emit({ kind: "raw", origin, parts: [out, `.${name} === `, ...other], out: same, pure: true });
    refuseIf(scope, origin, same, `grad_${fn.name}_into: ${out.name}.${name} and ${text} are the same array`);
  };
  for (const before of fields.slice(
    0,
    fields.findIndex((f) => f.name === name),
  ))
    if (typeText(before.type) === typeText(type)) refuse([out, `.${before.name}`], `${out.name}.${before.name}`);
}

/** A part of the caller's memory for the gradient must not be that part of the argument (`out.dm = { ...m }`). */
export function refuseSamePart(scope: Scope, there: Var, like: Var, what: { readonly derivative: string; readonly out: string; readonly of: string }): void {
  const a = there.type, b = present(like.type);
  if (a.kind !== b.kind || (a.kind === "array" && b.kind === "array" && a.constructorName !== b.constructorName)) return;
  const { origin, ids } = scope.builder, same = freshVar(ids, null, booleanType);
  // The type checker takes records of a union for others, and arrays of other records, if one of them must not be written.
  const unlike =
    ofUnion(b) ||
    (b.kind !== "record" && "readonly" in b && b.readonly === true && typeText(a).replaceAll("readonly ", "") !== typeText(b).replaceAll("readonly ", ""));
  scope.builder.emit({ kind: "raw", origin, parts: unlike ? ["(", there, " as unknown) === ", like] : [there, " === ", like], out: same, pure: true });
  refuseIf(scope, origin, same, `${what.derivative}: ${what.out} and ${what.of} are the same ${a.kind === "record" ? "object" : "array"}`);
}

const ofUnion = (t: Type): boolean => (t.kind === "array" ? ofUnion(present(t.element)) : t.kind === "record" && t.members !== undefined);

/** Whether an incoming gradient may be the array or record itself. */
function sameKind(a: Type, d: Type): boolean {
  if (!isReference(a) || isRecursive(a)) return false;
  const type = gradientType(a, new Map());
  return type !== null && typeText(type) === typeText(d);
}

function refuseIf(scope: Pick<Scope, "builder">, origin: Origin, condition: Var, message: string): void {
  scope.builder.emit({
    kind: "if", origin, condition, outs: [],
    then: { instructions: [{ kind: "throw", origin, parts: [`new Error(${JSON.stringify(message)})`] }], yields: [], dead: true },
    else: { instructions: [], yields: [], dead: false },
  });
}
