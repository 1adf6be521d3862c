import { type ArchiveSettings, checkArchiveSettings } from "./archive-options.js";
import { summarizeDays } from "./daily-summary/summarize-days.js";
import type { ArchiveObserver } from "./events.js";
import { bindArchive, checkArchive } from "./lifecycle/archive-id.js";
import { type ArchiveTools, finalizeFile } from "./lifecycle/finalize-file.js";
import { findOrphanObjects, findUncatalogedFiles } from "./lifecycle/find-orphan-files.js";
import { pruneFile, verifyFileAgain } from "./lifecycle/prune-file.js";
import { moveToQuarantine } from "./lifecycle/quarantine-file.js";
import { rehearsePartition } from "./lifecycle/rehearse-partition.js";
import type { ArchiveFile, VerifiedObject } from "./model/archive-file.js";
import { readingsKey } from "./model/object-keys.js";
import type { Partition } from "./model/partition.js";
import { type PartitionPlan, planArchive } from "./plan/plan-archive.js";
import type { ArchiveCatalog, Clock, ObjectStore } from "./ports.js";
import { writeSnapshot } from "./reference-snapshot/write-snapshot.js";
import type { ArchiveReport } from "./report/archive-report.js";
import { createArchiveReportBuilder } from "./report/report-builder.js";
import { forEachConcurrently } from "./streams/for-each-concurrently.js";
import { rejectOnAbort } from "./streams/reject-on-abort.js";

export interface ArchiveOptions extends ArchiveSettings {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** Names the run; a UUID. */
  readonly runId: string;
  /** Names files: unique each time, of characters that a key may have; a UUID. */
  readonly newId: () => string;
  /** Only this hour, for one of several that share the work; snapshot and summaries are left to a run without it. */
  readonly partition?: Partition | undefined;
  /** Writes nothing anywhere, and reports what a run would do. `false` by default. */
  readonly dryRun?: boolean;
  /**
   * Makes the archive this database's from now on, and no other one's any more: for a database that takes the place of a
   * lost one, or an archive that begins anew elsewhere. `false` by default: then an archive that is not this database's
   * is refused.
   */
  readonly adopt?: boolean;
  /** Tells the run to stop. A file that is being written is broken off; it stays claimed, and the next run finishes it. */
  readonly signal?: AbortSignal;
  readonly observer?: ArchiveObserver;
}

/**
 * Brings every closed hour into files that are read back, deletes what is older than the retention from the database,
 * and writes the summaries of complete days. Goes on where a run that was killed has stopped.
 *
 * @throws PlantArchiveError `OPTION_INVALID` and `ARCHIVE_MISMATCH` before anything is done; `STORE_…`, or what the ledger
 *   throws, in which case everything that was begun is finished by the next run
 */
