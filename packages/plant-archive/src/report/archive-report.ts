import type { Partition } from "../model/partition.js";

/** The result of an archive run. */
export interface ArchiveReport {
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  /** Readings in files that were written and verified. */
  readonly archived: { readonly rows: number; readonly files: number; readonly bytes: number };
  /** Readings deleted from the database, of verified files. */
  readonly pruned: { readonly rows: number; readonly files: number };
  /** Readings deleted because an older file has them: with the same values, and with other ones. */
  readonly alreadyArchived: { readonly duplicates: number; readonly conflicts: number };
  /** `true` if there are no quarantined files and no problems. */
  readonly verified: boolean;
  /** Files whose objects did not have the expected content; none of their readings was deleted. */
  readonly quarantined: readonly FileProblem[];
  /** Problems of other files, snapshots and summaries; no reading was deleted because of them. */
  readonly problems: readonly FileProblem[];
  /** Files and snapshots that another archiver was working on. */
  readonly contended: number;
  /** The hours with archived or pruned readings, the oldest first. */
  readonly partitions: readonly PartitionReport[];
  /** UTC days whose summary was written, `YYYY-MM-DD`. */
  readonly summarized: readonly string[];
  /** `false` if the run was stopped. */
  readonly complete: boolean;
}

/** A problem of one object, of one file of the catalog, or of one summary. */
export interface FileProblem {
  readonly key: string;
  /** A sentence that contains the key, or a predicate whose subject is the key: `is missing`. */
  readonly reason: string;
}

export interface PartitionReport {
  readonly partition: Partition;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly prunedRows: number;
}
