const widest = 60;

/**
 * Lines of cells as a table with two spaces between columns; the first line is the heading. Columns of numbers stand to the right;
 * all but the last column are cut at a width that a person can follow.
 */
export function table(lines: readonly (readonly string[])[], color: boolean): readonly string[] {
  const columns = Math.max(...lines.map((cells) => cells.length));
  const cellOf = (cells: readonly string[], column: number): string => {
    const cell = cells[column] ?? "";
    return column === columns - 1 || cell.length <= widest ? cell : `${cell.slice(0, widest - 1)}…`;
  };
  const layout = Array.from({ length: columns }, (_, column) => ({
    width: Math.max(...lines.map((cells) => cellOf(cells, column).length)),
    isNumeric: lines.slice(1).every((cells) => /^[\d.×]*$/.test(cells[column] ?? "")) && lines.length > 1,
  }));
  return lines.map((cells, index) => {
    const padded = layout.map(({ width, isNumeric }, column) =>
      isNumeric ? cellOf(cells, column).padStart(width) : cellOf(cells, column).padEnd(width),
    );
    const text = `  ${padded.join("  ").trimEnd()}`;
    return index === 0 && color ? `\u001b[1m${text}\u001b[0m` : text;
  });
}
