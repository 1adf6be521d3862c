import type { ArchiveFile } from "../model/archive-file.js";
import { type Partition, partitionEnd } from "../model/partition.js";

/** What the ledger says when a run begins. */
export interface ArchiveState {
  /** Files that are not pruned. */
  readonly files: readonly ArchiveFile[];
  /** Closed hours with readings that no file has. */
  readonly unarchived: readonly { readonly partition: Partition; readonly readings: number }[];
}

export interface PlanSettings {
  /** Milliseconds since the epoch; what ends at or before it leaves the database. `null`: nothing does. */
  readonly pruneUntil: number | null;
  /** Readings a file at most. */
  readonly rowsPerFile: number;
}

/** What a run is to do, as plain data: `--dry-run` prints it, a run carries it out. */
export interface ArchivePlan {
  /** Hours, the oldest first; each has something to archive, to go on with or to prune. */
  readonly partitions: readonly PartitionPlan[];
  /** Files whose objects may not have been moved out of the way yet. */
  readonly quarantined: readonly ArchiveFile[];
}

export interface PartitionPlan {
  readonly partition: Partition;
  /** Files of a run that did not end: their readings are chosen already. */
  readonly claimed: readonly ArchiveFile[];
  /** Readings that no file has. */
  readonly unarchived: number;
  /** New files that they take. */
  readonly newFiles: number;
  /** Whether its readings leave the database once they are in verified files. */
  readonly prune: boolean;
  /** Verified files whose readings are to leave. */
  readonly verified: readonly ArchiveFile[];
}

/** Plans a run. Pure: the same state and settings give the same plan. */
export function planArchive(
  { files, unarchived }: ArchiveState,
  { pruneUntil, rowsPerFile }: PlanSettings,
): ArchivePlan {
  const open = new Map(unarchived.map(({ partition, readings }) => [partition, readings]));
  const isOld = (partition: Partition) => pruneUntil !== null && partitionEnd(partition) <= pruneUntil;
  const partitions = new Set([
    ...open.keys(),
    ...files
      .filter(({ state, partition }) => state === "claimed" || (state === "verified" && isOld(partition)))
      .map(({ partition }) => partition),
  ]);
  return {
    partitions: [...partitions].sort().map((partition) => {
      const own = (state: ArchiveFile["state"]) =>
        files.filter((file) => file.partition === partition && file.state === state);
      const readings = open.get(partition) ?? 0;
      const prune = isOld(partition);
      return {
        partition,
        claimed: own("claimed"),
        unarchived: readings,
        newFiles: Math.ceil(readings / rowsPerFile),
        prune,
        verified: prune ? own("verified") : [],
      };
    }),
    quarantined: files.filter(({ state }) => state === "quarantined"),
  };
}
