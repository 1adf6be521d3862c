import type { ArchiveObserver } from "../events.js";
import type { FinalizedFile } from "../lifecycle/finalize-file.js";
import type { ArchiveFile, VerifiedFile } from "../model/archive-file.js";
import type { Partition } from "../model/partition.js";
import type { ArchiveReport, FileProblem, PartitionReport } from "./archive-report.js";

/** Adds up what became of a run's files, and tells the observer. */
export interface ArchiveReportBuilder {
  finalized(file: ArchiveFile, finalized: FinalizedFile): void;
  /** A file that a rehearsal would write. */
  rehearsed(partition: Partition, file: { readonly rows: number; readonly bytes: number }): void;
  pruned(file: VerifiedFile, rows: number): void;
  rehearsedPrune(partition: Partition, rows: number): void;
  alreadyArchived(duplicates: number, conflicts: number): void;
  quarantine(file: ArchiveFile, reason: string): void;
  problem(file: Pick<ArchiveFile, "key">, reason: string): void;
  /** Something that another archiver was busy with. */
  left(): void;
  summarized(day: string): void;
  counts(): ArchiveCounts;
}

export type ArchiveCounts = Omit<
  ArchiveReport,
  "runId" | "startedAt" | "finishedAt" | "durationMs" | "dryRun" | "complete"
>;

type Sum = { -readonly [Key in Exclude<keyof PartitionReport, "partition">]: number };

export function createArchiveReportBuilder(observer: ArchiveObserver): ArchiveReportBuilder {
  const partitions = new Map<Partition, Sum>();
  const quarantined: FileProblem[] = [];
  const problems = new Map<string, FileProblem>();
  const summarized: string[] = [];
  const alreadyArchived = { duplicates: 0, conflicts: 0 };
  let prunedFiles = 0;
  let contended = 0;

  const of = (partition: Partition): Sum => {
    const sum = partitions.get(partition) ?? { rows: 0, files: 0, bytes: 0, prunedRows: 0 };
    partitions.set(partition, sum);
    return sum;
  };
  const addFile = (
    partition: Partition,
    { rows, bytes }: { readonly rows: number; readonly bytes: number },
  ) => {
    const sum = of(partition);
    sum.rows += rows;
    sum.files += 1;
    sum.bytes += bytes;
  };
  const addPruned = (partition: Partition, rows: number) => {
    of(partition).prunedRows += rows;
    prunedFiles += 1;
  };
  const total = (key: keyof Sum) => [...partitions.values()].reduce((sum, one) => sum + one[key], 0);

  const builder: ArchiveReportBuilder = {
    finalized(file, { outcome, duplicates, conflicts }) {
      builder.alreadyArchived(duplicates, conflicts);
      if (outcome.kind === "verified") {
        addFile(file.partition, outcome.file);
        observer({ type: "verified", file: outcome.file });
      }
      if (outcome.kind === "quarantined") builder.quarantine(file, outcome.reason);
      if (outcome.kind === "damaged") builder.problem(outcome, outcome.reason);
      if (outcome.kind === "left") builder.left();
    },
    rehearsed: addFile,
    pruned(file, rows) {
      addPruned(file.partition, rows);
      observer({ type: "pruned", file, rows });
    },
    rehearsedPrune: addPruned,
    alreadyArchived(duplicates, conflicts) {
      alreadyArchived.duplicates += duplicates;
      alreadyArchived.conflicts += conflicts;
    },
    quarantine(file, reason) {
      quarantined.push({ key: file.key, reason });
      observer({ type: "quarantined", file, reason });
    },
    problem({ key }, reason) {
      // What stands in the way of several hours is met in each of them.
      if (problems.has(`${key}\n${reason}`)) return;
      problems.set(`${key}\n${reason}`, { key, reason });
      observer({ type: "problem", key, reason });
    },
    left() {
      contended += 1;
    },
    summarized(day) {
      summarized.push(day);
      observer({ type: "summarized", day });
    },
    counts: () => ({
      archived: { rows: total("rows"), files: total("files"), bytes: total("bytes") },
      pruned: { rows: total("prunedRows"), files: prunedFiles },
      alreadyArchived,
      verified: quarantined.length === 0 && problems.size === 0,
      quarantined,
      problems: [...problems.values()],
      contended,
      partitions: [...partitions]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([partition, sum]) => ({ partition, ...sum })),
      summarized,
    }),
  };
  return builder;
}
