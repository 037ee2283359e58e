import type { ArrayType, Instruction, Type } from "./ir.ts";

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

/** Whether no object with fields of its own is put where a dictionary is expected, or comes together with one: numbers of the two are found in other ways. */
export function agreesOnDictionaries(i: Instruction): boolean {
  switch (i.kind) {
    case "write": return agrees(i.value.type, slotType(i.ref.type, typeof i.key === "string" ? i.key : null));
    case "push": return agrees(i.value.type, slotType(i.ref.type, null));
    case "array": return i.elements.every((e, k) => agrees(e.type, slotType(i.out.type, String(k))));
    case "record": return i.fields.every(([name, v]) => agrees(v.type, slotType(i.out.type, name)));
    case "if": return [i.then, i.else].every((b) => b.yields.every((v, k) => agrees(v.type, i.outs[k]?.type)));
    case "block": return i.body.yields.every((v, k) => agrees(v.type, i.outs[k]?.type));
    case "loop": return [i.inits, i.body.yields].every((vs) => vs.every((v, k) => agrees(v.type, i.params[k]?.type)));
    default: return true;
  }
}

function slotType(type: Type, name: string | null): Type | undefined {
  const t = present(type);
  switch (t.kind) {
    case "array": return t.element;
    case "tuple": return name === null ? t.elements[0] : t.elements[Number(name)];
    case "record": return t.fields.find((f) => f.name === name)?.type;
    default: return undefined;
  }
}

function agrees(from: Type, to: Type | undefined, depth = 0): boolean {
  if (!to || from === to || depth > 4) return true;
  const a = present(from), b = present(to);
  if (isDictionary(a) || isDictionary(b))
    return (isDictionary(a) && isDictionary(b)) || ["undefined", "null"].includes(a.kind) || (b.kind === "opaque" && b.text !== null);
  if (a.kind === "array" && b.kind === "array") return agrees(a.element, b.element, depth + 1);
  if (a.kind === "record" && b.kind === "record")
    return b.fields.every((f) => {
      const given = a.fields.find((g) => g.name === f.name);
      return !given || agrees(given.type, f.type, depth + 1);
    });
  if (a.kind === "tuple" && b.kind === "tuple") return a.elements.every((e, k) => agrees(e, b.elements[k], depth + 1));
  return true;
}

const present = (type: Type): Type => (type.kind === "optional" ? present(type.of) : type);
