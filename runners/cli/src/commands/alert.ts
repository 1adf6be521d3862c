import type { MessageItem, Notifier } from "@lmnh/plant-health";
import {
  alertSettings,
  boolean,
  databaseSettings,
  ExitCode,
  errorDocument,
  errorOutcome,
  healthOutcome,
  healthStores,
  type Outcome,
  okOutcome,
  plantSettings,
  proxySettings,
  resolveDatabase,
  setting,
  UserError,
} from "@lmnh/plant-runtime";
import { type DatabaseAccess, openMigratedDatabase } from "@lmnh/plant-runtime/open";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { openHealthCheck, openSettingNotifiers, reportFailedDeliveries } from "../alert/open-health-check.js";
import { defineCommand, type Task } from "../command.js";
import { healthLine, healthLines } from "../output/format-health-report.js";
import { logRetry } from "../output/log-retry.js";
import { pluralize } from "../output/pluralize.js";
import { reportMigrations } from "../output/report-migrations.js";
import { reopenable } from "../run/reopenable.js";
import { repeat } from "../run/run-on-interval.js";
import { listenForStop } from "../session/shutdown-signal.js";

const settings = {
  ...databaseSettings,
  ...alertSettings,
  ...proxySettings,
  every: plantSettings.every,
  watch: setting({
    flag: "--watch",
    fallback: "false",
    description: "Check on an interval, until Ctrl-C, SIGTERM or SIGHUP",
    schema: boolean,
  }),
  dryRun: setting({
    flag: "--dry-run",
    fallback: "false",
    description: "Print what would fire and end, without storing or sending anything",
    schema: boolean,
    excludes: ["watch"],
  }),
};

const ackCommand = defineCommand({
  operands: [{ name: "<id>", description: "The id of the alert; plant alert --dry-run prints it" }],
  description: [
    "Marks an alert that fires as taken over by somebody. The page shows it, and no reminder is sent. The alert stays until its rule ends it.",
  ],
  examples: [["plant alert ack 4c2d5e6f-0000-4000-8000-000000000000", "take an alert over"]],
  exits: [
    [ExitCode.done, "the alert is acknowledged"],
    [ExitCode.dataError, "no alert that fires has this id"],
    [ExitCode.temporaryFailure, "the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings: databaseSettings,
  act: async (task) => await acknowledge(task),
});

const testCommand = defineCommand({
  description: ["Sends a test message to each of --notify. It needs no database."],
  examples: [
    ["plant alert test --notify slack+https://hooks.slack.com/services/…", "see whether messages arrive"],
  ],
  exits: [
    [ExitCode.done, "every receiver accepted the message"],
    [ExitCode.temporaryFailure, "a receiver did not accept the message"],
    [ExitCode.configuration, "a setting is invalid"],
  ],
  settings: { ...alertSettings, ...proxySettings },
  act: async (task) => await sendTest(task),
});

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
  act: async (task) => (task.values.watch ? await watch(task) : await checkOnce(task)),
});

type AlertTask = Task<typeof settings>;

async function checkOnce(task: AlertTask): Promise<ExitCode> {
  const { values, host, output } = task;
  const check = await openHealthCheck({ host, output, values });
  return await withDatabase(task, values.dryRun ? "read" : "write", async (database, signal) => {
    const report = await check(database, { signal, dryRun: values.dryRun });
    const outcome = healthOutcome(report);
    output.result(report, healthLines(report, values), outcome);
    reportFailedDeliveries(report, output);
    return outcome.exitCode;
  });
}

async function watch(task: AlertTask): Promise<ExitCode> {
  const { values, host, output } = task;
  const check = await openHealthCheck({ host, output, values });
  const database = reopenable(() => open(task, "write"));
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

async function acknowledge(task: Task<typeof databaseSettings>): Promise<ExitCode> {
  const {
    host,
    output,
    operands: [id = ""],
  } = task;
  return await withDatabase(task, "write", async (database) => {
    const retry = { clock: host.clock, random: host.random, onRetry: logRetry(output) };
    if (!(await healthStores(database, retry).alerts.acknowledge(id, host.clock.now())))
      throw new UserError(
        ExitCode.dataError,
        `No alert that fires has the id ${id.slice(0, 64)}. To see the alerts: plant alert --dry-run`,
      );
    output.result({ acknowledged: id }, [`acknowledged: ${id}`]);
    return ExitCode.done;
  });
}

async function sendTest({
  values,
  host,
  output,
}: Task<typeof alertSettings & typeof proxySettings>): Promise<ExitCode> {
  const notifiers = await openSettingNotifiers(values, output);
  if (notifiers.length === 0)
    throw new UserError(ExitCode.usage, "There is no target. Name one with --notify");
  const results = await Promise.all(notifiers.map((notifier) => testNotifier(notifier, host.clock.now())));
  const failed = results.filter(({ problem }) => problem !== null);
  const outcome: Outcome =
    failed.length === 0
      ? okOutcome
      : {
          outcome: "failed",
          reason: "delivery_failed",
          exitCode: ExitCode.temporaryFailure,
          problem: "A receiver did not accept the test message.",
        };
  output.result(
    { results },
    results.map(({ notifier, problem }) => `${notifier}: ${problem ?? "accepted"}`),
    outcome,
  );
  if (outcome.problem !== null) output.error(outcome.problem);
  return outcome.exitCode;
}

async function testNotifier(notifier: Notifier, nowMs: number) {
  const item: MessageItem = {
    key: "test:fired",
    event: "fired",
    alert: {
      alertId: "test",
      plantId: null,
      detail: { rule: "outage", plants: 0, silentPlants: 0, newestReadingMs: null },
      startedMs: nowMs,
      firedMs: nowMs,
      resolvedMs: null,
      acknowledgedMs: null,
    },
    plant: null,
    heading: "Test message",
    sentence: "This is a test: messages of the plant pipeline arrive here.",
    link: null,
  };
  if (notifier.recipientOf?.(item) === null)
    return { notifier: notifier.name, problem: "mails a plant's botanist, so that a test has no recipient" };
  try {
    const message = { keys: [item.key], subject: "Test message of the plant pipeline", items: [item] };
    await notifier.notify(message, AbortSignal.timeout(testTimeoutMs));
    return { notifier: notifier.name, problem: null };
  } catch (error) {
    return { notifier: notifier.name, problem: reasonOf(error) };
  }
}

const testTimeoutMs = 10_000;

async function open(
  { values, resolved, output }: Pick<Task<typeof databaseSettings>, "values" | "resolved" | "output">,
  access: DatabaseAccess,
) {
  return await openMigratedDatabase(
    resolveDatabase(values, resolved),
    access,
    (report) => reportMigrations(report, output),
    { onRisk: (risk) => output.warn(risk) },
  );
}

async function withDatabase(
  task: Task<typeof databaseSettings>,
  access: DatabaseAccess,
  work: (database: Awaited<ReturnType<typeof open>>, signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { host, output } = task;
  const database = await open(task, access);
  const stop = listenForStop(host, (signal) => output.note(`${signal}: stopping; once more to end at once`));
  try {
    return await work(database, stop.signal);
  } finally {
    stop.release();
    await database.close();
  }
}
