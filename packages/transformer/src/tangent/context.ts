import type { Activity, RuleOf } from "../analysis/activity.ts";
import type { Aliases } from "../analysis/aliases.ts";
import type { GradientNames } from "../adjoint/gradientType.ts";
import type { Builder, Ids } from "../ir/build.ts";
import type { IrFunction, RecordType, Var } from "../ir/ir.ts";

/** How a function that is called and not inlined computes its tangent beside its value: `tangent_g(…arguments, …tangents)`. */
export interface Companion {
  readonly callee: IrFunction;
  readonly name: string;
  /** The inputs that have a tangent, by number: they follow the arguments. */
  readonly tangents: readonly number[];
  /** `{ value, dvalue }`, if the result has a tangent. */
  readonly both: RecordType | null;
  /** It writes into memory that carries a tangent: it runs whatever becomes of its result. */
  readonly writes: boolean;
}

/** By the name of the function. */
export type Companions = ReadonlyMap<string, Companion>;

/** What the tangents are made from, besides the function. */
export interface TangentContext {
  readonly active: Activity;
  readonly memory: Aliases;
  readonly ruleOf: RuleOf;
  readonly companions: Companions;
  /** What the gradients of types that contain themselves are called. */
  readonly names: GradientNames;
}

/** A function of forward mode, with the parameters that are tangents. */
export interface TangentFunction { readonly fn: IrFunction; readonly tangents: ReadonlySet<Var> }

export const tangentName = (name: string | null): string | null => (name === null ? null : `d${name}`);

/** The tangents of a function as far as they are made, for what makes those of one instruction. */
export interface MadeTangents {
  readonly ids: Ids;
  /** Whether a reference has a shadow. */
  hasShadow(v: Var): boolean;
  /** The tangent of a number; null: 0. */
  of(v: Var): Var | null;
  /** The shadow of a reference that has one. */
  shadow(v: Var): Var;
  /** The sum of something over the elements of an array, in a loop of its own. */
  sumOver(b: Builder, ref: Var, term: (trip: Builder, index: Var) => Var | null): Var;
}
