import type { AddTo, Block, Instruction, IrFunction, TakeFrom, Var } from "../ir/ir.ts";
import { eachInstruction, mapNested } from "../ir/visit.ts";
import { memory, placeOf, whole, type Memory } from "./memory.ts";

/**
 * Elements of shadows that are taken, cleared and given back:
 *
 *     dt = d[i]; d[i] = 0; …; d[i] += dt         dt = d[i]; …                      `y[i] += …` leaves the adjoint where it is
 *     dt = d[i]; d[i] = 0; …; d[i] += k * dt     dt = d[i]; d[i] = k * dt; …       `y[i] *= k`
 *
 * Requires  verified IR.
 * Ensures   the same sums, perhaps in another order.
 * Method    between the two nothing else of the block may read such elements; what is added to them (perhaps to the same one) is
 *           added behind.
 */
export function settleElements(fn: IrFunction): IrFunction {
  const mem = memory(fn);
  const body = visit(fn.body, mem);
  return body === fn.body ? fn : { ...fn, body };
}

function visit(block: Block, mem: Memory): Block {
  let list = block.instructions.map((i) => mapNested(i, (b) => visit(b, mem)));
  let changed = list.some((i, n) => i !== block.instructions[n]);
  for (let n = 0; n < list.length; n++) {
    const i = list[n]!;
    if (i.kind !== "takeFrom" || i.out.type.kind === "matrix") continue;
    const settled = settle(list, n, i, mem);
    if (settled) { list = settled; changed = true; }
  }
  return changed ? { ...block, instructions: list } : block;
}

function settle(list: readonly Instruction[], at: number, taken: TakeFrom, mem: Memory): Instruction[] | null {
  const place = placeOf(taken.ref, taken.key, mem);
  const between: AddTo[] = [];
  for (let n = at + 1; n < list.length; n++) {
    const i = list[n]!;
    if (i.kind === "addTo" && placeOf(i.ref, i.key, mem) === place) {
      if (i.ref !== taken.ref || !sameKey(i.key, taken.key)) { between.push(i); continue; }
      const read: Instruction = { kind: "read", origin: taken.origin, ref: taken.ref, key: taken.key, out: taken.out };
      if (i.value === taken.out) return [...list.slice(0, at), read, ...list.slice(at + 1, n), ...list.slice(n + 1)];
      const write: Instruction = { kind: "write", origin: i.origin, ref: i.ref, key: i.key, value: i.value };
      const others = list.slice(at + 1, n).filter((j) => j.kind !== "addTo" || !between.includes(j));
      return [...list.slice(0, at), read, ...others, write, ...between, ...list.slice(n + 1)];
    }
    if (touches(i, place, taken.ref, mem)) return null;
  }
  return null;
}

const sameKey = (a: Var | string, b: Var | string): boolean =>
  a === b || (typeof a !== "string" && typeof b !== "string" && a.literal !== undefined && a.literal.value === b.literal?.value);

/** Whether an instruction, or one inside it, may read or change what lies at a place. */
function touches(instruction: Instruction, place: string, ref: Var, mem: Memory): boolean {
  let found = false;
  const group = whole(mem.groupOf(ref));
  const look = (i: Instruction): void => {
    switch (i.kind) {
      case "read":
      case "write":
      case "addTo":
      case "takeFrom":
        if (placeOf(i.ref, i.key, mem) === place || (typeof i.key !== "string" && i.key.type.kind === "string" && whole(mem.groupOf(i.ref)) === group))
          found = true;
        break;
      case "copy":
      case "push":
      case "pop":
      case "length":
        if (whole(mem.groupOf(i.ref)) === group) found = true;
        break;
      case "apply":
        if (i.op.endsWith("...") && i.args.some((a) => whole(mem.groupOf(a)) === group)) found = true;
        break;
      case "raw":
      case "call":
      case "exit":
      case "return":
      case "throw":
        if (i.kind !== "raw" || !i.pure || i.parts.some((p) => typeof p !== "string" && whole(mem.groupOf(p)) === group)) found = true;
        break;
      default:
        break;
    }
  };
  look(instruction);
  eachInstruction({ instructions: [instruction], yields: [], dead: false }, look);
  return found;
}
