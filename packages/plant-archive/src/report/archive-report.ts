import type { Partition } from "../model/partition.js";

/** The result of an archive run. */
export interface ArchiveReport {
  /** The id of the run. The files that it claimed have it in their manifests. */
  readonly runId: string;
  /** The start of the run: ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  /** The end of the run: ISO 8601, UTC, milliseconds. */
  readonly finishedAt: string;
  /** Milliseconds from the start to the end. */
  readonly durationMs: number;
  /** Readings in files that were written and verified. */
  readonly archived: {
    /** Number of readings. */
    readonly rows: number;
    /** Number of files. */
    readonly files: number;
    /** Length of the files together, in bytes. */
    readonly bytes: number;
  };
  /** Readings deleted from the database, of verified files. */
  readonly pruned: {
    /** Number of readings. */
    readonly rows: number;
    /** Number of files that they are in. */
    readonly files: number;
  };
  /** Readings deleted because an older file has them: with the same values, and with other ones. */
  readonly alreadyArchived: {
    /** Readings with the same values. */
    readonly duplicates: number;
    /** Readings with other values, which are kept in `quarantined_row`. */
    readonly conflicts: number;
  };
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
  /** `false` if the run was stopped before its end. */
  readonly complete: boolean;
}

/** A problem of one object, of one file of the catalog, or of one summary. */
export interface FileProblem {
  /** The key of the object, or the name of the summary. */
  readonly key: string;
  /** A sentence that contains the key, or a predicate whose subject is the key: `is missing`. */
  readonly reason: string;
}

/** What a run did with one hour. */
export interface PartitionReport {
  /** The UTC hour. */
  readonly partition: Partition;
  /** Readings in files that were written and verified. */
  readonly rows: number;
  /** Number of these files. */
  readonly files: number;
  /** Length of these files together, in bytes. */
  readonly bytes: number;
  /** Readings deleted from the database, also of files of earlier runs. */
  readonly prunedRows: number;
}
