import { entries } from "../../packages/transformer/src/diagnostics/catalogue.ts";
import type { Diagnostic } from "../../packages/transformer/src/diagnostics/diagnostic.ts";
import { opening, type Family } from "../../packages/transformer/src/diagnostics/entry.ts";
import { differentiate } from "../../packages/transformer/src/index.ts";
import { block, page, table } from "./markdown.ts";

const families: readonly (readonly [Family, string, string])[] = [
  ["mistake", "Mistakes (RG1…)", "Something in the text contradicts itself or cannot be meant. The correction is in the help."],
  [
    "never",
    "Not supported (RG2…)",
    "A gradient would have to flow through something that is not differentiated and is not going to be. There is another way to write it.",
  ],
  ["later", "Not yet (RG3…)", "Planned and not built."],
  ["doubt", "Doubtful (RG4…)", "Warnings: it compiles, and is probably not what was meant."],
  ["bug", "Faults of Retrograd (RG9…)", "The function is not to blame; please report it."],
];

/** docs/reference/diagnostics.md: every entry of the catalogue with its example, what is said about it, and the rewrite. */
export function diagnosticsPage(): string {
  const all = entries();
  const parts = families.flatMap(([family, title, meaning]) => [
    `## ${title}`,
    `${meaning} Messages open with “${opening[family].trim()}”.`,
    ...all.filter(([, entry]) => entry.family === family).map(([name, entry]) => {
      if (entry.example === null) return `### ${entry.code} ${name}\n\nNo text is known that leads here.`;
      const fileName = entry.fileName ?? "example.ts";
      const { diagnostics } = differentiate(entry.example, { fileName });
      const said = diagnostics.map(quote).join("\n>\n");
      const rewrite = entry.fixed === undefined ? [] : ["Instead:", block(entry.fixed)];
      return [`### ${entry.code} ${name}`, block(entry.example), said, ...rewrite].join("\n\n");
    }),
  ]);
  return page("Diagnostics", "the catalogue in packages/transformer/src/diagnostics", [
    table(
      ["code", "name", "kind"],
      all.map(([name, entry]) => [
        `[${entry.code}](#${`${entry.code} ${name}`.toLowerCase().replaceAll(" ", "-")})`,
        name,
        entry.category === "warning" ? "warning" : entry.family,
      ]),
    ),
    ...parts,
  ]);
}

function quote(diagnostic: Diagnostic): string {
  return `> ${diagnostic.line}:${diagnostic.column} ${diagnostic.category} ${diagnostic.code}<br>\n> ${diagnostic.message}<br>\n> help: ${diagnostic.help}`;
}
