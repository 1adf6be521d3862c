import {
  type FailedRequest,
  type FailureCode,
  type OutcomeReason,
  type OutcomeThresholds,
  outcomeReasonOf,
  type Report,
  type RunEnding,
} from "@lmnh/plant-etl";
import { ExitCode } from "./exit-codes.js";
import { formatError } from "./format-error.js";
import type { Runner } from "./settings/setting.js";

/** How a command ended: the same in text, JSON and metrics. */
export interface Outcome {
  readonly outcome: "ok" | "degraded" | "failed";
  /** A stable code; `null` for an outcome of `ok`. */
  readonly reason: string | null;
  readonly exitCode: ExitCode;
  /** What happened and the next step, as text; `null` if there is nothing to add to the report. */
  readonly problem: string | null;
}

/** The part of an outcome that is for programs. */
export type OutcomeCodes = Pick<Outcome, "outcome" | "reason" | "exitCode">;

export const okOutcome: Outcome = { outcome: "ok", reason: null, exitCode: ExitCode.done, problem: null };

/** The document of a report with its outcome. */
export function withOutcome<Document extends object>(
  document: Document,
  { outcome, reason, exitCode }: OutcomeCodes,
): Document & OutcomeCodes {
  return { ...document, outcome, reason, exitCode };
}

/** The document of a command that an error has ended. */
export function errorDocument({ reason, problem, exitCode }: Outcome) {
  return { problem, error: { code: reason ?? "UNEXPECTED_ERROR", message: problem ?? "", exitCode } };
}

export interface ReportContext extends OutcomeThresholds {
  /** The API or recording, without secrets. */
  readonly sourceName: string;
  /** The program whose settings the advice names. */
  readonly runner: Runner;
}

/** The exit code after a run: by the reason of its report, or by `formatError`. */
export function exitCodeOfRun(ending: RunEnding): ExitCode {
  if ("error" in ending) return formatError(ending.error, "cli").exitCode;
  return ending.reason === null ? ExitCode.done : exitCodes[ending.reason];
}

