import { type Clock, formatTimestamp, type Report } from "@lmnh/plant-etl";
import {
  boolean,
  databaseSettings,
  defaultDatabase,
  ExitCode,
  errorOutcome,
  instant,
  type Outcome,
  pull,
  redact,
  resolveDatabase,
  runOutcome,
  runSettings,
  setting,
  sourceSettings,
  text,
  timingSettings,
} from "@lmnh/plant-runtime";
import { databaseExists, openDatabase } from "@lmnh/plant-runtime/open";
import { type PlantDatabase, PlantSchemaError } from "@lmnh/plant-schema";
import { defineCommand, type Task } from "../command.js";
import { migrateDatabase } from "../migrate-database.js";
import { openSource } from "../open-source.js";
import { describeGaps, failureLine, reportLine, reportTable } from "../output/format-run-report.js";
import { logRetry } from "../output/log-retry.js";
import { pluralize } from "../output/pluralize.js";
import { createRunProgress } from "../output/run-progress.js";
import { reopenable } from "../reopenable.js";
import { repeat } from "../run-on-interval.js";
import { listenForStop } from "../shutdown-signal.js";

const settings = {
  ...sourceSettings,
  ...databaseSettings,
  ...timingSettings,
  ...runSettings,
  watch: setting({
    flag: "--watch",
    fallback: "false",
    description: "Run again and again, until Ctrl-C, SIGTERM or SIGHUP",
    schema: boolean,
  }),
  at: setting({
    flag: "--at <time>",
    description: "Take this instant for now, for repeating a run exactly",
    schema: instant,
    excludes: ["watch"],
  }),
  record: setting({
    flag: "--record <file>",
    description: "Append every answer to a file, one JSON a line",
    schema: text,
  }),
  replay: setting({
    flag: "--replay <file>",
    description: "Take the answers from a recording in place of the API",
    schema: text,
    excludes: ["record", "watch", "plants"],
  }),
};

/** For the database: short, so that there is time to try again within the minute. */
const requestTimeoutMs = 20_000;

export const runCommand = defineCommand({
  description: [
    "Brings the database to its newest structure, asks the API for every plant, cleans the answers and loads them. The numbers of its report add up to the number of plants asked.",
    "The first Ctrl-C, SIGTERM or SIGHUP stops asking, loads what there is and reports; the second one ends at once.",
    "With --watch, runs start at whole multiples of --every from the first one. If a run overruns, the missed starts are skipped; the schedule does not drift. A run that fails does not end the watch, unless the SQLite file or its write-ahead log was deleted, the file was replaced beside the old log, or the file is damaged or is no database: then no further run could succeed, and the watch ends with 78. With --json it prints one report a line. The watch exits with the code of its last run; a run that Ctrl-C, SIGTERM or SIGHUP has cut short does not count, and 0 is the code where no other run has ended.",
  ],
  examples: [
    ["plant run", "one pull from the museum into plant-data/plants.db"],
    [
      "plant run --api http://127.0.0.1:8080/api/plants --plants 1-50",
      "from a simulator; in a second from plant simulate --latency none",
    ],
    ["plant run --watch --every 60s --json >> reports.ndjson", "every minute"],
    ["plant run --record answers.ndjson", "keep the answers as they came"],
    ["plant run --replay answers.ndjson --database sqlite::memory: --json", "and try them again"],
  ],
  exits: [
    [
      ExitCode.done,
      "the outcome is ok: of the run, or of the last run of a watch; no run of a watch has ended by itself",
    ],
    [
      ExitCode.dataError,
      "more answers were refused than --max-rejected allows; every plant is not found; every reading lies in the future or is stale; what is replayed is empty or has a line that is no answer",
    ],
    [
      ExitCode.temporaryFailure,
      "no answer at all, no reading, or fewer answers than --max-failed allows; the run was cut short; the database is busy; a recording is incomplete, though its answers are loaded",
    ],
    [ExitCode.configuration, "a setting, a file or the database is wrong"],
  ],
  settings,
  async act(task) {
    const { values, host, output, resolved } = task;
    const target = resolveDatabase(values, resolved);
    const exists = await databaseExists(target);
    const clock = values.at === undefined ? host.clock : stoppedClock(host.clock, values.at);
    const sourceName = redact(values.replay ?? values.api);
    const { source, recordingProblem } = await openSource(values, host, clock, output);
    const database = reopenable(async () => {
      const opened = await openDatabase(target, { requestTimeoutMs, onRisk: (risk) => output.warn(risk) });
      await migrateDatabase(opened, output).catch(async (error: unknown) => {
        await opened.close();
        throw error;
      });
      return opened;
    });
    try {
      const judge = (report: Report) =>
        withRecording(runOutcome(report, { ...values, sourceName, runner: "cli" }), recordingProblem());
      if (!exists && ![defaultDatabase, "sqlite::memory:"].includes(target.name))
        output.note(`${target.name} is new. Where it should be there already: is its disk mounted?`);
      await database.current();
      const stop = listenForStop(host, (signal) =>
        output.note(`${signal}: stopping, and loading what there is; once more to end at once`),
      );
      output.note(`${sourceName} → ${target.name}`);
      try {
        const pullInto = (opened: PlantDatabase, runId: string) => {
          const watched = createRunProgress(host, output);
          return pull({
            ...values,
            source,
            database: opened,
            clock,
            random: host.random,
            runId,
            defaultUtcOffsetMinutes: values.defaultUtcOffset,
            // A recording that takes longer would be cut at the same place each time.
            deadlineMs: values.replay === undefined ? values.deadline : undefined,
            signal: stop.signal,
            observer: watched.observe,
            onRetry: logRetry(output),
          }).finally(watched.end);
        };
        const pullOnce = async (runId: string) => {
          try {
            return await pullInto(await database.current(), runId);
          } catch (error) {
            if (!(error instanceof PlantSchemaError) || error.code !== "DATABASE_REPLACED") throw error;
            // A backup was put back, say. What was pulled is not in the new file, so it is pulled again.
            output.warn(
              `the file of ${target.name} was replaced by another one; this run goes into the new one`,
            );
            await database.close();
            return await pullInto(await database.current(), runId);
          }
        };
        if (values.watch) {
          // A watch that nobody reads any more, as with `| head -2`, has no reason to go on.
          const left = new AbortController();
          host.stdout.onClosed(() => left.abort());
          return await watch(task, pullOnce, AbortSignal.any([stop.signal, left.signal]), judge);
        }
        const { verdict, error } = await runOnce(task, pullOnce, judge);
        if (error !== undefined) throw error;
        if (verdict.problem !== null) output.error(verdict.problem);
        return verdict.exitCode;
      } finally {
        stop.release();
      }
    } finally {
      await database.close();
    }
  },
});

