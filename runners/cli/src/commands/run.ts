import { type Clock, formatTimestamp, type Report } from "@lmnh/plant-etl";
import {
  alertSettings,
  archiveSettings,
  boolean,
  connectionSettings,
  databaseSettings,
  defaultDatabase,
  ExitCode,
  errorDocument,
  errorOutcome,
  formatError,
  instant,
  type Outcome,
  plantSettings,
  pull,
  redact,
  resolveDatabase,
  runOutcome,
  runSettings,
  setting,
  sourceSettings,
  text,
  timingSettings,
  UserError,
  type Values,
} from "@lmnh/plant-runtime";
import { databaseExists, openMigratedDatabase, openSource } from "@lmnh/plant-runtime/open";
import { type PlantDatabase, PlantSchemaError } from "@lmnh/plant-schema";
import { version } from "../../package.json";
import { type TimesOfDay, timesOfDay } from "../archive/times-of-day.js";
import { defineCommand, type Task } from "../command.js";
import { dashboardSettings } from "../dashboard/dashboard-settings.js";
import { describeGaps, failureLine, reportLine, reportTable } from "../output/format-run-report.js";
import { logRetry } from "../output/log-retry.js";
import { pluralize } from "../output/pluralize.js";
import { reportMigrations } from "../output/report-migrations.js";
import { createRunProgress } from "../output/run-progress.js";
import { type Heartbeat, openHeartbeat } from "../run/heartbeat.js";
import { reopenable } from "../run/reopenable.js";
import { repeat } from "../run/run-on-interval.js";
import { connectServiceManager, type ServiceManager } from "../session/service-manager.js";
import { listenForStop } from "../session/shutdown-signal.js";

const settings = {
  ...sourceSettings,
  ...connectionSettings,
  ...databaseSettings,
  ...timingSettings,
  ...runSettings,
  ping: plantSettings.ping,
  ...alertSettings,
  alert: setting({
    flag: "--alert",
    fallback: "false",
    description: "Check the plants after each run, and send alerts to --notify, as plant alert does",
    schema: boolean,
    excludes: ["replay", "at"],
  }),
  watch: setting({
    flag: "--watch",
    fallback: "false",
    description: "Run on an interval, until Ctrl-C, SIGTERM or SIGHUP",
    schema: boolean,
  }),
  archiveAt: setting({
    flag: "--archive-at <times>",
    description:
      "With --watch: also archive at these times of day in UTC, as plant archive does, such as 00:10, or 00:10,12:10, or *:10 for every hour",
    schema: timesOfDay,
  }),
  ...archiveSettings,
  retention: plantSettings.retention,
  serve: setting({
    flag: "--serve",
    fallback: "false",
    description: "With --watch: also serve the page, health and metrics, as plant serve does",
    schema: boolean,
  }),
  ...dashboardSettings,
  at: setting({
    flag: "--at <time>",
    description: "The time of the run, to repeat it exactly; now by default",
    schema: instant,
    excludes: ["watch"],
  }),
  record: setting({
    flag: "--record <file>",
    description: "Append every response to a file, one JSON document per line",
    schema: text,
  }),
  replay: setting({
    flag: "--replay <file>",
    description: "Read the responses from a recording instead of the API",
    schema: text,
    excludes: ["record", "watch", "plants"],
  }),
};

/** For the database: short, so that there is time to try again within the minute. */
const requestTimeoutMs = 20_000;

