import type { Allocate, Block, Instruction, IrFunction, Loop, NewArray, Push, Var, Write } from "../ir/ir.ts";
import { eachUse, mapNested, nestedBlocks, operands } from "../ir/visit.ts";

/**
 * An array that a loop over the elements of another one fills has its length at once:
 *
 *     b = array []                                     b = allocate n hollow
 *     loop (i = 0) while i < n { …; push b, v }        loop (i = 0) while i < n { …; write b[i] = v }
 *
 * What `map` makes. Its shadow then need not grow either, its places are known to the analysis, and nothing is taken off its end in reverse.
 *
 * Requires  verified IR of the primal.
 * Ensures   the same elements in the same order; nothing sees the array between its first element and its last.
 */
export function sizeArrays(fn: IrFunction): IrFunction {
  const lengths = new Set<Var>();
  const learn = (b: Block): void => {
    for (const i of b.instructions) {
      if (i.kind === "length") lengths.add(i.out);
      nestedBlocks(i).forEach(learn);
    }
  };
  learn(fn.body);
  const body = visit(fn.body, lengths);
  return body === fn.body ? fn : { ...fn, body };
}

function visit(block: Block, lengths: ReadonlySet<Var>): Block {
  const rebuilt = block.instructions.map((i) => mapNested(i, (b) => visit(b, lengths)));
  let changed = rebuilt.some((i, n) => i !== block.instructions[n]);
  for (let n = 0; n < rebuilt.length; n++) {
    const made = rebuilt[n]!;
    if (made.kind !== "array" || made.elements.length > 0 || made.out.type.kind !== "array" || made.out.type.constructorName !== "Array") continue;
    const at = rebuilt.findIndex((i, k) => k > n && mentions(i, made.out));
    const filled = at < 0 ? null : fill(made, rebuilt[at]!, lengths);
    if (!filled) continue;
    rebuilt.splice(at, 1, ...filled);
    rebuilt.splice(n, 1);
    n--;
    changed = true;
  }
  return changed ? { ...block, instructions: rebuilt } : block;
}

function fill(made: NewArray, loop: Instruction, lengths: ReadonlySet<Var>): readonly [Allocate, Loop] | null {
  if (loop.kind !== "loop" || loop.form !== "each" || loop.inits.includes(made.out) || loop.body.dead || leavesEarly(loop.body)) return null;
  const counted = countOf(loop, lengths);
  const at = loop.body.instructions.findIndex((i) => i.kind === "push" && i.ref === made.out);
  const push = loop.body.instructions[at] as Push | undefined;
  if (!counted || !push || uses(loop.body, made.out) !== 1 || push.value.literal || push.value === made.out || !isWhole(push.value)) return null;
  const write: Write = { kind: "write", origin: push.origin, ref: made.out, key: counted.counter, value: push.value, first: true };
  return [
    { kind: "allocate", origin: made.origin, length: counted.length, hollow: true, out: made.out },
    { ...loop, body: { ...loop.body, instructions: loop.body.instructions.map((i) => (i === push ? write : i)) } },
  ];
}

/** A number, or an object that is there. */
const isWhole = ({ type }: Var): boolean => type.kind === "number" || type.kind === "array" || type.kind === "record" || type.kind === "tuple";

/** The counter of a loop that makes as many trips as an array has elements, counting from 0. */
function countOf(loop: Loop, lengths: ReadonlySet<Var>): { readonly counter: Var; readonly length: Var } | null {
  const [test] = loop.head.instructions;
  if (loop.head.instructions.length !== 1 || test?.kind !== "apply" || test.op !== "<" || test.out !== loop.condition) return null;
  const [counter, length] = test.args;
  const k = counter ? loop.params.indexOf(counter) : -1, next = loop.body.yields[k];
  const step = loop.body.instructions.find((i) => i.kind === "apply" && i.out === next);
  if (!counter || !length || !lengths.has(length) || loop.inits[k]?.literal?.value !== 0) return null;
  return step?.kind === "apply" && step.op === "+" && step.args[0] === counter && step.args[1]?.literal?.value === 1 ? { counter, length } : null;
}

/** Whether control may leave a trip otherwise than at its end, but for what throws. */
function leavesEarly(body: Block): boolean {
  const inside = new Set<unknown>();
  let found = false;
  const look = (b: Block): void => {
    for (const i of b.instructions) {
      if (i.kind === "block") inside.add(i.label);
      if (i.kind === "exit" && !inside.has(i.target)) found = true;
      nestedBlocks(i).forEach(look);
    }
  };
  look(body);
  return found;
}

function mentions(i: Instruction, v: Var): boolean {
  return operands(i).includes(v) || nestedBlocks(i).some((b) => uses(b, v) > 0);
}

function uses(b: Block, v: Var): number {
  let count = 0;
  eachUse(b, (u) => { if (u === v) count++; });
  return count;
}
