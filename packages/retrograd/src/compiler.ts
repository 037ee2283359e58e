/** The one place where the command line meets the compiler. */
import type ts from "typescript";
import {
  differentiateProgram,
  showIr,
  type Reading,
  type Diagnostic,
  type FunctionReport,
  type Result,
} from "@retrograd/transformer";

export { codeFrame } from "@retrograd/transformer";
export type { Diagnostic, FunctionReport };
export type SourceMap = Result["map"];
export type CompiledModule = Result;
export type Compiled = Pick<Result, "code" | "diagnostics" | "functions" | "tagged">;

/** Differentiates the marked functions of one file of a program. `reading`: how files are read that are not in the program. */
export function compile(program: ts.Program, sourceFile: ts.SourceFile, reading?: Reading): Result {
  return differentiateProgram(program, sourceFile, {}, reading);
}

/** The compiler's intermediate representation of each function after each of its stages, as text. */
export function stages(program: ts.Program, sourceFile: ts.SourceFile): readonly string[] {
  const texts: string[] = [];
  differentiateProgram(program, sourceFile, {
    trace: (stage, fn) => texts.push(`// ${fn.name}: ${stage}\n${showIr(fn)}`),
  });
  return texts;
}
