import {
  createDashboard,
  type FunctionUrlEvent,
  type FunctionUrlResult,
  handleFunctionUrl,
} from "@lmnh/plant-health/dashboard";
import { loadPageData } from "@lmnh/plant-health/page";
import {
  type DailyHistory,
  dailyHistory,
  formatError,
  healthStores,
  requireMigrated,
} from "@lmnh/plant-runtime";
import { openS3Archive } from "@lmnh/plant-runtime/s3";
import { version } from "../package.json";
import { cacheDatabase } from "./cached-database.js";
import type { LambdaContext } from "./create-handler.js";
import type { DatabaseProvider } from "./database-provider.js";
import { InvocationError } from "./invocation-error.js";
import type { Host } from "./lambda-host.js";
import { dashboardSettings, readSettings, warningsOf } from "./lambda-settings.js";
import { logDatabaseRetry } from "./log-database-retry.js";
import { problemsOfArchive, s3Archive } from "./s3-archive.js";
import { listenForStop } from "./shutdown.js";
import { type Log, powertools } from "./telemetry.js";

/** Shorter than the dashboard waits for its data. */
const requestTimeoutMs = 15_000;
const historyDays = 14;
/** A page without history is better than none. */
const historyTimeoutMs = 3_000;
const archiveLimits = { maxAttempts: 1, responseTimeoutMs: 1_000 };
const dayMs = 24 * 3_600_000;

/** Responds to the requests of a function URL with the page. Open pages ask each minute: an open stream is paid by the second. */
export function dashboardHandler(host: Host, opener: DatabaseProvider) {
  const settings = readSettings(dashboardSettings, host.environment, (resolved) => [
    ...opener.check(resolved),
    ...problemsOfArchive(resolved),
  ]);
  const telemetry = powertools();
  const database = cacheDatabase(() => opener.open(settings, requestTimeoutMs));
  const stop = listenForStop(host, () => database.close());
  const warnings = warningsOf(host.environment);
  let log: Log | undefined;
  let coldStart = true;
  let history: Promise<DailyHistory> | undefined;

  const logProblem = (error: unknown) => log?.error(formatError(error, "lambda").lines.join("; "));
  const stores = async () => {
    const onRetry = (error: unknown, waitMs: number) => log && logDatabaseRetry(log)(error, waitMs);
    return healthStores(await database.opened(), { clock: host.clock, random: host.random, onRetry });
  };
  const openHistory = async () =>
    dailyHistory(await openS3Archive(s3Archive(settings), archiveLimits), {
      days: historyDays,
      wait: { clock: host.clock, timeoutMs: historyTimeoutMs },
      onError: logProblem,
    });

  const dashboard = createDashboard({
    live: "poll",
    async load(nowMs) {
      history ??= openHistory();
      return await loadPageData({ ...(await stores()), nowMs, history: await (await history)(nowMs) });
    },
    readingsOf: async (plantIds, nowMs) =>
      (await stores()).records.readings(nowMs - dayMs, nowMs + 1, plantIds),
    checkReady: async () => requireMigrated(await database.opened(), "The database"),
    metrics: async () => ({ build: { version } }),
    clock: host.clock,
    timeZone: settings.values.timeZone,
    onError: logProblem,
  });

  return async (event: unknown, context: LambdaContext): Promise<FunctionUrlResult> => {
    log = telemetry.begin({
      run_id: host.newId(),
      function_request_id: context.awsRequestId,
      cold_start: coldStart,
    });
    if (coldStart) for (const warning of warnings) log.warn(warning);
    coldStart = false;
    if (!isUrlEvent(event)) throw new InvocationError("The event is no request of a function URL.");
    stop.begin();
    try {
      return await handleFunctionUrl(event, dashboard.fetch);
    } finally {
      stop.end();
    }
  };
}

function isUrlEvent(event: unknown): event is FunctionUrlEvent {
  const { rawPath, requestContext } = (event ?? {}) as Partial<FunctionUrlEvent>;
  return typeof rawPath === "string" && typeof requestContext?.http?.method === "string";
}