const exitCodes: Readonly<Record<OutcomeReason, ExitCode>> = {
  no_plants: ExitCode.dataError,
  no_response: ExitCode.temporaryFailure,
  unauthorized: ExitCode.configuration,
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

/** The outcome of a command that an error has ended, without secrets. */
export function errorOutcome(error: unknown, runner: Runner): Outcome {
  const { lines, exitCode } = formatError(error, runner);
  return { outcome: "failed", reason: outcomeReasonOf(error), exitCode, problem: lines.join("; ") };
}

/** The settings and commands that advice names, for each runner. */
const wordsOf = {
  cli: {
    api: "--api",
    login:
      "a token (PLANT_API_TOKEN or --api-token-file), a header (--header), or user and password in --api",
    caFile: "--api-ca-file",
    proxy: ", and the proxy, if HTTPS_PROXY or HTTP_PROXY has one",
    plants: "--plants",
    simulator: "; to try without the museum's API: plant simulate",
    maxRejected: "--max-rejected",
    maxFailed: "--max-failed",
    offset: "--default-utc-offset",
    clock: "this machine's clock",
    moreTime: "allow more time with --deadline",
    fewerRequests: "a longer --every, a smaller --concurrency",
    diagnose: "plant doctor",
  },
  lambda: {
    api: "PLANT_API_URL",
    login: "a token (PLANT_API_TOKEN), a header (PLANT_API_HEADERS), or user and password in PLANT_API_URL",
    caFile: "NODE_EXTRA_CA_CERTS",
    proxy: "",
    plants: "PLANT_PLANTS",
    simulator: "",
    maxRejected: "PLANT_MAX_REJECTED",
    maxFailed: "PLANT_MAX_FAILED",
    offset: "PLANT_DEFAULT_UTC_OFFSET",
    clock: "the clock of the museum's API",
    moreTime: "give the function more time",
    fewerRequests: "a smaller PLANT_CONCURRENCY, a longer interval of the schedule",
    diagnose: "check PLANT_API_URL and the function's network",
  },
} as const satisfies Record<Runner, unknown>;

type Words = (typeof wordsOf)[Runner];

/** The outcome of a run, with advice in the words of the runner. */
export function runOutcome(report: Report, context: ReportContext): Outcome {
  const { outcome, reason } = report;
  if (outcome === "ok" || reason === null) return okOutcome;
  const problem = problems[reason](report, context, wordsOf[context.runner]);
  return { outcome, reason, exitCode: exitCodes[reason], problem };
}

const problems: Readonly<
  Record<OutcomeReason, (report: Report, context: ReportContext, words: Words) => string>
> = {
  no_plants: (_report, { sourceName }) => `${sourceName} has no plants to request.`,
  no_response: ({ failures: [first] }, context, words) =>
    first === undefined || first.code === "aborted"
      ? `No response from ${context.sourceName} before the deadline. Check the address (${words.api}) and the network, or ${words.moreTime}${words.simulator}`
      : describeFailure(first, context),
  unauthorized: ({ failures: [first] }, context) =>
    describeFailure({ code: "unauthorized", message: first?.message ?? "" }, context),
  all_rejected: ({ rejected }, { sourceName }) =>
    `No response from ${sourceName} could be read: all ${rejected} were rejected; they are kept in plant_rejection. Check that ${sourceName} is the plant API.`,
  too_many_rejected: ({ rejected, requested }, { maxRejected, sourceName }, words) =>
    `${rejected} of ${requested} responses were rejected, more than the ${formatPercent(maxRejected)} allowed (${words.maxRejected}); they are kept in plant_rejection. Check that ${sourceName} is the plant API.`,
  too_many_failed: ({ failed, requested, failures: [first] }, { maxFailed }, words) =>
    `${failed} of ${requested} plants have no response, more than the ${formatPercent(maxFailed)} allowed (${words.maxFailed}). ${first !== undefined && isRateLimit(first) ? adviceOnRateLimit(words) : `Run again; if the problem persists: ${words.diagnose}`}`,
  stopped: ({ failed, requested }) =>
    `The run was stopped: ${failed} of ${requested} plants are missing. Run again.`,
  deadline: ({ failed, requested }, _context, words) =>
    `The run was cut short by its deadline: ${failed} of ${requested} plants are missing. Run again, or ${words.moreTime}.`,
  all_not_found: ({ requested }, { sourceName }, words) =>
    `${sourceName} has none of the ${requested} plants. Check the address (${words.api}) and the plants (${words.plants}).`,
  no_readings: ({ requested, notices, failed, rejected }) =>
    `None of the ${requested} plants returned a reading: ${notices.sensorFault} sensor faults, ${notices.notFound} not found, ${notices.onLoan} on loan, ${rejected} rejected, ${failed} without a response. Run again; if the problem persists, ask the museum.`,
  all_in_future: (report, _context, words) =>
    `${allReadings(report, "are", "is")} in the future: check ${words.clock}, and the offset of times without a time zone (${words.offset}). The readings are loaded and flagged futureTime.`,
  all_stale: (report, { sourceName }, words) =>
    `${allReadings(report, "are", "is")} more than an hour old: check whether ${sourceName} still receives readings, ${words.clock}, and the offset of times without a time zone (${words.offset}). The readings are loaded and flagged staleTime.`,
  none_current: (report, _context, words) =>
    `${allReadings(report, "are", "is")} in the future or more than an hour old: check ${words.clock}, and the offset of times without a time zone (${words.offset}). The readings are loaded and flagged.`,
};

type Failure = Pick<FailedRequest, "code" | "message">;

/** Why requests have no usable response, and the next step, in the words of the runner. */
export function describeFailure(
  failure: Failure,
  { sourceName, runner }: Pick<ReportContext, "sourceName" | "runner">,
): string {
  const words = wordsOf[runner];
  const { code, message } = failure;
  if (code === "unauthorized")
    return `${sourceName} refuses every request (${message}). ${adviceOnFailure[code](words)}.`;
  if (isRateLimit(failure))
    return `${sourceName} limits requests (${code}: ${message}). ${adviceOnRateLimit(words)}`;
  const what = code === "status" ? `${sourceName} responds with an error` : `No response from ${sourceName}`;
  return `${what} (${code}: ${message}). ${adviceOnFailure[code](words)}${words.simulator}`;
}

/** The exit code after a failure of every request. */
export function exitCodeOfFailure({ code }: Pick<Failure, "code">): ExitCode {
  return exitCodes[code === "unauthorized" ? "unauthorized" : "no_response"];
}

function isRateLimit({ code, message }: Failure): boolean {
  return code === "status" && message.includes("HTTP status 429");
}

function adviceOnRateLimit({ fewerRequests }: Words): string {
  return `Request less often: ${fewerRequests}`;
}

/** The next step after a run without any response, by the code of its first failure. */
const adviceOnFailure: Readonly<Record<FailureCode, (words: Words) => string>> = {
  network: ({ api, proxy }) => `Check the address (${api}) and the network${proxy}`,
  timeout: ({ api, proxy }) => `Check the address (${api}) and the network${proxy}`,
  tls: ({ caFile }) => `A certificate authority of your own is named by ${caFile}`,
  status: () =>
    "The API has an error of its own; run again later, and ask the museum if the problem persists",
  unauthorized: ({ login }) => `Ask the museum for a login, and give it by ${login}`,
  redirect: ({ api }) => `Give the address to which the API has moved (${api})`,
  aborted: () => "Run again",
};

function allReadings({ loaded, duplicates, conflicts }: Report, verb: string, verbOfOne: string): string {
  const readings = loaded + duplicates + conflicts;
  return readings === 1 ? `The only reading ${verbOfOne}` : `All ${readings} readings ${verb}`;
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}
