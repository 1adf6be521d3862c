import { runArchive, type TableArchiveOptions } from "./archive-table.js";
import { summarizeDays } from "./daily-summary/summarize-days.js";
import type { ArchiveCatalog } from "./ports.js";
import { writeSnapshot } from "./reference-snapshot/write-snapshot.js";
import type { ArchiveReport } from "./report/archive-report.js";
import type { ArchiveReportBuilder } from "./report/report-builder.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

/** With a `partition`, no snapshot and no summaries are written. */
export interface ArchiveOptions extends TableArchiveOptions {
  /** The database with the readings, the reference data and the log of summaries. */
  readonly catalog: ArchiveCatalog;
}

/**
 * Writes every closed hour to verified files, deletes what is older than the retention from the database, and writes
 * the snapshot of the reference data and the summaries of complete days. Resumes a run that was killed.
 *
 * @throws PlantArchiveError as `archiveTable`
 *
 * @example
 * ```ts
 * const report = await archive({
 *   catalog: sqlArchiveCatalog(database),
 *   objects: directoryObjectStore({ directory: "archive" }),
 *   retentionMs: 7 * 86_400_000,
 * });
 * if (!report.verified) console.error(report.quarantined, report.problems);
 * ```
 */
export function archive(options: ArchiveOptions): Promise<ArchiveReport> {
  return runArchive(options, async (report, { runId, startedMs }) => {
    if (options.partition !== undefined || options.signal?.aborted) return;
    await archiveReferenceData({ ...options, runId }, startedMs, report);
    await writeSummaries(options, startedMs, report);
  });
}

async function archiveReferenceData(
  { catalog, objects, runId, signal }: ArchiveOptions & { readonly runId: string },
  atMs: number,
  report: ArchiveReportBuilder,
): Promise<void> {
  const snapshot = await nullOnAbort(writeSnapshot({ catalog, objects, runId, atMs, signal }), signal);
  snapshot?.problems.forEach(report.problem);
  if (snapshot?.written === false) report.contended();
}

async function writeSummaries(
  { catalog, objects, signal }: ArchiveOptions,
  until: number,
  report: ArchiveReportBuilder,
): Promise<void> {
  for await (const { day, problem } of summarizeDays({ catalog, objects, until, signal }))
    if (problem === null) report.summarized(day);
    else report.problem({ key: `plant_daily_summary of ${day}`, reason: problem });
}
