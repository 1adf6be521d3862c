import { type Clock, randomId, systemClock } from "@lmnh/plant-schema";
import { protectObserver } from "@lmnh/plant-schema/internal";
import {
  type ArchiveSettings,
  type CheckedArchiveSettings,
  checkArchiveSettings,
  checkRunId,
} from "./archive-options.js";
import type { ArchiveEvent, ArchiveObserver } from "./events.js";
import { bindArchive } from "./lifecycle/archive-id.js";
import { archivePartition } from "./lifecycle/archive-partition.js";
import type { ArchiveTools } from "./lifecycle/archive-tools.js";
import { findUncatalogedFiles } from "./lifecycle/find-orphan-files.js";
import { pruneFile, verifyAgain } from "./lifecycle/prune-file.js";
import { moveToQuarantine } from "./lifecycle/quarantine-file.js";
import type { VerifiedObject } from "./model/archive-file.js";
import { rowsOf } from "./model/archived-table.js";
import type { Partition } from "./model/partition.js";
import { type ArchivePlan, planRun } from "./plan/plan-archive.js";
import type { ObjectStore, TableCatalog } from "./ports.js";
import type { ArchiveReport } from "./report/archive-report.js";
import { type ArchiveReportBuilder, createArchiveReportBuilder } from "./report/report-builder.js";
import { forEachConcurrently } from "./streams/for-each-concurrently.js";
import { nullOnAbort } from "./streams/null-on-abort.js";

/** What `archiveTable` reads, writes and reports to. */
export interface TableArchiveOptions extends ArchiveSettings {
  /** The database with the rows. */
  readonly catalog: TableCatalog;
  /** The archive of this database, or an empty store. */
  readonly objects: ObjectStore;
  /** Decides which hours are closed and how old they are; `systemClock` by default. */
  readonly clock?: Pick<Clock, "now"> | undefined;
  /** Identifies the run: 1 to 64 ASCII characters without spaces. A random UUID by default. */
  readonly runId?: string | undefined;
  /** Unique file names, of characters that a key may have. `randomId`, which makes UUIDs, by default. */
  readonly newId?: (() => string) | undefined;
  /** Archives this hour alone: for runs that share the work. */
  readonly partition?: Partition | undefined;
  /**
   * Binds the archive to this database and to no other one: after a database was replaced, or for an archive in a new
   * place. `false` by default: then the archive of another database is refused.
   */
  readonly adopt?: boolean | undefined;
  /** Stops the run. A file that is being written is aborted; it stays claimed, and the next run finishes it. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the events of the run; none by default. */
  readonly observer?: ArchiveObserver | undefined;
  /** Receives what the observer threw, or rejected its promise with, and the event. What this throws is ignored. */
  readonly onObserverError?: ((error: unknown, event: ArchiveEvent) => void) | undefined;
}

/**
 * Writes every closed hour of a table to verified files, and deletes what is older than the retention from the database.
 * Resumes a run that was killed.
 *
 * @throws PlantArchiveError `OPTION_INVALID`, `ARCHIVE_MISMATCH` and `ARCHIVE_ID_INVALID` before any row is touched;
 *   `STORE_…` and the errors of the catalog, after which the next run finishes what was started
 *
 * @example
 * ```ts
 * const catalog = sqlTableCatalog(database, readingTable);
 * const { archived, pruned } = await archiveTable({ catalog, objects });
 * console.log(`${archived.rows} rows archived, ${pruned.rows} deleted from the database`);
 * ```
 */
export function archiveTable(options: TableArchiveOptions): Promise<ArchiveReport> {
  return runArchive(options, async () => undefined);
}

/** Which run it is, and when it started, in milliseconds since the epoch. */
export interface RunStart {
  readonly runId: string;
  readonly startedMs: number;
}