export const runCommand = defineCommand({
  description: [
    "Migrates the database to the current schema, requests every plant from the API, validates and normalises the responses, and loads them. The counts of its report add up to the number of plants requested.",
    "On the first Ctrl-C, SIGTERM or SIGHUP it sends no more requests, loads what it has and reports; the second one ends it at once.",
    "With --watch, runs start at whole multiples of --every from the first one. If a run overruns, the missed starts are skipped; the schedule does not drift. A failed run does not end the watch, unless no further run could succeed: if the SQLite file or its write-ahead log was deleted, if the file was replaced beside the old log, or if the file is damaged or not a database. The watch then exits with 78. With --json it prints one report per line. The watch exits with the code of its last run that was not cut short by Ctrl-C, SIGTERM or SIGHUP, or with 0 if there is none.",
    'With --archive-at, the watch also archives, at times of day in UTC and beside its runs. Times that have passed since the last archive run, because the watch was not running or an archive run took longer, are made up for by one run; a database that was never archived is archived at once. With --json, the report of an archive run is a line with "command":"archive". An archive run that fails is reported and does not end the watch; the next one is at the next time, or at the next start. With --serve, the watch also serves the page, health and metrics. On the first signal the archive run stops after its current step, and the next one continues it.',
    "Under systemd (NOTIFY_SOCKET), the watch reports with systemd-notify when it is ready, that it is alive (WATCHDOG_USEC), and that it is stopping. docs/operations.md has a unit.",
  ],
  examples: [
    ["plant run", "one run, from the museum into plant-data/plants.db"],
    [
      "plant run --api http://127.0.0.1:8080/api/plants --plants 1-50",
      "from the simulated API of plant simulate",
    ],
    ["plant run --watch --every 60s --json >> reports.ndjson", "every minute"],
    [
      "plant run --watch --alert --archive-at 00:10 --serve",
      "everything in one process: runs, alerts, a daily archive run, and the page",
    ],
    ["plant run --record responses.ndjson", "record the responses"],
    ["plant run --replay responses.ndjson --database sqlite::memory: --json", "replay them"],
  ],
  exits: [
    [
      ExitCode.done,
      "the outcome of the run, or of the last run of a watch, is ok; or no run of a watch was completed",
    ],
    [
      ExitCode.dataError,
      "more responses were rejected than --max-rejected allows; no plant was found; every reading is in the future or stale; the recording is empty or has an invalid line",
    ],
    [
      ExitCode.temporaryFailure,
      "no response, no reading, or more failed requests than --max-failed allows; the run was cut short; the database is busy; the recording is incomplete, although the responses are loaded",
    ],
    [
      ExitCode.configuration,
      "a setting, a file or the database is invalid; the API refuses every request (401, 403)",
    ],
  ],
  settings,
  async act(task) {
    const { values, host, output, resolved } = task;
    refuseUselessFlags(values);
    const dashboard = values.serve ? await import("../dashboard/dashboard-server.js") : null;
    dashboard?.refuseUnwantedRemote(values);
    const target = resolveDatabase(values, resolved);
    const exists = await databaseExists(target);
    const clock = values.at === undefined ? host.clock : stoppedClock(host.clock, values.at);
    const sourceName = redact(values.replay ?? values.api);
    const { source, recordingProblem } = await openSource(values, {
      clock,
      random: host.random,
      userAgent: `plant-cli/${version}`,
      onWarning: (line) => output.warn(line),
    });
    const database = reopenable(() =>
      openMigratedDatabase(target, "create", (report) => reportMigrations(report, output), {
        requestTimeoutMs,
        onRisk: (risk) => output.warn(risk),
      }),
    );
    try {
      const toOutcome = (report: Report) =>
        withRecording(runOutcome(report, { ...values, sourceName, runner: "cli" }), recordingProblem());
      if (!exists && ![defaultDatabase, "sqlite::memory:"].includes(target.name))
        output.note(`${target.name} is new. If it should exist already: is its disk mounted?`);
      await database.current();
      const stop = listenForStop(host, (signal) =>
        output.note(`${signal}: stopping, and loading what was received; once more to end at once`),
      );
      output.note(`${sourceName} → ${target.name}`);
      const heartbeat = await openHeartbeat(values, host);
      try {
        const pullInto = (opened: PlantDatabase, runId: string) => {
          const ofRun = output.forRun(runId);
          const watched = createRunProgress(host, ofRun);
          return pull({
            ...values,
            source,
            database: opened,
            clock,
            random: host.random,
            runId,
            defaultUtcOffsetMinutes: values.defaultUtcOffset,
            // A replay would be cut short at the same line each time.
            deadlineMs: values.replay === undefined ? values.deadline : undefined,
            signal: stop.signal,
            observer: watched.observe,
            onRetry: logRetry(ofRun),
            // With --at, the clock of the run is not that of the run log.
            runLogRetention: values.at === undefined ? values.runLogRetention : undefined,
            onPruneFailed: (error) =>
              ofRun.warn(
                `old runs were not deleted from the run log: ${formatError(error, "cli").lines.join("; ")}`,
              ),
          }).finally(watched.end);
        };
        const pullOnce = async (runId: string) => {
          try {
            return await pullInto(await database.current(), runId);
          } catch (error) {
            if (!(error instanceof PlantSchemaError) || error.code !== "DATABASE_REPLACED") throw error;
            // For example by a backup. The new file lacks what this run has loaded, so it runs again.
            output.warn(
              `the file of ${target.name} was replaced by another one; this run is repeated in the new one`,
            );
            await database.close();
            return await pullInto(await database.current(), runId);
          }
        };
        const check = values.alert ? await openPlantCheck(task) : null;
        /** A failed check does not change the outcome of the run, which is stored already. */
        const checkPlants = async () => {
          if (check === null || stop.signal.aborted) return;
          try {
            await check(await database.current(), stop.signal);
          } catch (error) {
            if (!stop.signal.aborted)
              output.warn(`the plants were not checked: ${formatError(error, "cli").lines.join("; ")}`);
          }
        };
        if (values.watch) {
          // With `| head -2`, no one reads the reports of further runs.
          const left = new AbortController();
          host.stdout.onClosed(() => left.abort());
          const ended = new AbortController();
          const signal = AbortSignal.any([stop.signal, left.signal, ended.signal]);
          const manager = connectServiceManager(host, output);
          signal.addEventListener("abort", () => manager.stopping(), { once: true });
          const server = await dashboard?.startDashboardServer(task);
          if (server !== undefined) output.note(`The plants: ${server.url}`);
          let archiving: Promise<void> | undefined;
          try {
            if (values.archiveAt !== undefined) {
              const startArchiving = await openSchedule(task, values.archiveAt, await database.current());
              archiving = startArchiving(signal);
            }
            manager.ready();
            return await watch(task, pullOnce, { ended, signal, manager }, toOutcome, checkPlants, heartbeat);
          } finally {
            ended.abort();
            await archiving;
            await server?.close();
            output.note("the watch has ended");
          }
        }
        const { outcome, error } = await runOnce(task, pullOnce, toOutcome);
        if (error !== undefined) throw error;
        if (outcome.outcome === "ok") await heartbeat.beat(output);
        await checkPlants();
        if (outcome.problem !== null) output.error(outcome.problem);
        return outcome.exitCode;
      } finally {
        heartbeat.stop();
        stop.release();
      }
    } finally {
      await database.close();
    }
  },
});

