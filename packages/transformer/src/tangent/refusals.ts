import { isReference, type Aliases } from "../analysis/aliases.ts";
import type { SharedClass, SharedInputs } from "../analysis/sharedInputs.ts";
import { wayText } from "../analysis/sharedInputs.ts";
import type { IrFunction } from "../ir/ir.ts";
import { isRecursive } from "../ir/recursive.ts";
import type { GradientField } from "../adjoint/signature.ts";
import { isHandedOn } from "./given.ts";

/** Objects that are reached in one way through arrays: that no two of them are the same can be asked when the function is entered. */
export const isOneList = (c: SharedClass): boolean => c.ways.length === 1 && c.ways[0]?.again === false;
export const isWritten = (c: SharedClass, memory: Aliases): boolean => c.ways.some((w) => memory.nodeAt(w).written);

/**
 * What stands in the way of forward mode alone: tangents follow the objects that the caller gives, so where the function writes into an object
 * that may be reached in several ways its tangent would have to be found by the object.
 */
export function tangentRefusals(fn: IrFunction, fields: readonly GradientField[], memory: Aliases, shared: SharedInputs): readonly string[] {
  const several = shared.classes.filter((c) => isWritten(c, memory) && !isOneList(c)).map((c) => {
    const [first, second] = c.ways.map(wayText);
    return `it writes into objects that may be reached in several ways, \`${first ?? ""}\`${second === undefined ? "" : ` and \`${second}\``}`;
  });
  const copied = isHandedOn(fn, memory);
  const endless = fields.filter((f) => isReference(f.input.variable.type) && isRecursive(f.input.variable.type) && copied(f.input.variable))
    .map((f) => `it changes or returns \`${f.input.name}\`, whose type contains itself`);
  return [...several, ...endless];
}
