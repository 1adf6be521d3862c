import type { ArchiveFile, VerifiedFile } from "./archive-file.js";
import type { ArchiveObserver } from "./events.js";
import type { Partition } from "./partition.js";
import type { ArchiveReport, FileProblem, PartitionReport } from "./report.js";
import type { Settled } from "./settle-file.js";

/** Adds up what became of a run's files, and tells the observer. */
export interface ArchiveTally {
  settled(file: ArchiveFile, settled: Settled): void;
  /** A file that a rehearsal would write. */
  rehearsed(partition: Partition, file: { readonly rows: number; readonly bytes: number }): void;
  pruned(file: VerifiedFile, rows: number): void;
  rehearsedPrune(partition: Partition, rows: number): void;
  again(duplicates: number, conflicts: number): void;
  setAside(file: ArchiveFile, reason: string): void;
  problem(file: Pick<ArchiveFile, "key">, reason: string): void;
  /** Something that another archiver was busy with. */
  left(): void;
  summarised(day: string): void;
  counts(): ArchiveCounts;
}

export type ArchiveCounts = Omit<
  ArchiveReport,
  "runId" | "startedAt" | "finishedAt" | "durationMs" | "dryRun" | "complete"
>;

type Sum = { -readonly [Key in Exclude<keyof PartitionReport, "partition">]: number };

export function startArchiveTally(observer: ArchiveObserver): ArchiveTally {
  const partitions = new Map<Partition, Sum>();
  const setAside: FileProblem[] = [];
  const problems = new Map<string, FileProblem>();
  const summarised: string[] = [];
  const again = { duplicates: 0, conflicts: 0 };
  let prunedFiles = 0;
  let leftToOthers = 0;

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

  const tally: ArchiveTally = {
    settled(file, { outcome, duplicates, conflicts }) {
      tally.again(duplicates, conflicts);
      if (outcome.kind === "verified") {
        addFile(file.partition, outcome.file);
        observer({ type: "verified", file: outcome.file });
      }
      if (outcome.kind === "set-aside") tally.setAside(file, outcome.reason);
      if (outcome.kind === "damaged") tally.problem(outcome, outcome.reason);
      if (outcome.kind === "left") tally.left();
    },
    rehearsed: addFile,
    pruned(file, rows) {
      addPruned(file.partition, rows);
      observer({ type: "pruned", file, rows });
    },
    rehearsedPrune: addPruned,
    again(duplicates, conflicts) {
      again.duplicates += duplicates;
      again.conflicts += conflicts;
    },
    setAside(file, reason) {
      setAside.push({ key: file.key, reason });
      observer({ type: "set-aside", file, reason });
    },
    problem({ key }, reason) {
      // What stands in the way of several hours is met in each of them.
      if (problems.has(`${key}\n${reason}`)) return;
      problems.set(`${key}\n${reason}`, { key, reason });
      observer({ type: "problem", key, reason });
    },
    left() {
      leftToOthers += 1;
    },
    summarised(day) {
      summarised.push(day);
      observer({ type: "summarised", day });
    },
    counts: () => ({
      archived: { rows: total("rows"), files: total("files"), bytes: total("bytes") },
      pruned: { rows: total("prunedRows"), files: prunedFiles },
      again,
      verified: setAside.length === 0 && problems.size === 0,
      setAside,
      problems: [...problems.values()],
      leftToOthers,
      partitions: [...partitions]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([partition, sum]) => ({ partition, ...sum })),
      summarised,
    }),
  };
  return tally;
}
