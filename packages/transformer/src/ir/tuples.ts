import type { IrFunction, TupleType, Type, Var } from "./ir.ts";
import { eachInstruction } from "./visit.ts";

/** How the elements of a tuple are written, `number`, `number?`, as `write` writes their types; null where it cannot. */
export function elementTexts<T extends string | null>({ elements }: TupleType, write: (type: Type) => T): readonly T[] {
  const needed = elements.findLastIndex((e) => e.kind !== "optional") + 1;
  return elements.map((e, k): T => {
    const text = write(k >= needed && e.kind === "optional" && e.neverNull ? e.of : e);
    return k < needed || text === null ? text : (`${brief(text)}?` as T); // a string is what `write` gave
  });
}

/** In brackets if it is not one word. */
const brief = (text: string): string => (/^[\w.]+(?:\[\])*$/u.test(text) ? text : `(${text})`);

/** Tells of references whether they are tuples that always have the length of their type: nothing is missing, pushed to them or popped off them. */
export function fixedLengths(fn: IrFunction): (ref: Var) => number | null {
  const made = new Set<Var>();
  let change = false;
  eachInstruction(fn.body, (i) => {
    if ((i.kind === "array" && i.out.type.kind !== "tuple") || i.kind === "allocate" || i.kind === "copy" || i.kind === "zeros") made.add(i.out);
  });
  eachInstruction(fn.body, (i) => {
    // What was made as an array here is no tuple, unless a variable of that type holds it.
    if (i.kind === "push" || i.kind === "pop") change ||= i.ref.type.kind === "tuple" || !made.has(i.ref);
    if (i.kind === "call") change ||= i.args.some((a) => a.type.kind === "tuple");
  });
  return ({ type }) => (type.kind === "tuple" && !change && !type.elements.some((e) => e.kind === "optional") ? type.elements.length : null);
}
