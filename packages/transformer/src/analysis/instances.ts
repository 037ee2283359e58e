import type { IrModule, NewRecord, Raw, Refusal, Type, Var } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";
import { isReference, type Aliases, type MemoryNode } from "./aliases.ts";

/**
 * Instances of classes are made as plain records. What may see the difference is the caller (the object is stored where it looks, or
 * returned) and text that is not followed.
 *
 * Requires  aliases of the same module.
 * Ensures   every record that was an instance and may be reached there is found.
 */
export function escapingInstances(module: IrModule, memory: Aliases): readonly Refusal[] {
  const made = new Map<MemoryNode, NewRecord[]>(), outside = new Set<MemoryNode>(), found = new Set<Refusal>();
  const reach = (v: Var, into: Set<MemoryNode>): Set<MemoryNode> => {
    const visit = (node: MemoryNode): void => {
      const at = memory.canonical(node);
      if (into.has(at)) return;
      into.add(at);
      for (const slot of at.slots.values()) if (slot.node) visit(slot.node);
    };
    if (isReference(v.type)) visit(memory.nodeOf(v));
    return into;
  };
  const functions = [module.root, ...module.callees.values()];
  for (const input of module.root.inputs) reach(input.variable, outside);
  for (const fn of functions) {
    eachInstruction(fn.body, (i) => {
      if (i.kind === "record" && i.instance) made.set(memory.nodeOf(i.out), [...(made.get(memory.nodeOf(i.out)) ?? []), i]);
      if (i.kind === "raw" && i.out) reach(i.out, outside);
    });
  }
  if (made.size === 0) return [];
  const escapes = (v: Var): void => {
    for (const node of reach(v, new Set())) for (const i of made.get(node) ?? []) if (i.instance) found.add(i.instance);
  };
  for (const fn of functions) {
    eachInstruction(fn.body, (i) => {
      if (i.kind === "write" || i.kind === "push") { if (isReference(i.value.type) && outside.has(memory.nodeOf(i.ref))) escapes(i.value); }
      else if (i.kind === "raw" || i.kind === "throw") {
        const cut = i.kind === "raw" && i.parts[0] === "stopGradient(";
        if (!cut && !(i.kind === "raw" && onlyAsksWhetherThere(i))) for (const p of i.parts) if (typeof p !== "string") escapes(p);
      }
    });
  }
  module.root.body.yields.forEach(escapes);
  return [...found];
}

/** A test that comes out alike for an instance and for a record of its fields: `h`, `!h`, `h === best`, `h != null`, `typeof h`. */
function onlyAsksWhetherThere(i: Raw): boolean {
  const text = i.parts.filter((p) => typeof p === "string").join(" ");
  return (
    i.pure && i.out !== null && !isReference(i.out.type) && i.out.type.kind !== "opaque" && /^(?:[!=]==|[!=]= *(?:null|undefined)|typeof|[\s()!])*$/.test(text)
  );
}

/** The fields that only methods of a class can name, in objects that come from outside: what reads or writes them. */
export function hiddenUses(module: IrModule): readonly { readonly name: string; readonly loc: Refusal["loc"] }[] {
  const types = new Set<Type>();
  const visit = (type: Type): void => {
    switch (type.kind) {
      case "optional": visit(type.of); break;
      case "array": visit(type.element); break;
      case "tuple": type.elements.forEach(visit); break;
      case "record":
        if (types.has(type)) break;
        types.add(type);
        for (const f of type.fields) visit(f.type);
        break;
      default: break;
    }
  };
  const functions = [module.root, ...module.callees.values()];
  for (const input of module.root.inputs) visit(input.variable.type);
  for (const fn of functions) eachInstruction(fn.body, (i) => { if (i.kind === "raw" && i.out) visit(i.out.type); });
  const classes = new Set([...types].flatMap((t) => (t.kind === "record" && t.instance !== undefined ? [t.instance] : [])));
  const found = new Map<string, { readonly name: string; readonly loc: Refusal["loc"] }>();
  for (const fn of functions) {
    eachInstruction(fn.body, (i) => {
      if ((i.kind !== "read" && i.kind !== "write") || typeof i.key !== "string") return;
      const type = i.ref.type.kind === "optional" ? i.ref.type.of : i.ref.type;
      if (type.kind !== "record" || type.instance === undefined || !classes.has(type.instance) || !type.fields.some((f) => f.name === i.key && f.hidden))
        return;
      if (!found.has(i.key)) found.set(i.key, { name: i.key, loc: i.origin.loc });
    });
  }
  return [...found.values()];
}
