import { isReference } from "../analysis/aliases.ts";
import { overlaps } from "../analysis/sharedInputs.ts";
import { booleanType, freshVar } from "../ir/build.ts";
import type { IrFunction, Origin, Type, Var } from "../ir/ir.ts";
import { typeText } from "./gradientType.ts";
import type { Scope } from "./scope.ts";
import type { ReverseState } from "./state.ts";
import type { GradientField } from "./signature.ts";

/**
 * Refuses at run time what types cannot exclude: two fields that hold one object (it would have one gradient), and an array that is
 * written through one parameter and read through another.
 */
export function emitEntryChecks(r: ReverseState, fn: IrFunction, fields: readonly GradientField[], scope: Scope, origin: Origin): void {
  for (const { first, second } of overlaps(fields.map((f) => f.input))) {
    if (!first.many && !second.many) refuseSame(r, scope, origin, fn, expression(fn, first.text), expression(fn, second.text), [first.text, second.text]);
  }
  const references = fn.inputs.filter((i) => isReference(i.variable.type));
  references.forEach((a, n) => references.slice(n + 1).forEach((b) => {
    if (!sameKind(a.variable.type, b.variable.type)) return;
    if (!r.memory.nodeOf(a.variable).written && !r.memory.nodeOf(b.variable).written) return;
    refuseSame(r, scope, origin, fn, memoryOf(a.variable), memoryOf(b.variable), [a.name, b.name]);
  }));
  for (const { variable, name } of references) {
    const element = variable.type.kind === "array" ? variable.type.element : null;
    if (!element || !isReference(element) || !r.memory.slotOf(variable, "[]").node || !elementIsWritten(r, variable)) continue;
    const repeated = freshVar(r.ids, null, booleanType);
    scope.builder.emit({ kind: "raw", origin, parts: ["new Set(", variable, ").size !== ", variable, ".length"], out: repeated, pure: true });
    refuseIf(scope, origin, repeated, `grad_${fn.name}: two elements of ${name} are the same object, and f writes through them`.replace("and f", `and ${fn.name}`));
  }
}

/** Typed arrays may be views of one buffer. */
function memoryOf(v: Var): readonly (string | Var)[] {
  return v.type.kind === "array" && v.type.constructorName !== "Array" ? [v, ".buffer"] : [v];
}

function elementIsWritten(r: ReverseState, v: Var): boolean {
  const node = r.memory.slotOf(v, "[]").node;
  return node !== null && r.memory.canonical(node).written;
}

function sameKind(a: Type, b: Type): boolean {
  return typeText(a, false).replaceAll("readonly ", "") === typeText(b, false).replaceAll("readonly ", "");
}

/** `o.p.q` as text with the parameter as a hole. */
function expression(fn: IrFunction, path: string): readonly (string | Var)[] {
  const input = fn.inputs.find((i) => path === i.name || path.startsWith(`${i.name}.`) || path.startsWith(`${i.name}[`));
  return input ? [input.variable, path.slice(input.name.length)] : [path];
}

function refuseSame(r: ReverseState, scope: Scope, origin: Origin, fn: IrFunction, a: readonly (string | Var)[], b: readonly (string | Var)[], names: readonly [string, string]): void {
  const same = freshVar(r.ids, null, booleanType);
  scope.builder.emit({ kind: "raw", origin, parts: [...a, " === ", ...b].filter((p) => p !== ""), out: same, pure: true });
  refuseIf(scope, origin, same, `grad_${fn.name}: ${names[0]} and ${names[1]} are the same object, and their gradients cannot be told apart`);
}

function refuseIf(scope: Scope, origin: Origin, condition: Var, message: string): void {
  scope.builder.emit({
    kind: "if", origin, condition, outs: [],
    then: { instructions: [{ kind: "throw", origin, parts: [`new Error(${JSON.stringify(message)})`] }], yields: [], dead: true },
    else: { instructions: [], yields: [], dead: false },
  });
}
