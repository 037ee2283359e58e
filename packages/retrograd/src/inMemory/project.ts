import path from "node:path";
import ts from "typescript";
import { mayHaveTags } from "@retrograd/transformer/tags";
import type { Witness } from "../cache/witness.ts";
import { compile, type CompiledModule } from "../compiler.ts";
import { isDeclarationName, isSiblingName } from "../files/names.ts";
import type { Configuration } from "../project/configuration.ts";
import { plainDisk, witnessedDisk } from "../project/disk.ts";
import { libraries } from "../project/libraries.ts";
import { readingOptions } from "../project/session.ts";
import { isGenerated } from "../sibling/header.ts";
import { augment } from "./augment.ts";
import type { Augmented } from "./augmented.ts";
import { createExtent } from "./extent.ts";
import { createPrograms, type Sources } from "./programs.ts";
import { mentionedGradientSpecifiers, primalSpecifier, sourceCandidates } from "./specifiers.ts";

/** The marked modules of a project, kept ready: the first answer makes a program, later ones look at what has changed. */
export interface Project {
  /** The text of a file from now on, whatever the disk says; null: what is on disk. */
  give(fileName: string, text: string | null): void;
  /** The module of a file with its gradients; undefined if there is no such file. */
  augment(fileName: string): Augmented | undefined;
  /** Reads a marked file in its program; undefined if there is no such file. */
  read<T>(fileName: string, use: (input: ProjectFile) => T): T | undefined;
  /** The source that a specifier of gradients means; undefined if it means none, or a file that somebody wrote by hand. */
  gradientSource(specifier: string, importer: string): string | undefined;
  /** The files that may be marked: of the project's, those whose text holds a tag. */
  markedFiles(): readonly string[];
}

/** A file of a program, and what the compiler made of it. */
export interface ProjectFile {
  readonly program: ts.Program;
  readonly sourceFile: ts.SourceFile;
  readonly compiled: CompiledModule;
}

export interface ProjectInput {
  readonly configuration: Configuration;
  readonly cwd: string;
  /** Files that are known to hold tags; if absent, the files of the configuration are looked through. */
  readonly marked?: readonly string[];
  /** A text that counts instead of what is on disk, if there is one: that of an editor. */
  readonly textOf?: ((fileName: string) => Text | undefined) | undefined;
  /** Files of a program that our own compiler has made for somebody else under these options: they are not read and parsed again. */
  readonly parsed?: ((fileName: string) => ts.SourceFile | undefined) | undefined;
  /** Projects of which only the declarations are looked at, because their sources may change unnoticed. */
  readonly references?: readonly ts.ProjectReference[];
  /** Is told what answers are made from, and what they are. */
  readonly witness?: Witness | undefined;
}

/** A text with a name for its state. */
export interface Text {
  readonly text: string;
  readonly version: string;
}

const numbers = new WeakMap<ts.SourceFile, number>();
let numbered = 0;
/** A number that each state of a file has for itself: a file that is parsed anew is another object. */
function numberOf(file: ts.SourceFile): number {
  const number = numbers.get(file) ?? ++numbered;
  numbers.set(file, number);
  return number;
}

const canonical = (name: string): string => (ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase());

/**
 * A project that reads files from disk, or from what its host has given.
 *
 * Its programs parse a file once and keep what did not change, so that an edit costs the checking of one module. A marked function may
 * call a gradient of another file; that file is then read in its augmented form.
 */
