import type { RecordType, Type } from "../ir/ir.ts";
import { numberType } from "../ir/build.ts";
import { standingName } from "../ir/instances.ts";
import { isRecursive, leadsBack } from "../ir/recursive.ts";
import { dictionaryText, isDictionary } from "../ir/dictionaries.ts";
import { elementTexts } from "../ir/tuples.ts";
import { holdsSingle } from "./returned.ts";

/** What the gradients of types that contain themselves are called: they cannot be written out. */
export type GradientNames = ReadonlyMap<RecordType, string>;

/**
 * `Grad<P>` of DESIGN.md section 2: the type of the gradient of a value, or null if it has none.
 *
 * Number → number; arrays and tuples of the same shape without `readonly`; floating-point typed arrays likewise;
 * records → their differentiable fields, each present but those that lead back into a type that contains itself. Such types keep their knot.
 * `partial`: of memory that is not an argument's, where objects may be absent as in the primal.
 */
export function gradientType(type: Type, names: GradientNames, known = new Map<Type, Type | null>(), partial = false): Type | null {
  const met = known.get(type);
  if (met !== undefined) return met;
  switch (type.kind) {
    case "number": return numberType;
    case "matrix": return type;
    case "optional": {
      const of = gradientType(type.of, names, known, partial);
      return partial && of && of.kind !== "number" && of.kind !== "matrix" && of.kind !== "optional" ? { kind: "optional", of, neverNull: true } : of;
    }
    case "array": {
      if (type.constructorName === "Float64Array" || type.constructorName === "Float32Array" || isDictionary(type))
        return { kind: "array", constructorName: type.constructorName, element: numberType };
      if (type.constructorName !== "Array") return null;
      const element = gradientType(type.element, names, known, partial);
      return element && { kind: "array", constructorName: "Array", element };
    }
    case "tuple": {
      const elements = type.elements.map((e) => gradientType(e, names, known, partial));
      return elements.some((e) => e) ? { kind: "tuple", elements: elements.map((e) => e ?? { kind: "undefined" }) } : null;
    }
    case "record": {
      if (!hasNumbers(type)) return null;
      const made: RecordType = { kind: "record", fields: [], text: names.get(type) ?? null };
      known.set(type, made);
      made.fields = type.fields.flatMap((f) => {
        const t = gradientType(f.type, names, known, partial);
        if (!t) return [];
        const mayEnd = (f.optional || f.type.kind === "optional") && (leadsBack(f.type, type) || isRecursive(f.type));
        return [
          {
            name: f.name,
            type: mayEnd && t.kind !== "optional" ? ({ kind: "optional", of: t, neverNull: true } as const) : t,
            optional: mayEnd || t.kind === "optional",
          },
        ];
      });
      return made;
    }
    default: return null;
  }
}

/** The type of the gradient by an argument: whole where the argument is absent, but for a type that contains itself. */
export function inputGradientType(type: Type, names: GradientNames): Type | null {
  const t = gradientType(type, names);
  return t && type.kind === "optional" && isRecursive(type) ? { kind: "optional", of: t, neverNull: true } : t;
}

/** Whether any number with a gradient lies in a type. */
function hasNumbers(type: Type, seen = new Set<Type>()): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  switch (type.kind) {
    case "number":
    case "matrix":
      return true;
    case "optional":
      return hasNumbers(type.of, seen);
    case "array":
      return (
        isDictionary(type) ||
        type.constructorName === "Float64Array" ||
        type.constructorName === "Float32Array" ||
        (type.constructorName === "Array" && hasNumbers(type.element, seen))
      );
    case "tuple":
      return type.elements.some((e) => hasNumbers(e, seen));
    case "record":
      return type.fields.some((f) => hasNumbers(f.type, seen));
    default:
      return false;
  }
}

/**
 * The type of the shadow: sums of many terms are kept in double precision, also for `Float32Array`. What may be absent has a shadow that
 * may be.
 */
export function shadowType(type: Type, names: GradientNames, whole = false): Type | null {
  if (type.kind === "optional" && !(whole && !isRecursive(type))) {
    const of = shadowType(type.of, names);
    return of && of.kind !== "number" && of.kind !== "matrix" ? { kind: "optional", of, neverNull: true } : of;
  }
  const t = gradientType(type, names, new Map(), !whole);
  return t && (holdsSingle(t) ? doubled(t, new Map()) : t);
}

function doubled(type: Type, known: Map<Type, Type>): Type {
  const met = known.get(type);
  if (met) return met;
  switch (type.kind) {
    case "optional":
      return { ...type, of: doubled(type.of, known) };
    case "array":
      return type.constructorName === "Float32Array" ? { ...type, constructorName: "Float64Array" } : { ...type, element: doubled(type.element, known) };
    case "tuple":
      return { ...type, elements: type.elements.map((e) => doubled(e, known)) };
    case "record": {
      const made: RecordType = { ...type, fields: [] };
      known.set(type, made);
      made.fields = type.fields.map((f) => ({ ...f, type: doubled(f.type, known) }));
      return made;
    }
    default:
      return type;
  }
}

/** Writes a gradient type: `{ x: number; ws: number[] }`. Memory of our own (`fresh`): `Float64Array<ArrayBuffer>`. */
export function typeText(type: Type, fresh = true): string {
  switch (type.kind) {
    case "number":
    case "integer":
      return "number";
    case "boolean":
    case "undefined":
    case "null":
      return type.kind;
    case "string":
      return type.text ?? type.kind;
    case "optional":
      return `${typeText(type.of, fresh)} | ${(type.besides ?? (type.neverNull ? ["undefined"] : ["null", "undefined"])).join(" | ")}`;
    case "array": {
      if (isDictionary(type)) return dictionaryText(type);
      if (type.constructorName !== "Array") return fresh ? `${type.constructorName}<ArrayBuffer>` : type.constructorName;
      const element = typeText(type.element, fresh);
      const text = element.includes("|") || element.startsWith("readonly ") ? `(${element})[]` : `${element}[]`;
      return type.readonly ? `readonly ${text}` : text;
    }
    case "tuple":
      return `${type.readonly ? "readonly " : ""}[${elementTexts(type, (e) => typeText(e, fresh)).join(", ")}]`;
    case "record":
      return standingName(type) ?? `{ ${type.fields.map((f) => `${propertyName(f.name)}${f.optional ? "?" : ""}: ${typeText(f.type, fresh)}`).join("; ")} }`;
    case "opaque":
      return type.text ?? "unknown";
    case "matrix":
      return type.text;
    case "tape":
      return typeText({ kind: "array", constructorName: "Array", element: type.element }, fresh);
  }
}

const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** The type of an element or field of a shadow. */
export function slotType(type: Type, key: string | number): Type | undefined {
  switch (type.kind) {
    case "optional": return slotType(type.of, key);
    case "array": return type.element;
    case "tuple": return type.elements[Number(key)];
    case "record": return type.fields.find((f) => f.name === key)?.type;
    default: return undefined;
  }
}
