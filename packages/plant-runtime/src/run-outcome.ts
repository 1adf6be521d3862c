import {
  type OutcomeReason,
  type OutcomeThresholds,
  type Report,
  type RunEnding,
  reasonOfError,
} from "@lmnh/plant-etl";
import { ExitCode } from "./exit-codes.js";
import { formatError } from "./format-error.js";
import type { Runner } from "./settings/setting.js";

/** What a command came to: the same in lines for people, in JSON and in metrics. */
export interface Outcome {
  readonly outcome: "ok" | "degraded" | "failed";
  /** A stable code; `null` for an outcome of `ok`. */
  readonly reason: string | null;
  readonly exitCode: ExitCode;
  /** What happened and what to do next, for people; `null` where there is nothing to add to the report. */
  readonly problem: string | null;
}

/** What of a verdict is for programs. */
export type OutcomeCodes = Pick<Outcome, "outcome" | "reason" | "exitCode">;

export const okOutcome: Outcome = { outcome: "ok", reason: null, exitCode: ExitCode.done, problem: null };

/** A report that carries its verdict, as a document. */
export function withOutcome<Document extends object>(
  document: Document,
  { outcome, reason, exitCode }: OutcomeCodes,
): Document & OutcomeCodes {
  return { ...document, outcome, reason, exitCode };
}

export interface ReportContext extends OutcomeThresholds {
  /** Where the answers should have come from, without secrets. */
  readonly sourceName: string;
  /** Whose settings the advice is about. */
  readonly runner: Runner;
}

/** What a process exits with after its run: of a report by its reason, of an error as `explainError` has it. */
export function exitCodeOfRun(ending: RunEnding): ExitCode {
  if ("error" in ending) return formatError(ending.error, "cli").exitCode;
  return ending.reason === null ? ExitCode.done : exitCodes[ending.reason];
}

const exitCodes: Readonly<Record<OutcomeReason, ExitCode>> = {
  no_plants: ExitCode.dataError,
  no_response: ExitCode.temporaryFailure,
  all_rejected: ExitCode.dataError,
  too_many_rejected: ExitCode.dataError,
  too_many_failed: ExitCode.temporaryFailure,
  stopped: ExitCode.temporaryFailure,
  deadline: ExitCode.temporaryFailure,
  all_not_found: ExitCode.dataError,
  no_readings: ExitCode.temporaryFailure,
  all_in_future: ExitCode.dataError,
  all_stale: ExitCode.dataError,
  none_current: ExitCode.dataError,
};

/** The verdict on what an error has ended, without secrets. */
export function errorOutcome(error: unknown, runner: Runner): Outcome {
  const { lines, exitCode } = formatError(error, runner);
  return { outcome: "failed", reason: reasonOfError(error), exitCode, problem: lines.join("; ") };
}

/** What can be changed, as each runner says it. */
const words = {
  cli: {
    api: "--api",
    plants: "--plants",
    standIn: "; to try without the museum, start one with: plant simulate",
    maxRejected: "--max-rejected",
    maxFailed: "--max-failed",
    offset: "--default-utc-offset",
    clock: "this machine's clock",
    moreTime: "allow more time with --deadline",
    diagnose: "plant doctor",
  },
  lambda: {
    api: "PLANT_API_URL",
    plants: "PLANT_PLANTS",
    standIn: "",
    maxRejected: "PLANT_MAX_REJECTED",
    maxFailed: "PLANT_MAX_FAILED",
    offset: "PLANT_DEFAULT_UTC_OFFSET",
    clock: "the clock of the museum's API",
    moreTime: "give the function more time",
    diagnose: "check PLANT_API_URL and the function's network",
  },
} as const satisfies Record<Runner, unknown>;

type Words = (typeof words)[Runner];

/** The verdict on a run, with advice in the words of who ran it. */
export function runOutcome(report: Report, context: ReportContext): Outcome {
  const { outcome, reason } = report;
  if (outcome === "ok" || reason === null) return okOutcome;
  const problem = problems[reason](report, context, words[context.runner]);
  return { outcome, reason, exitCode: exitCodes[reason], problem };
}

const problems: Readonly<
  Record<OutcomeReason, (report: Report, context: ReportContext, words: Words) => string>
> = {
  no_plants: (_report, { sourceName }) => `${sourceName} has no plants to request.`,
  no_response: ({ failures: [first] }, { sourceName }, say) =>
    first === undefined || first.code === "aborted"
      ? `No answer from ${sourceName} before the deadline. Check the address (${say.api}) and the network, or ${say.moreTime}${say.standIn}`
      : `No answer from ${sourceName} (${first.code}: ${first.message}). Check the address (${say.api}) and the network${say.standIn}`,
  all_rejected: ({ rejected }, { sourceName }) =>
    `No response from ${sourceName} could be read: all ${rejected} were rejected; they are kept in plant_rejection. Check that ${sourceName} is the plant API.`,
  too_many_rejected: ({ rejected, requested }, { maxRejected, sourceName }, say) =>
    `${rejected} of ${requested} answers were refused, more than the ${formatPercent(maxRejected)} allowed (${say.maxRejected}); they are kept in plant_rejection. Check that ${sourceName} is the plant API.`,
  too_many_failed: ({ failed, requested }, { maxFailed }, say) =>
    `${failed} of ${requested} plants are without an answer, more than the ${formatPercent(maxFailed)} allowed (${say.maxFailed}). Run again; if it stays: ${say.diagnose}`,
  stopped: ({ failed, requested }) =>
    `The run was stopped: ${failed} of ${requested} plants are missing. Run again.`,
  deadline: ({ failed, requested }, _context, say) =>
    `The run was cut short by its deadline: ${failed} of ${requested} plants are missing. Run again, or ${say.moreTime}.`,
  all_not_found: ({ requested }, { sourceName }, say) =>
    `${sourceName} knows none of the ${requested} plants. Check the address (${say.api}) and the plants (${say.plants}).`,
  no_readings: ({ requested, notices, failed, rejected }) =>
    `None of the ${requested} plants gave a reading: ${notices.sensorFault} sensor faults, ${notices.notFound} not found, ${notices.onLoan} on loan, ${rejected} rejected, ${failed} without a response. Run again; if it stays, ask the museum.`,
  all_in_future: (report, _context, say) =>
    `${allReadings(report, "lie", "lies")} in the future: check ${say.clock}, and the offset of times without a zone (${say.offset}). What came is loaded, and flagged futureTime.`,
  all_stale: (report, { sourceName }, say) =>
    `${allReadings(report, "are", "is")} more than an hour old: check whether ${sourceName} still gets readings, ${say.clock}, and the offset of times without a zone (${say.offset}). What came is loaded, and flagged staleTime.`,
  none_current: (report, _context, say) =>
    `${allReadings(report, "lie", "lies")} in the future or more than an hour back: check ${say.clock}, and the offset of times without a zone (${say.offset}). What came is loaded, and flagged.`,
};

function allReadings({ loaded, duplicates, conflicts }: Report, verb: string, verbOfOne: string): string {
  const readings = loaded + duplicates + conflicts;
  return readings === 1 ? `The only reading ${verbOfOne}` : `All ${readings} readings ${verb}`;
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}
