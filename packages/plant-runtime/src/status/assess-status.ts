import { describeBytes } from "../describe-bytes.js";
import { ExitCode } from "../exit-codes.js";
import type { OutcomeCodes } from "../run-outcome.js";
import { findRejectingRuns, findUnendedRuns } from "./newest-runs.js";
import { runInterval, runStarts, silentAfterMs } from "./run-interval.js";
import type { DiskFacts, Part, PlantFacts, StatusFacts } from "./status-facts.js";
import { futureToleranceMs, maxListed } from "./status-limits.js";

export interface StatusOptions {
  /** Age of the newest reading beyond which readings are stale, ms. By default 5 minutes, or 5 run intervals if that is longer. */
  readonly maxAgeMs?: number | undefined;
}

/** Something that is not well, and what to do about it. */
export interface StatusProblem {
  /** A stable code. */
  readonly reason: string;
  readonly text: string;
  /** The next command, or the section of the documentation; `null` if the text names it. */
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
  const given = { facts, nowMs, intervalMs, expected, options };
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
}

type Assessed = Omit<StatusLine, "topic">;

const assess: Readonly<Record<StatusTopic, (given: Given) => Assessed>> = {
  database: ({ facts: { database } }) =>
    read(database, "plant doctor", ({ name, bytes }) => ({
      text: `${name}${bytes === null ? "" : `, ${describeBytes(bytes)}`}`,
      problems: [],
    })),

  clock({ facts: { runs, readings }, nowMs }) {
    const text = `${isoMinute(nowMs)} UTC`;
    const problems: StatusProblem[] = [];
    const next = `set the clock, then see ${documentation}#the-clock-is-wrong`;
    const [run] = runs.kind === "known" ? runs.facts.newest : [];
    if (run !== undefined && run.startedMs > nowMs + futureToleranceMs)
      problems.push(
        dataProblem("run_in_future", `the newest run started ${ahead(run.startedMs, nowMs)} from now`, next),
      );
    if (readings.kind === "known" && readings.facts.future > 0) {
      const { future, newestFutureMs } = readings.facts;
      const until = newestFutureMs === null ? "" : `, up to ${ahead(newestFutureMs, nowMs)} from now`;
      problems.push(
        dataProblem("reading_in_future", `${plural(future, "new reading")} in the future${until}`, next),
      );
    }
    return { text, problems };
  },

  runs: ({ facts: { runs }, nowMs, intervalMs, options }) =>
    read(runs, "plant doctor", ({ newest, lastGood, lastFailed, failure, day }) => {
      const [last] = newest;
      if (last === undefined)
        return {
          text: "none yet",
          problems: [temporaryProblem("no_run", "the run log is empty", "plant run --watch")],
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
        const advice = runAdvice(reason);
        problems.push({
          reason,
          text: `${streak === 1 ? "the last run" : `the last ${streak} runs`} ended with ${reason}${detail}`,
          ...advice,
        });
      }
      const ageLimit = ageLimitMs(intervalMs, options);
      const unended = findUnendedRuns(newest, nowMs - ageLimit);
      if (unended.length > 0)
        problems.push(
          temporaryProblem(
            "no_run_ends",
            `none of the last ${unended.length} runs has ended: each is killed, such as for lack of memory, or waits`,
            `the log of the process manager and of the kernel, and ${documentation}#no-run-ends`,
          ),
        );
      if (nowMs - last.startedMs > ageLimit)
        problems.push(
          temporaryProblem(
            "no_recent_run",
            `no run has started for ${span(nowMs - last.startedMs)}`,
            "start the pull again: plant run --watch",
          ),
        );
      return { text, problems };
    }),

  readings: ({ facts: { readings, runs }, nowMs, intervalMs, expected, options }) =>
    read(readings, "plant doctor", ({ newestMs }) => {
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
              `plant doctor, and ${documentation}#no-new-readings`,
            ),
          ],
        };
      return { text, problems: missingReadings(runs, nowMs) };
    }),

  plants: ({ facts: { plants, runs, rejections }, nowMs, intervalMs }) =>
    read(plants, "plant doctor", ({ known, quiet }) => {
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
                  rejected.length === 1 ? `plant rejections --plant ${first.plantId}` : "plant rejections",
                ),
              ]),
          ...(sensors.length === 0
            ? []
            : [
                temporaryProblem(
                  "silent",
                  `no reading of ${listQuiet(sensors, nowMs)}`,
                  "look at the sensor: plant report",
                ),
              ]),
        ],
      };
    }),

  rejections: ({ facts: { rejections, runs }, nowMs }) =>
    read(rejections, "plant doctor", ({ byPlant }) => {
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
                  rejectedText(repeated),
                  `plant rejections, and ${documentation}#a-response-changed-its-form`,
                ),
              ]
            : [],
      };
    }),

  alerts: ({ facts: { alerts }, nowMs }) =>
    read(alerts, "plant doctor", (of) => {
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
            "plant alert test --notify URL",
          ),
        );
      }
      if (of.waitingSinceMs !== null && nowMs - of.waitingSinceMs > deliveryOverdueMs)
        problems.push(
          temporaryProblem(
            "delivery_overdue",
            `${plural(of.waiting, "delivery", "deliveries")} due for ${span(nowMs - of.waitingSinceMs)}, and nobody has tried`,
            "plant alert --watch",
          ),
        );
      return { text, problems };
    }),

  archive({ facts: { catalog, store }, nowMs }) {
    const described = read(catalog, "plant doctor", (of) => {
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
            `plant archive, and ${documentation}#a-file-of-the-archive-is-missing-or-damaged`,
          ),
        );
      if (isOverdue)
        problems.push(
          temporaryProblem(
            "archive_overdue",
            `readings of ${when(oldestMs, nowMs)} are not archived yet`,
            "plant archive",
          ),
        );
      return { text, problems };
    });
    if (store.kind === "known") {
      const { missing, differing, compared, name, isOnlyCopy } = store.facts;
      const wrong = [
        ...(missing.length > 0 ? [`${plural(missing.length, "file")} missing (${missing[0]})`] : []),
        ...(differing.length > 0
          ? [`${plural(differing.length, "file")} of another size (${differing[0]})`]
          : []),
      ];
      if (wrong.length === 0) return described;
      return {
        text: described.text,
        problems: [
          ...described.problems,
          dataProblem(
            "archive_file_wrong",
            `${name}: ${wrong.join(", ")}, of the newest ${compared}`,
            `${isOnlyCopy ? "" : "when its readings are due to leave the database, plant archive replaces it; "}${verifyCommand}, and ${documentation}#a-file-of-the-archive-is-missing-or-damaged`,
          ),
        ],
      };
    }
    if (store.kind === "unknown") return described;
    return {
      text: described.text,
      problems: [...described.problems, failedProblem(store, "plant doctor")],
    };
  },

  disk: ({ facts: { disks } }) =>
    read(disks, "df -h", (list) => {
      if (list.length === 0) return { text: "none of this machine is used", problems: [] };
      const full = list.filter(isNearlyFull);
      return {
        text: list
          .map(
            ({ use, freeBytes, totalBytes }) =>
              `${describeBytes(freeBytes)} of ${describeBytes(totalBytes)} free (${use})`,
          )
          .join("; "),
        problems: full.map(({ use }) =>
          temporaryProblem(
            "disk_nearly_full",
            `the disk of ${use} is nearly full`,
            `make room: ${documentation}#the-disk-is-full`,
          ),
        ),
      };
    }),
};

