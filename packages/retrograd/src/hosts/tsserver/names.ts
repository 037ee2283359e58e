import path from "node:path";
import type ts from "typescript";
import { sourceCandidates } from "../../inMemory/specifiers.ts";
import type { Modules } from "./modules.ts";

/** Imports that editors write name `./f.grad.js`, which works in every host; and parameters are renamed in tags too. */
export function addNames(service: ts.LanguageService, modules: Modules): void {
  const { getCodeFixesAtPosition, getCompletionEntryDetails, findRenameLocations, getCombinedCodeFix } = service;
  const { getCompletionsAtPosition } = service;
  const rewrite = (changes: readonly ts.FileTextChanges[]): ts.FileTextChanges[] =>
    changes.map((file) => ({
      ...file,
      textChanges: file.textChanges.map((change) => ({ ...change, newText: ofGradients(change.newText) })),
    }));
  service.getCodeFixesAtPosition = (...args) =>
    getCodeFixesAtPosition(...args).map((fix) => ({
      ...fix,
      description: inDescription(fix),
      changes: rewrite(fix.changes),
    }));
  service.getCombinedCodeFix = (...args) => {
    const fix = getCombinedCodeFix(...args);
    return { ...fix, changes: rewrite(fix.changes) };
  };
  service.getCompletionEntryDetails = (...args) => {
    const details = getCompletionEntryDetails(...args);
    if (details?.codeActions === undefined) return details;
    return {
      ...details,
      codeActions: details.codeActions.map((action) => ({ ...action, changes: rewrite(action.changes) })),
    };
  };
  service.getCompletionsAtPosition = (fileName, position, ...rest) => {
    const list = getCompletionsAtPosition(fileName, position, ...rest);
    if (list === undefined) return list;
    const text = service.getProgram()?.getSourceFile(fileName)?.text ?? "";
    return {
      ...list,
      entries: [...list.entries, ...pathsOfGradients(list.entries, fileName, text, position, modules)],
    };
  };
  service.findRenameLocations = ((...args: Parameters<typeof findRenameLocations>) => {
    const found = findRenameLocations(...args);
    return found && [...found, ...found.flatMap((location) => inTags(location, modules))];
  }) as typeof findRenameLocations; // overloads
}

const isDerivative = (name: string): boolean => /^(?:type )?(?:grad|vjp|jvp)_/.test(name.trim());

/** Of the paths that complete a specifier those of marked modules, as paths of their gradients: no file tells the compiler that they are there. */
function pathsOfGradients(
  entries: readonly ts.CompletionEntry[],
  fileName: string,
  text: string,
  position: number,
  modules: Modules,
): readonly ts.CompletionEntry[] {
  const [, folder] =
    /["'](\.{1,2}\/(?:[^"'\n]*\/)?)[^"'/\n]*$/.exec(text.slice(0, position).replace(/^[^]*\n/, "")) ?? [];
  if (folder === undefined) return [];
  const present = new Set(entries.map(({ name }) => name));
  return entries.flatMap((entry) => {
    const name = gradientSpecifier(entry.name);
    if (entry.kind !== "script" || name === entry.name || present.has(name)) return [];
    const sources = sourceCandidates(path.resolve(path.dirname(fileName), folder, entry.name));
    return sources.some((each) => (modules.of(slashes(each))?.declared.length ?? 0) > 0) ? [{ ...entry, name }] : [];
  });
}
const slashes = (name: string): string => name.split(path.sep).join("/");

/** `import { grad_f } from "./f.js"` → `… from "./f.grad.js"`, if nothing but derivatives are imported. */
function ofGradients(text: string): string {
  return text.replace(
    /(import \{([^}]*)\} from (["']))([^"'\n]+)\3/g,
    (whole, head: string, names: string, quote: string, specifier: string) => {
      if (
        !names
          .split(",")
          .filter((name) => name.trim() !== "")
          .every(isDerivative)
      )
        return whole;
      return head + gradientSpecifier(specifier) + quote;
    },
  );
}

function inDescription({ description, changes }: ts.CodeFixAction): string {
  const isOurs = changes.some(({ textChanges }) => textChanges.some(({ newText }) => ofGradients(newText) !== newText));
  return isOurs
    ? description.replace(
        /(["'])(\.{0,2}[^"']+)\1/,
        (_, quote: string, name: string) => quote + gradientSpecifier(name) + quote,
      )
    : description;
}

/** `./f.js` → `./f.grad.js`, `./f` → `./f.grad`. */
function gradientSpecifier(specifier: string): string {
  return /\.grad(?:\.[cm]?[jt]s)?$/.test(specifier)
    ? specifier
    : specifier.replace(/(\.[cm]?[jt]sx?)?$/, (extension) => `.grad${extension.replace("x", "")}`);
}

/** Where the tag of a marked function names the parameter that is renamed at this place. */
function inTags(location: ts.RenameLocation, modules: Modules): readonly ts.RenameLocation[] {
  const augmented = modules.of(location.fileName)?.augmented;
  if (augmented === undefined) return [];
  const { text } = augmented;
  const name = text.slice(location.textSpan.start, location.textSpan.start + location.textSpan.length);
  return [...text.matchAll(/@differentiable\b[^\n@]*?\bwrt\b([^@]*?)(?=\*\/|\swith\s|\s-\s)/g)].flatMap((tag) => {
    const clauseEnd = tag.index + tag[0].length;
    // The parameters of the function that follows: from the end of the comment to the body.
    const head = /\*\/\s*[^{]*?\(([^]*?)\)\s*(?::[^{=]*)?(?:=>|\{)/.exec(text.slice(clauseEnd));
    if (head === null) return [];
    const from = clauseEnd + head.index,
      to = from + head[0].length;
    if (location.textSpan.start < from || location.textSpan.start >= to) return [];
    const clause = clauseEnd - (tag[1] ?? "").length;
    const escaped = name.replace(/\$/g, "\\$");
    return [...(tag[1] ?? "").matchAll(new RegExp(`(?<![\\w$.])${escaped}(?![\\w$])`, "g"))].map((match) => ({
      fileName: location.fileName,
      textSpan: { start: clause + match.index, length: name.length },
    }));
  });
}
