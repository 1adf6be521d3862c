import type { ArchiveFile, VerifiedFile } from "./model/archive-file.js";
import type { ArchivePlan } from "./plan/plan-archive.js";
import type { ArchiveReport } from "./report/archive-report.js";

/** The progress of a run, for displays, logs and metrics. */
export type ArchiveEvent =
  | { readonly type: "planned"; readonly plan: ArchivePlan }
  /** A page of readings is being written to a file. */
  | { readonly type: "read"; readonly rows: number }
  | { readonly type: "verified"; readonly file: VerifiedFile }
  | { readonly type: "quarantined"; readonly file: ArchiveFile; readonly reason: string }
  | { readonly type: "pruned"; readonly file: VerifiedFile; readonly rows: number }
  | { readonly type: "problem"; readonly key: string; readonly reason: string }
  | { readonly type: "summarized"; readonly day: string }
  | { readonly type: "finished"; readonly report: ArchiveReport };

/** Called for each event. It must not throw. */
export type ArchiveObserver = (event: ArchiveEvent) => void;
