/** Whether two typed arrays may lie over each other in one memory: only views (`subarray`) do. */
import type ts from "typescript";
import type { Type, Var } from "../../ir/ir.ts";
import type { Lowering } from "./lowerState.ts";
import { present } from "../types/irTypes.ts";

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
