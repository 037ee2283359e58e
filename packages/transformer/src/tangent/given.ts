import { isReference, type Aliases, type MemoryNode } from "../analysis/aliases.ts";
import type { IrFunction, Var } from "../ir/ir.ts";

/**
 * Whether the tangent of an input must be a copy: of memory that the function hands out, and of all where it writes into an argument, because
 * the caller's tangent may be that argument.
 */
export function isHandedOn(fn: IrFunction, memory: Aliases): (v: Var) => boolean {
  const nodesFrom = (v: Var): ReadonlySet<MemoryNode> =>
    new Set([memory.nodeOf(v), ...[...memory.reachableSlots(v)].flatMap((s) => (s.node ? [memory.canonical(s.node)] : []))]);
  const result = fn.body.yields[0], out = result && isReference(result.type) ? nodesFrom(result) : new Set<MemoryNode>();
  const writes = fn.inputs.some((i) => isReference(i.variable.type) && [...nodesFrom(i.variable)].some((n) => n.written || n.lengthWritten));
  return (v) => writes || [...nodesFrom(v)].some((n) => out.has(n));
}
