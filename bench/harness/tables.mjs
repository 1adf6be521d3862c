/** The cells of a benchmark's table, the column titles first. */
export function cellsOf({ alternative, columns, rows }) {
  const titles = columns.flatMap(({ title, compared }) => (compared ? [title, `÷ ${alternative}`] : [title]));
  return [
    ["way", ...titles],
    ...rows.map(({ way, measures }) => [
      way,
      ...columns.flatMap(({ key, digits, compared }) => {
        const { ratio, ...spread } = measures[key];
        const cell = formatSpread(spread, digits);
        return compared ? [cell, way === alternative ? "1" : formatSpread(ratio, 2)] : [cell];
      }),
    ]),
  ];
}

/** `median (min–max)`, or the median alone if the others are shown as the same. */
export function formatSpread({ median, min, max }, digits) {
  const [middle, low, high] = [median, min, max].map((value) => formatNumber(value, digits));
  return low === high ? middle : `${middle} (${low}–${high})`;
}

export function formatNumber(value, digits) {
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Columns as wide as their longest cell, the first to the left and the others to the right. */
export function textTable(cells) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable([titles, ...rows]) {
  const line = (row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}
