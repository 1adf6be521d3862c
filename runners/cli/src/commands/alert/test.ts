import type { MessageItem, Notifier } from "@lmnh/plant-health";
import {
  alertSettings,
  ExitCode,
  type Outcome,
  okOutcome,
  proxySettings,
  UserError,
} from "@lmnh/plant-runtime";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { openSettingNotifiers } from "../../alert/open-health-check.js";
import { defineCommand, type Task } from "../../command.js";

export const testCommand = defineCommand({
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
  act: sendTest,
});

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