export function createProject(input: ProjectInput): Project {
  const { configuration, cwd, marked, references, textOf: shownText, parsed, witness } = input;
  const disk = witness === undefined ? plainDisk : witnessedDisk(witness);
  const given = new Map<string, Text>();
  /** Files that others see with their gradients, by the version of the text these were made for. */
  const seenAugmented = new Map<string, Text & { readonly of: string }>();
  const results = new Map<string, ProjectFile & { readonly key: string; readonly augmented: Augmented }>();
  const roots = new Set<string>();
  let generation = 0;
  let options: ts.CompilerOptions | undefined;

  const onDisk = new Map<string, Text>();
  const diskText = (fileName: string): Text | undefined => {
    const isLibrary = fileName.includes("/node_modules/");
    const known = onDisk.get(fileName);
    if (known !== undefined && isLibrary) return known;
    const modified = ts.sys.getModifiedTime?.(fileName)?.getTime();
    const version = `disk ${modified ?? 0}`;
    if (known?.version === version) return known;
    const text = plainDisk.readFile(fileName);
    if (text === undefined) return (onDisk.delete(fileName), undefined);
    const read = { text, version };
    onDisk.set(fileName, read);
    return read;
  };
  const parsedText = (fileName: string): Text | undefined => {
    const file = parsed?.(fileName);
    return file && { text: file.text, version: `parsed ${numberOf(file)}` };
  };
  const currentText = (fileName: string): Text | undefined =>
    given.get(fileName) ?? shownText?.(fileName) ?? parsedText(fileName) ?? diskText(fileName);
  const plainText = (fileName: string): Text | undefined => {
    const text = currentText(fileName);
    witness?.text(fileName, text?.text);
    return text;
  };
  const textOf = (fileName: string): Text | undefined => {
    const plain = plainText(fileName);
    const augmented = seenAugmented.get(fileName);
    return augmented !== undefined && augmented.of === plain?.version ? augmented : plain;
  };
  const mayBeMarked = (fileName: string): boolean => {
    if (isDeclarationName(fileName) || isSiblingName(fileName)) return false;
    const has = mayHaveTags(currentText(fileName)?.text ?? "");
    witness?.tags(fileName, has);
    return has;
  };

  const findRoots = (): void => {
    if (roots.size > 0) return;
    for (const fileName of marked ?? configuration.files) if (mayBeMarked(fileName)) roots.add(fileName);
  };

  /** While a program is made the disk is asked each thing once. Later it may say something else. */
  let resolutions: ts.ModuleResolutionCache | undefined;
  const resolve = (
    specifier: string,
    importer: string,
    mode?: ts.ResolutionMode,
  ): ts.ResolvedModuleFull | undefined => {
    const found = (name: string): ts.ResolvedModuleFull | undefined =>
      ts.resolveModuleName(name, importer, serviceOptions(), resolutionHost, resolutions, undefined, mode).resolvedModule;
    const primal = primalSpecifier(specifier);
    if (primal === null) return found(specifier);
    const source = found(primal);
    if (source === undefined || !mayBeMarked(source.resolvedFileName)) return found(specifier);
    const other = found(specifier);
    const written = other === undefined ? undefined : plainText(other.resolvedFileName)?.text;
    return other === undefined || written === undefined || isGenerated(written) ? source : other;
  };

  const serviceOptions = (): ts.CompilerOptions => (options ??= readingOptions([...roots], configuration.options));
  const fileExists = (name: string): boolean => {
    if (!given.has(name)) return disk.fileExists(name);
    witness?.file(name, true);
    return true;
  };
  const reading = {
    fileExists,
    readFile: (name: string) => plainText(name)?.text,
    directoryExists: disk.directoryExists,
    getDirectories: disk.getDirectories,
    realpath: disk.realpath,
  };
  const resolutionHost: ts.ModuleResolutionHost = {
    ...reading,
    getCurrentDirectory: () => cwd,
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
  };
  /** A library that is parsed already is smaller whole than in part. */
  const isCut = (name: string): boolean => libraries.isLibrary(name) && parsed?.(name) === undefined;
  /** The files whose names were noted; true: all of their names. */
  const mentioned = new WeakMap<ts.SourceFile, boolean>();
  const extent = createExtent((name) => roots.has(name));
  const sources: Sources = {
    roots: () => [...roots, ...configuration.declarations],
    options: serviceOptions,
    references,
    version: (name) => (isCut(name) ? libraries.version(name) : textOf(name)?.version),
    text(name) {
      if (isCut(name)) {
        witness?.stamp(name); // what is shown is made from it
        return libraries.text(name);
      }
      return textOf(name)?.text;
    },
    seen(file) {
      const { isWhole, text } = extent.readOf(file);
      const known = mentioned.get(file);
      if (known === true || known === isWhole) return;
      mentioned.set(file, isWhole);
      libraries.mention(file.fileName, text());
    },
    // Of a text that we have changed the file is another one.
    parsed(name) {
      const file = parsed?.(name);
      return file !== undefined && file.text === textOf(name)?.text ? file : undefined;
    },
  };
  const latest = createPrograms(sources, {
    ...reading,
    getCurrentDirectory: () => cwd,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    readDirectory: disk.readDirectory,
    resolveModuleNameLiterals(literals, containing, _redirect, forOptions, file) {
      const idle = extent.idleImportsOf(file);
      return literals.map((literal) => {
        if (idle.has(literal.text)) return { resolvedModule: undefined };
        const resolvedModule = resolve(literal.text, containing, ts.getModeForUsageLocation(file, literal, forOptions));
        if (resolvedModule !== undefined) extent.isImported(resolvedModule.resolvedFileName);
        return { resolvedModule };
      });
    },
  });
  const program = (): ts.Program => {
    let current: ts.Program | undefined;
    // Libraries are read last, so that a second look is taken only when an edit mentions something new of them.
    for (let read = ""; read !== libraries.state() || extent.hasGrown();) {
      read = libraries.state();
      const isAnew = extent.hasGrown();
      extent.begin();
      resolutions = ts.createModuleResolutionCache(cwd, canonical, serviceOptions());
      current = latest(isAnew);
      extent.look(current);
    }
    resolutions = undefined;
    return current ?? latest();
  };

  /** Everything of the project that a result depends on, by version. */
  const keyOf = (fileName: string, dependencies: readonly string[]): string =>
    [plainText(fileName)?.version, ...dependencies.map((name) => `${name} ${textOf(name)?.version ?? ""}`)].join("\n");

  const inProgress = new Set<string>();
  const make = (fileName: string): Augmented | undefined => {
    const plain = plainText(fileName);
    if (plain === undefined) return undefined;
    if (!mayBeMarked(fileName)) return unmarked(fileName, plain.text);
    findRoots();
    if (!roots.has(fileName)) {
      roots.add(fileName);
      options = undefined; // a JavaScript file changes them
    }
    const known = results.get(fileName);
    if (known !== undefined && known.key === keyOf(fileName, known.augmented.dependencies)) return known.augmented;
    inProgress.add(fileName);
    const state = witness?.state() ?? 0;
    try {
      for (const specifier of mentionedGradientSpecifiers(plain.text)) show(gradientSource(specifier, fileName));
      for (const source of sourcesOfGradients(fileName, plain.text)) show(source);
      // What others see is not what is compiled.
      if (seenAugmented.get(fileName)?.of === plain.version) seenAugmented.delete(fileName);
      let current = program(),
        sourceFile = current.getSourceFile(fileName);
      if (sourceFile === undefined) return undefined;
      let compiled = compile(current, sourceFile, reading);
      // What is said must be true of the file with all that it imports.
      if (compiled.diagnostics.length > 0 && extent.widen(fileName)) {
        current = program();
        sourceFile = current.getSourceFile(fileName) ?? sourceFile;
        compiled = compile(current, sourceFile, reading);
      }
      const dependencies = ownImports(current, sourceFile);
      const augmented = augment(current, sourceFile, compiled, dependencies);
      results.set(fileName, { key: keyOf(fileName, dependencies), augmented, program: current, sourceFile, compiled });
      witness?.made(augmented, state);
      return augmented;
    } finally {
      inProgress.delete(fileName);
    }
  };
  /** Lets other files see a module with its gradients. A circle of modules ends at the one it began with. */
  const show = (fileName: string | undefined): void => {
    if (fileName === undefined || inProgress.has(fileName)) return;
    const version = plainText(fileName)?.version;
    if (version === undefined) return;
    const augmented = make(fileName);
    if (augmented === undefined || augmented.code === augmented.text) return;
    const known = seenAugmented.get(fileName);
    if (known?.text === augmented.code && known.of === version) return;
    seenAugmented.set(fileName, { text: augmented.code, version: `augmented ${++generation}`, of: version });
  };
  /** The modules from which `import { grad_g } from "./g.js"` takes gradients. */
  const sourcesOfGradients = (fileName: string, text: string): readonly string[] =>
    [...text.matchAll(/\b(?:import|export)\b[^;"']*?\b(?:grad|vjp|jvp)_[^;"']*?\bfrom\s*["']([^"'\n]+)["']/g)].flatMap(
      ([, specifier = ""]) => {
        if (primalSpecifier(specifier) !== null) return [];
        const found = resolve(specifier, fileName)?.resolvedFileName;
        return found !== undefined && mayBeMarked(found) ? [found] : [];
      },
    );

  const gradientSource = (specifier: string, importer: string): string | undefined => {
    const primal = primalSpecifier(specifier);
    if (primal === null) return undefined;
    if (specifier.startsWith(".")) {
      const base = path.resolve(path.dirname(importer), primal);
      const source = sourceCandidates(base).find(fileExists);
      if (source === undefined || !mayBeMarked(source)) return undefined;
    }
    const resolved = resolve(specifier, importer)?.resolvedFileName;
    return resolved !== undefined && mayBeMarked(resolved) ? resolved : undefined;
  };

  return {
    give(fileName, text) {
      // What is on disk keeps its version: a text that is given as it was read makes no new program.
      if (text === null || (given.get(fileName)?.text !== text && diskText(fileName)?.text === text))
        given.delete(fileName);
      else if (given.get(fileName)?.text !== text) given.set(fileName, { text, version: `given ${++generation}` });
    },
    augment: make,
    read(fileName, use) {
      make(fileName);
      const result = results.get(fileName);
      return result === undefined ? undefined : use(result);
    },
    gradientSource,
    markedFiles: () => {
      findRoots();
      return [...roots].filter(mayBeMarked);
    },
  };
}

function unmarked(fileName: string, text: string): Augmented {
  return { fileName, text, code: text, map: null, diagnostics: [], derivatives: [], functions: [], dependencies: [] };
}

/** The modules that a module imports, and those that they import, as far as they are the project's own. */
function ownImports(program: ts.Program, from: ts.SourceFile): readonly string[] {
  const checker = program.getTypeChecker();
  const seen = new Set<ts.SourceFile>([from]);
  for (const file of seen) {
    for (const statement of file.statements) {
      const specifier =
        ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
      const target = specifier === undefined ? undefined : checker.getSymbolAtLocation(specifier)?.declarations?.[0];
      if (target === undefined || !ts.isSourceFile(target) || target.fileName.includes("/node_modules/")) continue;
      seen.add(target);
    }
  }
  seen.delete(from);
  return [...seen].map((file) => file.fileName).sort();
}
