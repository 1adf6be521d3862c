import { type ArchiveReport, archive, type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { archiveOutcome, type OutcomeCodes, withOutcome } from "@lmnh/plant-runtime";
import { openS3Archive } from "@lmnh/plant-runtime/s3";
import { createHandler, type Handler } from "./create-handler.js";
import type { DatabaseProvider } from "./database-provider.js";
import type { Host } from "./lambda-host.js";
import { archiveSettings, readSettings, warningsOf } from "./lambda-settings.js";
import { logDatabaseRetry } from "./log-database-retry.js";
import { parsePartitionEvent } from "./parse-event.js";
import { problemsOfArchive, s3Archive } from "./s3-archive.js";
import { archiveTimeMs, retryMs } from "./time-budget.js";
import { startTimeLimit } from "./time-limit.js";

/** Pruning a file is one request, which may take long. */
const requestTimeoutMs = 120_000;

/** Archives and prunes every hour, or one hour, and returns the report of the run. */
export function archiveHandler(host: Host, opener: DatabaseProvider): Handler<ArchiveReport & OutcomeCodes> {
  const settings = readSettings(archiveSettings, host.environment, (resolved) => [
    ...opener.check(resolved),
    ...problemsOfArchive(resolved),
  ]);
  const { values } = settings;
  // Opening makes no request and the URL was checked above: it has no transient failures to retry.
  let objects: Promise<ObjectStore> | undefined;

  return createHandler(
    host,
    () => opener.open(settings, requestTimeoutMs),
    async (payload, { runId, log, database, signal, remainingMs }) => {
      const partition = parsePartitionEvent(payload);
      objects ??= openS3Archive(s3Archive(settings));
      const store = await objects;
      const opened = await database.opened();
      const limit = startTimeLimit(host.clock, archiveTimeMs(remainingMs()), signal);
      const report = await archive({
        catalog: sqlArchiveCatalog({
          ...opened,
          retry: {
            clock: host.clock,
            random: host.random,
            signal: AbortSignal.timeout(retryMs(remainingMs())),
            onRetry: logDatabaseRetry(log),
          },
        }),
        objects: store,
        clock: host.clock,
        runId,
        newId: host.newId,
        ...(partition !== null && { partition }),
        retentionMs: values.retention,
        signal: limit.signal,
        observer: (event) => {
          if (event.type === "quarantined")
            log.warn("A file was moved to quarantine.", { key: event.file.key, reason: event.reason });
          if (event.type === "problem")
            log.warn("The archive has a problem.", { key: event.key, reason: event.reason });
        },
      }).finally(() => limit.release());
      const outcome = archiveOutcome(report);
      return {
        report: withOutcome(report, outcome),
        measured: {
          Archived: report.archived.rows,
          Pruned: report.pruned.rows,
          Quarantined: report.quarantined.length,
        },
        outcome,
        // A retry continues where this run was stopped.
        failsWhenDegraded: true,
      };
    },
    warningsOf(host.environment),
  );
}
