import type { ArchiveObserver } from "../events.js";
import type { FinalizedFile } from "../lifecycle/finalize-file.js";
import type { PrunedFile } from "../lifecycle/prune-file.js";
import type { ArchiveFile, VerifiedFile } from "../model/archive-file.js";
import type { Partition } from "../model/partition.js";
import type { ArchiveReport, FileProblem, PartitionReport } from "./archive-report.js";

/** Adds up the outcomes of a run and notifies the observer. */
export interface ArchiveReportBuilder {
  finalized(file: FinalizedFile): void;
  pruned(file: VerifiedFile, outcome: PrunedFile): void;
  quarantined(file: ArchiveFile, reason: string): void;
  /** A problem is reported once, however many hours it concerns. */
  problem(problem: FileProblem): void;
  contended(): void;
  summarized(day: string): void;
  hasQuarantined(): boolean;
  finish(run: {
    readonly runId: string;
    readonly startedMs: number;
    readonly finishedMs: number;
    readonly complete: boolean;
  }): ArchiveReport;
}

type Totals = { -readonly [Key in Exclude<keyof PartitionReport, "partition">]: number };

export function createArchiveReportBuilder(observer: ArchiveObserver): ArchiveReportBuilder {
  const partitions = new Map<Partition, Totals>();
  const quarantined: FileProblem[] = [];
  const problems = new Map<string, FileProblem>();
  const summarized: string[] = [];
  const alreadyArchived = { duplicates: 0, conflicts: 0 };
  let prunedFiles = 0;
  let contended = 0;

  const totalsOf = (partition: Partition): Totals => {
    const totals = partitions.get(partition) ?? { rows: 0, files: 0, bytes: 0, prunedRows: 0 };
    partitions.set(partition, totals);
    return totals;
  };
  const sum = (key: keyof Totals) =>
    [...partitions.values()].reduce((total, totals) => total + totals[key], 0);

  const builder: ArchiveReportBuilder = {
    finalized({ file, outcome, duplicates, conflicts }) {
      alreadyArchived.duplicates += duplicates;
      alreadyArchived.conflicts += conflicts;
      if (outcome.kind === "verified") {
        const totals = totalsOf(file.partition);
        totals.rows += outcome.file.rows;
        totals.files += 1;
        totals.bytes += outcome.file.bytes;
        observer({ type: "verified", file: outcome.file });
      }
      if (outcome.kind === "quarantined") builder.quarantined(file, outcome.reason);
      if (outcome.kind === "damaged") builder.problem({ key: outcome.key, reason: outcome.reason });
      if (outcome.kind === "contended") builder.contended();
    },
    pruned(file, outcome) {
      if (outcome.kind === "pruned") {
        totalsOf(file.partition).prunedRows += outcome.rows;
        prunedFiles += 1;
        observer({ type: "pruned", file, rows: outcome.rows });
      } else if (outcome.kind === "quarantined") builder.quarantined(file, outcome.reason);
      else if (outcome.kind !== "contended") builder.problem({ key: file.key, reason: outcome.reason });
    },
    quarantined(file, reason) {
      quarantined.push({ key: file.key, reason });
      observer({ type: "quarantined", file, reason });
    },
    problem({ key, reason }) {
      if (problems.has(`${key}\n${reason}`)) return;
      problems.set(`${key}\n${reason}`, { key, reason });
      observer({ type: "problem", key, reason });
    },
    contended() {
      contended += 1;
    },
    summarized(day) {
      summarized.push(day);
      observer({ type: "summarized", day });
    },
    hasQuarantined: () => quarantined.length > 0,
    finish({ runId, startedMs, finishedMs, complete }) {
      const report: ArchiveReport = {
        runId,
        startedAt: new Date(startedMs).toISOString(),
        finishedAt: new Date(finishedMs).toISOString(),
        durationMs: finishedMs - startedMs,
        archived: { rows: sum("rows"), files: sum("files"), bytes: sum("bytes") },
        pruned: { rows: sum("prunedRows"), files: prunedFiles },
        alreadyArchived,
        verified: quarantined.length === 0 && problems.size === 0,
        quarantined,
        problems: [...problems.values()],
        contended,
        partitions: [...partitions]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([partition, totals]) => ({ partition, ...totals })),
        summarized,
        complete,
      };
      observer({ type: "finished", report });
      return report;
    },
  };
  return builder;
}
