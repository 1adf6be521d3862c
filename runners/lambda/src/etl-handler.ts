import { type EtlEvent, keepAliveFetch, type Report, type ValidationIssue } from "@lmnh/plant-etl";
import { httpSource, pull, redact, runOutcome } from "@lmnh/plant-runtime";
import { version } from "../package.json";
import { createHandler, type Handler } from "./create-handler.js";
import type { DatabaseProvider } from "./database-provider.js";
import type { Host } from "./host.js";
import { logRetry } from "./log-retry.js";
import { readPlants } from "./parse-event.js";
import { etlSettings, readSettings, warningsOf } from "./settings.js";
import type { Log } from "./telemetry.js";
import { divideRunTime } from "./time-budget.js";

/** For the database: short, so that there is time to try again within the run. */
const requestTimeoutMs = 20_000;

/** Pulls every plant, or a shard of them, into the database, and returns the report of the run. */
export function etlHandler(host: Host, opener: DatabaseProvider): Handler<Report> {
  const settings = readSettings(etlSettings, host.environment, opener.check);
  const { values } = settings;
  // Its connections to the API live as long as the process does.
  const fetch = keepAliveFetch({ maxSockets: values.concurrency });

  return createHandler(
    host,
    () => opener.open(settings, requestTimeoutMs),
    async (event, { runId, log, database, signal, remainingMs }) => {
      const plants = readPlants(event) ?? values.plants;
      const opened = await database.opened();
      const { askMs, loadMs } = divideRunTime(remainingMs());
      const stages = watchStages(log);
      const report = await pull({
        ...values,
        source: httpSource({ ...values, plants }, { ...host, fetch, userAgent: `plant-lambda/${version}` }),
        database: opened,
        clock: host.clock,
        random: host.random,
        runId,
        signal,
        deadlineMs: askMs,
        loadGraceMs: loadMs,
        defaultUtcOffsetMinutes: values.defaultUtcOffset,
        observer: stages.observe,
        onRetry: logRetry(log),
      }).finally(stages.log);
      const verdict = runOutcome(report, {
        ...values,
        sourceName: redact(values.api),
        runner: "lambda",
      });
      return { report, measured: { ...countsOf(report), ...stages.measured(report) }, verdict };
    },
    warningsOf(host.environment),
  );
}

function countsOf({ requested, loaded, duplicates, conflicts, flagged, rejected, failed }: Report) {
  return {
    Extracted: requested - failed,
    Loaded: loaded,
    Duplicates: duplicates,
    Conflicts: conflicts,
    Flagged: flagged,
    Rejected: rejected,
    Failed: failed,
  };
}

/** What the log names of a run; all rejections are in the database. */
const namedRejections = 10;
const namedIssues = 5;

/** Adds up what of a run's time was the database's. */
function watchStages(log: Log) {
  const unknownKeys: string[] = [];
  const rejections: { plantId: number; issues: readonly ValidationIssue[]; ofIssues: number }[] = [];
  let furtherRejections = 0;
  let loadMs = 0;
  return {
    observe(event: EtlEvent) {
      if (event.type === "unknown-key") unknownKeys.push(event.key);
      if (event.type === "rejected") {
        const { plantId, issues } = event.rejection;
        if (rejections.length === namedRejections) furtherRejections += 1;
        else rejections.push({ plantId, issues: issues.slice(0, namedIssues), ofIssues: issues.length });
      }
      if (event.type === "batch-loaded") loadMs += event.durationMs;
    },
    /** When nothing is left to load: to write takes time. */
    log() {
      if (unknownKeys.length > 0)
        log.warn("Responses have unknown keys, which are ignored.", { keys: unknownKeys });
      for (const rejection of rejections) log.warn("An answer was refused.", rejection);
      if (furtherRejections > 0)
        log.warn("More answers were refused; all are in plant_rejection.", { more: furtherRejections });
    },
    measured: ({ durationMs, medianAgeMs }: Report) => ({
      DurationExtract: Math.max(0, durationMs - loadMs),
      DurationLoad: loadMs,
      FreshnessLag: medianAgeMs === null ? null : medianAgeMs / 1000,
    }),
  };
}
