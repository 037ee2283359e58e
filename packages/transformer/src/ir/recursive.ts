import type { RecordType, Type } from "./ir.ts";

/** A record that holds records of its own type. */
export function isRecursive(type: Type): boolean {
  if (type.kind === "optional") return isRecursive(type.of);
  return type.kind === "record" && type.fields.some((f) => leadsBack(f.type, type));
}

/** Whether a type holds another, at any depth. */
export function leadsBack(type: Type, to: RecordType, seen = new Set<Type>()): boolean {
  if (type === to) return true;
  if (seen.has(type)) return false;
  seen.add(type);
  switch (type.kind) {
    case "optional": return leadsBack(type.of, to, seen);
    case "array": return leadsBack(type.element, to, seen);
    case "tuple": return type.elements.some((e) => leadsBack(e, to, seen));
    case "record": return type.fields.some((f) => leadsBack(f.type, to, seen));
    default: return false;
  }
}
