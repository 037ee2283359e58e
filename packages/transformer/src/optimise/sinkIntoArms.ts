import type { Apply, Block, Declare, If, Instruction, IrFunction, Loop, Var } from "../ir/ir.ts";
import { eachInstruction, mapNested, nestedBlocks, operands } from "../ir/visit.ts";

/**
 * Takes what is computed from an adjoint to the arm that sets it: in the other arm it would be 0.
 *
 *     let dt = 0;  if (c) { dd = 2 * d } else { dt = 2 * edge }  dd += Math.sign(d) * dt
 *     if (c) { dd = 2 * d } else { dd = Math.sign(d) * 2 * edge }
 *
 * Requires  verified IR.
 * Ensures   the same sums. What the untaken arm would have contributed is not formed: 0 times an infinite factor is nothing, not NaN.
 * Method    an accumulator that starts at 0 right before the `if`, has its additions in one arm and is read once behind it. All that depends on what is
 *           read must be sums of products with it, or loops that add such, and stand in the same block before anything but arithmetic.
 */
export function sinkIntoArms(fn: IrFunction): IrFunction {
  const body = visit(fn.body);
  return body === fn.body ? fn : { ...fn, body };
}

function visit(block: Block): Block {
  let list: readonly Instruction[] = block.instructions.map((i) => mapNested(i, visit));
  let changed = list.some((i, k) => i !== block.instructions[k]);
  let places = new Places(list);
  for (let k = 0; k < list.length; k++) {
    const i = list[k];
    if (i?.kind !== "if" || i.outs.length > 0 || i.then.dead || i.else.dead) continue;
    const sunk = sinkOne(list, k, i, block.yields, places);
    if (!sunk) continue;
    list = sunk;
    places = new Places(list);
    changed = true;
    // One instruction less stands before the `if`, which may hold more now. What that makes possible before it is for the next round.
    k -= 2;
  }
  return changed ? { ...block, instructions: list } : block;
}

/** Where in a list an accumulator is declared and used, so that no question takes a walk. */
class Places {
  private readonly declared = new Map<Var, Declare>();
  private readonly uses = new Map<Var, Instruction[]>();

  constructor(list: readonly Instruction[]) {
    for (const i of list) {
      if (i.kind === "declare") this.declared.set(i.accumulator, i);
      const use = (inner: Instruction): void => {
        if (inner.kind === "declare") return;
        for (const v of operands(inner)) {
          const known = this.uses.get(v);
          if (!known) this.uses.set(v, [i]);
          else if (known.at(-1) !== i) known.push(i);
        }
      };
      use(i);
      for (const b of nestedBlocks(i)) eachInstruction(b, use);
    }
  }

  declaration(v: Var): Declare | undefined { return this.declared.get(v); }

  /** The instructions of the list that have to do with it, themselves or by what is nested in them; not its declaration. */
  usesOf(v: Var): readonly Instruction[] { return this.uses.get(v) ?? []; }
}

/** The list with what depends on one accumulator in the arm that sets it; null if there is none. */
function sinkOne(list: readonly Instruction[], at: number, test: If, yields: readonly Var[], places: Places): readonly Instruction[] | null {
  for (let k = at + 1; k < list.length; k++) {
    const read = list[k];
    if (!read || !isPlain(read)) return null;
    if (read.kind !== "get") continue;
    const declare = places.declaration(read.accumulator);
    if (!declare || list.indexOf(declare) > at || (declare.init && declare.init.literal?.value !== 0) || declare.accumulator.type.kind !== "number") continue;
    const arm = onlyArm(places, test, read);
    const moved = arm && dependents(list, at, k, yields);
    if (!arm || !moved) continue;
    const inside = { ...test[arm], instructions: [declare, ...test[arm].instructions, ...moved] };
    return list.flatMap((i): readonly Instruction[] => (i === declare || moved.includes(i) ? [] : i === test ? [{ ...test, [arm]: inside }] : [i]));
  }
  return null;
}

const isPlain = (i: Instruction): boolean => i.kind === "apply" || i.kind === "get" || i.kind === "declare" || i.kind === "add" || i.kind === "addTo";

/** The arm that holds all that is done to the accumulator besides this one reading. */
function onlyArm(places: Places, test: If, read: Instruction & { readonly kind: "get" }): "then" | "else" | null {
  const { accumulator } = read;
  if (places.usesOf(accumulator).some((i) => i !== test && i !== read)) return null;
  const inside = (b: Block): boolean => {
    let found = false;
    eachInstruction(b, (i) => {
      found ||= i.kind !== "declare" && operands(i).includes(accumulator);
    });
    return found;
  };
  const then = inside(test.then), otherwise = inside(test.else);
  return then === otherwise ? null : then ? "then" : "else";
}

