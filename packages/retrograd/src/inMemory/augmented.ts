/** What hosts hand on. They use it without a compiler, where an earlier process has made it. */
import type { Diagnostic, FunctionReport, SourceMap } from "../compiler.ts";

/** A module with its gradients, as hosts that work in memory hand it on. */
export interface Augmented {
  readonly fileName: string;
  /** The user's text. */
  readonly text: string;
  /** The user's text with everything generated behind it; the text itself if nothing is marked. */
  readonly code: string;
  /** Of `code`; null if that is the text itself. */
  readonly map: SourceMap | null;
  /** What is wrong: it may be in another file, which a marked function calls. */
  readonly diagnostics: readonly Diagnostic[];
  /** What callers may use. */
  readonly derivatives: readonly Derivative[];
  readonly functions: readonly FunctionReport[];
  /** The other modules of the project that the gradients may depend on. */
  readonly dependencies: readonly string[];
}

/** One generated function, with the place of what it is the derivative of. */
export interface Derivative {
  readonly name: string;
  readonly of: string;
  readonly isExported: boolean;
  /** The name of the primal in the user's text. */
  readonly start: number;
  readonly end: number;
  /** Where its text begins in `code`. */
  readonly from: number;
}

/** The derivative whose text holds a position behind the user's text: the last one to begin before it. */
export function derivativeAt(augmented: Augmented, position: number): Derivative | undefined {
  return augmented.derivatives.findLast(({ from }) => from <= position) ?? augmented.derivatives[0];
}
