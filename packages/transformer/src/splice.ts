import { mapRuns, type Run, type SourceMap } from "./sourceMap.ts";

/** The augmented module and its map. */
export interface Spliced { readonly code: string; readonly map: SourceMap }

/**
 * Puts generated functions after the last character of a module, so that every position of the user's text stays what it was.
 * In the map the user's lines are themselves, and the generated ones are those of the virtual source `f.grad.ts`, whose
 * content the map carries: derivatives are made to be stepped through.
 *
 * @example
 * splice("const a = 1;\n", "src/f.ts", ["function grad_f() {}"]).map.sources // → ["f.ts", "f.grad.ts"]
 */
export function splice(sourceText: string, fileName: string, printed: readonly string[]): Spliced {
  const own = baseName(fileName);
  const userLines = linesOf(sourceText);
  const userRun: Run = { source: 0, lines: userLines, firstLine: 0 };
  if (printed.length === 0) return { code: sourceText, map: mapRuns(own, [{ name: own, content: sourceText }], [userRun]) };

  const generated = `${printed.map((text) => text.trim()).join("\n\n")}\n`;
  // A text that ends without a line end gets one, in case its last line is a comment; a blank line then parts the two.
  const gap = sourceText === "" ? "" : "\n";
  const separated = sourceText === "" || endsLine(sourceText) ? `${sourceText}${gap}` : `${sourceText}\n${gap}`;
  const before = linesOf(separated).length - 1; // its last line is empty: the first generated one
  const blank: Run = { source: 0, lines: Array.from({ length: Math.max(0, before - userLines.length) }, () => ""), firstLine: 0 };
  const user: Run = { ...userRun, lines: userLines.slice(0, before) };
  const generatedRun: Run = { source: 1, lines: linesOf(generated), firstLine: 0 };
  const sources = [{ name: own, content: sourceText }, { name: gradientName(own), content: generated }];
  return { code: separated + generated, map: mapRuns(own, sources, [user, blank, generatedRun]) };
}

/** `f.ts` → `f.grad.ts`, `f.mts` → `f.grad.mts`; a name without a known extension gets `.grad.ts`. */
export function gradientName(fileName: string): string {
  return /\.[mc]?tsx?$/i.test(fileName) ? fileName.replace(/\.([mc]?ts)x?$/i, ".grad.$1") : `${fileName}.grad.ts`;
}

function baseName(fileName: string): string {
  return fileName.replace(/^.*[\\/]/s, "");
}

/** The lines of a text as source maps count them: only these three ends part lines there. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

function endsLine(text: string): boolean {
  return /[\n\r]$/.test(text);
}
