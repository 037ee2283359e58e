import { isReference, type Aliases } from "../analysis/aliases.ts";
import type { SharedClass } from "../analysis/sharedInputs.ts";
import { wayText } from "../analysis/ways.ts";
import type { IrFunction } from "../ir/ir.ts";
import { isRecursive } from "../ir/recursive.ts";
import type { GradientField } from "../adjoint/signature.ts";
import { holdsMatrix } from "./freshMatrices.ts";
import { isHandedOn } from "./given.ts";

/**
 * What stands in the way of forward mode alone: tangents are what the caller gives, so where the function changes objects that contain others
 * of their type, or that it reaches in several ways of which not all are whole, their tangents would have to be found by the object.
 *
 * `written`: the classes of objects that are written, if there are no makers for them.
 */
export function tangentRefusals(fn: IrFunction, fields: readonly GradientField[], memory: Aliases, written: readonly SharedClass[]): readonly string[] {
  const several = written.map((c) => {
    const [first, second] = c.ways.map(wayText);
    return `writes into objects that may be reached in several ways, \`${first ?? ""}\`${second === undefined ? "" : ` and \`${second}\``}`;
  });
  const copied = isHandedOn(fn, memory);
  const endless = fields.filter((f) => isReference(f.input.variable.type) && isRecursive(f.input.variable.type) && copied(f.input.variable))
    .map((f) => `changes or returns \`${f.input.name}\`, whose type contains itself`);
  // A copy of the record holds the matrices of the caller, and the result must not.
  const held = fields.filter((f) => isReference(f.type) && holdsMatrix(f.type) && holdsMatrix(fn.result) && copied(f.input.variable))
    .map((f) => `returns matrices, and changes an argument or returns objects of \`${f.input.name}\`, which holds some`);
  return [...several, ...endless, ...held].slice(0, 1);
}
