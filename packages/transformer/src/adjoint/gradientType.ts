import type { Type } from "../ir/ir.ts";
import { numberType } from "../ir/build.ts";

/**
 * `Grad<P>` of DESIGN.md section 2: the type of the gradient of a value, or null if it has none.
 *
 * Number → number; arrays and tuples of the same shape without `readonly`; floating-point typed arrays likewise;
 * records → their differentiable fields. Recursive records keep their knot.
 */
export function gradientType(type: Type, known = new Map<Type, Type | null>()): Type | null {
  const met = known.get(type);
  if (met !== undefined) return met;
  switch (type.kind) {
    case "number": return numberType;
    case "optional": return gradientType(type.of, known);
    case "array": {
      if (type.constructorName === "Float64Array" || type.constructorName === "Float32Array") return { kind: "array", constructorName: type.constructorName, element: numberType };
      if (type.constructorName !== "Array") return null;
      const element = gradientType(type.element, known);
      return element && { kind: "array", constructorName: "Array", element };
    }
    case "tuple": {
      const elements = type.elements.map((e) => gradientType(e, known));
      return elements.some((e) => e) ? { kind: "tuple", elements: elements.map((e) => e ?? { kind: "undefined" }) } : null;
    }
    case "record": {
      const made: Type & { kind: "record" } = { kind: "record", fields: [], text: null };
      known.set(type, made);
      made.fields = type.fields.flatMap((f) => {
        const t = gradientType(f.type, known);
        return t ? [{ name: f.name, type: t, optional: false }] : [];
      });
      if (made.fields.length > 0) return made;
      known.set(type, null);
      return null;
    }
    default: return null;
  }
}

/** The type of the shadow: sums of many terms are kept in double precision, also for `Float32Array`. */
export function shadowType(type: Type): Type | null {
  const t = gradientType(type);
  return t?.kind === "array" && t.constructorName === "Float32Array" ? { ...t, constructorName: "Float64Array" } : t;
}

/** Writes a gradient type: `{ x: number; ws: number[] }`. Memory of our own (`fresh`): `Float64Array<ArrayBuffer>`. */
export function typeText(type: Type, fresh = true): string {
  switch (type.kind) {
    case "number": case "integer": return "number";
    case "boolean": case "string": case "undefined": case "null": return type.kind;
    case "optional": return `${typeText(type.of, fresh)} | null | undefined`;
    case "array": {
      if (type.constructorName !== "Array") return fresh ? `${type.constructorName}<ArrayBuffer>` : type.constructorName;
      const element = typeText(type.element, fresh);
      const text = element.includes("|") || element.startsWith("readonly ") ? `(${element})[]` : `${element}[]`;
      return type.readonly ? `readonly ${text}` : text;
    }
    case "tuple": return `${type.readonly ? "readonly " : ""}[${type.elements.map((e) => typeText(e, fresh)).join(", ")}]`;
    case "record": return type.text ?? `{ ${type.fields.map((f) => `${propertyName(f.name)}${f.optional ? "?" : ""}: ${typeText(f.type, fresh)}`).join("; ")} }`;
    case "opaque": return type.text ?? "unknown";
    case "tape": return typeText({ kind: "array", constructorName: "Array", element: type.element }, fresh);
  }
}

const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
