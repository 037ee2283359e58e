/** The one place where the command line meets the compiler: what it calls and the shape of what it gets. */
import type ts from "typescript";
import { differentiateProgram } from "@retrograd/transformer";
import type { Diagnostic } from "./show/diagnostic.ts";

/** What the compiler says about one function it differentiated. */
export interface FunctionReport {
  readonly name: string;
  readonly gradientName: string;
  /** The generated sibling as text. */
  readonly text: string;
  readonly wrt: readonly string[];
  /** What the reverse sweep needs recorded, by loop. */
  readonly recorded: unknown;
  readonly statementsIn: number;
  readonly statementsOut: number;
}

export interface Compiled {
  /** The module with the siblings after its last character. */
  readonly code: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly FunctionReport[];
}

/** Differentiates the marked functions of one file of a program. */
export function compile(program: ts.Program, sourceFile: ts.SourceFile): Compiled {
  return differentiateProgram(program, sourceFile);
}
