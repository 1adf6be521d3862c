import type { ExitCode } from "./exit-codes.js";

/** Something that whoever called has to mend: a line each, and the exit code. */
export class UserError extends Error {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];

  constructor(exitCode: ExitCode, lines: string | readonly string[], options?: { cause?: unknown }) {
    const list = typeof lines === "string" ? [lines] : lines;
    super(list.join("\n"), options);
    this.name = "UserError";
    this.exitCode = exitCode;
    this.lines = list;
  }
}
