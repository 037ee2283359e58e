import path from "node:path";
import type { Diagnostic } from "../../compiler.ts";
import { diagnosticAt, siblingCatalogue } from "../../sibling/catalogue.ts";

/** The complaint about a tag in the script of a component, or null: what stands there is not a module others could import from. */
export function tagInComponent(fileName: string, text: string): Diagnostic | null {
  const tag = /\/\*(?:(?!\*\/)[^])*?(@differentiable)\b/.exec(text);
  if (tag === null) return null;
  const end = tag.index + tag[0].length;
  const { tagInComponent: entry } = siblingCatalogue;
  const data = { file: path.basename(fileName) };
  return diagnosticAt(
    { fileName, text, start: end - "@differentiable".length, end },
    { ...entry, message: entry.message(data), help: entry.help() },
  );
}
