import type { ArchiveFile, VerifiedFile } from "./model/archive-file.js";
import type { ArchivePlan } from "./plan/plan-archive.js";
import type { ArchiveReport } from "./report/archive-report.js";

/** What a run tells while it goes on. Runners make progress, logs and metrics of it. */
export type ArchiveEvent =
  | { readonly type: "planned"; readonly plan: ArchivePlan }
  /** A page of readings is on its way into a file. */
  | { readonly type: "read"; readonly rows: number }
  | { readonly type: "verified"; readonly file: VerifiedFile }
  | { readonly type: "quarantined"; readonly file: ArchiveFile; readonly reason: string }
  | { readonly type: "pruned"; readonly file: VerifiedFile; readonly rows: number }
  | { readonly type: "problem"; readonly key: string; readonly reason: string }
  | { readonly type: "summarized"; readonly day: string }
  | { readonly type: "finished"; readonly report: ArchiveReport };

/** Told what happens while it happens. It must not throw. */
export type ArchiveObserver = (event: ArchiveEvent) => void;
