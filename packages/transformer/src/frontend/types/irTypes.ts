import { integerType, numberType, undefinedType } from "../../ir/build.ts";
import type { Type, ArrayConstructorName, Alternative, RecordType, FieldType, StringType } from "../../ir/ir.ts";

export const anyType: Type = { kind: "opaque", text: "any" };
export const unknownType: Type = { kind: "opaque", text: "unknown" };
export const isAny = (type: Type): boolean => type.kind === "opaque" && !type.final && (type.text === "any" || type.text === "unknown");

const arrayConstructors: ReadonlySet<string> = new Set<ArrayConstructorName>([
  "Array", "Float64Array", "Float32Array", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
]);

export const isArrayConstructorName = (name: string): name is ArrayConstructorName => arrayConstructors.has(name);
export const isIntegerArray = (name: ArrayConstructorName): boolean => name !== "Array" && name !== "Float64Array" && name !== "Float32Array";
export const elementOfConstructor = (name: ArrayConstructorName): Type => (isIntegerArray(name) ? integerType : numberType);

/** The type without `| undefined` and `| null`. */
export function present(type: Type): Type {
  return type.kind === "optional" ? present(type.of) : type;
}

export const isNumeric = (type: Type): boolean => {
  const kind = present(type).kind;
  return kind === "number" || kind === "integer";
};

/** What no object, array or function is; a missing element of such values is none either. */
export const isPrimitive = ({ kind }: Type): boolean => kind === "number" || kind === "integer" || kind === "boolean" || kind === "string";

export const isReference = (type: Type): boolean => {
  const kind = present(type).kind;
  return kind === "array" || kind === "tuple" || kind === "record";
};

/** Whether a value of the type may be `undefined` or `null`. */
export const mayBeAbsent = (type: Type): boolean => type.kind === "optional" || type.kind === "undefined" || type.kind === "null" || type.kind === "opaque";

export const optional = (type: Type): Type => (mayBeAbsent(type) ? type : { kind: "optional", of: type });
const alternatives: readonly Alternative[] = ["boolean", "string", "undefined", "null"];
const isAlternative = (kind: Type["kind"] | Alternative): kind is Alternative => (alternatives as readonly string[]).includes(kind);

/** The type of what is a number or a boolean or text; null if it is anything else, or nothing besides a number that may be missing. */
export function mixedNumber(types: readonly Type[]): Type | null {
  const besides = new Set<Alternative>();
  let number = false, other = false;
  for (const t of types) {
    if (isNumeric(t)) number = true;
    const others = t.kind === "optional" ? t.besides ?? ["undefined" as const] : isAlternative(t.kind) ? [t.kind] : [];
    if (!isNumeric(t) && others.length === 0) return null;
    for (const o of others) {
      besides.add(o);
      other ||= o === "boolean" || o === "string";
    }
  }
  return number && other ? { kind: "optional", of: numberType, besides: alternatives.filter((k) => besides.has(k)) } : null;
}

/** Whether it is the type of a number or of something else, told apart when the program runs. */
export const isMixed = (type: Type): boolean => type.kind === "optional" && type.besides !== undefined;

/** Whether a value is text, or may be. */
export function mayBeString(type: Type): boolean {
  return present(type).kind === "string" || (type.kind === "optional" && (type.besides?.includes("string") ?? false));
}

