import type ts from "typescript";
import { toCompiler } from "../compilerDiagnostic.ts";
import type { Modules } from "./modules.ts";

/** Adds our diagnostics to those of a file; drops what is said of signatures, and of places in them. */
export function addDiagnostics(typescript: typeof ts, service: ts.LanguageService, modules: Modules): void {
  const inside = <D extends ts.Diagnostic>(fileName: string, diagnostics: readonly D[]): D[] => {
    const length = modules.lengthOf(fileName) ?? Infinity;
    return diagnostics
      .filter(({ start }) => start === undefined || start < length)
      .map((diagnostic) => {
        const related = diagnostic.relatedInformation?.filter(
          ({ file, start }) => file === undefined || (start ?? 0) < (modules.lengthOf(file.fileName) ?? Infinity),
        );
        return related === undefined ? diagnostic : { ...diagnostic, relatedInformation: related };
      });
  };
  const { getSemanticDiagnostics, getSyntacticDiagnostics, getSuggestionDiagnostics } = service;
  service.getSyntacticDiagnostics = (fileName) => inside(fileName, getSyntacticDiagnostics(fileName));
  service.getSuggestionDiagnostics = (fileName) => inside(fileName, getSuggestionDiagnostics(fileName));
  service.getSemanticDiagnostics = (fileName) => {
    const program = service.getProgram();
    const ours = (modules.of(fileName)?.augmented.diagnostics ?? []).map((each) =>
      toCompiler(typescript, each, program?.getSourceFile(each.fileName)),
    );
    // What is wrong in another file is shown where it is; here stands nothing it could underline.
    const here = ours.filter(({ file }) => file?.fileName === fileName);
    return [...inside(fileName, getSemanticDiagnostics(fileName)), ...here];
  };
}
