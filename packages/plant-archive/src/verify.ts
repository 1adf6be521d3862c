import { checkSummaries } from "./daily-summary/check-summaries.js";
import { summaryPrefix } from "./daily-summary/summary-codec.js";
import type { ArchiveFile } from "./model/archive-file.js";
import type { Partition } from "./model/partition.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import type { ArchiveCatalog, OtherEntry } from "./ports.js";
import { checkSnapshots } from "./reference-snapshot/check-snapshots.js";
import { snapshotPrefix } from "./reference-snapshot/read-snapshots.js";
import { type SnapshotTable, snapshotTables } from "./reference-snapshot/snapshot-codec.js";
import type { FileProblem } from "./report/archive-report.js";
import { listKeys, runVerify, type TableVerifyOptions, type VerifyReport } from "./verify-table.js";

/** With `deep`, snapshots and summaries are read completely, too. */
export interface VerifyOptions extends TableVerifyOptions {
  /** The database of the archive, with the log of summaries. */
  readonly catalog: ArchiveCatalog;
}

/**
 * Compares the catalog with the objects and their manifests, and with `deep` the snapshots and the summaries with the
 * files. Changes nothing but the time of the last complete deep verification in the database.
 *
 * @throws PlantArchiveError `ARCHIVE_MISMATCH`, `ARCHIVE_ID_INVALID`, `STORE_…`
 *
 * @example
 * ```ts
 * const catalog = sqlArchiveCatalog(database);
 * const { problems } = await verify({ catalog, objects, deep: true, clock: systemClock });
 * for (const { key, reason } of problems) console.error(key, reason);
 * ```
 */
export function verify(options: VerifyOptions): Promise<VerifyReport> {
  return runVerify(options, ["readings", "database", "snapshots", "summaries"], (cataloged) =>
    checkSnapshotsAndSummaries(cataloged, options),
  );
}

/**
 * Entries that are not objects; with `deep`, also the problems of snapshots and summaries.
 *
 * @throws the signal's reason
 */
async function checkSnapshotsAndSummaries(
  cataloged: readonly ArchiveFile[],
  { catalog, objects, deep = false, signal }: VerifyOptions,
): Promise<FileProblem[]> {
  const others = new Map<string, OtherEntry>();
  const days = deep ? await catalog.days(latestMs) : [];
  const snapshots = new Map<SnapshotTable, readonly string[]>();
  for (const table of snapshotTables)
    snapshots.set(table, await listKeys(objects, snapshotPrefix(table), others, signal));
  const summaries = await listKeys(objects, summaryPrefix, others, signal);
  const problems = deep
    ? [
        ...(await checkSnapshots(snapshots, archivedHours(cataloged), objects, signal)),
        ...(await checkSummaries({ keys: summaries, days }, objects, signal)),
      ]
    : [];
  return [...[...others.values()].map(otherEntryProblem), ...problems];
}

function archivedHours(files: readonly ArchiveFile[]): Partition[] {
  return files
    .filter(({ state }) => state === "verified" || state === "pruned")
    .map(({ partition }) => partition);
}

const latestMs = Date.parse("9999-12-31T23:59:59.999Z");
