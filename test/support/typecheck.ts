/** Strict type-checking of generated code, in memory: the flags that a user's own tsconfig may set (DESIGN.md 1.6). */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import { runtimeDeclarations } from "../../packages/transformer/src/frontend/programs/runtimeDeclarations.ts";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
  noEmit: true,
};

const libFolder = join(dirname(createRequire(import.meta.url).resolve("typescript")));
/** Parsed and bound once for the process: a check costs only the program's own text. */
const libFiles = new Map<string, ts.SourceFile | undefined>();

/** What every test program may use besides the language's own library. */
const ambient = `
declare const console: { log(...xs: unknown[]): void; warn(...xs: unknown[]): void; error(...xs: unknown[]): void };
declare function structuredClone<T>(x: T): T;
declare module "@retrograd/runtime" {
${runtimeDeclarations}}
`;
const ambientFile = ts.createSourceFile("ambient.d.ts", ambient, ts.ScriptTarget.ES2022, true);

export interface TypeError {
  readonly line: number;
  readonly text: string;
  readonly code: number;
  readonly message: string;
  /** Whether it lies in the appended part. */
  readonly generated: boolean;
}

/**
 * Type errors of a module at the strictest flags. Unused names count only from `generatedFrom` on, and only if
 * the user's own part is without them: a parameter that their function ignores may be ignored by its gradient.
 */
export function typeErrors(code: string, generatedFrom = 0, fileName = "program.ts"): TypeError[] {
  const file = ts.createSourceFile(fileName, code, ts.ScriptTarget.ES2022, true);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => {
      if (name === fileName) return file;
      if (name === "ambient.d.ts") return ambientFile;
      if (!name.startsWith(libFolder)) return undefined;
      if (!libFiles.has(name)) {
        const text = ts.sys.fileExists(name) ? readFileSync(name, "utf8") : undefined;
        libFiles.set(name, text === undefined ? undefined : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true));
      }
      return libFiles.get(name);
    },
    getDefaultLibFileName: () => join(libFolder, "lib.es2023.d.ts"),
    getDefaultLibLocation: () => libFolder,
    writeFile: () => {},
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === fileName || name === "ambient.d.ts" || ts.sys.fileExists(name),
    readFile: () => undefined,
  };
  const program = ts.createProgram({ rootNames: [fileName, "ambient.d.ts"], options, host });
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file), ...program.getDeclarationDiagnostics(file)];
  const lines = code.split("\n");
  return found
    .filter((d) => d.category === ts.DiagnosticCategory.Error)
    .map((d) => {
      const line = file.getLineAndCharacterOfPosition(d.start ?? 0).line;
      return {
        line: line + 1,
        text: lines[line] ?? "",
        code: d.code,
        message: ts.flattenDiagnosticMessageText(d.messageText, " "),
        generated: (d.start ?? 0) >= generatedFrom,
      };
    })
    .filter((d, _, all) => !isUnusedName(d.code) || (d.generated && !all.some((own) => !own.generated && own.message === d.message)));
}

const isUnusedName = (code: number): boolean => [6133, 6192, 6196, 6198, 6199, 7028, 7027].includes(code);

export function showTypeErrors(errors: readonly TypeError[]): string {
  return errors.map((e) => `${e.line}: TS${e.code} ${e.message}\n    | ${e.text.trim()}`).join("\n");
}
