import type ts from "typescript";
import { bug } from "./diagnostics/bug.ts";
import { compile, type Options, type Result } from "./compile.ts";
import { openText } from "./frontend/state/limits.ts";
import { programWithText, type Reading } from "./frontend/programs/program.ts";

export type { Diagnostic } from "./diagnostics/diagnostic.ts";
export type { FunctionReport, Options, Result } from "./compile.ts";
export type { Reading } from "./frontend/programs/program.ts";
export type { SourceMap } from "./sourceMap.ts";
export { codeFrame } from "./diagnostics/codeFrame.ts";
export { show as showIr } from "./ir/show.ts";

/**
 * The module with a gradient beside each function marked `@differentiable`.
 *
 * Synchronous, pure and deterministic: the same text gives the same answer to the byte, whatever was compiled before. Never throws on any
 * text and executes nothing of it; what is wrong comes back as diagnostics with positions (1-based lines and columns). A function with an
 * error has no sibling; the others of the file do. Only the text itself is seen: calls into other files are refused where a gradient would
 * have to flow through them (use `differentiateProgram`).
 */
export function differentiate(sourceText: string, options: Options): Result {
  return compile(sourceText, options, (text, reporter) => openText(text, options.fileName, reporter.report));
}

/**
 * The same for a file of a program, with the types and functions of its other files. `reading`: how files are read that generated code imports and the
 * program does not have; from the disk if absent.
 */
export function differentiateProgram(program: ts.Program, sourceFile: ts.SourceFile, options: Partial<Options> = {}, reading?: Reading): Result {
  const { fileName } = sourceFile;
  return compile(
    sourceFile.text,
    { ...options, fileName },
    (text) => programWithText(program, sourceFile, text, reading) ?? bug(`${fileName} left its program`),
  );
}
