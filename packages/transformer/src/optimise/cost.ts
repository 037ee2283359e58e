import { isMatrixOperation } from "../ir/build.ts";
import type { Apply, Instruction } from "../ir/ir.ts";

/** Roughly what an operation takes, in additions: what engines do in one instruction is 1, a division 3, a function of `Math` more. */
export function cost(i: Instruction): number {
  return i.kind === "apply" ? costOfApply(i) : 1;
}

function costOfApply({ op, args }: Apply): number {
  if (op === "/" || op === "%") return 3;
  if (op === "**") return args[1]?.literal?.value === 2 ? 1 : 30;
  if (cheapFunctions.has(op) || op === ".rows" || op === ".cols") return 1;
  if (isMatrixOperation(op)) return 1000;
  return op.includes(".") || op.includes(":") ? 10 : 1;
}

const cheapFunctions: ReadonlySet<string> = new Set([
  "Math.abs", "Math.sign", "Math.floor", "Math.ceil", "Math.round", "Math.trunc", "Math.max", "Math.min", "Math.sqrt", "Math.fround",
  "Number.isFinite", "Number.isNaN", "Number.isInteger",
]);
