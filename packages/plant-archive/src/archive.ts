import type { ArchiveFile, ReadFile } from "./archive-file.js";
import { bindArchive, checkArchive } from "./archive-identity.js";
import { readingsKey } from "./archive-keys.js";
import { type ArchiveSettings, checkArchiveSettings } from "./archive-settings.js";
import type { ArchiveObserver } from "./events.js";
import type { Partition } from "./partition.js";
import { type PartitionPlan, planArchive } from "./plan/plan-archive.js";
import type { Clock, ObjectStore, ReadingLedger } from "./ports.js";
import { pruneFile, readBackAgain } from "./prune-file.js";
import { rehearsePartition } from "./rehearse-partition.js";
import type { ArchiveReport } from "./report.js";
import { moveAside } from "./set-file-aside.js";
import { type ArchiveTools, settleFile } from "./settle-file.js";
import { writeSnapshot } from "./snapshot.js";
import { summariseDays } from "./summarise-days.js";
import { takeInTurns } from "./take-in-turns.js";
import { startArchiveTally } from "./tally.js";
import { findLackingFiles, findUnknownObjects } from "./unknown-files.js";
import { unlessStopped } from "./unless-stopped.js";

export interface ArchiveOptions extends ArchiveSettings {
  readonly ledger: ReadingLedger;
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
  readonly takeOver?: boolean;
  /** Tells the run to stop. A file that is being written is broken off; it stays claimed, and the next run finishes it. */
  readonly signal?: AbortSignal;
  readonly observer?: ArchiveObserver;
}

/**
 * Brings every closed hour into files that are read back, deletes what is older than the retention from the database,
 * and writes the summaries of complete days. Goes on where a run that was killed has stopped.
 *
 * @throws PlantArchiveError `OPTION_INVALID` and `ARCHIVE_FOREIGN` before anything is done; `STORE_…`, or what the ledger
 *   throws, in which case everything that was begun is finished by the next run
 */
export async function archive(options: ArchiveOptions): Promise<ArchiveReport> {
  const { ledger, objects, clock, runId, newId, dryRun = false, signal, observer = () => {} } = options;
  const { pruneAfterMs, rowsPerFile, partitionsAtOnce } = checkArchiveSettings(options);
  const startedMs = clock.now();
  const tally = startArchiveTally(observer);
  const tools: ArchiveTools = {
    ledger,
    objects,
    now: () => clock.now(),
    ...(signal !== undefined && { signal }),
    onRead: (rows) => observer({ type: "read", rows }),
  };

  if (dryRun) await checkArchive(options);
  else {
    if (options.takeOver) {
      // Before anything is written: whoever reads it may still stop the run and restore first. Both orders lose nothing.
      const lacking = await findLackingFiles(options);
      if (lacking !== null) tally.problem(lacking, lacking.reason);
    }
    await bindArchive(options, runId, options.takeOver ?? false);
  }

  const plan = planArchive(
    {
      files: await ledger.files({ states: ["claimed", "verified", "set_aside"] }),
      unarchived: await ledger.unarchived(startedMs),
    },
    { pruneUntil: pruneAfterMs === null ? null : startedMs - pruneAfterMs, rowsPerFile },
  );
  const partitions = plan.partitions.filter(
    ({ partition }) => options.partition === undefined || partition === options.partition,
  );
  observer({ type: "planned", plan: { ...plan, partitions } });

  const unknown = partitions.some(isToArchive)
    ? await unlessStopped(findUnknownObjects({ ledger, objects, signal }), signal)
    : [];
  const fresh: ReadFile[] = [];
  if (unknown === null) {
    // Stopped: nothing is begun.
  } else if (dryRun) {
    const rehearse = async (planned: PartitionPlan) => {
      if (!isBlocked(planned))
        await unlessStopped(rehearsePartition(planned, tools, runId, rowsPerFile, tally), signal);
    };
    await takeInTurns(partitions, partitionsAtOnce, rehearse, signal);
  } else {
    for (const file of plan.setAside) {
      const reason = await moveAside(file, objects);
      if (reason !== null) tally.problem(file, reason);
    }
    await takeInTurns(partitions, partitionsAtOnce, archivePartition, signal);
    await prune(partitions.filter((planned) => planned.prune));
  }

  if (!dryRun && !signal?.aborted && options.partition === undefined) {
    const snapshot = await unlessStopped(
      writeSnapshot({ ledger, objects, runId, atMs: startedMs, signal }),
      signal,
    );
    for (const problem of snapshot?.problems ?? []) tally.problem(problem, problem.reason);
    if (snapshot?.written === false) tally.left();
    await summariseDays({
      ledger,
      objects,
      until: startedMs,
      signal,
      onWritten: tally.summarised,
      onProblem: (day, reason) => tally.problem({ key: `plant_daily_summary of ${day}` }, reason),
    });
  }
  const finishedMs = clock.now();
  const report: ArchiveReport = {
    runId,
    startedAt: new Date(startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    durationMs: finishedMs - startedMs,
    dryRun,
    ...tally.counts(),
    complete: !signal?.aborted,
  };
  observer({ type: "finished", report });
  return report;

  /** Whether the archive may have readings of the hour that are not in the ledger; reports what concerns the hour. */
  function isBlocked(planned: PartitionPlan): boolean {
    if (!isToArchive(planned) || unknown === null) return false;
    const { partition } = planned;
    for (const { problem } of unknown.filter((object) => object.concerns(partition)))
      tally.problem(problem, problem.reason);
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
      const file = await ledger.claim({ key, partition, runId, at: clock.now() }, rowsPerFile);
      if (file === null) return;
      const outcome = await settle(file, false);
      // Readings of a file that was set aside have no file again and would be claimed at once; the next run tries again.
      if (outcome === "set-aside" || outcome === "damaged") return;
    }
  }

  async function settle(file: ArchiveFile, resumed: boolean) {
    const settled = await unlessStopped(settleFile(file, tools, resumed), signal);
    if (settled === null) return "stopped";
    tally.settled(file, settled);
    if (settled.outcome.kind === "verified") fresh.push(settled.outcome);
    return settled.outcome.kind;
  }

  /** Only when everything is in its file and no file is wrong: a store that lied once is not trusted in this run. */
  async function prune(old: readonly PartitionPlan[]): Promise<void> {
    const ready: ReadFile[] = [];
    for (const { partition, verified } of old) {
      for (const file of verified) {
        if (signal?.aborted) return;
        const again = await unlessStopped(readBackAgain(file, tools, tally), signal);
        if (again !== null) ready.push(again);
      }
      ready.push(...fresh.filter(({ file }) => file.partition === partition));
    }
    if (tally.counts().setAside.length > 0) return;
    for (const file of ready) {
      if (signal?.aborted) return;
      if (!(await pruneFile(file, tools, tally))) return;
    }
  }
}

function isToArchive({ claimed, newFiles }: PartitionPlan): boolean {
  return claimed.length > 0 || newFiles > 0;
}