const verifyCommand = "plant archive verify --deep";

/** The text and problems of a part; of one that could not be read, its error. */
function read<Facts>(part: Part<Facts>, next: string, assessed: (facts: Facts) => Assessed): Assessed {
  if (part.kind === "known") return assessed(part.facts);
  if (part.kind === "unknown") return { text: `not known: ${part.because}`, problems: [] };
  return { text: "not known", problems: [failedProblem(part, next)] };
}

function failedProblem(
  { code, problem, exitCode }: Extract<Part<unknown>, { kind: "failed" }>,
  next: string,
): StatusProblem {
  // Most errors name the next step themselves.
  return { reason: code, text: problem, next: /plant \w+/.test(problem) ? null : next, exitCode };
}

function dataProblem(reason: string, text: string, next: string): StatusProblem {
  return { reason, text, next, exitCode: ExitCode.dataError };
}

function temporaryProblem(reason: string, text: string, next: string): StatusProblem {
  return { reason, text, next, exitCode: ExitCode.temporaryFailure };
}

function runAdvice(reason: string): Pick<StatusProblem, "next" | "exitCode"> {
  const temporary = ExitCode.temporaryFailure;
  switch (reason) {
    case "all_rejected":
    case "too_many_rejected":
      return {
        next: `plant rejections, and ${documentation}#a-response-changed-its-form`,
        exitCode: ExitCode.dataError,
      };
    case "all_in_future":
    case "all_stale":
    case "none_current":
      return { next: `${documentation}#the-clock-is-wrong`, exitCode: ExitCode.dataError };
    case "all_not_found":
    case "no_plants":
      return { next: "check --api and --plants: plant doctor", exitCode: ExitCode.dataError };
    case "unauthorized":
      return { next: "plant doctor, then ask the museum for a login", exitCode: ExitCode.configuration };
    case "stopped":
      return { next: "plant run --watch", exitCode: temporary };
    case "abandoned":
      return { next: "the run was killed: see the log of its process", exitCode: temporary };
    case "no_response":
    case "too_many_failed":
    case "deadline":
    case "no_readings":
      return { next: `plant doctor, and ${documentation}#the-api-is-down`, exitCode: temporary };
    default:
      return { next: "plant doctor", exitCode: temporary };
  }
}

/** @param repeated what each of the newest complete runs rejected; empty if the newest one rejected nothing */
function rejectedText(repeated: readonly number[]): string {
  const [newest] = repeated;
  if (newest === undefined) return "responses were rejected in the last hour";
  if (repeated.length === 1) return `the last complete run rejected ${plural(newest, "response")}`;
  return `each of the last ${repeated.length} complete runs rejected responses (${count(newest)} in the newest)`;
}

type QuietPlant = PlantFacts["quiet"][number];

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
  const shown = plants
    .slice(0, 5)
    .map(
      ({ plantId, lastReadingMs }) =>
        `plant ${plantId} (${lastReadingMs === null ? "no reading" : `last ${when(lastReadingMs, nowMs)}`})`,
    );
  return `${shown.join(", ")}${plants.length > 5 ? " and others" : ""}`;
}

/** More than a tenth of the last hour's requests without a response, while runs are complete. */
function missingReadings(runs: StatusFacts["runs"], nowMs: number): StatusProblem[] {
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
      `plant doctor, and ${documentation}#the-api-is-down`,
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
