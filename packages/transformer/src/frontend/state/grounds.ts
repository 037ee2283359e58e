import type { Var, Instruction } from "../../ir/ir.ts";

/**
 * For a Var the array in whose memory it lies: that of a view is the one that it is a view of. Absent where it is not
 * seen where the array comes from, as with what was read from memory or comes out of a loop.
 */
export type Grounds = Map<Var, Var>;

/** Keeps what an instruction says of the array that it gives. */
export function noteGround(grounds: Grounds, i: Instruction): void {
  if (i.kind === "view") { const of = grounds.get(i.ref); if (of) grounds.set(i.out, of); }
  else if (i.kind === "copy" || i.kind === "array" || i.kind === "allocate" || (i.kind === "raw" && i.fresh && i.out)) grounds.set(i.out!, i.out!);
}
