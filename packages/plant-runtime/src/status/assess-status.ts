import { describeBytes } from "../describe-bytes.js";
import { ExitCode } from "../exit-codes.js";
import type { OutcomeCodes } from "../run-outcome.js";
import { findRejectingRuns, findUnendedRuns } from "./newest-runs.js";
import { runInterval, runStarts, silentAfterMs } from "./run-interval.js";
import { commandLine, type GivenFlags, listLargestFiles, recoverDatabase } from "./status-commands.js";
import type { DiskFacts, Part, QuietPlant, StatusFacts, StoreFacts } from "./status-facts.js";
import { futureToleranceMs, maxListed } from "./status-limits.js";

export interface StatusOptions {
  /** Age of the newest reading beyond which readings are stale, ms. By default 5 minutes, or 5 run intervals if that is longer. */
  readonly maxAgeMs?: number | undefined;
  /** The flags of the status that its commands need, too. */
  readonly flags?: GivenFlags | undefined;
}

/** Something that is not well, and what to do about it. */
export interface StatusProblem {
  /** A stable code. */
  readonly reason: string;
  readonly text: string;
  /** The section of the documentation; `null` if there is none. */
  readonly see: string | null;
  /** A command line that mends it or shows more, as it can be typed in a shell; `null` if the text names the next step. */
  readonly next: string | null;
  readonly exitCode: ExitCode;
}

/** One topic of a status. */
export interface StatusLine {
  readonly topic: StatusTopic;
  readonly text: string;
  readonly problems: readonly StatusProblem[];
}

export const statusTopics = [
  "database",
  "clock",
  "runs",
  "readings",
  "plants",
  "rejections",
  "alerts",
  "archive",
  "disk",
] as const;
export type StatusTopic = (typeof statusTopics)[number];

