import type ts from "typescript";
import type { CallSite } from "../../diagnostics/diagnostic.ts";
import type { Narrowing } from "../types/narrowing.ts";
import type { Entry } from "../../diagnostics/entry.ts";

/** The syntax a marked function may have. */
export type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;

/** A function marked `@differentiable`: what `find` hands to `lower`. */
export interface SourceFunction {
  readonly name: string;
  readonly node: FunctionNode;
  readonly sourceFile: ts.SourceFile;
  readonly exported: boolean;
  /** The paths after `wrt` (`w, model.b` is `[["w"], ["model", "b"]]`), known to begin with names that parameters bind; null: all. */
  readonly wrt: readonly (readonly string[])[] | null;
  /** The names after `with` (`vjp`, `jvp`, `into`). */
  readonly with: readonly string[];
}

/** Limits that keep the answer quick for any text; each has a diagnostic of its own. */
export interface Budget {
  /** Nested inlined calls. */
  readonly callDepth: number;
  /** Instructions of the whole function, inlined ones included. */
  readonly instructions: number;
  /** Syntax nodes of a callee above which it is not inlined but called. */
  readonly inlineNodes: number;
  /** Instructions that inlining may add to one root; above it callees are called. */
  readonly inlineTotal: number;
}

/** What lowering may ask and where it complains. */
export interface LowerContext {
  readonly checker: ts.TypeChecker;
  readonly program: ts.Program;
  /** Records a diagnostic at the node; `chain` is how inlined calls led there, innermost first. */
  report<P>(node: ts.Node, entry: Entry<P>, data: P, chain?: readonly CallSite[]): void;
  /** How the file calls a function of the runtime. */
  readonly runtimeName: (name: string) => string;
  readonly budget?: Partial<Budget>;
  /** What parameters are taken to be that may be of several kinds. */
  readonly narrowing?: Narrowing;
}
