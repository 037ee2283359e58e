import type { Type } from "../ir/ir.ts";
import type { MemberExpr } from "./tree.ts";

/** Whether the type of what is kept under a key says that it may be absent. */
export function isOptionalSlot(type: Type, key: string | null): boolean {
  switch (type.kind) {
    case "optional": return isOptionalSlot(type.of, key);
    case "array": return type.element.kind === "optional";
    case "tuple": return (key === null ? type.elements : type.elements.slice(Number(key), Number(key) + 1)).some((e) => e.kind === "optional");
    case "record": return type.fields.some((f) => f.name === key && (f.optional || f.type.kind === "optional"));
    default: return false;
  }
}

/** What reading something of a type says of what is read. */
export const absence = (type: Type): Pick<MemberExpr, "mixed" | "mayBeAbsent"> =>
  type.kind !== "optional" ? {} : type.besides ? { mixed: true } : { mayBeAbsent: true };

/** Whether `undefined` or `null` is among the values of a type: `number | false` has neither. */
export const mayBeNothing = (type: Type): boolean =>
  type.kind === "optional" && (type.besides === undefined || type.besides.includes("undefined") || type.besides.includes("null"));
