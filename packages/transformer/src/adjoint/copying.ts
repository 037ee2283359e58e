import { isReference } from "../analysis/aliases.ts";
import { freshVar, type Ids } from "../ir/build.ts";
import type { Instruction, Origin, Var } from "../ir/ir.ts";

/** Copies an object as it is now, with all that it holds. */
export function copying(ids: Ids, ref: Var, out: Var, origin: Origin): readonly Instruction[] {
  const { type } = ref;
  if (type.kind === "array" && !isReference(type.element)) return [{ kind: "copy", origin, ref, out }];
  if (type.kind !== "record" || type.fields.some((f) => f.optional === true || isReference(f.type)))
    return [{ kind: "raw", origin, parts: ["structuredClone(", ref, ")"], out, pure: true }];
  const fields = type.fields.map((f) => [f.name, freshVar(ids, null, f.type)] as const);
  return [...fields.map(([key, value]): Instruction => ({ kind: "read", origin, ref, key, out: value })), { kind: "record", origin, fields, out }];
}