type PullOnce = (runId: string) => Promise<Report>;
type Judge = (report: Report) => Outcome;

/** Runs again and again, and gives the exit code of the last run that the end of the watch has not cut short. */
async function watch(
  task: Task<typeof settings>,
  pullOnce: PullOnce,
  stopped: AbortSignal,
  judge: Judge,
): Promise<ExitCode> {
  const { values, host, output } = task;
  let exitCode: ExitCode = ExitCode.done;
  const ended = new AbortController();
  const signal = AbortSignal.any([stopped, ended.signal]);
  await repeat(
    async () => {
      const { verdict, error } = await runOnce(task, pullOnce, judge);
      if (verdict.reason === "stopped") return;
      exitCode = verdict.exitCode;
      if (verdict.problem !== null) output.error(verdict.problem);
      if (isBeyondRetry(error)) ended.abort();
      else if (error !== undefined && !signal.aborted) output.warn("this run failed; the watch goes on");
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
  output.note("the watch has ended");
  return exitCode;
}

/** Whether each further run would fail as well, or do harm, until somebody looks after the database's files. */
function isBeyondRetry(error: unknown): boolean {
  const codes = [
    "DATABASE_FILES_LOST",
    "DATABASE_DAMAGED",
    "DATABASE_INVALID",
    "SCHEMA_MISSING",
    "TABLES_MISSING",
  ];
  return error instanceof PlantSchemaError && codes.includes(error.code);
}

/** One run: prints its report and what is missing, also where an error has ended it. */
async function runOnce(
  { values, host, output }: Task<typeof settings>,
  pullOnce: PullOnce,
  judge: Judge,
): Promise<{ readonly verdict: Outcome; readonly error?: unknown }> {
  const run = { runId: host.newId(), startedAt: formatTimestamp(host.clock.now()) };
  try {
    const report = await pullOnce(run.runId);
    const asTable = host.stdout.isTerminal && !values.watch;
    const verdict = judge(report);
    output.result(report, asTable ? reportTable(report, verdict) : [reportLine(report, verdict)], verdict);
    for (const gap of describeGaps(report)) output.warn(gap);
    return { verdict };
  } catch (error) {
    const verdict = errorOutcome(error, "cli");
    output.result({ ...run, problem: verdict.problem }, [failureLine(run, verdict)], verdict);
    return { verdict, error };
  }
}

/** A recording that is incomplete does not hide what else is wrong. */
function withRecording(verdict: Outcome, recordingProblem: string | undefined): Outcome {
  return recordingProblem === undefined || verdict.exitCode !== ExitCode.done
    ? verdict
    : {
        outcome: "degraded",
        reason: "recording_incomplete",
        exitCode: ExitCode.temporaryFailure,
        problem: `The run is loaded, but its recording is incomplete: ${recordingProblem}. Make room, or give --record another file.`,
      };
}

function stoppedClock({ sleep }: Clock, nowMs: number): Clock {
  return { now: () => nowMs, sleep };
}
