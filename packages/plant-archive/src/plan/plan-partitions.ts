import type { ArchiveFile } from "../model/archive-file.js";
import { type Partition, partitionEnd } from "../model/partition.js";

/** The part of a plan that concerns one hour. */
export interface PartitionPlan {
  /** The UTC hour. */
  readonly partition: Partition;
  /** Files of a run that did not finish: they cover their rows already. */
  readonly claimed: readonly ArchiveFile[];
  /** Number of rows that no file covers. */
  readonly unarchived: number;
  /** New files for the unarchived rows; more if rows of other files are between them. */
  readonly newFiles: number;
  /** Whether the hour's rows are deleted from the database once they are in verified files. */
  readonly prune: boolean;
  /** Verified files whose rows are to be deleted from the database. */
  readonly verified: readonly ArchiveFile[];
}

/** The state of the catalog when a run starts. */
export interface CatalogState {
  /** Claimed and verified files. */
  readonly files: readonly ArchiveFile[];
  /** Closed hours with unarchived rows. */
  readonly unarchived: readonly { readonly partition: Partition; readonly rows: number }[];
}

export interface PartitionPlanSettings {
  /** Milliseconds since the epoch: rows of hours that end at or before it are pruned. `null`: none are. */
  readonly pruneUntil: number | null;
  readonly rowsPerFile: number;
}

/** The hours with anything to archive, to finish or to prune, the oldest first. Pure. */
export function planPartitions(
  { files, unarchived }: CatalogState,
  { pruneUntil, rowsPerFile }: PartitionPlanSettings,
): PartitionPlan[] {
  const counts = new Map(unarchived.map(({ partition, rows }) => [partition, rows]));
  const isOld = (partition: Partition) => pruneUntil !== null && partitionEnd(partition) <= pruneUntil;
  const partitions = new Set([
    ...counts.keys(),
    ...files
      .filter(({ state, partition }) => state === "claimed" || (state === "verified" && isOld(partition)))
      .map(({ partition }) => partition),
  ]);
  return [...partitions].sort().map((partition) => {
    const inState = (state: ArchiveFile["state"]) =>
      files.filter((file) => file.partition === partition && file.state === state);
    const rows = counts.get(partition) ?? 0;
    const prune = isOld(partition);
    return {
      partition,
      claimed: inState("claimed"),
      unarchived: rows,
      newFiles: Math.ceil(rows / rowsPerFile),
      prune,
      verified: prune ? inState("verified") : [],
    };
  });
}

/** Whether the plan writes files of the hour. */
export function isToArchive({ claimed, newFiles }: PartitionPlan): boolean {
  return claimed.length > 0 || newFiles > 0;
}