/**
 * All that depends on what is read, with the arithmetic that only this needs; null if not all of it is 0 whenever that is, or if something else is there.
 */
function dependents(list: readonly Instruction[], at: number, from: number, yields: readonly Var[]): readonly Instruction[] | null {
  const zero = new Set<Var>(), moved = new Set<Instruction>();
  const first = list[from];
  if (first?.kind !== "get") return null;
  zero.add(first.out);
  moved.add(first);
  let last = from;
  for (let k = from + 1; k < list.length; k++) {
    const i = list[k];
    if (!i) break;
    const uses =
      operands(i).some((v) => zero.has(v)) ||
      nestedBlocks(i).some((b) => usesAny(b, zero)) ||
      (i.kind === "loop" && i.condition !== null && zero.has(i.condition));
    if (!uses) continue;
    if (i.kind === "apply" && i.free && isZeroWith(i, zero)) zero.add(i.out);
    else if (i.kind === "loop") {
      if (!addsNothing(i, zero) || usesAny({ instructions: list, yields, dead: false }, new Set(i.outs))) return null;
    } else if (!((i.kind === "add" || i.kind === "addTo") && zero.has(i.value))) return null;
    moved.add(i);
    last = k;
  }
  if (yields.some((v) => zero.has(v))) return null;
  const added = new Set<Var>(), sum = (m: Instruction): void => { if (m.kind === "add") added.add(m.accumulator); };
  for (const m of moved) { sum(m); nestedBlocks(m).forEach((b) => eachInstruction(b, sum)); }
  // What stands between goes first or comes along: it may not read what is moved past it, nor compute what the moved needs.
  for (let k = last; k > at; k--) {
    const i = list[k];
    if (!i || moved.has(i)) continue;
    if (!isPlain(i) || ((i.kind === "get" || i.kind === "declare") && added.has(i.accumulator))) return null;
    if (i.kind !== "apply" && i.kind !== "get") continue;
    const users = list.filter((other) => operands(other).includes(i.out) || nestedBlocks(other).some((b) => usesAny(b, new Set([i.out]))));
    if (users.every((u) => !moved.has(u))) continue;
    if (i.kind === "get" || !i.free || !users.every((u) => moved.has(u)) || yields.includes(i.out)) return null;
    moved.add(i);
  }
  return list.filter((i) => moved.has(i));
}

/** Whether all that a loop does is to add products with these operands: nothing if they are 0. */
function addsNothing(loop: Loop, zero: ReadonlySet<Var>): boolean {
  const zeros = new Set(zero), own = new Set<Var>();
  const walk = (b: Block): boolean => b.instructions.every((i) => {
    switch (i.kind) {
      case "apply": if (i.free && isZeroWith(i, zeros)) zeros.add(i.out); return true;
      case "read": case "length": case "heading": return true;
      case "tapeRecall": return i.index !== null;
      case "declare": own.add(i.accumulator); return i.init === null && i.accumulator.type.kind === "number";
      // What its own sums hold is 0, because only that is added to them.
      case "get": if (own.has(i.accumulator)) zeros.add(i.out); return true;
      case "take": zeros.add(i.out); return own.has(i.accumulator);
      case "add": case "addTo": return zeros.has(i.value);
      case "if": return i.outs.length === 0 && walk(i.then) && walk(i.else);
      case "loop": return walk(i.head) && walk(i.body);
      default: return false;
    }
  });
  return walk(loop.head) && walk(loop.body);
}

function usesAny(block: Block, wanted: ReadonlySet<Var>): boolean {
  return (
    block.yields.some((v) => wanted.has(v)) ||
    block.instructions.some(
      (i) =>
        operands(i).some((v) => wanted.has(v)) ||
        (i.kind === "loop" && i.condition !== null && wanted.has(i.condition)) ||
        nestedBlocks(i).some((b) => usesAny(b, wanted)),
    )
  );
}

/** Whether a result is 0 if all these operands are. */
function isZeroWith({ op, args }: Apply, zero: ReadonlySet<Var>): boolean {
  const [a, b] = args, isZero = (v: Var | undefined): boolean => v !== undefined && (zero.has(v) || v.literal?.value === 0);
  switch (op) {
    case "*": return isZero(a) || isZero(b);
    case "/": return isZero(a) && !isZero(b);
    case "neg": return isZero(a);
    case "+": case "-": return isZero(a) && isZero(b);
    default: return false;
  }
}
