import { type ArchiveReport, archive, kyselyReadingLedger, type ObjectStore } from "@lmnh/plant-archive";
import { openS3ObjectStore, parseS3Url, type S3Location } from "@lmnh/plant-archive/s3";
import {
  archiveChoice,
  ExitCode,
  judgeArchive,
  type Resolved,
  UserError,
  type VerdictCodes,
  withVerdict,
} from "@lmnh/plant-composition";
import type { DatabaseOpener } from "./database-opener.js";
import type { Host } from "./host.js";
import { type Handler, makeHandler } from "./make-handler.js";
import { readPartition } from "./read-event.js";
import { archiveSettings, isRefused, problemsOf, readSettings, warningsOf } from "./settings.js";
import { tellRetry } from "./tell-retry.js";
import { archiveTimeMs, tryAgainMs } from "./time.js";
import { startTimeLimit } from "./time-limit.js";

/** Pruning a file is one request, for which the database may need its time. */
const requestTimeoutMs = 120_000;

/** Archives and prunes every hour, or one, and returns the report of the run. */
export function archiveHandler(host: Host, opener: DatabaseOpener): Handler<ArchiveReport & VerdictCodes> {
  const settings = readSettings(archiveSettings, host.environment, (resolved) => [
    ...opener.check(resolved),
    ...(isRefused(resolved, "archive") ? [] : problemsOf(() => bucketOf(resolved))),
  ]);
  const { values } = settings;
  // Asks nobody, and its address was looked into above: it cannot fail for what passes.
  let objects: Promise<ObjectStore> | undefined;

  return makeHandler(
    host,
    () => opener.open(settings, requestTimeoutMs),
    async (event, { runId, log, database, signal, remainingMs }) => {
      const partition = readPartition(event);
      objects ??= openS3ObjectStore(bucketOf(settings));
      const store = await objects;
      const opened = await database.opened();
      const limit = startTimeLimit(host.clock, archiveTimeMs(remainingMs()), signal);
      const report = await archive({
        ledger: kyselyReadingLedger({
          ...opened,
          retry: {
            clock: host.clock,
            random: host.random,
            signal: AbortSignal.timeout(tryAgainMs(remainingMs())),
            onRetry: tellRetry(log),
          },
        }),
        objects: store,
        clock: host.clock,
        runId,
        newId: host.newId,
        ...(partition !== null && { partition }),
        pruneAfterMs: values.olderThan,
        signal: limit.signal,
        observer: (told) => {
          if (told.type === "set-aside")
            log.warn("A file was set aside.", { key: told.file.key, reason: told.reason });
          if (told.type === "problem")
            log.warn("Something is wrong.", { key: told.key, reason: told.reason });
        },
      }).finally(() => limit.release());
      const verdict = judgeArchive(report);
      return {
        report: withVerdict(report, verdict),
        measured: {
          Archived: report.archived.rows,
          Pruned: report.pruned.rows,
          SetAside: report.setAside.length,
        },
        verdict,
        // A retry goes on where this run was cut short.
        failsWhenDegraded: true,
      };
    },
    warningsOf(host.environment),
  );
}

function bucketOf(settings: Resolved<typeof archiveSettings>): S3Location {
  const choice = archiveChoice(settings.values, settings);
  if (choice.kind === "s3") return parseS3Url(choice.url);
  throw new UserError(
    ExitCode.configuration,
    "PLANT_ARCHIVE must begin with s3://: what a Lambda writes to its disk is lost",
  );
}
