import {
  alertSettings,
  boolean,
  databaseSettings,
  ExitCode,
  errorDocument,
  errorOutcome,
  healthOutcome,
  plantSettings,
  proxySettings,
  setting,
} from "@lmnh/plant-runtime";
import { openHealthCheck, reportFailedDeliveries } from "../alert/open-health-check.js";
import { defineCommand, type Task } from "../command.js";
import { healthLine, healthLines } from "../output/format-health-report.js";
import { pluralize } from "../output/pluralize.js";
import { reopenable } from "../run/reopenable.js";
import { repeat } from "../run/run-on-interval.js";
import { listenForStop } from "../session/shutdown-signal.js";
import { openDatabase, withDatabase } from "../session/with-database.js";
import { ackCommand } from "./alert/ack.js";
import { testCommand } from "./alert/test.js";

const settings = {
  ...databaseSettings,
  ...alertSettings,
  ...proxySettings,
  every: plantSettings.every,
  watch: setting({
    flag: "--watch",
    fallback: "false",
    description: "Check on an interval, until Ctrl-C, SIGTERM or SIGHUP",
    parse: boolean,
  }),
  dryRun: setting({
    flag: "--dry-run",
    fallback: "false",
    description: "Print what would fire and end, without storing or sending anything",
    parse: boolean,
    excludes: ["watch"],
  }),
};

export const alertCommand = defineCommand({
  description: [
    "Evaluates the health rules over the readings in the database: a plant that is not watered, a watering without effect, an unusual temperature, a sensor that is silent, stuck or drifts. docs/health.md explains the rules and what each alert means.",
    "An alert is stored when its rule fires and when it ends. That it fires is sent to each of --notify at least once: what is not accepted is sent again by later checks, for a day, with the same key. That it has ended is sent to log: and to JSON webhooks, an hour later, unless it fires again in that hour; people get no message. An alert that nobody acknowledges is sent a second time after a day. A target that is new gets the alerts that fire from then on.",
    "Habits are learned from the days that have ended; a plant's usual waterings are known after three of them.",
  ],
  actions: { ack: ackCommand, test: testCommand },
  examples: [
    ["plant alert", "check once"],
    ["plant alert --watch --notify 'log: https://example.org/hook'", "every minute, to stderr and a webhook"],
    ["plant alert --dry-run", "see what would fire"],
  ],
  exits: [
    [ExitCode.done, "the plants are checked, whatever fires"],
    [ExitCode.temporaryFailure, "a receiver did not accept a message, or the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings,
  act: (task) => (task.values.watch ? watch(task) : checkOnce(task)),
});

type AlertTask = Task<typeof settings>;

async function checkOnce(task: AlertTask): Promise<ExitCode> {
  const { values, host, output } = task;
  const check = await openHealthCheck(task);
  return await withDatabase(task, values.dryRun ? "read" : "write", async (database) => {
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping; once more to end at once`),
    );
    try {
      const report = await check(database, { signal: stop.signal, dryRun: values.dryRun });
      const outcome = healthOutcome(report);
      output.result(report, healthLines(report, values), outcome);
      reportFailedDeliveries(report, output);
      return outcome.exitCode;
    } finally {
      stop.release();
    }
  });
}

async function watch(task: AlertTask): Promise<ExitCode> {
  const { values, host, output } = task;
  const check = await openHealthCheck(task);
  const database = reopenable(() => openDatabase(task, "write"));
  const stop = listenForStop(host, (signal) => output.note(`${signal}: stopping; once more to end at once`));
  const left = new AbortController();
  host.stdout.onClosed(() => left.abort());
  const signal = AbortSignal.any([stop.signal, left.signal]);
  let exitCode: ExitCode = ExitCode.done;
  try {
    await database.current();
    await repeat(
      async () => {
        try {
          const report = await check(await database.current(), { signal });
          const outcome = healthOutcome(report);
          exitCode = outcome.exitCode;
          output.result(report, [healthLine(report)], outcome);
          reportFailedDeliveries(report, output);
        } catch (error) {
          if (signal.aborted) return;
          const outcome = errorOutcome(error, "cli");
          exitCode = outcome.exitCode;
          output.result(errorDocument(outcome), [`check failed: ${outcome.problem ?? ""}`], outcome);
          // The file may have been replaced, or the server restarted.
          await database.close();
        }
      },
      {
        everyMs: values.every,
        elapsedMs: host.elapsedMs,
        sleep: host.clock.sleep,
        signal,
        onWait: () => {},
        onSkipped: (ticks) =>
          output.warn(`the check took longer than --every: ${pluralize(ticks, "start")} skipped`),
      },
    );
    output.note("the watch has ended");
    return exitCode;
  } finally {
    stop.release();
    await database.close();
  }
}
