/**
 * A program around one text, cheap enough to be made for every call: the libraries are parsed and bound once for the
 * process and shared, nothing is looked up on disk, and imports of other files stay unresolved (lowering refuses calls to them).
 */
import ts from "typescript";
import { bug } from "../../diagnostics/bug.ts";
import { ambientFileName, ambientText } from "./ambient.ts";

/** What the frontend needs to read one file. */
export interface SourceProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly sourceFile: ts.SourceFile;
}

/**
 * The strictest reading, but for elements of arrays: without a return type `return xs[0]` gives a number, not `number | undefined`. Texts are read as modules whether or not they import or export, so that
 * a user's `function f` never merges with a global of the same name.
 */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: false,
  exactOptionalPropertyTypes: true,
  noResolve: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  jsx: ts.JsxEmit.Preserve,
  allowImportingTsExtensions: true,
};

const libraryFolder = ts.getDefaultLibFilePath(options).replace(/\/[^/]*$/, "");

/**
 * Parsed once for the process. Sharing is safe because the compiler keeps everything that depends on a program
 * outside the tree, except the binder's symbols, which are the same for every program that has these options.
 */
const libraries = new Map<string, ts.SourceFile>();

function libraryFile(fileName: string, parseOptions: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  const known = libraries.get(fileName);
  if (known !== undefined) return known;
  const text = fileName === ambientFileName ? ambientText : ts.sys.readFile(fileName);
  if (text === undefined) return undefined;
  const file = ts.createSourceFile(fileName, text, parseOptions);
  libraries.set(fileName, file);
  return file;
}

const scriptKinds: Readonly<Record<string, ts.ScriptKind>> = {
  ".ts": ts.ScriptKind.TS, ".mts": ts.ScriptKind.TS, ".cts": ts.ScriptKind.TS, ".tsx": ts.ScriptKind.TSX,
  ".js": ts.ScriptKind.JS, ".mjs": ts.ScriptKind.JS, ".cjs": ts.ScriptKind.JS, ".jsx": ts.ScriptKind.JSX,
};

/** The last extension of a file name, with its dot and in lower case, or "". */
export function extensionOf(fileName: string): string {
  return /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? "";
}

/** Is it a file without types, by its name? */
export function isJavaScript(fileName: string): boolean {
  const kind = scriptKinds[extensionOf(fileName)];
  return kind === ts.ScriptKind.JS || kind === ts.ScriptKind.JSX;
}

/**
 * The program of one text. Any name is taken: one without a known extension is read as TypeScript.
 * `sourceFile.fileName` is the name as given. First call about 200 ms, later ones a few.
 */
export function createProgramForText(text: string, fileName: string): SourceProgram {
  const kind = scriptKinds[extensionOf(fileName)];
  // The name by which the program asks: one that no library has and whose extension it accepts.
  const root = `/__retrograd_input__/input${kind === undefined ? ".ts" : (/\.d\.[mc]?ts$/i.exec(fileName)?.[0].toLowerCase() ?? extensionOf(fileName))}`;
  let sourceFile = undefined as ts.SourceFile | undefined; // set by the host below
  const host: ts.CompilerHost = {
    getSourceFile: (name, parseOptions) => {
      if (name !== root) return name === ambientFileName || name.startsWith(libraryFolder) ? libraryFile(name, parseOptions) : undefined;
      sourceFile ??= ts.createSourceFile(fileName, text, parseOptions, true, kind ?? ts.ScriptKind.TS);
      return sourceFile;
    },
    getDefaultLibFileName: () => `${libraryFolder}/lib.es2023.d.ts`,
    getDefaultLibLocation: () => libraryFolder,
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === root || name === ambientFileName,
    readFile: () => undefined,
    writeFile: () => undefined,
  };
  const program = ts.createProgram({ rootNames: [ambientFileName, root], options, host });
  const checker = program.getTypeChecker();
  if (sourceFile === undefined) return bug(`the program did not ask for ${root}`);
  // The program names a file by the name it asked for. By now everything that depends on that name has been done.
  sourceFile.fileName = fileName;
  return { program, checker, sourceFile };
}

/** A file of a program that a host already has; undefined if the program has no such file. */
export function sourceOfProgram(program: ts.Program, fileName: string): SourceProgram | undefined {
  const sourceFile = program.getSourceFile(fileName);
  return sourceFile === undefined ? undefined : { program, checker: program.getTypeChecker(), sourceFile };
}

/** How a host reads files. */
export type Reading = Pick<ts.CompilerHost, "fileExists" | "readFile" | "directoryExists" | "getDirectories" | "realpath">;

/** The program with another text for one of its files: itself if the text is the file's own. */
export function programWithText(program: ts.Program, sourceFile: ts.SourceFile, text: string, reading: Partial<Reading> = {}): SourceProgram | undefined {
  if (text === sourceFile.text) return sourceOfProgram(program, sourceFile.fileName);
  const target = sourceFile.languageVersion;
  const changed = ts.createSourceFile(sourceFile.fileName, text, target, true);
  const compilerOptions = program.getCompilerOptions();
  // Where an import leads is the business of whoever made the program (it may lead to a file that is not on disk), and it stays what it was.
  const targets = specifierTargets(program, sourceFile);
  const plainHost = Object.assign(ts.createCompilerHost(compilerOptions, true), reading); // its other methods read by these
  const asBefore = (specifier: string): ts.ResolvedModuleWithFailedLookupLocations | undefined => {
    const found = targets.get(specifier);
    const extension = found?.isDeclarationFile === true ? ts.Extension.Dts : extensionOf(found?.fileName ?? "");
    return (
      found && { resolvedModule: { resolvedFileName: found.fileName, extension, isExternalLibraryImport: program.isSourceFileFromExternalLibrary(found) } }
    );
  };
  const host: ts.CompilerHost = {
    ...plainHost,
    // What generated code imports need not have been in the program.
    getSourceFile: (name, ...rest) => (name === sourceFile.fileName ? changed : (program.getSourceFile(name) ?? plainHost.getSourceFile(name, ...rest))),
    resolveModuleNameLiterals: (literals, containing, redirect, forOptions) =>
      literals.map(
        ({ text: specifier }) =>
          (containing === sourceFile.fileName ? asBefore(specifier) : undefined) ??
          ts.resolveModuleName(specifier, containing, forOptions, plainHost, undefined, redirect),
      ),
  };
  const next = ts.createProgram({ rootNames: program.getRootFileNames(), options: compilerOptions, host, oldProgram: program });
  return sourceOfProgram(next, sourceFile.fileName);
}

/** The files that the imports and re-exports of a file lead to, by specifier. */
function specifierTargets(program: ts.Program, sourceFile: ts.SourceFile): ReadonlyMap<string, ts.SourceFile> {
  const checker = program.getTypeChecker();
  const targets = new Map<string, ts.SourceFile>();
  for (const statement of sourceFile.statements) {
    const specifier = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) continue;
    const declaration = checker.getSymbolAtLocation(specifier)?.declarations?.[0];
    if (declaration !== undefined && ts.isSourceFile(declaration)) targets.set(specifier.text, declaration);
  }
  return targets;
}
