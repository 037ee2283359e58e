import type { Activity, RuleOf } from "../analysis/activity.ts";
import type { Aliases } from "../analysis/aliases.ts";
import type { Block, Var, Instruction } from "../ir/ir.ts";
import type { Halves } from "./halves.ts";
import type { Recorded } from "./resolve.ts";
import type { Sharing } from "./sharing.ts";
import type { ReverseState } from "./state.ts";
import type { Structure } from "./structure.ts";

/** What the reverse sweep is made from, besides the function. */
export interface ReverseContext {
  readonly active: Activity;
  readonly memory: Aliases;
  readonly ruleOf: RuleOf;
  readonly halves: Halves;
  readonly structure: Structure;
  readonly sharing: Sharing;
}

export interface GradientBody {
  readonly body: Block;
  readonly nextId: number;
  readonly recorded: readonly Recorded[];
}

/** The parameters that a derivative has before those of the function: the incoming gradient, the record that it writes its own into. */
export interface Ends { readonly dvalue: Var | null; readonly out: Var | null }

/** A body split at the point where the reverse begins: for functions with a forward and a backward half. */
export interface SplitBody extends GradientBody {
  readonly forward: readonly Instruction[];
  readonly backward: readonly Instruction[];
  readonly state: ReverseState;
  readonly shadowsOfInputs: readonly Var[];
}
