/**
 * Splits T-SQL at its `GO` lines, as sqlcmd does: also at one within a comment or a string.
 */
export function splitBatches(sql: string): string[] {
  return sql
    .split(/^[ \t]*GO[ \t]*\r?$/im)
    .map((batch) => batch.trim())
    .filter((batch) => batch !== "");
}

const token = /'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|;|[\s\S]/g;

/**
 * Splits SQLite's SQL at the semicolons outside strings, quoted names and comments. Triggers are not supported, because
 * their bodies contain semicolons.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let text = "";
  let hasCode = false;
  for (const [part] of sql.matchAll(token)) {
    if (part === ";") {
      if (hasCode) statements.push(text.trim());
      text = "";
      hasCode = false;
    } else {
      text += part;
      hasCode ||= !/^(\s|--|\/\*)/.test(part);
    }
  }
  if (hasCode) statements.push(text.trim());
  return statements;
}
