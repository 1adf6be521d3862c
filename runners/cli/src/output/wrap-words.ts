/** Breaks a line between words, so that a terminal does not break it within one. A longer word keeps its line. */
export function wrapWords(line: string, columns: number): string {
  const rows: string[] = [];
  for (const word of line.split(" ")) {
    const row = rows.at(-1);
    if (row === undefined || row.length + 1 + word.length > columns) rows.push(word);
    else rows[rows.length - 1] = `${row} ${word}`;
  }
  return rows.join("\n");
}
