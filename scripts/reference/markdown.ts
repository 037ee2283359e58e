/** Pieces of Markdown. */

/** A table; cells are made safe for one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(row)].join("\n");
}

/** Code within a line, also if it holds backticks. */
export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A block of TypeScript. Of a line too long for any page the middle is left out. */
export function block(text: string): string {
  const lines = text.trimEnd().split("\n").map((line) => (line.length <= 240 ? line : `${line.slice(0, 100)} … ${line.slice(-40)}`));
  return `\`\`\`ts\n${lines.join("\n")}\n\`\`\``;
}

/** A generated page: its heading, where it comes from, its parts. */
export function page(title: string, from: string, parts: readonly string[]): string {
  return `${[`# ${title}`, `<!-- GENERATED from ${from} by scripts/generateDocs.ts: run \`pnpm docs\`, do not edit. -->`, ...parts].join("\n\n")}\n`;
}
