import type { GradientField } from "./adjoint/signature.ts";
import type { Activity, RuleOf } from "./analysis/activity.ts";
import { type Aliases, isReference } from "./analysis/aliases.ts";
import type { SharedInputs } from "./analysis/sharedInputs.ts";
import { isMatrixOperation, matrixType } from "./ir/build.ts";
import type { IrFunction, IrModule, Var } from "./ir/ir.ts";
import { eachInstruction } from "./ir/visit.ts";
import type { PrintOptions } from "./print/print.ts";
import type { Rulebook, OperandKind } from "./rules/rulebook.ts";

/** Of several derivatives of a function, one for each kind of what it may be given: which this is. `seeded`: of some the result is no number. */
export interface OfKind { readonly suffix: string; readonly says: string; readonly seeded: boolean }

/** Called with each stage under its name: what `--emit` shows and tests verify. */
export type Trace = (stage: string, fn: IrFunction) => void;

export interface StageOptions {
  /** Off: only what correctness needs; tests compare both. */
  readonly optimise: boolean;
  readonly rulebook: Rulebook;
  /** Identifiers of the file that generated names must not take. */
  readonly reserved: ReadonlySet<string>;
  readonly shadowedGlobals: ReadonlySet<string>;
  readonly trace?: Trace;
  /** Says what stands in the way of a gradient; true: stop. */
  readonly check: (module: IrModule, active: Activity, fields: readonly GradientField[], shared: SharedInputs, memory: Aliases) => boolean;
  /** Says what stands in the way of forward mode alone. */
  readonly checkTangents: (fn: IrFunction, reasons: readonly string[]) => void;
  /** How the file calls a function of the runtime; names that hide it where it stands are `hidden`. */
  readonly runtimeName: (name: string, hidden: ReadonlySet<string>) => string;
  /** A name that is free at the top of the module; with a meaning, the same name for the same meaning. */
  readonly freeName: (wanted: string, meaning?: string) => string;
  /** What `with` asks for besides. */
  readonly also: readonly string[];
  /** The gradient of one kind of arguments only: its names end so, and its documentation says which. */
  readonly ofKind?: OfKind;
}

export function callsOf(fn: IrFunction): readonly string[] {
  const names: string[] = [];
  eachInstruction(fn.body, (i) => { if (i.kind === "call") names.push(i.callee); });
  return names;
}

/** A power with a known exponent has rules of its own, and so has a product with itself; a spread operand has one for its elements. */
export function ruleFinder(rulebook: Rulebook): RuleOf {
  return (op: string, arity: number, args: readonly Var[]) => {
    if (op.startsWith(".")) return { kind: "zero", why: "a shape" };
    if (isMatrixOperation(op)) return rulebook.matrixRule(op.slice("matrix.".length), args.map(operandKind));
    if (op.endsWith("...")) return rulebook.rule(op, 1);
    const exponent = args[1]?.literal?.value;
    if ((op === "**" || op === "Math.pow") && typeof exponent === "number") return rulebook.ruleForLiteralExponent(exponent);
    if (op === "*" && args[0] !== undefined && args[0] === args[1]) return rulebook.ruleForLiteralExponent(2);
    return rulebook.rule(op, arity);
  };
}

function operandKind({ type, literal }: Var): OperandKind {
  const matrix = matrixType(type);
  if (matrix) return `matrix${/<.*/s.exec(matrix.text)?.[0] ?? ""}`;
  return isReference(type) ? "array" : typeof literal?.value === "string" ? "text" : "number";
}

/** What the text of every function of a file depends on. */
export const printSettings = ({ reserved, shadowedGlobals, optimise, runtimeName }: StageOptions): Pick<PrintOptions, "reserved" | "shadowedGlobals" | "debugNoTidy" | "runtimeName"> =>
  ({ reserved, shadowedGlobals, debugNoTidy: !optimise, runtimeName });