/** @param afterRows what a run writes besides the rows */
export async function runArchive(
  options: TableArchiveOptions,
  afterRows: (report: ArchiveReportBuilder, run: RunStart) => Promise<void>,
): Promise<ArchiveReport> {
  const { clock = systemClock, runId = randomId(), adopt = false, signal } = options;
  const settings = checkArchiveSettings(options);
  checkRunId(runId);
  const startedMs = clock.now();
  const observer = protectObserver(options.observer, options.onObserverError);
  const report = createArchiveReportBuilder(observer);
  const prepare = async () => {
    // Before anything is written, so that the operator can still stop the run and restore first.
    const uncataloged = adopt ? await findUncatalogedFiles(options) : null;
    if (uncataloged !== null) report.problem(uncataloged);
    await bindArchive(options, runId, adopt);
    return await planRun(options, settings, startedMs);
  };
  const plan = await nullOnAbort(prepare(), signal);
  if (plan !== null) {
    observer({ type: "planned", plan });
    await archiveRows(plan, { ...options, clock, runId, observer }, settings, report);
  }
  await afterRows(report, { runId, startedMs });
  return report.finish({ runId, startedMs, finishedMs: clock.now(), complete: !signal?.aborted });
}

async function archiveRows(
  plan: ArchivePlan,
  {
    catalog,
    objects,
    clock,
    runId,
    newId = randomId,
    signal,
    observer,
  }: TableArchiveOptions & {
    readonly clock: Pick<Clock, "now">;
    readonly runId: string;
    readonly observer: ArchiveObserver;
  },
  { rowsPerFile, maxConcurrentPartitions }: CheckedArchiveSettings,
  report: ArchiveReportBuilder,
): Promise<void> {
  const tools: ArchiveTools = {
    catalog,
    objects,
    now: () => clock.now(),
    newId,
    runId,
    rowsPerFile,
    signal,
    onRead: (rows) => observer({ type: "read", rows }),
  };
  plan.problems.forEach(report.problem);
  for (const { key } of plan.quarantined) {
    const moved = await nullOnAbort(
      moveToQuarantine({ key }, objects).then((failure) => ({ failure })),
      signal,
    );
    if (moved === null) return;
    const { failure } = moved;
    if (failure !== null)
      report.problem({
        key,
        reason: `${key} is quarantined and still among the ${rowsOf(catalog.table)}: ${failure}`,
      });
  }
  const written: VerifiedObject[] = [];
  await forEachConcurrently(
    plan.partitions.filter(({ blocked }) => !blocked),
    maxConcurrentPartitions,
    async (partition) => {
      const work = async () => {
        for await (const finalized of archivePartition(partition, tools)) {
          report.finalized(finalized);
          if (finalized.outcome.kind === "verified") written.push(finalized.outcome);
        }
      };
      await nullOnAbort(work(), signal);
    },
    signal,
  );
  await prune(plan, written, tools, report);
}

/** Prunes only after everything is archived, and nothing if a file had to be quarantined: the store may be unreliable. */
async function prune(
  { partitions }: ArchivePlan,
  written: readonly VerifiedObject[],
  tools: ArchiveTools,
  report: ArchiveReportBuilder,
): Promise<void> {
  const ready: VerifiedObject[] = [];
  for (const { partition, verified } of partitions.filter((planned) => planned.prune)) {
    for (const file of verified) {
      if (tools.signal?.aborted) return;
      const outcome = await nullOnAbort(verifyAgain(file, tools), tools.signal);
      if (outcome === null) return;
      if (outcome.kind === "quarantined") report.quarantined(file, outcome.reason);
      if (outcome.kind === "verified") ready.push(outcome);
    }
    ready.push(...written.filter(({ file }) => file.partition === partition));
  }
  if (report.hasQuarantined()) return;
  for (const { file, etag } of ready) {
    if (tools.signal?.aborted) return;
    const outcome = await nullOnAbort(pruneFile({ file, etag }, tools), tools.signal);
    if (outcome === null) return;
    report.pruned(file, outcome);
    if (outcome.kind === "replaced") return;
  }
}
