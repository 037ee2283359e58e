import path from "node:path";

/** `foo.ts` → `foo.grad.ts`; `foo.tsx` too (nothing generated is JSX), `foo.mts` → `foo.grad.mts`. */
export function siblingName(sourceName: string): string {
  return sourceName.replace(
    /\.(?:([cm]?)tsx?|([cm]?)jsx?)$/,
    (_, ofTs?: string, ofJs?: string) => `.grad.${ofTs ?? ofJs ?? ""}ts`,
  );
}

export const isSiblingName = (fileName: string): boolean => /\.grad\.[cm]?ts$/.test(fileName);
export const isDeclarationName = (fileName: string): boolean => /\.d\.(?:[^/.]+\.)?[cm]?ts$/.test(fileName);

/** The sources that a sibling of this name may belong to. */
export function sourceNames(sibling: string): readonly string[] {
  const match = /^(.*)\.grad\.([cm]?)ts$/.exec(sibling);
  if (match === null) return [];
  const [, stem, kind] = match;
  return kind === "" ? [`${stem}.ts`, `${stem}.tsx`] : [`${stem}.${kind}ts`];
}

/** How a module in `directory` names the module `fileName` in an import; the extension is the emitted one unless `keepExtension`. */
export function importSpecifier(directory: string, fileName: string, keepExtension: boolean): string {
  const relative = path.relative(directory, fileName).split(path.sep).join("/");
  const specifier = relative.startsWith("../") ? relative : `./${relative}`;
  return keepExtension ? specifier : specifier.replace(/\.([cm]?)tsx?$/, ".$1js");
}

/** A file name for people: relative to where they are if it is below, with forward slashes. */
export function shownName(fileName: string, cwd: string): string {
  const relative = path.relative(cwd, fileName);
  return (relative.startsWith("..") || path.isAbsolute(relative) ? fileName : relative).split(path.sep).join("/");
}
