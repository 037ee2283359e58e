import ts from "typescript";

/** What a program is made of, as it stands now. */
export interface Sources {
  roots(): readonly string[];
  /** The same object as long as they do not change. */
  options(): ts.CompilerOptions;
  readonly references: readonly ts.ProjectReference[] | undefined;
  /** A name for the state of a file; undefined if there is no such file. */
  version(fileName: string): string | undefined;
  text(fileName: string): string | undefined;
  /** Is told what is read, before libraries are. */
  seen?(file: ts.SourceFile): void;
  /** A file that somebody has parsed already in the same way, from the text that counts. */
  parsed(fileName: string): ts.SourceFile | undefined;
}

/** All of a compiler's host but what is asked of `Sources`. */
export type Surroundings = Omit<ts.CompilerHost, "getSourceFile" | "jsDocParsingMode" | "writeFile" | "getCanonicalFileName" | "getNewLine">;

/** A third of the time to read the libraries would go into comments that nobody asks for. (Tags are read from the text.) */
const { ParseForTypeInfo: jsDocParsingMode } = ts.JSDocParsingMode;

/** Is it the compiler that we run on, so that its nodes are nodes of ours? */
export const isOurs = (compiler: typeof ts): boolean => compiler === ts;

interface Known {
  readonly version: string;
  readonly file: ts.SourceFile;
}

const libraryFolder = ts.getDefaultLibFilePath({}).replace(/[^\\/]*$/, "").replaceAll("\\", "/");

/** The language's own libraries, parsed once for the process: a program keeps what depends on its options outside the tree. */
const libraries = new Map<string, Known>();

/**
 * The programs of a project, one after the other: each file is parsed when its version changes, and where nothing has changed the last program is still
 * the one. (A language service would do the same, and loads what editors need.) `isAnew`: imports may lead elsewhere although no file has changed.
 */
export function createPrograms(sources: Sources, surroundings: Surroundings): (isAnew?: boolean) => ts.Program {
  const files = new Map<string, Known>();
  const missing = new Set<string>();
  const host: ts.CompilerHost = {
    ...surroundings,
    jsDocParsingMode,
    getSourceFile(fileName, options) {
      const version = sources.version(fileName);
      if (version === undefined) return void missing.add(fileName);
      const known = files.get(fileName);
      const file = known?.version === version ? known.file : (sources.parsed(fileName) ?? parse(fileName, version, options));
      if (file === undefined) return undefined;
      files.set(fileName, { version, file });
      sources.seen?.(file);
      return file;
    },
    writeFile: () => undefined,
    getCanonicalFileName: (name) => (surroundings.useCaseSensitiveFileNames() ? name : name.toLowerCase()),
    getNewLine: () => "\n",
  };
  const parse = (fileName: string, version: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined => {
    const key = fileName.startsWith(libraryFolder) ? `${fileName} ${JSON.stringify(options)}` : undefined;
    const library = key === undefined ? undefined : libraries.get(key);
    if (library?.version === version) return library.file;
    const text = sources.text(fileName);
    if (text === undefined) return undefined;
    const file = ts.createSourceFile(fileName, text, options);
    if (key !== undefined) libraries.set(key, { version, file });
    return file;
  };

  let current: ts.Program | undefined;
  let madeFrom: { readonly roots: readonly string[]; readonly options: ts.CompilerOptions } | undefined;
  /** Forgets what is not so any more. */
  const isCurrent = (roots: readonly string[], options: ts.CompilerOptions): boolean => {
    const changed = [...files].filter(([name, { version }]) => sources.version(name) !== version).map(([name]) => name);
    const appeared = [...missing].filter((name) => sources.version(name) !== undefined);
    for (const name of changed) files.delete(name);
    for (const name of appeared) missing.delete(name);
    const isSame = madeFrom?.options === options && madeFrom.roots.join("\n") === roots.join("\n");
    return isSame && changed.length + appeared.length === 0;
  };
  return (isAnew = false) => {
    if (isAnew) current = undefined;
    const roots = [...sources.roots()], options = sources.options();
    if (current !== undefined && isCurrent(roots, options)) return current;
    madeFrom = { roots, options };
    current = ts.createProgram({
      rootNames: roots,
      options,
      host,
      ...(sources.references === undefined ? {} : { projectReferences: sources.references }),
      ...(current === undefined ? {} : { oldProgram: current }),
    });
    return current;
  };
}
