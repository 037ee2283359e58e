import type { Block, Instruction, IrFunction, Var } from "../ir/ir.ts";
import { idsOf, literalVar, type Ids } from "../ir/build.ts";
import { eachInstruction, mapNested } from "../ir/visit.ts";

/**
 * What an arm hands on of a test of text that it stands under, `shape.kind === "circle"`, is `true` or `false`: the type checker, which has
 * followed the test, takes it for a mistake if it is asked again. So is what stands behind an `if` that leaves.
 */
export function yieldDecided(fn: IrFunction): IrFunction {
  const tests = new Set<Var>();
  eachInstruction(fn.body, (i) => { if (i.kind === "apply" && i.args.some((a) => typeof a.literal?.value === "string")) tests.add(i.out); });
  if (tests.size === 0) return fn;
  const ids = idsOf(fn), body = inBlock(fn.body, { tests, values: new Map() }, ids);
  return body === fn.body ? fn : { ...fn, body, nextId: ids.next };
}

interface Decided { readonly tests: ReadonlySet<Var>; readonly values: ReadonlyMap<Var, boolean> }

const also = (d: Decided, v: Var, is: boolean): Decided => (d.tests.has(v) ? { ...d, values: new Map(d.values).set(v, is) } : d);

function inBlock(block: Block, outside: Decided, ids: Ids): Block {
  let decided = outside;
  const instructions: Instruction[] = [];
  for (const i of block.instructions) {
    instructions.push(inInstruction(i, decided, ids));
    if (i.kind === "if" && i.then.dead !== i.else.dead) decided = also(decided, i.condition, i.else.dead);
  }
  const yields = known(block.yields, decided, ids);
  return yields === block.yields && instructions.every((i, k) => i === block.instructions[k]) ? block : { ...block, instructions, yields };
}

function inInstruction(i: Instruction, decided: Decided, ids: Ids): Instruction {
  if (i.kind === "if") {
    const then = inBlock(i.then, also(decided, i.condition, true), ids), or = inBlock(i.else, also(decided, i.condition, false), ids);
    return then === i.then && or === i.else ? i : { ...i, then, else: or };
  }
  if (i.kind === "exit") { const values = known(i.values, decided, ids); return values === i.values ? i : { ...i, values }; }
  return mapNested(i, (b) => inBlock(b, decided, ids));
}

function known(values: readonly Var[], decided: Decided, ids: Ids): readonly Var[] {
  if (!values.some((v) => !v.literal && decided.values.has(v))) return values;
  return values.map((v) => { const is = v.literal ? undefined : decided.values.get(v); return is === undefined ? v : literalVar(ids, is); });
}