export async function archive(options: ArchiveOptions): Promise<ArchiveReport> {
  const { catalog, objects, clock, runId, newId, dryRun = false, signal, observer = () => {} } = options;
  const { retentionMs, rowsPerFile, maxConcurrentPartitions } = checkArchiveSettings(options);
  const startedMs = clock.now();
  const builder = createArchiveReportBuilder(observer);
  const tools: ArchiveTools = {
    catalog,
    objects,
    now: () => clock.now(),
    ...(signal !== undefined && { signal }),
    onRead: (rows) => observer({ type: "read", rows }),
  };

  if (dryRun) await checkArchive(options);
  else {
    if (options.adopt) {
      // Before anything is written: whoever reads it may still stop the run and restore first. Both orders lose nothing.
      const lacking = await findUncatalogedFiles(options);
      if (lacking !== null) builder.problem(lacking, lacking.reason);
    }
    await bindArchive(options, runId, options.adopt ?? false);
  }

  const plan = planArchive(
    {
      files: await catalog.files({ states: ["claimed", "verified", "quarantined"] }),
      unarchived: await catalog.unarchived(startedMs),
    },
    { pruneUntil: retentionMs === null ? null : startedMs - retentionMs, rowsPerFile },
  );
  const partitions = plan.partitions.filter(
    ({ partition }) => options.partition === undefined || partition === options.partition,
  );
  observer({ type: "planned", plan: { ...plan, partitions } });

  const unknown = partitions.some(isToArchive)
    ? await rejectOnAbort(findOrphanObjects({ catalog, objects, signal }), signal)
    : [];
  const fresh: VerifiedObject[] = [];
  if (unknown === null) {
    // Stopped: nothing is begun.
  } else if (dryRun) {
    const rehearse = async (planned: PartitionPlan) => {
      if (!isBlocked(planned))
        await rejectOnAbort(rehearsePartition(planned, tools, runId, rowsPerFile, builder), signal);
    };
    await forEachConcurrently(partitions, maxConcurrentPartitions, rehearse, signal);
  } else {
    for (const file of plan.quarantined) {
      const reason = await moveToQuarantine(file, objects);
      if (reason !== null) builder.problem(file, `${file.key} was set aside and is still here: ${reason}`);
    }
    await forEachConcurrently(partitions, maxConcurrentPartitions, archivePartition, signal);
    await prune(partitions.filter((planned) => planned.prune));
  }

  if (!dryRun && !signal?.aborted && options.partition === undefined) {
    const snapshot = await rejectOnAbort(
      writeSnapshot({ catalog, objects, runId, atMs: startedMs, signal }),
      signal,
    );
    for (const problem of snapshot?.problems ?? []) builder.problem(problem, problem.reason);
    if (snapshot?.written === false) builder.left();
    await summarizeDays({
      catalog,
      objects,
      until: startedMs,
      signal,
      onWritten: builder.summarized,
      onProblem: (day, reason) => builder.problem({ key: `plant_daily_summary of ${day}` }, reason),
    });
  }
  const finishedMs = clock.now();
  const report: ArchiveReport = {
    runId,
    startedAt: new Date(startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    durationMs: finishedMs - startedMs,
    dryRun,
    ...builder.counts(),
    complete: !signal?.aborted,
  };
  observer({ type: "finished", report });
  return report;

  /** Whether the archive may have readings of the hour that are not in the ledger; reports what concerns the hour. */
  function isBlocked(planned: PartitionPlan): boolean {
    if (!isToArchive(planned) || unknown === null) return false;
    const { partition } = planned;
    for (const { problem } of unknown.filter((object) => object.concerns(partition)))
      builder.problem(problem, problem.reason);
    return unknown.some((object) => object.blocks(partition));
  }

  async function archivePartition(planned: PartitionPlan): Promise<void> {
    const { partition, claimed, newFiles } = planned;
    if (isBlocked(planned)) return;
    for (const file of claimed) {
      if (signal?.aborted) return;
      await settle(file, true);
    }
    // Not until there is nothing left: a loader that is filling the hour again would keep the run here for ever.
    for (let made = 0; made < newFiles; made++) {
      if (signal?.aborted) return;
      const key = readingsKey(partition, newId());
      const file = await catalog.claim({ key, partition, runId, at: clock.now() }, rowsPerFile);
      if (file === null) return;
      const outcome = await settle(file, false);
      // Readings of a file that was set aside have no file again and would be claimed at once; the next run tries again.
      if (outcome === "quarantined" || outcome === "damaged") return;
    }
  }

  async function settle(file: ArchiveFile, resumed: boolean) {
    const finalized = await rejectOnAbort(finalizeFile(file, tools, resumed), signal);
    if (finalized === null) return "stopped";
    builder.finalized(file, finalized);
    if (finalized.outcome.kind === "verified") fresh.push(finalized.outcome);
    return finalized.outcome.kind;
  }

  /** Only when everything is in its file and no file is wrong: a store that lied once is not trusted in this run. */
  async function prune(old: readonly PartitionPlan[]): Promise<void> {
    const ready: VerifiedObject[] = [];
    for (const { partition, verified } of old) {
      for (const file of verified) {
        if (signal?.aborted) return;
        const alreadyArchived = await rejectOnAbort(verifyFileAgain(file, tools, builder), signal);
        if (alreadyArchived !== null) ready.push(alreadyArchived);
      }
      ready.push(...fresh.filter(({ file }) => file.partition === partition));
    }
    if (builder.counts().quarantined.length > 0) return;
    for (const file of ready) {
      if (signal?.aborted) return;
      if (!(await pruneFile(file, tools, builder))) return;
    }
  }
}

function isToArchive({ claimed, newFiles }: PartitionPlan): boolean {
  return claimed.length > 0 || newFiles > 0;
}
