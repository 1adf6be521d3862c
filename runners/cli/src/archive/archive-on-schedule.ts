import {
  type archiveSettings,
  type databaseSettings,
  errorOutcome,
  formatError,
  type plantSettings,
} from "@lmnh/plant-runtime";
import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Task } from "../command.js";
import { withArchive } from "../session/archive-session.js";
import { runArchive } from "./run-archive.js";
import { lastTimeOfDay, nextTimeOfDay, type TimesOfDay } from "./times-of-day.js";

type ScheduleTask = Task<
  typeof databaseSettings & typeof archiveSettings & Pick<typeof plantSettings, "retention">
>;

export interface ScheduleOptions {
  readonly times: TimesOfDay;
  /** Ends the schedule; an archive run in progress stops at the next file. */
  readonly signal: AbortSignal;
  /** When an archive run last claimed a file, milliseconds since the epoch; `null` if none has. */
  readonly lastArchivedMs: number | null;
  /** Receives the error of an archive run that failed, which is reported already. */
  readonly onFailed: (error: unknown) => void;
}

/** How soon a change of the system's clock is noticed, milliseconds. */
const longestWaitMs = 30_000;

/**
 * Archives at these times, from a connection of its own. Times that have passed since the last archive run are made up for
 * by one run, as is the first run of a database. A failed run is reported, and is over until the next time. Never rejects.
 */
export async function archiveOnSchedule(
  task: ScheduleTask,
  { times, signal, lastArchivedMs, onFailed }: ScheduleOptions,
): Promise<void> {
  const { clock } = task.host;
  let lastMs = lastArchivedMs ?? Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const nowMs = clock.now();
    // The system's clock was ahead, and is not any more.
    lastMs = Math.min(lastMs, nowMs);
    if (lastTimeOfDay(times, nowMs) > lastMs) {
      lastMs = nowMs;
      await archiveAndReport(task, signal, onFailed);
      // A time may have passed meanwhile.
      continue;
    }
    try {
      await clock.sleep(Math.min(nextTimeOfDay(times, nowMs) - nowMs, longestWaitMs), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

async function archiveAndReport(
  task: ScheduleTask,
  signal: AbortSignal,
  onFailed: (error: unknown) => void,
): Promise<void> {
  const { values, host, output } = task;
  const startedAt = new Date(host.clock.now()).toISOString();
  try {
    await withArchive(
      task,
      { database: "write", missingFolder: "create" },
      async (opened) => {
        const { report, outcome, lines } = await runArchive(
          { ...task, retentionMs: values.retention, adopt: false },
          opened,
        );
        output.result({ command: "archive", ...report }, lines, outcome);
        if (outcome.problem !== null) output.error(`archive: ${outcome.problem}`);
      },
      signal,
    );
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      output.note("the archive run was stopped; the next one continues it");
      return;
    }
    const outcome = errorOutcome(error, "cli");
    const lines = formatError(error, "cli").lines;
    output.result(
      { command: "archive", startedAt, problem: outcome.problem },
      [`Archive run of ${startedAt}: ${outcome.outcome} (${outcome.reason})`],
      outcome,
    );
    for (const line of lines) output.error(`archive: ${line}`);
    onFailed(error);
    if (!signal.aborted) output.warn("this archive run failed; the watch continues");
  }
}

/** When an archive run last claimed a file, milliseconds since the epoch; `null` if none has. */
export async function lastArchivedMs({ db, schema }: PlantDatabase): Promise<number | null> {
  const row = await (schema === null ? db : db.withSchema(schema))
    .selectFrom("archive_file")
    .select(({ fn }) => fn.max("claimed_at").as("claimed"))
    .executeTakeFirst();
  return row?.claimed == null ? null : new Date(row.claimed).getTime();
}
