import { type ArchiveReport, archive } from "@lmnh/plant-archive";
import { archiveOutcome, formatError, type Outcome, type SettingTable } from "@lmnh/plant-runtime";
import { shrinkDatabase } from "@lmnh/plant-schema";
import type { Task } from "../command.js";
import { createArchiveProgress } from "../output/archive-progress.js";
import { completeCommands } from "../output/complete-commands.js";
import { archiveLines } from "../output/format-archive-report.js";
import type { OpenedArchive } from "../session/archive-session.js";

export interface RunArchiveOptions extends Pick<Task<SettingTable>, "host" | "output" | "resolved"> {
  /** `null` deletes no reading from the database. */
  readonly retentionMs: number | null;
  /** Binds the archive to this database instead of another one. */
  readonly adopt: boolean;
}

export interface ArchiveRun {
  readonly report: ArchiveReport;
  readonly outcome: Outcome;
  /** The report for people. */
  readonly lines: readonly string[];
}

/** One archive run, after which a SQLite file returns to the disk what it will not use again. */
export async function runArchive(
  { host, output, resolved, retentionMs, adopt }: RunArchiveOptions,
  { catalog, objects, database, signal }: Pick<OpenedArchive, "catalog" | "objects" | "database" | "signal">,
): Promise<ArchiveRun> {
  const runId = host.newId();
  const ofRun = output.forRun(runId);
  const complete = (text: string) => completeCommands(text, resolved);
  const done = await archive({
    catalog,
    objects,
    clock: host.clock,
    runId,
    newId: host.newId,
    retentionMs,
    adopt,
    signal,
    observer: createArchiveProgress(host, { ...ofRun, warn: (text) => ofRun.warn(complete(text)) }),
  });
  try {
    await shrinkDatabase(database, { signal });
  } catch (error) {
    ofRun.warn(`the database file was not made smaller: ${formatError(error, "cli").lines.join("; ")}`);
  }
  const problems = done.problems.map(({ key, reason }) => ({ key, reason: complete(reason) }));
  const report = { ...done, problems };
  const outcome = archiveOutcome(report);
  return { report, outcome, lines: archiveLines(report, outcome) };
}