/** Checks the plants and writes the result to stderr. Imported here, because a run without `--alert` needs no rules. */
async function openPlantCheck(task: Task<typeof settings>) {
  const { openHealthCheck, reportFailedDeliveries } = await import("../alert/open-health-check.js");
  const { healthLine } = await import("../output/format-health-report.js");
  const check = await openHealthCheck(task);
  return async (database: PlantDatabase, signal: AbortSignal): Promise<void> => {
    const report = await check(database, { signal });
    task.output.note(`plants: ${healthLine(report)}`);
    reportFailedDeliveries(report, task.output);
  };
}

type PullOnce = (runId: string) => Promise<Report>;
type ToOutcome = (report: Report) => Outcome;

/** Runs on an interval, and returns the exit code of the last run that was not cut short by the end of the watch. */
async function watch(
  task: Task<typeof settings>,
  pullOnce: PullOnce,
  { ended, signal, manager }: WatchControl,
  toOutcome: ToOutcome,
  afterRun: () => Promise<void>,
  heartbeat: Heartbeat,
): Promise<ExitCode> {
  const { values, host, output } = task;
  let exitCode: ExitCode = ExitCode.done;
  let turnedMs = host.elapsedMs();
  const longestTurnMs = Math.max(values.every, values.deadline) + turnGraceMs;
  manager.keepAlive(() => host.elapsedMs() - turnedMs <= longestTurnMs, signal);
  await repeat(
    async () => {
      turnedMs = host.elapsedMs();
      const { outcome, error } = await runOnce(task, pullOnce, toOutcome);
      if (outcome.reason === "stopped") return;
      // Not awaited: a slow server must not delay the next run.
      if (outcome.outcome === "ok") void heartbeat.beat(output);
      exitCode = outcome.exitCode;
      if (outcome.problem !== null) output.error(outcome.problem);
      if (isBeyondRetry(error)) ended.abort();
      else if (error !== undefined && !signal.aborted) output.warn("this run failed; the watch continues");
      else await afterRun();
    },
    {
      everyMs: values.every,
      elapsedMs: host.elapsedMs,
      sleep: host.clock.sleep,
      signal,
      onWait: (waitMs) =>
        output.progress(`next run at ${formatTimestamp(host.clock.now() + waitMs).slice(0, 19)}Z`),
      onSkipped: (ticks) =>
        output.warn(`the run took longer than --every: ${pluralize(ticks, "start")} skipped`),
    },
  );
  return exitCode;
}

