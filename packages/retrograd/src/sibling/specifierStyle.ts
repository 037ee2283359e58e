import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { importSpecifier, isDeclarationName, isSiblingName } from "../files/names.ts";
import { readIfThere } from "../files/writeAtomic.ts";

/**
 * How a file that stands in `directory` names a source of the project: with the extension of the source where options say so, with that of what is
 * emitted otherwise; without one where modules of the project leave it out, because their build would not find them by another (Next, Jest).
 */
export function ownSpecifier(directory: string, source: ts.SourceFile, options: ts.CompilerOptions): string {
  const keepExtension = options.allowImportingTsExtensions === true || options.rewriteRelativeImportExtensions === true;
  const specifier = importSpecifier(directory, source.fileName, keepExtension);
  return keepExtension || needsExtension(options) || !leavesOutExtensions(source)
    ? specifier
    : specifier.replace(/\.[cm]?jsx?$/, "");
}

/** Node's own resolution finds no module without its extension. */
function needsExtension({ module, moduleResolution }: ts.CompilerOptions): boolean {
  const isNode = (kind: number | undefined, first: number, last: number): boolean =>
    kind !== undefined && kind >= first && kind <= last;
  return (
    isNode(moduleResolution, ts.ModuleResolutionKind.Node16, ts.ModuleResolutionKind.NodeNext) ||
    (moduleResolution === undefined && isNode(module, ts.ModuleKind.Node16, ts.ModuleKind.NodeNext))
  );
}

/** By its own imports, or if it has none of the project's modules by those of the files beside it. */
function leavesOutExtensions({ fileName, text }: ts.SourceFile): boolean {
  const directory = path.dirname(fileName);
  const neighbours = (): readonly string[] =>
    (existsSync(directory) ? readdirSync(directory) : [])
      .filter((name) => /\.[cm]?tsx?$/.test(name) && !isDeclarationName(name) && !isSiblingName(name))
      .sort()
      .slice(0, 100)
      .map((name) => readIfThere(path.join(directory, name)) ?? "");
  return (
    habit(text) ??
    neighbours()
      .map(habit)
      .find((each) => each !== undefined) ??
    false
  );
}

/** Does a text import modules of the project without their extensions? Undefined if it imports none. */
function habit(text: string): boolean | undefined {
  const relative = ts
    .preProcessFile(text, true, false)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => /^\.{1,2}\//.test(specifier));
  if (relative.some((specifier) => /\.[cm]?[jt]sx?$/.test(specifier))) return false;
  return relative.some((specifier) => /\/[^./][^/]*$/.test(specifier)) ? true : undefined;
}
