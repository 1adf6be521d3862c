import { ExitCode, UserError } from "@lmnh/plant-runtime";
import { defineCommand } from "../command.js";
import { openHeartbeat } from "../run/heartbeat.js";
import { openPull } from "../run/open-pull.js";
import { openPlantCheck } from "../run/plant-check.js";
import { type RunTask, runCommandSettings } from "../run/run-command-settings.js";
import { runOnce } from "../run/run-once.js";
import { type RunParts, watch } from "../run/watch.js";
import { listenForStop } from "../session/shutdown-signal.js";

export const runCommand = defineCommand({
  description: [
    "Migrates the database to the current schema, requests every plant from the API, validates and normalises the responses, and loads them. The counts of its report add up to the number of plants requested.",
    "On the first Ctrl-C, SIGTERM or SIGHUP it sends no more requests, loads what it has and reports; the second one ends it at once.",
    "With --watch, runs start at whole multiples of --every from the first one. If a run overruns, the missed starts are skipped; the schedule does not drift. A failed run does not end the watch, unless no further run could succeed: if the SQLite file or its write-ahead log was deleted, if the file was replaced beside the old log, or if the file is damaged or not a database. The watch then exits with 78, also if a check of the plants or an archive run is what finds the damage. With --json it prints one report per line. The watch exits with the code of its last run that was not cut short by Ctrl-C, SIGTERM or SIGHUP, or with 0 if there is none.",
    'With --archive-at, the watch also archives, at times of day in UTC and beside its runs. Times that have passed since the last archive run, because the watch was not running or an archive run took longer, are made up for by one run; a database that was never archived is archived at once. With --json, the report of an archive run is a line with "command":"archive". An archive run that fails is reported and does not end the watch; the next one is at the next time, or at the next start. With --alert, the check that follows a run does not delay the next run; while one is in progress, no other one starts. With --serve, the watch also serves the page, health and metrics. On the first signal the archive run stops after its current step, and the next one continues it.',
    "Under systemd (NOTIFY_SOCKET), the watch reports with systemd-notify when it is ready, that it is alive (WATCHDOG_USEC), and that it is stopping. docs/operations.md has a unit.",
  ],
  examples: [
    ["plant run", "one run, from the museum into plant-data/plants.db"],
    [
      "plant run --api http://127.0.0.1:8080/api/plants --plants 1-50",
      "from the simulated API of plant simulate",
    ],
    ["plant run --watch --every 60s --json >> reports.ndjson", "every minute"],
    [
      "plant run --watch --alert --archive-at 00:10 --serve",
      "everything in one process: runs, alerts, a daily archive run, and the page",
    ],
    ["plant run --record responses.ndjson", "record the responses"],
    ["plant run --replay responses.ndjson --database sqlite::memory: --json", "replay them"],
  ],
  exits: [
    [
      ExitCode.done,
      "the outcome of the run, or of the last run of a watch, is ok; or no run of a watch was completed",
    ],
    [
      ExitCode.dataError,
      "more responses were rejected than --max-rejected allows; no plant was found; every reading is in the future or stale; the recording is empty or has an invalid line",
    ],
    [
      ExitCode.temporaryFailure,
      "no response, no reading, or more failed requests than --max-failed allows; the run was cut short; the database is busy; the recording is incomplete, although the responses are loaded",
    ],
    [
      ExitCode.configuration,
      "a setting, a file or the database is invalid; the API refuses every request (401, 403)",
    ],
  ],
  settings: runCommandSettings,
  async act(task) {
    const { values, host, output } = task;
    refuseUselessFlags(values);
    if (values.serve) (await import("../dashboard/dashboard-server.js")).refuseUnwantedRemote(values);
    const pull = await openPull(task);
    try {
      const stop = listenForStop(host, (signal) =>
        output.note(`${signal}: stopping, and loading what was received; once more to end at once`),
      );
      output.note(`${pull.sourceName} → ${pull.databaseName}`);
      const heartbeat = await openHeartbeat(values, host, stop.signal);
      try {
        const parts = { pull, heartbeat, checkPlants: await openPlantCheck(task) };
        return await (values.watch ? watch : runAlone)(task, parts, stop.signal);
      } finally {
        heartbeat.stop();
        stop.release();
      }
    } finally {
      await pull.close();
    }
  },
});

async function runAlone(
  task: RunTask,
  { pull, heartbeat, checkPlants }: RunParts,
  stopped: AbortSignal,
): Promise<ExitCode> {
  const { outcome, error } = await runOnce(task, pull, stopped);
  if (error !== undefined) throw error;
  if (outcome.outcome === "ok") await heartbeat.beat(task.output);
  await checkPlants(pull, stopped);
  if (outcome.problem !== null) task.output.error(outcome.problem);
  return outcome.exitCode;
}

/** @throws UserError for services of a watch without one, or with a database that no other connection sees */
function refuseUselessFlags({ watch, archiveAt, serve, database }: RunTask["values"]): void {
  const service = archiveAt !== undefined ? "--archive-at" : serve ? "--serve" : undefined;
  if (service === undefined) return;
  if (!watch) throw new UserError(ExitCode.usage, `${service} needs a watch. Add --watch`);
  if (database === "sqlite::memory:")
    throw new UserError(ExitCode.usage, `${service} needs a database in a file. Name one with --database`);
}