export interface StatusReport extends OutcomeCodes {
  readonly lines: readonly StatusLine[];
  /** Median milliseconds between the starts of the newest runs; `null` of fewer than three. Shards that start together are one. */
  readonly intervalMs: number | null;
  /** Readings that the runs of the last 24 hours should have loaded; `null` if it is not known. */
  readonly expected: number | null;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const documentation = "docs/operations.md";

/** A daily archive run takes the hours that have ended: an older reading has missed one. */
const archiveOverdueMs = 26 * hourMs;
/** A rejection is news for an hour. */
const recentMs = hourMs;
/** As the health rule `silent`. */
const healthyRunsForSilence = 6;
const deliveryOverdueMs = 15 * minuteMs;

/**
 * Assesses what was read. Pure.
 *
 * The expected readings are those of one run, or of the shards that start together, as the reports count the plants that are
 * neither on loan nor not found, times the runs that fit into the last 24 hours, or into the time since the first run, at the median interval of the newest runs.
 */
export function assessStatus(facts: StatusFacts, nowMs: number, options: StatusOptions = {}): StatusReport {
  const newest = facts.runs.kind === "known" ? facts.runs.facts.newest : [];
  const intervalMs = runInterval(newest);
  const expected = expectedReadings(facts, nowMs, intervalMs);
  const command = (words: string) => commandLine(options.flags ?? {}, words);
  const given = { facts, nowMs, intervalMs, expected, options, command };
  const lines = statusTopics.map((topic): StatusLine => ({ topic, ...assess[topic](given) }));
  const exitCode = worst(lines.flatMap(({ problems }) => problems.map((problem) => problem.exitCode)));
  const problem = lines.flatMap(({ problems }) => problems).find((each) => each.exitCode === exitCode);
  return {
    lines,
    intervalMs,
    expected,
    ...(problem === undefined
      ? { outcome: "ok", reason: null, exitCode: ExitCode.done }
      : {
          outcome: exitCode === ExitCode.temporaryFailure ? "degraded" : "failed",
          reason: problem.reason,
          exitCode,
        }),
  };
}

interface Given {
  readonly facts: StatusFacts;
  readonly nowMs: number;
  readonly intervalMs: number | null;
  readonly expected: number | null;
  readonly options: StatusOptions;
  /** A command line of `plant`. */
  readonly command: (words: string) => string;
}

type Assessed = Omit<StatusLine, "topic">;

const assess: Readonly<Record<StatusTopic, (given: Given) => Assessed>> = {
  database: (given) =>
    read(given, given.facts.database, ({ name, bytes }) => ({
      text: `${name}${bytes === null ? "" : `, ${describeBytes(bytes)}`}`,
      problems: [],
    })),

  clock({ facts: { runs, readings }, nowMs, intervalMs, options }) {
    const text = `${isoMinute(nowMs)} UTC`;
    const problems: StatusProblem[] = [];
    const advice = { see: "the-clock-is-wrong", next: "timedatectl set-ntp true" };
    // If a run has started since, the clock was ahead and has been set.
    const futureMs = runs.kind === "known" ? runs.facts.futureMs : null;
    const [run] = runs.kind === "known" ? runs.facts.newest : [];
    if (futureMs !== null && (run === undefined || nowMs - run.startedMs > ageLimitMs(intervalMs, options)))
      problems.push(
        dataProblem("run_in_future", `the newest run started ${ahead(futureMs, nowMs)} from now`, advice),
      );
    if (readings.kind === "known" && readings.facts.future > 0) {
      const { future, newestFutureMs } = readings.facts;
      const until = newestFutureMs === null ? "" : `, up to ${ahead(newestFutureMs, nowMs)} from now`;
      problems.push(
        dataProblem(
          "reading_in_future",
          `${plural(future, "new reading")} in the future${until}: this clock is behind, or the API's times are wrong`,
          advice,
        ),
      );
    }
    return { text, problems };
  },

  runs: (given) =>
    read(given, given.facts.runs, ({ newest, futureMs, lastGood, lastFailed, failure, day }) => {
      const { nowMs, intervalMs, options, command } = given;
      const [last] = newest;
      if (last === undefined)
        return {
          text: "none yet",
          problems:
            futureMs === null
              ? [temporaryProblem("no_run", "the run log is empty", { next: command("run --watch") })]
              : [],
        };
      const often = intervalMs === null ? "" : `, one every ${span(intervalMs)}`;
      const good = `last good ${lastGood === null ? "never" : when(lastGood.startedMs, nowMs)}`;
      const bad = `last failed ${lastFailed === null ? "never" : `${when(lastFailed.startedMs, nowMs)} (${lastFailed.reason ?? "no reason"})`}`;
      const text = `${good}; ${bad}; ${count(day.runs)} in 24 h${often}`;
      const ended = newest.filter(({ state }) => state !== "running");
      const good0 = ended.findIndex(({ outcome }) => outcome === "ok");
      const streak = good0 === -1 ? ended.length : good0;
      const [lastEnded] = ended;
      const problems: StatusProblem[] = [];
      if (lastEnded !== undefined && streak > 0) {
        const reason = lastEnded.reason ?? "no_reason";
        const isSameRun = lastFailed?.runId === lastEnded.runId;
        const detail = isSameRun && failure !== null ? ` (${failure})` : "";
        const { hint, ...advice } = runAdvice(reason, given);
        problems.push({
          reason,
          text: `${streak === 1 ? "the last run" : `the last ${streak} runs`} ended with ${reason}${detail}${hint}`,
          ...advice,
        });
      }
      const unended = findUnendedRuns(newest, nowMs - ageLimitMs(intervalMs, options));
      if (unended.length > 0)
        problems.push(
          temporaryProblem(
            "no_run_ends",
            `none of the last ${unended.length} runs has ended: each is killed, such as for lack of memory, or waits; see the log of the process manager and of the kernel`,
            { see: "no-run-ends", next: null },
          ),
        );
      if (isPullStopped(given))
        problems.push(
          temporaryProblem("no_recent_run", `no run has started for ${span(nowMs - last.startedMs)}`, {
            next: command("run --watch"),
          }),
        );
      return { text, problems };
    }),

  readings: (given) =>
    read(given, given.facts.readings, ({ newestMs }) => {
      const { facts, nowMs, intervalMs, expected, options, command } = given;
      const { runs } = facts;
      const day = runs.kind === "known" ? runs.facts.day : null;
      const loaded =
        day === null
          ? ""
          : `; ${count(day.loaded)}${expected === null ? "" : ` of ${count(expected)} expected`} in 24 h, ${count(day.flagged)} flagged`;
      const text = `newest ${newestMs === null ? "none" : when(newestMs, nowMs)}${loaded}`;
      const ageLimit = ageLimitMs(intervalMs, options);
      if (newestMs === null || nowMs - newestMs > ageLimit)
        return {
          text,
          problems: [
            temporaryProblem(
              "stale",
              newestMs === null
                ? "there is no reading in the database"
                : `the newest reading is older than ${span(ageLimit)}`,
              { see: "no-new-readings", next: command(isPullStopped(given) ? "run --watch" : "doctor") },
            ),
          ],
        };
      return { text, problems: missingReadings(given) };
    }),

  plants: (given) =>
    read(given, given.facts.plants, ({ known, quiet }) => {
      const {
        facts: { runs, rejections },
        nowMs,
        intervalMs,
        command,
      } = given;
      // As the health rule: a pipeline that fails is not the sensor's fault.
      const healthy = (runs.kind === "known" ? runs.facts.newest : []).filter(
        ({ state, loaded }) => state === "complete" && loaded > 0,
      );
      const silent = quiet.filter(
        ({ lastReadingMs }) =>
          healthy.filter(({ startedMs }) => startedMs > (lastReadingMs ?? 0)).length >= healthyRunsForSilence,
      );
      if (silent.length === 0) return { text: `${count(known)} known, none silent`, problems: [] };
      const number = silent.length >= maxListed ? `more than ${maxListed - 1}` : count(silent.length);
      const isRejected = (plant: QuietPlant) => isRejectedSince(rejections, plant);
      const sensors = silent.filter((plant) => !isRejected(plant));
      const rejected = silent.filter(isRejected);
      const [first] = rejected;
      return {
        text: `${count(known)} known, ${number} silent for ${span(silentAfterMs(intervalMs))}`,
        problems: [
          ...(first === undefined
            ? []
            : [
                temporaryProblem(
                  "silent",
                  `no reading of ${listQuiet(rejected, nowMs)}: responses were rejected`,
                  {
                    see: "a-response-changed-its-form",
                    next: command(
                      rejected.length === 1 ? `rejections --plant ${first.plantId}` : "rejections",
                    ),
                  },
                ),
              ]),
          ...(sensors.length === 0
            ? []
            : [
                temporaryProblem(
                  "silent",
                  `no reading of ${listQuiet(sensors, nowMs)}: somebody has to look at the plant and its sensor`,
                  { next: command("alert --dry-run") },
                ),
              ]),
        ],
      };
    }),

  rejections: (given) =>
    read(given, given.facts.rejections, ({ byPlant }) => {
      const {
        facts: { runs },
        nowMs,
        command,
      } = given;
      const sum = (key: "readings" | "details" | "ofDay") =>
        byPlant.reduce((total, each) => total + each[key], 0);
      const readings = sum("readings");
      const details = sum("details");
      const withReadings = byPlant.filter((each) => each.readings > 0);
      const plants = withReadings.slice(0, 5).map((each) => `plant ${each.plantId}: ${count(each.readings)}`);
      const more = withReadings.length > 5 ? ", …" : "";
      const text = `${plural(readings, "response")}${plants.length === 0 ? "" : ` (${plants.join(", ")}${more})`} and ${plural(details, "detail")} open, ${count(sum("ofDay"))} of 24 h`;
      const isRecent = withReadings.some(
        ({ newestReadingMs }) => newestReadingMs !== null && nowMs - newestReadingMs <= recentMs,
      );
      const repeated = runs.kind === "known" ? findRejectingRuns(runs.facts.newest) : [];
      return {
        text,
        problems:
          isRecent || repeated.length > 0
            ? [
                dataProblem(
                  "rejected",
                  `${rejectedText(repeated)}: ${command("rejections")} has the reasons; a version that reads them, or a setting, has to come first`,
                  { see: "a-response-changed-its-form", next: command("rejections retry --all") },
                ),
              ]
            : [],
      };
    }),

  alerts: (given) =>
    read(given, given.facts.alerts, (of) => {
      const { nowMs, command } = given;
      const firing = of.firing.reduce((total, each) => total + each.alerts, 0);
      const rules = of.firing.map(({ rule, alerts: number }) => `${rule} ${count(number)}`);
      const last =
        of.lastDelivery === null
          ? "nothing delivered yet"
          : `last delivery ${when(of.lastDelivery.deliveredMs, nowMs)} by ${of.lastDelivery.notifier}`;
      const text = `${firing === 0 ? "none open" : `${count(firing)} open of ${plural(of.plants, "plant")} (${rules.join(", ")})`}; ${last}`;
      const problems: StatusProblem[] = [];
      if (of.failing + of.givenUp > 0) {
        const by =
          of.failure === null ? "" : ` (${of.failure.notifier}: ${of.failure.reason ?? "no reason"})`;
        problems.push(
          temporaryProblem(
            "delivery_failed",
            `${plural(of.failing, "delivery", "deliveries")} failing, ${count(of.givenUp)} given up in 24 h${by}`,
            { next: command("alert test") },
          ),
        );
      }
      if (of.waitingSinceMs !== null && nowMs - of.waitingSinceMs > deliveryOverdueMs)
        problems.push(
          temporaryProblem(
            "delivery_overdue",
            `${plural(of.waiting, "delivery", "deliveries")} due for ${span(nowMs - of.waitingSinceMs)}, and nobody has tried`,
            { next: command("alert --watch") },
          ),
        );
      return { text, problems };
    }),

  archive(given) {
    const {
      facts: { catalog, store },
      nowMs,
      command,
    } = given;
    const described = read(given, catalog, (of) => {
      const last = of.lastHour === null ? "" : `, to ${of.lastHour}`;
      const verified =
        of.verifiedMs === null ? "never verified deep" : `verified deep ${when(of.verifiedMs, nowMs)}`;
      const odd = [
        ...(of.claimed > 0 ? [`${count(of.claimed)} unfinished`] : []),
        ...(of.quarantined > 0
          ? [
              `${count(of.quarantined)} quarantined${of.quarantinedUnarchived > 0 ? "" : ", all readings archived again"}`,
            ]
          : []),
      ];
      const text = [
        `${plural(of.files, "file")}, ${describeBytes(of.bytes)}${last}${odd.length === 0 ? "" : ` (${odd.join(", ")})`}`,
        `${plural(of.unarchived, "reading")} not archived yet`,
        ...(of.files > 0 ? [verified] : []),
      ].join("; ");
      const { oldestUnarchivedMs: oldestMs } = of;
      const isOverdue = oldestMs !== null && nowMs - oldestMs > archiveOverdueMs;
      const problems: StatusProblem[] = [];
      if (of.quarantinedUnarchived > 0)
        problems.push(
          dataProblem(
            "archive_quarantined",
            `the readings of ${plural(of.quarantinedUnarchived, "quarantined file")} are in the database, and not archived again yet`,
            { see: "a-file-of-the-archive-is-missing-or-damaged", next: command("archive") },
          ),
        );
      if (isOverdue)
        problems.push(
          temporaryProblem("archive_overdue", `readings of ${when(oldestMs, nowMs)} are not archived yet`, {
            next: command("archive"),
          }),
        );
      return { text, problems };
    });
    if (store.kind === "known")
      return { text: described.text, problems: [...described.problems, ...wrongFiles(store.facts, given)] };
    if (store.kind === "unknown") return described;
    return { text: described.text, problems: [...described.problems, failedProblem(store, given)] };
  },

  disk: (given) =>
    read(given, given.facts.disks, (list) => {
      if (list.length === 0) return { text: "none of this machine is used", problems: [] };
      const full = list.filter(isNearlyFull);
      return {
        text: list
          .map(
            ({ use, freeBytes, totalBytes }) =>
              `${describeBytes(freeBytes)} of ${describeBytes(totalBytes)} free (${use})`,
          )
          .join("; "),
        problems: full.map(({ use, folder }) =>
          temporaryProblem(
            "disk_nearly_full",
            `the disk of ${use} is nearly full: delete what is not needed of its largest files, and nothing of the ${use}`,
            { see: "the-disk-is-full", next: listLargestFiles(folder) },
          ),
        ),
      };
    }),
};

/** Two problems at most: the readings of some files are still in the database, and those of others are not. */
function wrongFiles({ name, wrong, compared }: StoreFacts, { command }: Given): StatusProblem[] {
  return [false, true].flatMap((isOnlyCopy) => {
    const files = wrong.filter((file) => file.isOnlyCopy === isOnlyCopy);
    const kinds = [true, false].flatMap((isMissing) => {
      const [first, ...others] = files.filter((file) => file.isMissing === isMissing);
      const what = isMissing ? "missing" : "of another size";
      return first === undefined ? [] : [`${plural(1 + others.length, "file")} ${what} (${first.key})`];
    });
    if (kinds.length === 0) return [];
    const found = `${name}: ${kinds.join(", ")}, of the newest ${compared}`;
    const see = "a-file-of-the-archive-is-missing-or-damaged";
    return [
      isOnlyCopy
        ? dataProblem(
            "archive_file_wrong",
            `${found}; its readings have left the database: put the file back under this name from a copy of the archive`,
            { see, next: command("archive verify") },
          )
        : dataProblem(
            "archive_file_wrong",
            `${found}; its readings are still in the database: the first run quarantines the file and exits with 65, the second one archives them again`,
            { see, next: `${command("archive --retention 0h")}; ${command("archive")}` },
          ),
    ];
  });
}

/** The text and problems of a part; of one that could not be read, its error. */
function read<Facts>(given: Given, part: Part<Facts>, assessed: (facts: Facts) => Assessed): Assessed {
  if (part.kind === "known") return assessed(part.facts);
  if (part.kind === "unknown") return { text: `not known: ${part.because}`, problems: [] };
  return { text: "not known", problems: [failedProblem(part, given)] };
}

function failedProblem(
  { code, problem, exitCode }: Extract<Part<unknown>, { kind: "failed" }>,
  given: Given,
): StatusProblem {
  return {
    reason: code,
    text: errorText(code, problem, given),
    ...errorAdvice(code, problem, given),
    exitCode,
  };
}

/** What the next step is for: it makes a new database, and a backup is better. */
function errorText(code: string, problem: string, { facts: { store } }: Given): string {
  if (!lostDatabase.includes(code)) return problem;
  const hasArchive = store.kind === "known" && store.facts.hasId;
  const [missing = ""] = problem.split(". ");
  const [damaged = ""] = problem.split(" Without a backup:");
  const archive = hasArchive ? "load the archive into a new database" : "begin a new one";
  return code === "DATABASE_MISSING"
    ? `${missing}. Is its disk mounted, and its path right? If it is lost, put a backup in its place; without one, ${archive}`
    : `${damaged} Without one, move it away and ${archive}`;
}

/** The next step after an error, by its code. */
function errorAdvice(code: string, problem: string, given: Given): Pick<StatusProblem, "see" | "next"> {
  const { facts, nowMs, options, command } = given;
  const { databaseFiles } = facts;
  const isEmpty = databaseFiles.kind === "known" && databaseFiles.facts?.isEmpty === true;
  if (lostDatabase.includes(code) || (code === "MIGRATION_PENDING" && isEmpty))
    return {
      see: `${documentation}#come-back-to-a-backup`,
      next: recoverDatabase(facts, options.flags ?? {}, nowMs),
    };
  if (code === "MIGRATION_PENDING") return { see: null, next: command("migrate") };
  if (code === "DATABASE_FULL" || code === "STORE_FULL")
    return { see: `${documentation}#the-disk-is-full`, next: null };
  // Most errors name the next step themselves.
  return { see: null, next: /plant \w+/.test(problem) ? null : command("doctor") };
}

const lostDatabase: readonly string[] = ["DATABASE_MISSING", "DATABASE_DAMAGED", "DATABASE_INVALID"];

interface Advice {
  /** A section of docs/operations.md. */
  readonly see?: string | undefined;
  readonly next: string | null;
}

function dataProblem(reason: string, text: string, advice: Advice): StatusProblem {
  return { reason, text, ...withSection(advice), exitCode: ExitCode.dataError };
}

function temporaryProblem(reason: string, text: string, advice: Advice): StatusProblem {
  return { reason, text, ...withSection(advice), exitCode: ExitCode.temporaryFailure };
}

function withSection({ see, next }: Advice): Pick<StatusProblem, "see" | "next"> {
  return { see: see === undefined ? null : `${documentation}#${see}`, next };
}

/** @returns `hint` continues the text of the problem */
function runAdvice(
  reason: string,
  given: Given,
): Pick<StatusProblem, "see" | "next" | "exitCode"> & { readonly hint: string } {
  const { command } = given;
  const temporary = ExitCode.temporaryFailure;
  switch (reason) {
    case "all_rejected":
    case "too_many_rejected":
      return {
        hint: "",
        ...withSection({ see: "a-response-changed-its-form", next: command("rejections") }),
        exitCode: ExitCode.dataError,
      };
    case "all_in_future":
    case "all_stale":
    case "none_current":
      return {
        hint: "",
        ...withSection({ see: "the-clock-is-wrong", next: "timedatectl set-ntp true" }),
        exitCode: ExitCode.dataError,
      };
    case "all_not_found":
    case "no_plants":
      return {
        hint: "; check --api and --plants",
        ...withSection({ next: command("doctor") }),
        exitCode: ExitCode.dataError,
      };
    case "unauthorized":
      return {
        hint: "; ask the museum for a login",
        ...withSection({ see: "an-api-behind-a-login-or-a-proxy", next: command("doctor") }),
        exitCode: ExitCode.configuration,
      };
    case "stopped":
      return { hint: "", ...withSection({ next: command("run --watch") }), exitCode: temporary };
    case "abandoned":
      return {
        hint: ": it was killed; see the log of its process",
        ...withSection({ next: command("run") }),
        exitCode: temporary,
      };
    case "no_response":
    case "too_many_failed":
    case "deadline":
    case "no_readings":
      return {
        hint: "; doctor needs the --api of the pull, too",
        ...withSection({ see: "the-api-is-down", next: command("doctor") }),
        exitCode: temporary,
      };
    default:
      return { hint: "", ...errorAdvice(reason, "", given), exitCode: temporary };
  }
}

/** @param repeated what each of the newest complete runs rejected; empty if the newest one rejected nothing */
function rejectedText(repeated: readonly number[]): string {
  const [newest] = repeated;
  if (newest === undefined) return "responses were rejected in the last hour";
  if (repeated.length === 1) return `the last complete run rejected ${plural(newest, "response")}`;
  return `each of the last ${repeated.length} complete runs rejected responses (${count(newest)} in the newest)`;
}

/** Whether an open rejection is later than the newest reading of the plant. */
function isRejectedSince(
  rejections: StatusFacts["rejections"],
  { plantId, lastReadingMs }: QuietPlant,
): boolean {
  const newestMs =
    rejections.kind === "known"
      ? rejections.facts.byPlant.find((each) => each.plantId === plantId)?.newestReadingMs
      : null;
  return newestMs != null && newestMs + futureToleranceMs >= (lastReadingMs ?? 0);
}

function listQuiet(plants: readonly QuietPlant[], nowMs: number): string {
  const shown = plants.slice(0, 5).map(({ plantId, lastReadingMs, botanist }) => {
    const since = lastReadingMs === null ? "no reading" : `last ${when(lastReadingMs, nowMs)}`;
    return `plant ${plantId} (${since}${botanist === null ? "" : `, botanist ${botanist}`})`;
  });
  return `${shown.join(", ")}${plants.length > 5 ? " and others" : ""}`;
}

/** Whether no run has started for the maximum age, or none at all. */
function isPullStopped({ facts: { runs }, nowMs, intervalMs, options }: Given): boolean {
  if (runs.kind !== "known") return false;
  const [last] = runs.facts.newest;
  return last === undefined || nowMs - last.startedMs > ageLimitMs(intervalMs, options);
}

/** More than a tenth of the last hour's requests without a response, while runs are complete. */
function missingReadings({ facts: { runs }, nowMs, command }: Given): StatusProblem[] {
  if (runs.kind !== "known") return [];
  const recent = runs.facts.newest.filter(
    ({ state, startedMs }) => state === "complete" && nowMs - startedMs <= recentMs,
  );
  const requested = recent.reduce((sum, run) => sum + run.requested - run.absent, 0);
  const failed = recent.reduce((sum, run) => sum + run.failed, 0);
  if (requested === 0 || failed * 10 <= requested) return [];
  return [
    temporaryProblem(
      "requests_failed",
      `${count(failed)} of ${count(requested)} requests of the newest runs failed`,
      { see: "the-api-is-down", next: command("doctor") },
    ),
  ];
}

function expectedReadings({ runs }: StatusFacts, nowMs: number, intervalMs: number | null): number | null {
  if (runs.kind !== "known" || intervalMs === null || intervalMs === 0) return null;
  const { newest, firstMs } = runs.facts;
  const complete = runStarts(newest).find((runs) => runs.every(({ state }) => state === "complete"));
  if (complete === undefined || firstMs === null) return null;
  const spanMs = Math.min(dayMs, Math.max(0, nowMs - firstMs));
  const runsOfSpan = Math.floor(spanMs / intervalMs) + (spanMs < dayMs ? 1 : 0);
  const ofStart = complete.reduce((sum, run) => sum + run.requested - run.absent, 0);
  return runsOfSpan * Math.max(0, ofStart);
}

function ageLimitMs(intervalMs: number | null, { maxAgeMs }: StatusOptions): number {
  return maxAgeMs ?? Math.max(5 * minuteMs, 5 * (intervalMs ?? 0));
}

/** Less than 100 MB, or less than a twentieth and less than 5 GB; or no room for files. */
function isNearlyFull({ freeBytes, totalBytes, freeFiles, totalFiles }: DiskFacts): boolean {
  return (
    freeBytes < 100e6 ||
    (freeBytes < totalBytes / 20 && freeBytes < 5e9) ||
    (totalFiles > 0 && freeFiles < totalFiles / 100)
  );
}

/** The most severe exit code. */
function worst(codes: readonly ExitCode[]): ExitCode {
  const order = [
    ExitCode.internalError,
    ExitCode.configuration,
    ExitCode.dataError,
    ExitCode.temporaryFailure,
  ];
  return order.find((code) => codes.includes(code)) ?? ExitCode.done;
}

function isoMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

/** `2 min ago`, and with its time if that is over an hour ago. */
function when(ms: number, nowMs: number): string {
  const ageMs = nowMs - ms;
  if (ageMs < -minuteMs) return `${isoMinute(ms)} UTC`;
  const ago = `${span(Math.max(0, ageMs))} ago`;
  return ageMs < hourMs ? ago : `${isoMinute(ms)} UTC, ${ago}`;
}

function ahead(ms: number, nowMs: number): string {
  return span(ms - nowMs);
}

/** `40 s`, `2 min`, `5 h`, `3 days`; rounded down. */
function span(ms: number): string {
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 2 * hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} days`;
}

/** With separators: the first use of Intl takes a tenth of a short command's time. */
function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function plural(number: number, noun: string, nouns = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : nouns}`;
}
