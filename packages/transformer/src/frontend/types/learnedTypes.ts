import { numberType } from "../../ir/build.ts";
import type { Type } from "../../ir/ir.ts";
import { present, isAny } from "./irTypes.ts";

/** An array made before anything was known of its elements learns from the first. */
export function learnElement(type: Type, element: Type): void {
  const t = present(type);
  if (t.kind === "array" && isAny(t.element) && element.kind !== "opaque") (t as { element: Type }).element = element.kind === "integer" ? numberType : element; // shared by all that hold the array
}

/** The same where arrays of which something is known come together with one of which nothing is. */
export function learnElements(type: Type, known: Type): void {
  const t = present(known);
  if (t.kind === "array" && !isAny(t.element)) learnElement(type, t.element);
}
