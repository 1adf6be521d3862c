import type { ArchiveFile, VerifiedFile } from "./model/archive-file.js";
import type { ArchivePlan } from "./plan/plan-archive.js";
import type { ArchiveReport } from "./report/archive-report.js";

/** The progress of a run, for displays, logs and metrics. */
export type ArchiveEvent =
  | {
      /** The run has a plan, and begins with it. */
      readonly type: "planned";
      /** The steps of the run. */
      readonly plan: ArchivePlan;
    }
  | {
      /** A page of readings is being written to a file. */
      readonly type: "read";
      /** Number of readings in the page. */
      readonly rows: number;
    }
  | {
      /** A file was written, read back and marked as verified. */
      readonly type: "verified";
      /** The file with its digest and length. */
      readonly file: VerifiedFile;
    }
  | {
      /** A file was taken out of use, because its object does not have the expected content. */
      readonly type: "quarantined";
      /** The file as it was before. */
      readonly file: ArchiveFile;
      /** What was found in place of the expected content. */
      readonly reason: string;
    }
  | {
      /** The rows of a file were deleted from the database. */
      readonly type: "pruned";
      /** The file that has the only copy of the rows now. */
      readonly file: VerifiedFile;
      /** Number of deleted rows. */
      readonly rows: number;
    }
  | {
      /** The report has a new problem of an object, a snapshot or a summary. */
      readonly type: "problem";
      /** The key of the object, or the name of the summary. */
      readonly key: string;
      /** What is wrong, as `FileProblem.reason`. */
      readonly reason: string;
    }
  | {
      /** The summary of a day was written. */
      readonly type: "summarized";
      /** The UTC day, `YYYY-MM-DD`. */
      readonly day: string;
    }
  | {
      /** The run has ended, completely or because it was stopped. */
      readonly type: "finished";
      /** The result, which the run also returns. */
      readonly report: ArchiveReport;
    };

/** Called for each event. What it throws changes nothing in the run: it goes to `onObserverError`. */
export type ArchiveObserver = (event: ArchiveEvent) => void;
