import type { Instruction, Block, Var, Type } from "../ir/ir.ts";
import type { Target, Role } from "./tree.ts";

export function isDerivative(i: Instruction): boolean {
  switch (i.kind) {
    case "apply": return i.free === true;
    case "declare": case "add": case "get": case "take": case "addTo": case "takeFrom": case "zeros": case "tapeRecall": case "tapeLength": return true;
    case "loop": return i.form === "reverse";
    case "if": return blockIsDerivative(i.then) && blockIsDerivative(i.else);
    default: return false;
  }
}

function blockIsDerivative(block: Block): boolean {
  return block.instructions.some(isDerivative) || (block.instructions.length === 0 && block.yields.length === 0);
}

export const labelNames: Readonly<Record<Target["purpose"], string>> = {
  function: "forward",
  break: "search",
  continue: "trip",
  switch: "choice",
  plain: "part",
  loop: "loop",
};
const logical: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">=", "!", "&&", "||"]);

/** What a temporary is called if it must be named: by what makes it. */
export function hintOf(i: Instruction, out: Var): string {
  if (i.kind === "apply" && i.op.startsWith("Math.") && !i.free) return i.op.slice("Math.".length).replace("...", "");
  if (i.kind === "tape") return "tape";
  if (i.kind === "apply" && logical.has(i.op)) return "test";
  // What is recalled is a value of the forward pass.
  return defaultHint(out.type, isDerivative(i) && i.kind !== "tapeRecall" ? "adjoint" : "primal");
}

export function defaultHint(type: Type, role: Role): string {
  if (type.kind === "boolean") return "test";
  if (type.kind === "array" || type.kind === "tuple" || type.kind === "record") return role === "adjoint" ? "dpart" : "part";
  // An integer is a place or a length.
  return role === "adjoint" && type.kind !== "integer" ? "dt" : "t";
}
