import { ExitCode } from "./exit-codes.js";

const codes: ReadonlyMap<ExitCode, string> = new Map([
  [ExitCode.usage, "USAGE_INVALID"],
  [ExitCode.dataError, "DATA_INVALID"],
  [ExitCode.temporaryFailure, "TEMPORARY_FAILURE"],
  [ExitCode.configuration, "CONFIGURATION_INVALID"],
]);

/** An error that the user has to correct: its lines and the exit code. */
export class UserError extends Error {
  /** Stable, for programs. */
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];

  constructor(exitCode: ExitCode, lines: string | readonly string[], options?: { cause?: unknown }) {
    const list = typeof lines === "string" ? [lines] : lines;
    super(list.join("\n"), options);
    this.name = "UserError";
    this.code = codes.get(exitCode) ?? "UNEXPECTED_ERROR";
    this.exitCode = exitCode;
    this.lines = list;
  }
}
