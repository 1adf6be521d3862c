import type { Clock, Report } from "@lmnh/plant-etl";
import {
  defaultDatabase,
  ExitCode,
  type Outcome,
  pull,
  redact,
  resolveDatabase,
  runOutcome,
} from "@lmnh/plant-runtime";
import { databaseExists, openMigratedDatabase, openSource } from "@lmnh/plant-runtime/open";
import { type PlantDatabase, PlantSchemaError } from "@lmnh/plant-schema";
import { version } from "../../package.json";
import { logRetry } from "../output/log-retry.js";
import { reportMigrations } from "../output/report-migrations.js";
import { createRunProgress } from "../output/run-progress.js";
import { reopenable } from "./reopenable.js";
import type { RunTask } from "./run-command-settings.js";

/** A source and a database, between which a pull can be repeated. */
export interface OpenPull {
  readonly sourceName: string;
  readonly databaseName: string;
  /** The database; another file of the same name if the file was replaced since. */
  database(): Promise<PlantDatabase>;
  /** One run. The signal ends it: what was received is loaded. */
  run(runId: string, signal: AbortSignal): Promise<Report>;
  outcomeOf(report: Report): Outcome;
  close(): Promise<void>;
}

/** For the database: short, so that there is time to try again within the minute. */
const requestTimeoutMs = 20_000;

/** Opens the source and the database of `plant run`, and migrates the database. */
export async function openPull({ values, host, output, resolved }: RunTask): Promise<OpenPull> {
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
  if (!exists && ![defaultDatabase, "sqlite::memory:"].includes(target.name))
    output.note(`${target.name} is new. If it should exist already: is its disk mounted?`);
  await database.current();

  async function pullInto(opened: PlantDatabase, runId: string, signal: AbortSignal): Promise<Report> {
    const ofRun = output.forRun(runId);
    const progress = createRunProgress(host, ofRun);
    try {
      return await pull({
        ...values,
        source,
        database: opened,
        clock,
        random: host.random,
        runId,
        defaultUtcOffsetMinutes: values.defaultUtcOffset,
        // A replay would be cut short at the same line each time.
        deadlineMs: values.replay === undefined ? values.deadline : undefined,
        signal,
        observer: progress.observe,
        onRetry: logRetry(ofRun),
        // With --at, the clock of the run is not that of the run log.
        runLogRetention: values.at === undefined ? values.runLogRetention : undefined,
      });
    } finally {
      progress.end();
    }
  }

  return {
    sourceName,
    databaseName: target.name,
    database: () => database.current(),
    async run(runId, signal) {
      try {
        return await pullInto(await database.current(), runId, signal);
      } catch (error) {
        if (!(error instanceof PlantSchemaError) || error.code !== "DATABASE_REPLACED") throw error;
        // For example by a backup. The new file lacks what this run has loaded, so it runs again.
        output.warn(
          `the file of ${target.name} was replaced by another one; this run is repeated in the new one`,
        );
        await database.close();
        return await pullInto(await database.current(), runId, signal);
      }
    },
    outcomeOf: (report) =>
      withRecording(runOutcome(report, { ...values, sourceName, runner: "cli" }), recordingProblem()),
    close: () => database.close(),
  };
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
