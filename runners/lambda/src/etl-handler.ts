import type { EtlEvent, Report, ValidationIssue } from "@lmnh/plant-etl";
import { keepAliveFetch } from "@lmnh/plant-etl/http";
import { httpSource, pull, redact, runOutcome } from "@lmnh/plant-runtime";
import { version } from "../package.json";
import { createHandler, type Handler } from "./create-handler.js";
import type { DatabaseProvider } from "./database-provider.js";
import type { Host } from "./lambda-host.js";
import { etlSettings, readSettings, warningsOf } from "./lambda-settings.js";
import { logDatabaseRetry } from "./log-database-retry.js";
import { parsePlants } from "./parse-event.js";
import type { Log } from "./telemetry.js";
import { divideRunTime } from "./time-budget.js";

/** For the database: short, so that there is time for a retry within the run. */
const requestTimeoutMs = 20_000;

/** Pulls every plant, or a shard of them, into the database and returns the report of the run. */
export function etlHandler(host: Host, opener: DatabaseProvider): Handler<Report> {
  const settings = readSettings(etlSettings, host.environment, opener.check);
  const { values } = settings;
  // Its connections to the API live as long as the process.
  const fetch = keepAliveFetch({ maxSockets: values.concurrency });

  return createHandler(
    host,
    () => opener.open(settings, requestTimeoutMs),
    async (event, { runId, log, database, signal, remainingMs }) => {
      const plants = parsePlants(event) ?? values.plants;
      const opened = await database.opened();
      const { requestMs, loadMs } = divideRunTime(remainingMs());
      const stages = watchStages(log);
      const report = await pull({
        ...values,
        source: httpSource({ ...values, plants }, { ...host, fetch, userAgent: `plant-lambda/${version}` }),
        database: opened,
        clock: host.clock,
        random: host.random,
        runId,
        signal,
        deadlineMs: requestMs,
        loadGraceMs: loadMs,
        defaultUtcOffsetMinutes: values.defaultUtcOffset,
        observer: stages.observe,
        onRetry: logDatabaseRetry(log),
      }).finally(stages.log);
      const outcome = runOutcome(report, {
        ...values,
        sourceName: redact(values.api),
        runner: "lambda",
      });
      return { report, measured: { ...countsOf(report), ...stages.measured(report) }, outcome };
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

/** The limits of the log; all rejections are in the database. */
const loggedRejections = 10;
const loggedIssues = 5;

/** Collects unknown keys and rejections for the log, and the time of the database. */
function watchStages(log: Log) {
  const unknownKeys: string[] = [];
  const rejections: { plantId: number; issues: readonly ValidationIssue[]; issueCount: number }[] = [];
  let furtherRejections = 0;
  let loadMs = 0;
  return {
    observe(event: EtlEvent) {
      if (event.type === "unknown-key") unknownKeys.push(event.key);
      if (event.type === "rejected") {
        const { plantId, issues } = event.rejection;
        if (rejections.length === loggedRejections) furtherRejections += 1;
        else rejections.push({ plantId, issues: issues.slice(0, loggedIssues), issueCount: issues.length });
      }
      if (event.type === "batch-loaded") loadMs += event.durationMs;
    },
    /** Called after the load, because writing takes time. */
    log() {
      if (unknownKeys.length > 0)
        log.warn("Responses have unknown keys, which are ignored.", { keys: unknownKeys });
      for (const rejection of rejections) log.warn("A response was rejected.", rejection);
      if (furtherRejections > 0)
        log.warn("More responses were rejected; all are in plant_rejection.", { more: furtherRejections });
    },
    measured: ({ durationMs, medianAgeMs }: Report) => ({
      DurationExtract: Math.max(0, durationMs - loadMs),
      DurationLoad: loadMs,
      FreshnessLag: medianAgeMs === null ? null : medianAgeMs / 1000,
    }),
  };
}
