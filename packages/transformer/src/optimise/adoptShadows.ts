import type { Block, Instruction, IrFunction, Loop, Var } from "../ir/ir.ts";
import { isReference } from "./memory.ts";
import { eachInstruction, nestedBlocks, operands } from "../ir/visit.ts";

/**
 * The gradient of an array that the function only copies is the shadow of the copy:
 *
 *     dA = zeros A                                    dB = zeros B
 *     dB = zeros B                                    …
 *     …                                               return { dA: dB }
 *     loop (k = 0) while k < dB.length { dA[k] += dB[k] }
 *     return { dA: dA }
 *
 * Requires  the gradient of a function, with one `return` at its end.
 * Ensures   the same numbers; what is returned is seen by nothing else.
 */
export function adoptShadows(fn: IrFunction): IrFunction {
  const list = fn.body.instructions, last = list.at(-1);
  if (last?.kind !== "return" || !last.fields) return fn;
  const made = new Map<Var, Instruction>();
  const copyOf = new Map<Var, Var>();
  for (const i of list) {
    if (i.kind === "zeros" || (i.kind === "allocate" && !i.hollow)) made.set(i.out, i);
    if (i.kind === "copy") copyOf.set(i.out, i.ref);
  }
  const uses = countUses(fn.body), taken = new Map<Var, Var>(), gone = new Set<Instruction>();
  let storesReferences: boolean | undefined;
  list.forEach((loop, at) => {
    const sum = loop.kind === "loop" ? sumOf(loop) : null;
    if (!sum || taken.has(sum.to) || [...taken.values()].includes(sum.from)) return;
    const zeros = made.get(sum.to), copy = made.get(sum.from);
    if (zeros?.kind !== "zeros" || zeros.shared || copy?.kind !== "zeros" || copyOf.get(copy.like) !== zeros.like || !haveOneKind(sum.to, sum.from)) return;
    // In the loop, and returned once.
    if (uses.get(sum.to) !== 2 || last.fields!.filter(([, v]) => v === sum.to).length !== 1) return;
    if (!list.slice(at + 1).every((i) => leaves(i, sum.from, made))) return;
    const escapes = howUsed(fn.body, sum.from);
    if (escapes === "stored" || (escapes === "carried" && (storesReferences ??= storesAny(fn.body)))) return;
    taken.set(sum.to, sum.from);
    gone.add(loop).add(zeros);
  });
  if (taken.size === 0) return fn;
  const fields = last.fields.map(([name, v]) => [name, taken.get(v) ?? v] as const);
  return { ...fn, body: { ...fn.body, instructions: [...list.filter((i) => i !== last && !gone.has(i)), { ...last, fields }] } };
}

/** `for (k = 0; k < from.length; k++) to[k] += from[k]` and nothing else. */
function sumOf(loop: Loop): { readonly from: Var; readonly to: Var } | null {
  const [k] = loop.params, [length, test] = loop.head.instructions, [read, add, step] = loop.body.instructions;
  if (!k || loop.params.length !== 1 || loop.inits[0]?.literal?.value !== 0 || loop.body.instructions.length !== 3 || loop.head.instructions.length !== 2)
    return null;
  if (
    length?.kind !== "length" ||
    test?.kind !== "apply" ||
    test.op !== "<" ||
    test.args[0] !== k ||
    test.args[1] !== length.out ||
    loop.condition !== test.out
  )
    return null;
  if (read?.kind !== "read" || read.key !== k || read.ref !== length.ref || add?.kind !== "addTo" || add.key !== k || add.value !== read.out) return null;
  if (step?.kind !== "apply" || step.op !== "+" || step.args[0] !== k || step.args[1]?.literal?.value !== 1 || loop.body.yields[0] !== step.out) return null;
  return { from: read.ref, to: add.ref };
}

const haveOneKind = ({ type: a }: Var, { type: b }: Var): boolean =>
  a.kind === "array" && b.kind === "array" && a.constructorName === b.constructorName && a.element.kind === "number" && b.element.kind === "number";

/** Whether what comes behind neither reads nor changes an array: it changes only others, which were made here. */
function leaves(i: Instruction, array: Var, made: ReadonlyMap<Var, Instruction>): boolean {
  if (operands(i).includes(array)) return false;
  if ((i.kind === "write" || i.kind === "addTo" || i.kind === "takeFrom" || i.kind === "push" || i.kind === "pop") && !made.has(i.ref)) return false;
  if (i.kind === "call" || (i.kind === "raw" && !i.pure)) return false;
  return nestedBlocks(i).every((b) => !b.yields.includes(array) && b.instructions.every((j) => leaves(j, array, made)));
}

/** `only`: its elements are read and written. `carried`: a loop hands it on. */
function howUsed(block: Block, array: Var): "only" | "carried" | "stored" {
  let found: "only" | "carried" | "stored" = block.yields.includes(array) ? "stored" : "only";
  eachInstruction(block, (i) => {
    const asRef = (i.kind === "read" || i.kind === "write" || i.kind === "length" || i.kind === "addTo" || i.kind === "takeFrom") && i.ref === array ? 1 : 0;
    const others = operands(i).filter((v) => v === array).length - asRef;
    if (others > 0 && i.kind === "loop") found = found === "stored" ? found : "carried";
    else if (others > 0) found = "stored";
    if (nestedBlocks(i).some((b) => b.yields.includes(array))) found = "stored";
  });
  return found;
}

/** Whether any array or record is put where something else may find it. */
function storesAny(block: Block): boolean {
  let found = false;
  eachInstruction(block, (i) => {
    const values =
      i.kind === "write" || i.kind === "push"
        ? [i.value]
        : i.kind === "array"
          ? i.elements
          : i.kind === "record"
            ? i.fields.map(([, v]) => v)
            : i.kind === "call" || i.kind === "raw" || i.kind === "exit" || i.kind === "view"
              ? operands(i)
              : [];
    if (values.some((v) => isReference(v.type))) found = true;
  });
  return found;
}

function countUses(block: Block): ReadonlyMap<Var, number> {
  const uses = new Map<Var, number>();
  const count = (v: Var): void => { uses.set(v, (uses.get(v) ?? 0) + 1); };
  block.yields.forEach(count);
  eachInstruction(block, (i) => {
    operands(i).forEach(count);
    nestedBlocks(i).forEach((b) => b.yields.forEach(count));
  });
  return uses;
}

