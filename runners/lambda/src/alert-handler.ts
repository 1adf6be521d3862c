import { checkHealth, type Notifier } from "@lmnh/plant-health";
import {
  createNotifiers,
  ExitCode,
  healthOutcome,
  healthStores,
  type OutcomeCodes,
  UserError,
  withOutcome,
} from "@lmnh/plant-runtime";
import { type AlertReport, alertReport } from "./alert-report.js";
import { createHandler, type Handler } from "./create-handler.js";
import type { DatabaseProvider } from "./database-provider.js";
import type { Host } from "./lambda-host.js";
import { alertSettings, readSettings, warningsOf } from "./lambda-settings.js";
import { logDatabaseRetry } from "./log-database-retry.js";
import { requireWholeEvent } from "./parse-event.js";
import { retryMs } from "./time-budget.js";
import { startTimeLimit } from "./time-limit.js";

/** For the database: short, so that there is time for a retry within the check. */
const requestTimeoutMs = 20_000;

/** Checks every plant once, sends what is due, and returns a report without people. */
export function alertHandler(host: Host, opener: DatabaseProvider): Handler<AlertReport & OutcomeCodes> {
  const settings = readSettings(alertSettings, host.environment, opener.check);
  const { values } = settings;
  // Clients of AWS and their connections live as long as the process.
  let notifiers: Promise<Notifier[]> | undefined;
  let writeLine: (line: string) => void = () => {};

  return createHandler(
    host,
    () => opener.open(settings, requestTimeoutMs),
    async (event, { log, database, signal, remainingMs }) => {
      requireWholeEvent(event);
      // The log is that of one invocation.
      writeLine = (line) => log.info(line);
      notifiers ??= createNotifiers({
        targets: values.notify,
        writeLine: (line) => writeLine(line),
        // What is not used is not evaluated, for a shorter cold start.
        openSns: async (topicArn) => (await import("@lmnh/plant-runtime/sns")).openSnsNotifier(topicArn),
        openSes: async (from) => (await import("@lmnh/plant-runtime/ses")).openSesNotifier(from),
      });
      const receivers = await notifiers.catch((error: unknown) => {
        notifiers = undefined;
        throw error;
      });
      const opened = await database.opened();
      const limit = startTimeLimit(host.clock, retryMs(remainingMs()), signal);
      const checked = await checkHealth({
        ...healthStores(opened, {
          clock: host.clock,
          random: host.random,
          signal: limit.signal,
          onRetry: logDatabaseRetry(log),
        }),
        notifiers: receivers,
        clock: host.clock,
        newId: host.newId,
        timeZone: values.timeZone,
        pageUrl: values.pageUrl ?? null,
        signal: limit.signal,
      })
        .catch((error: unknown) => {
          throw limit.signal.aborted ? stopped(error) : error;
        })
        .finally(() => limit.release());
      const outcome = healthOutcome(checked);
      const report = alertReport(checked);
      return { report: withOutcome(report, outcome), measured: countsOf(report), outcome };
    },
    warningsOf(host.environment),
  );
}

function stopped(cause: unknown): UserError {
  return new UserError(
    ExitCode.temporaryFailure,
    "The check was stopped before its end. The next check does the rest; if every check is stopped, look for a receiver or a database that responds slowly",
    { cause },
  );
}

function countsOf({ firing, fired, delivery }: AlertReport) {
  return {
    AlertsFiring: firing,
    AlertsFired: fired,
    DeliveriesFailed: delivery.failed.reduce((sum, { events }) => sum + events, 0),
  };
}
