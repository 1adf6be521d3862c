import { type Clock, systemClock } from "@lmnh/plant-schema";
import {
  type ArchiveSettings,
  type CheckedArchiveSettings,
  checkArchiveSettings,
} from "../archive-options.js";
import { requireMatchingArchive } from "../lifecycle/archive-id.js";
import { inspectObjects } from "../lifecycle/find-orphan-files.js";
import type { ArchiveFile } from "../model/archive-file.js";
import type { Partition } from "../model/partition.js";
import type { ObjectStore, TableCatalog } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { isToArchive, type PartitionPlan, planPartitions } from "./plan-partitions.js";

/** What `planArchive` reads, and the settings of the run that it plans. */
export interface PlanOptions extends ArchiveSettings {
  /** The database with the rows. */
  readonly catalog: TableCatalog;
  /** The archive of this database, or an empty store. */
  readonly objects: ObjectStore;
  /** Decides which hours are closed and how old they are; `systemClock` by default. */
  readonly clock?: Pick<Clock, "now"> | undefined;
  /** Plans this hour alone. All hours by default. */
  readonly partition?: Partition | undefined;
  /** Ends planning, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The steps of a run. */
export interface ArchivePlan {
  /** The hours with anything to do, the oldest first. */
  readonly partitions: readonly (PartitionPlan & {
    /** Nothing of the hour is archived, because of one of the `problems`. */
    readonly blocked: boolean;
  })[];
  /** Quarantined files whose objects are still among the rows and are to be moved. */
  readonly quarantined: readonly ArchiveFile[];
  /** Objects in the way, or not in the catalog, that concern a planned hour. */
  readonly problems: readonly FileProblem[];
}

/**
 * Plans what `archive` would do now. Writes nothing.
 *
 * @throws PlantArchiveError `OPTION_INVALID`, `ARCHIVE_MISMATCH`, `ARCHIVE_ID_INVALID`, `STORE_…`; the signal's reason
 *
 * @example
 * ```ts
 * const { partitions } = await planArchive({ catalog: sqlArchiveCatalog(database), objects });
 * for (const { partition, unarchived } of partitions) console.log(partition, unarchived);
 * ```
 */
export async function planArchive(options: PlanOptions): Promise<ArchivePlan> {
  const settings = checkArchiveSettings(options);
  await requireMatchingArchive(options);
  return await planRun(options, settings, (options.clock ?? systemClock).now());
}

/** Plans a run of checked settings on the database's own archive. */
export async function planRun(
  { catalog, objects, partition: only, signal }: PlanOptions,
  { retentionMs, rowsPerFile }: CheckedArchiveSettings,
  nowMs: number,
): Promise<ArchivePlan> {
  const files = await catalog.files({ states: ["claimed", "verified"] });
  const unarchived = await catalog.unarchived(nowMs);
  const pruneUntil = retentionMs === null ? null : nowMs - retentionMs;
  const planned = planPartitions({ files, unarchived }, { pruneUntil, rowsPerFile }).filter(
    ({ partition }) => only === undefined || partition === only,
  );
  const toArchive = planned.filter(isToArchive);
  const { orphans, quarantined } =
    toArchive.length === 0
      ? { orphans: [], quarantined: [] }
      : await inspectObjects({ catalog, objects, signal });
  const blocked = new Set(
    toArchive
      .map(({ partition }) => partition)
      .filter((partition) => orphans.some((orphan) => orphan.blocks(partition))),
  );
  return {
    partitions: planned.map((plan) => ({ ...plan, blocked: blocked.has(plan.partition) })),
    quarantined,
    problems: orphans
      .filter((orphan) => toArchive.some(({ partition }) => orphan.concerns(partition)))
      .map(({ problem }) => problem),
  };
}
