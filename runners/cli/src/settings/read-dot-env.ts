/** A variable of a `.env` file. */
export interface DotEnvEntry {
  readonly name: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A line that sets nothing; `message` follows the place and repeats no text of the line, which may be a secret. */
export interface DotEnvProblem {
  readonly line: number;
  /** `undefined` where the line has none that can be read. */
  readonly name?: string | undefined;
  readonly message: string;
}

const emptyLine = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const assignment = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=/y;
const restOfLine = /[^\n]*(?:\n|$)/y;

/**
 * Reads `NAME=VALUE` lines as Node's `parseEnv` does: `export`, quotation marks (`"`, `'` and backquotes, over several
 * lines as well), comments. A line that `parseEnv` ignores or truncates silently is a problem.
 */
export function readDotEnv(content: string): { entries: DotEnvEntry[]; problems: DotEnvProblem[] } {
  const text = content.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const entries: DotEnvEntry[] = [];
  const problems: DotEnvProblem[] = [];
  let at = 0;
  let line = 1;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) {
      at = pattern.lastIndex;
      line += found[0].split("\n").length - 1;
    }
    return found;
  };

  while (at < text.length) {
    if (take(emptyLine) !== null) continue;
    const start = line;
    const name = take(assignment)?.[1];
    const addProblem = (message: string) => problems.push({ line: start, name, message });
    if (name === undefined) {
      addProblem("is not NAME=VALUE");
      take(restOfLine);
      continue;
    }
    const quoted = take(/[^\S\n]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`)/y);
    if (quoted === null) {
      const [rest = ""] = take(restOfLine) ?? [];
      const value = rest.replace(/(?:^|\s)\s*#.*/s, "").trim();
      // An empty value and a comment, or a value that begins with #: readers of such files differ.
      if (/^#/.test(rest) || value.includes("#"))
        addProblem("has a # in its value; put the value in quotation marks");
      else if (/^["'`]/.test(value)) addProblem("has a quotation mark that is not closed");
      else entries.push({ name, value, line: start });
    } else if (take(emptyLine) === null) {
      addProblem("has text after its closing quotation mark");
      take(restOfLine);
    } else {
      const [, double, single, back] = quoted;
      const value = double === undefined ? (single ?? back ?? "") : double.replaceAll("\\n", "\n");
      entries.push({ name, value, line: start });
    }
  }
  return { entries, problems };
}
