import ts from "typescript";

/** Programs over files on disk, some of them replaced or hidden by texts in memory. */
export interface Session {
  /** The program for what is in memory and on disk now; files that have not changed are parsed once. */
  program(): ts.Program;
  /** Puts a text in the place of a file; null: the file is not there, whatever the disk says. */
  overlay(fileName: string, text: string | null): void;
}

/**
 * The language's own libraries, parsed once for the process: `--watch` makes a session for each build. They are shared because a
 * program keeps what depends on its options outside the tree.
 */
const libraries = new Map<string, ts.SourceFile>();

/** A session for these files under these options. Nothing is ever emitted from it. */
export function createSession(rootNames: readonly string[], userOptions: ts.CompilerOptions): Session {
  const options = readingOptions(rootNames, userOptions);
  const overlays = new Map<string, string | null>();
  const parsed = new Map<string, { readonly text: string; readonly file: ts.SourceFile }>();
  const host = ts.createCompilerHost(options, true);
  // A third of the time to read the libraries would go into comments that nobody asks for. (Tags are read from the text.)
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeInfo;
  const { fileExists, readFile, getSourceFile } = host;
  const libraryFolder = `${host.getDefaultLibLocation?.() ?? ""}/lib.`;
  const key = (name: string): string => host.getCanonicalFileName(name);

  host.fileExists = (name) => {
    const text = overlays.get(key(name));
    return text === undefined ? fileExists.call(host, name) : text !== null;
  };
  host.readFile = (name) => {
    const text = overlays.get(key(name));
    return text === undefined ? readFile.call(host, name) : (text ?? undefined);
  };
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const overlay = overlays.get(key(name));
    if (overlay === null) return undefined;
    const known = parsed.get(key(name));
    if (known !== undefined && (overlay === undefined || known.text === overlay)) return known.file;
    const libraryKey = name.startsWith(libraryFolder) ? `${name} ${JSON.stringify(languageVersion)}` : undefined;
    const library = libraryKey === undefined ? undefined : libraries.get(libraryKey);
    if (library !== undefined) return library;
    const file =
      overlay === undefined
        ? getSourceFile.call(host, name, languageVersion, ...rest)
        : ts.createSourceFile(name, overlay, languageVersion, true);
    if (file !== undefined && libraryKey !== undefined) libraries.set(libraryKey, file);
    else if (file !== undefined) parsed.set(key(name), { text: file.text, file });
    return file;
  };

  let current: ts.Program | undefined;
  let stale = true;
  return {
    program() {
      if (current === undefined || stale) {
        // Not from the old program: it would remember that a sibling which is there by now could not be found.
        current = ts.createProgram({ rootNames, options, host });
        stale = false;
      }
      return current;
    },
    overlay(fileName, text) {
      if (overlays.get(key(fileName)) === text) return;
      overlays.set(key(fileName), text);
      parsed.delete(key(fileName));
      stale = true;
    },
  };
}

/** The user's options for a program that is only read: nothing is emitted from it. */
export function readingOptions(rootNames: readonly string[], userOptions: ts.CompilerOptions): ts.CompilerOptions {
  const options: ts.CompilerOptions = {
    ...userOptions,
    noEmit: true,
    skipLibCheck: true,
    allowJs: userOptions.allowJs ?? rootNames.some((name) => /\.[cm]?jsx?$/.test(name)),
  };
  // Build-mode and output options have nothing to say here, and some are errors without an output.
  for (const name of [
    "incremental",
    "composite",
    "tsBuildInfoFile",
    "outFile",
    "declarationDir",
    "emitDeclarationOnly",
  ] as const)
    delete options[name];
  return options;
}
