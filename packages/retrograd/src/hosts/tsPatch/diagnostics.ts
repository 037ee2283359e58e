import type ts from "typescript";
import { derivativeAt, type Augmented } from "../../inMemory/augmented.ts";
import { toCompiler } from "../compilerDiagnostic.ts";
import type { DiagnosticsMethod, DiagnosticsMethods, TypeScript } from "./host.ts";

/**
 * Adds our errors to what the program says of each file, and moves what it says of generated text to the name of the primal:
 * nothing may point behind the end of the file on disk.
 */
export function addDiagnostics(
  ts: TypeScript,
  program: ts.Program,
  augmentedOf: (fileName: string) => Augmented | undefined,
  all: readonly Augmented[],
): void {
  const move = <D extends ts.DiagnosticRelatedInformation>(diagnostic: D): D => {
    const augmented = diagnostic.file && augmentedOf(diagnostic.file.fileName);
    if (!augmented || diagnostic.start === undefined || diagnostic.start < augmented.text.length) return diagnostic;
    const derivative = derivativeAt(augmented, diagnostic.start);
    if (derivative === undefined) return diagnostic;
    const said = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const { start, end } = derivative;
    return {
      ...diagnostic,
      start,
      length: end - start,
      messageText: `in generated ${derivative.name}: ${said}${missingRuntime(said)}`,
    };
  };
  const moveAll = (diagnostic: ts.Diagnostic): ts.Diagnostic => {
    const moved = move(diagnostic);
    const related = moved.relatedInformation?.map(move);
    return related === undefined ? moved : { ...moved, relatedInformation: related };
  };
  const ours = (augmented: Augmented): readonly ts.Diagnostic[] =>
    augmented.diagnostics
      .filter(({ category }) => category === "error")
      .map((each) => toCompiler(ts, each, program.getSourceFile(each.fileName)));

  const methods = program as DiagnosticsMethods; // its own methods, and one that is not published
  const wrap = (
    name: DiagnosticsMethod,
    extra: (file: ts.SourceFile | undefined) => readonly ts.Diagnostic[],
  ): void => {
    const original = methods[name];
    if (original === undefined) return;
    methods[name] = (file, ...rest) => [...original.call(program, file, ...rest).map(moveAll), ...extra(file)];
  };
  const ofFile = (file: ts.SourceFile | undefined): readonly ts.Diagnostic[] => {
    if (file === undefined) return all.flatMap(ours);
    const augmented = augmentedOf(file.fileName);
    return augmented === undefined ? [] : ours(augmented);
  };
  wrap("getSemanticDiagnostics", ofFile);
  wrap("getBindAndCheckDiagnostics", ofFile);
  wrap("getSyntacticDiagnostics", () => []);
  wrap("getDeclarationDiagnostics", () => []);
}

function missingRuntime(said: string): string {
  if (!said.includes("@retrograd/runtime")) return "";
  return "\nhelp: generated code imports @retrograd/runtime: npm install @retrograd/runtime (a dependency, not a devDependency)";
}

const shown = new Map<string, string>();

/** Prints warnings, once for each state of a file: as diagnostics of the program they would fail the build. */
export function printWarnings(ts: TypeScript, program: ts.Program, augmented: Augmented): void {
  const warnings = augmented.diagnostics.filter(({ category }) => category === "warning");
  const key = JSON.stringify(warnings);
  if (key === (shown.get(augmented.fileName) ?? "[]")) return;
  shown.set(augmented.fileName, key);
  if (warnings.length === 0) return;
  const { pretty } = program.getCompilerOptions();
  const inColour = pretty === true || (pretty === undefined && ts.sys.writeOutputIsTTY?.() === true);
  const format = inColour ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  ts.sys.write(
    format(
      warnings.map((each) => toCompiler(ts, each, program.getSourceFile(each.fileName))),
      {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => program.getCurrentDirectory(),
        getNewLine: () => ts.sys.newLine,
      },
    ),
  );
}
