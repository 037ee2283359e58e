import type { IrFunction, Var } from "../ir/ir.ts";
import { eachInstruction, eachUse, substitute } from "../ir/visit.ts";

/** Vars that a pass found to be others. Chains are followed, so a pass may replace a replacement. */
export class Replacements {
  private readonly map = new Map<Var, Var>();

  get isEmpty(): boolean { return this.map.size === 0; }

  set(from: Var, to: Var): void { this.map.set(from, to); }

  readonly resolve = (v: Var): Var => {
    let last = v;
    for (let next = this.map.get(last); next; next = this.map.get(last)) last = next;
    // Long chains arise where one replacement enables the next: point past them.
    if (last !== v) this.map.set(v, last);
    return last;
  };

  /** The function with every use replaced; the same object if no use was. */
  in(fn: IrFunction): IrFunction {
    if (this.isEmpty) return fn;
    let isUsed = false;
    const visit = (v: Var): void => { isUsed ||= this.map.has(v); };
    eachUse(fn.body, visit);
    eachInstruction(fn.body, (i) => { if (i.kind === "apply") i.gate?.args.forEach(visit); });
    return isUsed ? { ...fn, body: substitute(fn.body, this.resolve) } : fn;
  }
}

/** Whether two Vars are the same value at any time: one Var, or literals of the same value. */
export function isSameValue(a: Var, b: Var): boolean {
  return a === b || (a.literal !== undefined && b.literal !== undefined && Object.is(a.literal.value, b.literal.value));
}
