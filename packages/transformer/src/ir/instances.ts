import { isRecursive } from "./recursive.ts";
import type { RecordType, Type } from "./ir.ts";

/** Instances of classes are made as plain records: where others come from outside, inference would ask for methods. */
export function holdsInstances(type: Type, seen: readonly Type[] = []): boolean {
  if (seen.includes(type)) return false;
  const parts = type.kind === "array" ? [type.element] : type.kind === "tuple" ? type.elements : type.kind === "record" ? type.fields.map((f) => f.type) : [];
  return parts.some((t) => {
    const p = t.kind === "optional" ? t.of : t;
    return (p.kind === "record" && p.instance !== undefined) || holdsInstances(p, [...seen, type]);
  });
}

/** The user's name of a record type, unless what holds such a record here holds plain records where that name asks for instances. */
export const standingName = (type: RecordType): string | null =>
  type.text !== null && (type.instance !== undefined || isRecursive(type) || !holdsInstances(type)) ? type.text : null;