/** For what follows the deadline of a run: the last load, the check of the plants and its messages. */
const turnGraceMs = 180_000;

interface WatchControl {
  /** Ends the watch. */
  readonly ended: AbortController;
  readonly signal: AbortSignal;
  readonly manager: ServiceManager;
}

/** Archives at these times, beside the runs. Imported here, because a run without `--archive-at` needs no archive. */
async function openSchedule(
  task: Task<typeof settings>,
  times: TimesOfDay,
  database: PlantDatabase,
): Promise<(signal: AbortSignal) => Promise<void>> {
  const archive = await import("../archive/archive-on-schedule.js");
  const lastArchivedMs = await archive.lastArchivedMs(database);
  return (signal) => archive.archiveOnSchedule(task, { times, signal, lastArchivedMs });
}

/** @throws UserError for services of a watch without one, or with a database that no other connection sees */
function refuseUselessFlags({ watch, archiveAt, serve, database }: Values<typeof settings>): void {
  const service = archiveAt !== undefined ? "--archive-at" : serve ? "--serve" : undefined;
  if (service === undefined) return;
  if (!watch) throw new UserError(ExitCode.usage, `${service} needs a watch. Add --watch`);
  if (database === "sqlite::memory:")
    throw new UserError(ExitCode.usage, `${service} needs a database in a file. Name one with --database`);
}

/** Whether further runs would fail or do harm until the database files are repaired. */
function isBeyondRetry(error: unknown): boolean {
  const codes = ["DATABASE_FILES_LOST", "DATABASE_DAMAGED", "DATABASE_INVALID", "SCHEMA_MISSING"];
  return error instanceof PlantSchemaError && codes.includes(error.code);
}

/** Runs once, and prints the report and the gaps, also after an error. */
async function runOnce(
  task: Task<typeof settings>,
  pullOnce: PullOnce,
  toOutcome: ToOutcome,
): Promise<{ readonly outcome: Outcome; readonly error?: unknown }> {
  const { values, host } = task;
  const run = { runId: host.newId(), startedAt: formatTimestamp(host.clock.now()) };
  const output = task.output.forRun(run.runId);
  try {
    const report = await pullOnce(run.runId);
    const asTable = host.stdout.isTerminal && !values.watch;
    const outcome = toOutcome(report);
    output.result(report, asTable ? reportTable(report, outcome) : [reportLine(report, outcome)], outcome);
    for (const gap of describeGaps(report)) output.warn(gap);
    return { outcome };
  } catch (error) {
    const outcome = errorOutcome(error, "cli");
    output.result({ ...run, ...errorDocument(outcome) }, [failureLine(run, outcome)], outcome);
    return { outcome, error };
  }
}

/** The outcome with an incomplete recording, unless the run has another problem. */
function withRecording(outcome: Outcome, recordingProblem: string | undefined): Outcome {
  return recordingProblem === undefined || outcome.exitCode !== ExitCode.done
    ? outcome
    : {
        outcome: "degraded",
        reason: "recording_incomplete",
        exitCode: ExitCode.temporaryFailure,
        problem: `The run is loaded, but its recording is incomplete: ${recordingProblem}. Make room, or name another file with --record.`,
      };
}

function stoppedClock({ sleep }: Clock, nowMs: number): Clock {
  return { now: () => nowMs, sleep };
}
