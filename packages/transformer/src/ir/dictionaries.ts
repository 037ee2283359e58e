import type { ArrayType, Type } from "./ir.ts";

/** `Record<string, number>`: numbers by names that are known when the program runs. */
export const isDictionary = (type: Type): boolean => type.kind === "array" && type.constructorName === "Dictionary";

export const dictionaryText = (type: ArrayType): string => (type.readonly ? "Readonly<Record<string, number>>" : "Record<string, number>");

/** Whether a value of the type is one or holds one. */
export function holdsDictionary(type: Type, around: readonly Type[] = []): boolean {
  if (around.includes(type)) return false;
  const inner = [...around, type];
  switch (type.kind) {
    case "array": return isDictionary(type) || holdsDictionary(type.element, inner);
    case "tape": return holdsDictionary(type.element, inner);
    case "optional": return holdsDictionary(type.of, inner);
    case "tuple": return type.elements.some((e) => holdsDictionary(e, inner));
    case "record": return type.fields.some((f) => holdsDictionary(f.type, inner));
    default: return false;
  }
}
