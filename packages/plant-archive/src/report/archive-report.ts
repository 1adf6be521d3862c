import type { Partition } from "../model/partition.js";

/** What an archive run did, or with `dryRun` would do. */
export interface ArchiveReport {
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly dryRun: boolean;
  /** What went into files that were read back and matched. */
  readonly archived: { readonly rows: number; readonly files: number; readonly bytes: number };
  /** What left the database. */
  readonly pruned: { readonly rows: number; readonly files: number };
  /** Readings that came again although a file holds them, and left: measured alike, and differently. */
  readonly alreadyArchived: { readonly duplicates: number; readonly conflicts: number };
  /** `true`: every file of this run was read back and holds what the database gave. */
  readonly verified: boolean;
  /** Files that were not what they should be, by name; nothing of them was deleted. */
  readonly quarantined: readonly FileProblem[];
  /** Other files and summaries with which something is wrong; nothing was deleted because of them. */
  readonly problems: readonly FileProblem[];
  /** Files that another archiver was busy with. */
  readonly contended: number;
  /** The hours that something was done in, the oldest first. */
  readonly partitions: readonly PartitionReport[];
  /** UTC days whose summary was written, `YYYY-MM-DD`. */
  readonly summarized: readonly string[];
  /** `false` when the run was told to stop before its end. */
  readonly complete: boolean;
}

export interface FileProblem {
  readonly key: string;
  readonly reason: string;
}

export interface PartitionReport {
  readonly partition: Partition;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly prunedRows: number;
}
