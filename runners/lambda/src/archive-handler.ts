import { type ArchiveReport, archive, type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import {
  archiveOutcome,
  ExitCode,
  type OutcomeCodes,
  type Resolved,
  type ResolvedArchive,
  resolveArchive,
  UserError,
  withOutcome,
} from "@lmnh/plant-runtime";
import { checkS3Archive, openS3Archive } from "@lmnh/plant-runtime/s3";
import { createHandler, type Handler } from "./create-handler.js";
import type { DatabaseProvider } from "./database-provider.js";
import type { Host } from "./host.js";
import { logRetry } from "./log-retry.js";
import { readPartition } from "./parse-event.js";
import { archiveSettings, isInvalidSetting, problemsOf, readSettings, warningsOf } from "./settings.js";
import { archiveTimeMs, tryAgainMs } from "./time-budget.js";
import { startTimeLimit } from "./time-limit.js";

/** Pruning a file is one request, for which the database may need its time. */
const requestTimeoutMs = 120_000;

/** Archives and prunes every hour, or one, and returns the report of the run. */
export function archiveHandler(host: Host, opener: DatabaseProvider): Handler<ArchiveReport & OutcomeCodes> {
  const settings = readSettings(archiveSettings, host.environment, (resolved) => [
    ...opener.check(resolved),
    ...(isInvalidSetting(resolved, "archive") ? [] : problemsOf(() => checkS3Archive(bucketOf(resolved)))),
  ]);
  const { values } = settings;
  // Asks nobody, and its address was looked into above: it cannot fail for what passes.
  let objects: Promise<ObjectStore> | undefined;

  return createHandler(
    host,
    () => opener.open(settings, requestTimeoutMs),
    async (event, { runId, log, database, signal, remainingMs }) => {
      const partition = readPartition(event);
      objects ??= openS3Archive(bucketOf(settings));
      const store = await objects;
      const opened = await database.opened();
      const limit = startTimeLimit(host.clock, archiveTimeMs(remainingMs()), signal);
      const report = await archive({
        catalog: sqlArchiveCatalog({
          ...opened,
          retry: {
            clock: host.clock,
            random: host.random,
            signal: AbortSignal.timeout(tryAgainMs(remainingMs())),
            onRetry: logRetry(log),
          },
        }),
        objects: store,
        clock: host.clock,
        runId,
        newId: host.newId,
        ...(partition !== null && { partition }),
        retentionMs: values.retention,
        signal: limit.signal,
        observer: (told) => {
          if (told.type === "quarantined")
            log.warn("A file was set aside.", { key: told.file.key, reason: told.reason });
          if (told.type === "problem")
            log.warn("Something is wrong.", { key: told.key, reason: told.reason });
        },
      }).finally(() => limit.release());
      const verdict = archiveOutcome(report);
      return {
        report: withOutcome(report, verdict),
        measured: {
          Archived: report.archived.rows,
          Pruned: report.pruned.rows,
          SetAside: report.quarantined.length,
        },
        verdict,
        // A retry goes on where this run was cut short.
        failsWhenDegraded: true,
      };
    },
    warningsOf(host.environment),
  );
}

type S3Archive = Extract<ResolvedArchive, { readonly kind: "s3" }>;

function bucketOf(settings: Resolved<typeof archiveSettings>): S3Archive {
  const choice = resolveArchive(settings.values, settings);
  if (choice.kind === "s3") return choice;
  throw new UserError(
    ExitCode.configuration,
    "PLANT_ARCHIVE must begin with s3://: what a Lambda writes to its disk is lost",
  );
}
