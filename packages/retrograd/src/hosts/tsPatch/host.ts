/** What we use of the compiler that runs us, beyond its published types. It may be another version than ours: nodes of the two are never mixed. */
import type ts from "typescript";

export type TypeScript = typeof ts;

/** Set by `createProgram`'s hosts; builders compare it to know what changed. */
export interface Versioned {
  version?: string;
}

/** Hosts of `--watch` are told which files a new program has no use for. */
export interface Releasing {
  onReleaseOldSourceFile?: unknown;
}

/** The extra methods by which builders ask for diagnostics. */
export type DiagnosticsMethod =
  "getSemanticDiagnostics" | "getBindAndCheckDiagnostics" | "getSyntacticDiagnostics" | "getDeclarationDiagnostics";

type Ask = (sourceFile?: ts.SourceFile, ...rest: unknown[]) => readonly ts.Diagnostic[];
export type DiagnosticsMethods = { [K in DiagnosticsMethod]?: Ask };
