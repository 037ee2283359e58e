import path from "node:path";
import type ts from "typescript";
import { mayHaveTags } from "@retrograd/transformer/tags";
import { importSpecifier, isSiblingName, sourceNames } from "../../files/names.ts";
import type { Augmented } from "../../inMemory/augmented.ts";
import { mentionedGradientSpecifiers, primalSpecifier } from "../../inMemory/specifiers.ts";
import { isGenerated } from "../../sibling/header.ts";
import { addDiagnostics, printWarnings } from "./diagnostics.ts";
import { addOutputs } from "./emit.ts";
import type { Releasing, TypeScript, Versioned } from "./host.ts";

/** Makes the gradients of the marked files of a program; the compiler behind it is loaded only if there are any. */
export type Augmenter = (marked: readonly ts.SourceFile[]) => readonly Augmented[];

/** What stands in for a file, which is another object when it has changed: with `--watch` most have not, and are not parsed and bound again. */
const made = new WeakMap<ts.SourceFile, ts.SourceFile>();

interface Noticed {
  readonly hasTags: boolean;
  readonly mentionsGradients: boolean;
}
const alreadyNoticed = new WeakMap<ts.SourceFile, Noticed>();
function noticed(file: ts.SourceFile): Noticed {
  const known = alreadyNoticed.get(file);
  if (known !== undefined) return known;
  const found = { hasTags: mayHaveTags(file.text), mentionsGradients: mentionedGradientSpecifiers(file.text).length > 0 };
  alreadyNoticed.set(file, found);
  return found;
}

/**
 * The program with gradients behind the text of every marked module, or the program itself if nothing is marked.
 *
 * Generated text comes behind the user's, so no position of the user's changes. `./f.grad.js` means `f.ts` itself; the outputs of that name
 * are written beside those of `f.ts`.
 */
export function transformProgram(
  ts: TypeScript,
  program: ts.Program,
  host: ts.CompilerHost,
  augmentAll: Augmenter,
): ts.Program {
  const own = program.getSourceFiles().filter((file) => !program.isSourceFileFromExternalLibrary(file));
  const marked = own.filter(
    (file) => !file.isDeclarationFile && !isSiblingName(file.fileName) && noticed(file).hasTags,
  );
  if (marked.length === 0) return program;
  const all = augmentAll(marked);
  const byName = new Map(all.map((augmented) => [augmented.fileName, augmented] as const));
  const augmentedOf = (fileName: string): Augmented | undefined => byName.get(fileName);

  /** Files that an earlier build, or another host, has written: their texts may be yesterday's, so they only pass on what is in memory. */
  const siblings = new Map<string, string>();
  for (const { fileName, text } of own) {
    const source =
      isSiblingName(fileName) && isGenerated(text) ? sourceNames(fileName).find((name) => byName.has(name)) : undefined;
    if (source !== undefined) siblings.set(fileName, source);
  }
  const textOf = (file: ts.SourceFile): string => {
    const source = siblings.get(file.fileName);
    if (source === undefined) return augmentedOf(file.fileName)?.code ?? file.text;
    return `export * from ${JSON.stringify(importSpecifier(path.dirname(file.fileName), source, false))};\n`;
  };

  const pick = (name: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined => {
    const old = program.getSourceFile(name);
    if (old === undefined) return undefined;
    const text = textOf(old);
    if (text === old.text) return old;
    const known = made.get(old);
    if (known?.text === text) return known;
    const parseOptions =
      typeof options === "object" ? options : { languageVersion: options, impliedNodeFormat: old.impliedNodeFormat };
    const file: ts.SourceFile & Versioned = ts.createSourceFile(old.fileName, text, parseOptions, true);
    // Builders compare versions: it changes whenever the gradients do, also when their source did not.
    file.version = host.createHash?.(text) ?? ts.sys.createHash?.(text) ?? text;
    made.set(old, file);
    return file;
  };

  const mentioning = new Set(
    own.filter((file) => noticed(file).mentionsGradients).map((file) => file.fileName),
  );
  const resolveGradient = (
    specifier: string,
    mode: ts.ResolutionMode,
    containing: string,
    options: ts.CompilerOptions,
    redirect: ts.ResolvedProjectReference | undefined,
  ): ts.ResolvedModuleWithFailedLookupLocations | undefined => {
    const primal = primalSpecifier(specifier);
    if (primal === null) return undefined;
    const found = ts.resolveModuleName(primal, containing, options, host, undefined, redirect, mode);
    const name = found.resolvedModule?.resolvedFileName;
    if (name === undefined || /\.d\.[cm]?ts$/.test(name)) return undefined;
    // In a project that this one refers to, the source is not in the program, but its declarations are, under its name.
    const isMarked = byName.has(name) ? true : mayHaveTags(host.readFile(name) ?? "");
    return isMarked ? found : undefined;
  };
  const { hasInvalidatedResolutions } = host;
  const modeOf = (file: ts.SourceFile, literal: ts.StringLiteralLike, options: ts.CompilerOptions): ts.ResolutionMode =>
    ts.getModeForUsageLocation(file, literal, options);
  const wrapped: ts.CompilerHost & Releasing = {
    ...host,
    getSourceFile: (name, options, ...rest) => pick(name, options) ?? host.getSourceFile(name, options, ...rest),
    ...(host.getSourceFileByPath === undefined
      ? {}
      : {
          getSourceFileByPath: (name, at, options, ...rest) =>
            pick(name, options) ?? host.getSourceFileByPath?.(name, at, options, ...rest),
        }),
    resolveModuleNameLiterals: (literals, containing, redirect, options, file, reused) => {
      const resolved =
        host.resolveModuleNameLiterals?.(literals, containing, redirect, options, file, reused) ??
        literals.map((literal) =>
          ts.resolveModuleName(
            literal.text,
            containing,
            options,
            host,
            cache,
            redirect,
            modeOf(file, literal, options),
          ),
        );
      return literals.map((literal, index) => {
        const present = resolved[index] ?? { resolvedModule: undefined };
        const target = present.resolvedModule?.resolvedFileName;
        if (target !== undefined && !(isSiblingName(target) && isGenerated(host.readFile(target) ?? "")))
          return present;
        if (target !== undefined && siblings.has(target)) return present;
        return resolveGradient(literal.text, modeOf(file, literal, options), containing, options, redirect) ?? present;
      });
    },
    // The first program could not resolve imports of gradients, and the second would believe it.
    hasInvalidatedResolutions: (at) => mentioning.has(at) || hasInvalidatedResolutions?.call(host, at) === true,
  };
  // The files of the first program are still in use.
  delete wrapped.onReleaseOldSourceFile;
  const cache = ts.createModuleResolutionCache(
    program.getCurrentDirectory(),
    (name) => host.getCanonicalFileName(name),
    program.getCompilerOptions(),
  );
  const references = program.getProjectReferences();
  const next = ts.createProgram({
    rootNames: program.getRootFileNames(),
    options: program.getCompilerOptions(),
    host: wrapped,
    ...(references === undefined ? {} : { projectReferences: references }),
    configFileParsingDiagnostics: program.getConfigFileParsingDiagnostics(),
    oldProgram: program,
  });
  addDiagnostics(ts, next, augmentedOf, all);
  const withSibling = new Set(siblings.values());
  addOutputs(next, { host, augmentedOf, hasSibling: (name) => withSibling.has(name) });
  for (const augmented of all) printWarnings(ts, next, augmented);
  return next;
}
