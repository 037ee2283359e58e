import type ts from "typescript";
import { mayHaveTags } from "@retrograd/transformer/tags";
import { isDeclarationName, isSiblingName } from "../../files/names.ts";
import type { Augmented, Derivative } from "../../inMemory/augmented.ts";
import { signatures } from "../../inMemory/signature.ts";
import { primalSpecifier } from "../../inMemory/specifiers.ts";
import type { Workspace } from "../../inMemory/workspace.ts";
import { isGenerated } from "../../sibling/header.ts";

/** A marked module as the language server sees it. */
export interface Module {
  readonly augmented: Augmented;
  /** The user's text, followed by what is declared. */
  readonly snapshot: ts.IScriptSnapshot;
  readonly version: string;
  /** Where the signature of each derivative begins in the snapshot. */
  readonly declared: readonly (readonly [start: number, derivative: Derivative])[];
}

export interface Modules {
  /** The module of a marked file; undefined for any other. */
  of(fileName: string): Module | undefined;
  /** The length of the user's text, if something stands behind it. */
  lengthOf(fileName: string): number | undefined;
}

/** Makes the host of a project show marked files with the signatures of their gradients, and resolve specifiers of gradients. */
export function createModules(typescript: typeof ts, host: ts.LanguageServiceHost, workspace: Workspace): Modules {
  const getSnapshot = host.getScriptSnapshot.bind(host);
  const getVersion = host.getScriptVersion.bind(host);
  const known = new Map<string, { readonly text: string; readonly module: Module }>();
  const texts = new WeakMap<ts.IScriptSnapshot, string>();
  let generation = 0;

  const textOf = (fileName: string): string | undefined => {
    if (!/\.[cm]?tsx?$/.test(fileName) || fileName.includes("/node_modules/")) return undefined;
    if (isDeclarationName(fileName) || isSiblingName(fileName)) return undefined;
    const snapshot = getSnapshot(fileName);
    if (snapshot === undefined) return undefined;
    const text = texts.get(snapshot) ?? snapshot.getText(0, snapshot.getLength());
    texts.set(snapshot, text);
    return text;
  };
  const of = (fileName: string): Module | undefined => {
    const text = textOf(fileName);
    if (text === undefined || !mayHaveTags(text)) return undefined;
    const project = workspace.projectOf(fileName);
    project.give(fileName, text);
    const augmented = project.augment(fileName);
    if (augmented === undefined) return undefined;
    const before = known.get(fileName);
    if (before !== undefined && before.module.augmented === augmented) return before.module;
    const { shown, declared } = declarations(augmented);
    const isSame = before?.text === shown;
    const module = {
      augmented,
      declared,
      snapshot: isSame ? before.module.snapshot : typescript.ScriptSnapshot.fromString(shown),
      version: isSame ? before.module.version : `retrograd ${++generation}`,
    };
    known.set(fileName, { text: shown, module });
    return module;
  };

  host.getScriptSnapshot = (fileName) => of(fileName)?.snapshot ?? getSnapshot(fileName);
  host.getScriptVersion = (fileName) => {
    const module = of(fileName);
    return module === undefined ? getVersion(fileName) : `${getVersion(fileName)} ${module.version}`;
  };

  const resolveAll = host.resolveModuleNameLiterals?.bind(host);
  host.resolveModuleNameLiterals = (literals, containing, redirect, options, file, reused) => {
    const resolve = (name: string, mode: ts.ResolutionMode): ts.ResolvedModuleWithFailedLookupLocations =>
      typescript.resolveModuleName(name, containing, options, moduleHost(typescript, host), undefined, redirect, mode);
    const modeOf = (literal: ts.StringLiteralLike): ts.ResolutionMode =>
      typescript.getModeForUsageLocation(file, literal, options);
    const resolved =
      resolveAll?.(literals, containing, redirect, options, file, reused) ??
      literals.map((literal) => resolve(literal.text, modeOf(literal)));
    return literals.map((literal, index) => {
      const present = resolved[index] ?? { resolvedModule: undefined };
      const primal = primalSpecifier(literal.text);
      if (primal === null) return present;
      const written = present.resolvedModule?.resolvedFileName;
      if (written !== undefined && !isGenerated(host.readFile(written) ?? "")) return present;
      const source = resolve(primal, modeOf(literal));
      const name = source.resolvedModule?.resolvedFileName;
      const text = name === undefined ? undefined : textOf(name);
      return text !== undefined && mayHaveTags(text) ? source : present;
    });
  };
  return {
    of,
    lengthOf: (fileName) => {
      const module = of(fileName);
      return module === undefined || module.declared.length === 0 ? undefined : module.augmented.text.length;
    },
  };
}

function moduleHost(typescript: typeof ts, host: ts.LanguageServiceHost): ts.ModuleResolutionHost {
  return {
    fileExists: (name) => host.fileExists(name),
    readFile: (name) => host.readFile(name),
    directoryExists: (name) => host.directoryExists?.(name) ?? typescript.sys.directoryExists(name),
    getCurrentDirectory: () => host.getCurrentDirectory(),
    realpath: (name) => host.realpath?.(name) ?? name,
  };
}

/** The user's text with the signatures behind it: bodies would only cost time. */
function declarations(augmented: Augmented): { readonly shown: string; readonly declared: Module["declared"] } {
  const heads = signatures(augmented.code.slice(augmented.text.length));
  let shown = augmented.text;
  const declared: (readonly [number, Derivative])[] = [];
  for (const derivative of augmented.derivatives) {
    const head = heads.get(derivative.name);
    if (head === undefined) continue;
    shown += "\n";
    declared.push([shown.length, derivative]);
    shown += `${head}\n`;
  }
  return { shown, declared };
}
