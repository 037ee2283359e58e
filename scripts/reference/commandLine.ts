import { helpTexts } from "../../packages/retrograd/src/help.ts";
import { siblingCatalogue } from "../../packages/retrograd/src/sibling/catalogue.ts";
import { block, page } from "./markdown.ts";

/** docs/reference/command-line.md: the help texts, and the diagnostics that only a file beside its source can have. */
export function commandLinePage(): string {
  return page("The command line", "the help texts and the catalogue in packages/retrograd/src", [
    ...Object.entries(helpTexts).map(([name, text]) => `## ${name}\n\n\`\`\`text\n${text}\n\`\`\``),
    "## Diagnostics of files beside their source",
    "A file of gradients can import what its source exports and copy what has no identity, nothing else. The compiler's own diagnostics are in [diagnostics.md](diagnostics.md).",
    ...Object.entries(siblingCatalogue).map(([name, entry]) =>
      [
        `### ${entry.code} ${name} (${entry.category})`,
        ...(entry.example === null ? [entry.when] : [block(entry.example), "Instead:", block(entry.fixed)]),
      ].join("\n\n"),
    ),
  ]);
}
