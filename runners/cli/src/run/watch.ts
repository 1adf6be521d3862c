import { formatTimestamp } from "@lmnh/plant-etl";
import { ExitCode } from "@lmnh/plant-runtime";
import { PlantSchemaError } from "@lmnh/plant-schema";
import type { ScheduleOptions } from "../archive/archive-on-schedule.js";
import type { TimesOfDay } from "../archive/times-of-day.js";
import { pluralize } from "../output/pluralize.js";
import { connectServiceManager } from "../session/service-manager.js";
import type { Heartbeat } from "./heartbeat.js";
import type { OpenPull } from "./open-pull.js";
import type { CheckPlants } from "./plant-check.js";
import type { RunTask } from "./run-command-settings.js";
import { repeat } from "./run-on-interval.js";
import { runOnce } from "./run-once.js";

/** What a run consists of. */
export interface RunParts {
  readonly pull: OpenPull;
  readonly checkPlants: CheckPlants;
  readonly heartbeat: Heartbeat;
}

/** For the last load, which follows the deadline of a run. */
const turnGraceMs = 180_000;

/**
 * Runs on an interval until `stopped` aborts, with the services of --archive-at and --serve beside the runs. Returns the exit
 * code of the last run that was not cut short by the end of the watch; 78 if a check of the plants or an archive run found
 * the database damaged.
 */
export async function watch(
  task: RunTask,
  { pull, heartbeat, checkPlants }: RunParts,
  stopped: AbortSignal,
): Promise<ExitCode> {
  const { values, host, output } = task;
  const ended = new AbortController();
  // With `| head -2`, no one reads the reports of further runs.
  host.stdout.onClosed(() => ended.abort());
  const signal = AbortSignal.any([stopped, ended.signal]);
  const manager = connectServiceManager(host, output);
  signal.addEventListener("abort", () => manager.stopping(), { once: true });
  const server = values.serve ? await startServer(task) : undefined;
  let archiving: Awaited<ReturnType<typeof startArchiving>> | undefined;
  let checking: Promise<void> | undefined;
  let exitCode: ExitCode = ExitCode.done;
  let isDamaged = false;
  // A run reads little, and may succeed in a damaged database.
  const onFailed = (error: unknown) => {
    if (!isBeyondRetry(error)) return;
    isDamaged = true;
    ended.abort();
  };
  try {
    if (values.archiveAt !== undefined)
      archiving = await startArchiving(task, values.archiveAt, pull, { signal, onFailed });
    manager.ready();
    let turnedMs = host.elapsedMs();
    const longestTurnMs = Math.max(values.every, values.deadline) + turnGraceMs;
    manager.keepAlive(() => host.elapsedMs() - turnedMs <= longestTurnMs, signal);
    await repeat(
      async () => {
        turnedMs = host.elapsedMs();
        const { outcome, error } = await runOnce(task, pull, stopped);
        if (outcome.reason === "stopped") return;
        // Neither is awaited: a slow receiver must not delay the next run.
        if (outcome.outcome === "ok") void heartbeat.beat(output);
        exitCode = outcome.exitCode;
        if (outcome.problem !== null) output.error(outcome.problem);
        if (isBeyondRetry(error)) ended.abort();
        else if (error !== undefined && !signal.aborted) output.warn("this run failed; the watch continues");
        else
          checking ??= checkPlants(pull, signal)
            .then(onFailed)
            .finally(() => {
              checking = undefined;
            });
      },
      {
        everyMs: values.every,
        elapsedMs: host.elapsedMs,
        sleep: host.clock.sleep,
        signal,
        onWait: (waitMs) =>
          output.progress(`next run at ${formatTimestamp(host.clock.now() + waitMs).slice(0, 19)}Z`),
        onSkipped: (ticks) =>
          output.warn(`the run took longer than --every: ${pluralize(ticks, "start")} skipped`),
      },
    );
    return isDamaged ? ExitCode.configuration : exitCode;
  } finally {
    ended.abort();
    await Promise.all([archiving?.ended, checking]);
    await server?.close();
    output.note("the watch has ended");
  }
}

async function startServer(task: RunTask): Promise<{ close(): Promise<void> }> {
  const { startDashboardServer } = await import("../dashboard/dashboard-server.js");
  const server = await startDashboardServer(task);
  task.output.note(`The plants: ${server.url}`);
  return server;
}

/** Starts to archive at the times of --archive-at, beside the runs. */
async function startArchiving(
  task: RunTask,
  times: TimesOfDay,
  pull: OpenPull,
  options: Pick<ScheduleOptions, "signal" | "onFailed">,
): Promise<{ readonly ended: Promise<void> }> {
  const { archiveOnSchedule, lastArchivedMs } = await import("../archive/archive-on-schedule.js");
  const lastMs = await lastArchivedMs(await pull.database());
  return { ended: archiveOnSchedule(task, { ...options, times, lastArchivedMs: lastMs }) };
}

/** Whether further runs would fail or do harm until the database files are repaired. */
function isBeyondRetry(error: unknown): boolean {
  const codes = ["DATABASE_FILES_LOST", "DATABASE_DAMAGED", "DATABASE_INVALID", "SCHEMA_MISSING"];
  return error instanceof PlantSchemaError && codes.includes(error.code);
}
