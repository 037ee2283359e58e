import type { Instruction, IrModule, Raw, Type, Var } from "../ir/ir.ts";
import { eachInstruction, nestedBlocks, operands } from "../ir/visit.ts";
import type { Activity } from "./activity.ts";
import { isReference, type Aliases, type MemoryNode } from "./aliases.ts";

/**
 * Writes that lose a gradient: what text that is not followed gives (an element of a dictionary of arrays, `map.get(k)`) is an array or record like
 * any other while it is reached by that name alone. Where text of the kind is evaluated once more, it may give the same object, and what was
 * written there would count as a constant.
 *
 * Requires  aliases and activity of the same module.
 */
export function untrackedWrites(module: IrModule, memory: Aliases, active: Activity): readonly { readonly write: Instruction; readonly from: Raw }[] {
  const sources: Raw[] = [], again = new Set<Raw>();
  let reads = 0;
  for (const fn of [module.root, ...module.callees.values()]) {
    const visit = (instructions: readonly Instruction[], isRepeated: boolean): void => {
      for (const i of instructions) {
        if (i.kind === "raw" && looksInside(i)) {
          reads++;
          if (i.out && isReference(i.out.type) && !makesCopy(i)) { sources.push(i); if (isRepeated) again.add(i); }
        }
        for (const b of nestedBlocks(i)) visit(b.instructions, isRepeated || i.kind === "loop");
      }
    };
    visit(fn.body.instructions, fn !== module.root);
  }
  const exposed = sources.filter((i) => reads > 1 || again.has(i));
  if (exposed.length === 0) return [];
  const givenBy = new Map<MemoryNode, Raw>();
  for (const i of exposed) {
    const visit = (node: MemoryNode): void => {
      const at = memory.canonical(node);
      if (givenBy.has(at)) return;
      givenBy.set(at, i);
      for (const slot of at.slots.values()) if (slot.node) visit(slot.node);
    };
    visit(memory.nodeOf(i.out!));
  }
  const found: { write: Instruction; from: Raw }[] = [];
  for (const fn of [module.root, ...module.callees.values()]) {
    eachInstruction(fn.body, (i) => {
      if (i.kind !== "write" && i.kind !== "push") return;
      const from = givenBy.get(memory.nodeOf(i.ref));
      if (from && (active.isVaried(i.value) || (isReference(i.value.type) && active.hasShadow(i.value)))) found.push({ write: i, from });
    });
  }
  return found;
}

/** Whether text asks an object that is not followed for something: a value of a type that is not looked into, by a name or a call. */
function looksInside(i: Raw): boolean {
  return (
    i.out !== null &&
    !i.fresh &&
    !i.rule &&
    mayBeShared(i.out.type) &&
    operands(i).some((v: Var) => v.type.kind === "opaque" || (v.type.kind === "optional" && v.type.of.kind === "opaque"))
  );
}

const mayBeShared = (t: Type): boolean => t.kind === "number" || t.kind === "opaque" || isReference(t);

/** `[...set]`: an array of its own. */
function makesCopy(i: Raw): boolean {
  const [first] = i.parts, type = i.out?.type;
  return typeof first === "string" && /^(?:\[\.\.\.|Array\.from\()/.test(first) && type?.kind === "array" && !isReference(type.element);
}
