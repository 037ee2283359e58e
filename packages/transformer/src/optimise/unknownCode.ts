import type { Instruction, IrFunction } from "../ir/ir.ts";
import { eachInstruction } from "../ir/visit.ts";

/** What runs nothing of the user's: constructors and functions of the language, methods of its objects. */
const known =
  /(?:\b(?:Math|Number|Object|Array|String|JSON|Reflect|console|performance|[A-Z]\w*Array)\.\w+|\b(?:Number|String|Boolean|Symbol|BigInt|parseFloat|parseInt|isFinite|isNaN|stopGradient|structuredClone|Map|Set|[A-Z]\w*Array|Array|\w*Error|typeof|in|of)|\.(?:fill|keys|sort|get|set|has|slice|pop|push))(?:<[^()]*>)?$/;

/**
 * Whether a function may run code that nobody has seen: a function it is given, one that is declared without a body. Such code can call the
 * function again while it runs.
 *
 * `callees`: the functions it calls, by name.
 */
export function runsUnknownCode(fn: IrFunction, callees: ReadonlyMap<string, IrFunction>): boolean {
  const met = new Set([fn]);
  let found = false;
  const see = (i: Instruction): void => {
    if (i.kind === "call") {
      const callee = callees.get(i.callee);
      if (callee) met.add(callee); else found = true;
    } else if ((i.kind === "raw" || i.kind === "throw") && callsUnknown(i.parts.map((p) => (typeof p === "string" ? p : "$")).join(""))) found = true;
  };
  for (const f of met) eachInstruction(f.body, see);
  return found;
}

function callsUnknown(text: string): boolean {
  for (let at = text.indexOf("("); at >= 0; at = text.indexOf("(", at + 1)) {
    const before = text.slice(0, at).trimEnd();
    // A parenthesis behind an operator, or at the beginning, groups.
    if (/[\w$)\]>!]$/.test(before) && !before.endsWith("=>") && !known.test(before)) return true;
  }
  return false;
}
