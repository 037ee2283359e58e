import type ts from "typescript";
import type { Diagnostic } from "../compiler.ts";

/** Numbers that no message of TypeScript has: RG2101 is TS902101. */
const codeBase = 900_000;

/** The number under which one of our codes appears among a compiler's. */
export const codeOf = (code: string): number => codeBase + Number(code.replace(/\D/g, ""));

/** Codes as an editor asks for them: text, without a prefix. */
export const codesOf = (codes: readonly string[]): readonly string[] => codes.map((code) => String(codeOf(code)));

/** A diagnostic of ours as the compiler's own. */
export function toCompiler(
  typescript: typeof ts,
  diagnostic: Diagnostic,
  file: ts.SourceFile | undefined,
): ts.Diagnostic {
  const { code, message, help, start, length, category } = diagnostic;
  return {
    file,
    start: file === undefined ? undefined : start,
    length: file === undefined ? undefined : length,
    category: category === "error" ? typescript.DiagnosticCategory.Error : typescript.DiagnosticCategory.Warning,
    code: codeOf(code),
    messageText: `${code} ${message}${help === "" ? "" : `\nhelp: ${help}`}`,
    source: "retrograd",
  };
}
