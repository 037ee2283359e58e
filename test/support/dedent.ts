/**
 * The text between the backticks without the indentation that all of its lines share, and without the line breaks at its ends: programs
 * stand in tests as they would in a file.
 */
export function dedent(strings: TemplateStringsArray): string {
  const lines = strings.join("").replace(/^\n/, "").replace(/\n[ ]*$/, "").split("\n");
  const indent = Math.min(...lines.filter((l) => l.trim() !== "").map((l) => l.search(/\S/)));
  return lines.map((l) => l.slice(indent)).join("\n");
}
