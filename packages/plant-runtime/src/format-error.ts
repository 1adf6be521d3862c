import { isPlantError, type PlantError } from "@lmnh/plant-schema";
import { codeOf } from "@lmnh/plant-schema/internal";
import { adviceFor, type ErrorCode } from "./advice.js";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import { redact } from "./settings/redact.js";
import type { Runner } from "./settings/setting.js";

export interface FormattedError {
  /** What happened and the next step. */
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

const stackHints: Readonly<Record<Runner, string>> = {
  cli: "run again with PLANT_DEBUG=1 for the stack",
  lambda: "its stack is in the log",
};

/** Formats any error as lines of text, without secrets and without a stack. */
export function formatError(error: unknown, runner: Runner): FormattedError {
  const known = explainKnown(error, runner) ?? explainFile(error);
  const { lines, exitCode } = known ?? {
    lines: [`${oneLine(error)}. This is a defect; ${stackHints[runner]}.`],
    exitCode: ExitCode.internalError,
  };
  return { lines: lines.map((line) => redact(line)), exitCode };
}

function explainKnown(error: unknown, runner: Runner): FormattedError | undefined {
  if (error instanceof UserError) return { lines: error.lines, exitCode: error.exitCode };
  return isPlantError(error)
    ? { lines: [withAdvice(error, runner)], exitCode: exitCodeOf(error) }
    : undefined;
}

function withAdvice(error: PlantError, runner: Runner): string {
  const line = oneLine(error);
  const advice = adviceFor(error.code, runner);
  return advice === null ? line : `${line}. ${advice.replace(/\.$/, "")}`;
}

const dataErrors: readonly ErrorCode[] = [
  "SEED_INVALID",
  "ADAPTER_INVALID",
  "RECORDING_INVALID",
  "RESPONSES_INVALID",
  "ARCHIVE_ID_INVALID",
  "OBJECT_INVALID",
  "OBJECT_MISSING",
  "CONSTRAINT_VIOLATION",
  "ROW_REJECTED",
];

function exitCodeOf({ code, recovery }: PlantError): ExitCode {
  if (dataErrors.some((each) => each === code)) return ExitCode.dataError;
  return recovery === "retry" || code === "PORT_UNAVAILABLE"
    ? ExitCode.temporaryFailure
    : ExitCode.configuration;
}

/** Errors of files that the user has named. The schema and the archive format those of their own files. */
function explainFile(error: unknown): FormattedError | undefined {
  const code = codeOf(error);
  if (/^(ENOENT|EACCES|EPERM|EISDIR|ENOTDIR|EROFS|ELOOP|ENAMETOOLONG)$/.test(code))
    return explain(`${oneLine(error)}. Check the path and its permissions.`, ExitCode.configuration);
  if (/^(ENOSPC|EDQUOT)$/.test(code))
    return explain(`${oneLine(error)}. Free some space and try again.`, ExitCode.temporaryFailure);
  if (/^(EMFILE|ENFILE)$/.test(code))
    return explain(
      `${oneLine(error)}. Raise the limit (ulimit -n) and try again.`,
      ExitCode.temporaryFailure,
    );
  if (/^(EIO|ENXIO|ENODEV|ESTALE|EBUSY|EFBIG)$/.test(code))
    return explain(
      `${oneLine(error)}. Check the disk and its limits, and try again.`,
      ExitCode.temporaryFailure,
    );
  return undefined;
}

function explain(line: string, exitCode: ExitCode): FormattedError {
  return { lines: [line], exitCode };
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  // Redacted before it is cut: half a URL is not recognised as one. Longer texts are never shown in full.
  const line = redact(
    text
      .slice(0, 20_000)
      .trim()
      .replace(/\s*[\n\r]\s*/g, "; "),
  );
  const short = line.length > 600 ? `${line.slice(0, 600)}…` : line;
  return short.replace(/\.$/, "");
}
