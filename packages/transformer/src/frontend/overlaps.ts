/** Whether two typed arrays may lie over each other in one memory: only views (`subarray`) do. */
import type ts from "typescript";
import type { Instruction, Type, Var } from "../ir/ir.ts";
import type { Lowering } from "./lowerState.ts";
import { present } from "./lowerTypes.ts";

/**
 * For a Var the array in whose memory it lies: that of a view is the one that it is a view of. Absent where it is not
 * seen where the array comes from, as with what was read from memory or comes out of a loop.
 */
export type Grounds = Map<Var, Var>;

/** Keeps what an instruction says of the array that it gives. */
export function noteGround(grounds: Grounds, i: Instruction): void {
  if (i.kind === "view") { const of = grounds.get(i.ref); if (of) grounds.set(i.out, of); }
  else if (i.kind === "copy" || i.kind === "array" || i.kind === "allocate" || (i.kind === "raw" && i.fresh && i.out)) grounds.set(i.out!, i.out!);
}

/** Whether a write to `target` may change what `source` has yet to give. */
export function mayOverlap(s: Lowering, node: ts.Node, target: Var, source: Var): boolean {
  const kind = kindOf(source.type);
  if (kind === null || kind !== kindOf(target.type)) return false;
  if (![node.getSourceFile(), s.reader.sourceFile].some((file) => /\bsubarray\b|\bfrom\s*["']\.|\bimport\b/.test(file.text))) return false;
  const one = s.grounds.get(s.resolve(target)), other = s.grounds.get(s.resolve(source));
  return !one || !other || one === other;
}

function kindOf(type: Type): string | null {
  const t = present(type);
  return t.kind === "array" && t.constructorName !== "Array" ? t.constructorName : null;
}
