/** Formats rows as columns, two spaces apart; numbers are right-aligned, `null` is a dash. */
export function formatTable(rows: readonly (readonly (string | number | null)[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => String(cell ?? "-")));
  const widths: number[] = [];
  for (const row of texts)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return texts.map((row, index) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof rows[index]?.[column] === "number" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