/** The type of a variable that holds one or the other. */
export function joinTypes(a: Type, b: Type, depth = 0): Type {
  if (a === b || depth > 6) return a;
  const mixed = mixedNumber([a, b]);
  if (mixed) return mixed;
  if (a.kind === "undefined" || a.kind === "null") return b.kind === "undefined" || b.kind === "null" ? a : optional(b);
  if (b.kind === "undefined" || b.kind === "null") return optional(a);
  if (a.kind === "optional" || b.kind === "optional") return optional(joinTypes(present(a), present(b), depth));
  if (isNumeric(a) && isNumeric(b)) return a.kind === "integer" && b.kind === "integer" ? a : numberType;
  if (a.kind === "opaque") return a;
  if (b.kind === "opaque") return b;
  if (a.kind === "string" && b.kind === "string") return joinTexts(a, b);
  if ((a.kind === "array" || a.kind === "tuple") && b.kind === a.kind && b.readonly && !a.readonly) return joinTypes(b, a, depth);
  if (typeKey(a) === typeKey(b)) return a;
  if (a.kind === "array" && b.kind === "array") {
    if (a.constructorName !== b.constructorName) return { kind: "opaque", text: null };
    return isAny(a.element) ? { ...a, element: b.element } : isAny(b.element) ? a : { ...a, element: joinTypes(a.element, b.element, depth + 1) };
  }
  if (a.kind === "tuple" && b.kind === "tuple" && a.elements.length === b.elements.length) {
    return { ...a, elements: a.elements.map((e, k) => joinTypes(e, b.elements[k] ?? e, depth + 1)) };
  }
  if ((a.kind === "tuple" || a.kind === "array") && (b.kind === "tuple" || b.kind === "array")) {
    const typed = (t: Type): boolean => t.kind === "array" && t.constructorName !== "Array";
    return typed(a) || typed(b) ? { kind: "opaque", text: null } : arrayOf(joinTypes(elementType(a, null), elementType(b, null), depth + 1));
  }
  if (a.kind === "record" && b.kind === "record") return joinRecords(a, b, depth);
  if (a.kind === "matrix" && b.kind === "matrix") return a.text === b.text ? a : { kind: "matrix", text: a.text.replace(/<.*/s, "") };
  return a.kind === b.kind ? a : { kind: "opaque", text: null };
}

/** A field that only one has may be missing. */
function joinRecords(a: RecordType, b: RecordType, depth: number): RecordType {
  const fields = [...new Set([...a.fields, ...b.fields].map((f) => f.name))].map((name): FieldType => {
    const x = a.fields.find((f) => f.name === name), y = b.fields.find((f) => f.name === name);
    const neverNull =
      (x?.neverNull || !mayBeAbsent(x?.type ?? numberType)) && (y?.neverNull || !mayBeAbsent(y?.type ?? numberType)) ? ({ neverNull: true } as const) : {};
    if (x && y) return { name, type: joinTypes(x.type, y.type, depth + 1), optional: x.optional || y.optional, ...neverNull };
    return { name, type: (x ?? y)?.type ?? unknownType, optional: true, ...neverNull };
  });
  return { kind: "record", fields, text: null };
}

/** Whether it is `Record<string, number>`. */
export const isDictionary = (type: Type): boolean => { const t = present(type); return t.kind === "array" && t.constructorName === "Dictionary"; };

export const arrayOf = (element: Type, constructorName: ArrayConstructorName = "Array"): Type => ({ kind: "array", constructorName, element });

/** The type of an element of an array or tuple; `index` null: of any. */
export function elementType(type: Type, index: number | null): Type {
  const t = present(type);
  if (t.kind === "array") return t.element;
  if (t.kind === "tuple") {
    const exact = index === null ? undefined : t.elements[index];
    return exact ?? t.elements.reduce<Type>((a, b) => joinTypes(a, b), t.elements[0] ?? undefinedType);
  }
  return unknownType;
}

export function fieldType(type: Type, name: string): FieldType | undefined {
  const t = present(type);
  return t.kind === "record" ? t.fields.find((f) => f.name === name) : undefined;
}

/** A key under which types that lower alike agree. */
export function typeKey(type: Type, depth = 0): string {
  if (depth > 4) return "…";
  switch (type.kind) {
    case "optional": return `${typeKey(type.of, depth)}?${type.besides?.join() ?? ""}`;
    case "integer": return "number";
    case "array": return `${type.constructorName}<${typeKey(type.element, depth + 1)}>`;
    case "tuple": return `[${type.elements.map((e) => typeKey(e, depth + 1)).join()}]`;
    case "record": return `${type.instance ?? ""}${type.text ?? fieldsKey(type, depth)}`;
    case "opaque": return type.text ?? "opaque";
    default: return type.kind;
  }
}

const fieldsKey = (type: RecordType, depth: number): string => `{${type.fields.map((f) => `${f.name}:${typeKey(f.type, depth + 1)}`).join()}}`;

export const joinTexts = (a: StringType, b: StringType): StringType => (a.text === b.text ? a : { kind: "string" });
