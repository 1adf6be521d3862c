import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { isLoopbackHost } from "@lmnh/plant-health";
import { createDashboard, sqlOperatorMetrics } from "@lmnh/plant-health/dashboard";
import { loadPageData } from "@lmnh/plant-health/page";
import {
  type archiveSettings,
  dailyHistory,
  type databaseSettings,
  ExitCode,
  formatError,
  healthStores,
  type plantSettings,
  requireMigrated,
  resolveArchive,
  resolveDatabase,
  UserError,
  type Values,
} from "@lmnh/plant-runtime";
import { openArchive, openMigratedDatabase } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { version } from "../../package.json";
import type { Task } from "../command.js";
import { logRetry } from "../output/log-retry.js";
import { reopenable } from "../run/reopenable.js";
import type { dashboardSettings } from "./dashboard-settings.js";

const dayMs = 24 * 3_600_000;

type DashboardTask = Task<
  typeof databaseSettings &
    typeof archiveSettings &
    typeof dashboardSettings &
    Pick<typeof plantSettings, "timeZone">
>;

export interface DashboardServer {
  readonly url: string;
  readonly port: number;
  /** Ends the requests in progress, and closes its connection to the database. */
  close(): Promise<void>;
}

/** @throws UserError for an address that other machines can reach, without `--allow-remote` */
export function refuseUnwantedRemote({
  host,
  allowRemote,
}: Pick<Values<typeof dashboardSettings>, "host" | "allowRemote">): void {
  if (!isLoopbackHost(host) && !allowRemote)
    throw new UserError(
      ExitCode.usage,
      `${host} can be reached from other machines, and the page shows names and telephone numbers without a login. If a proxy with a login is in front of it, add --allow-remote`,
    );
}

/**
 * Serves page, health and metrics from a read-only connection of its own, so that no page waits for a load and every page
 * shows committed rows only. After an error, the next request opens the database again.
 *
 * @throws UserError for a port that is not free, or a missing database; PlantSchemaError `MIGRATION_PENDING`
 */
export async function startDashboardServer({
  values,
  resolved,
  host,
  output,
}: DashboardTask): Promise<DashboardServer> {
  const target = resolveDatabase(values, resolved);
  const database = reopenable(() =>
    openMigratedDatabase(target, "read", () => {}, { onRisk: (risk) => output.warn(risk) }),
  );
  const objects = await openArchive(resolveArchive(values, resolved), {
    newId: host.newId,
    missingFolder: "empty",
  });
  const warn = (error: unknown) => output.warn(formatError(error, "cli").lines.join("; "));
  const history = dailyHistory(objects, {
    days: 14,
    wait: { clock: host.clock, timeoutMs: 3_000 },
    onError: warn,
  });
  const retry = { clock: host.clock, random: host.random, onRetry: logRetry(output) };
  let counting: {
    readonly of: PlantDatabase;
    readonly metrics: ReturnType<typeof sqlOperatorMetrics>;
  } | null = null;
  const operatorMetrics = async (of: PlantDatabase, nowMs: number, signal: AbortSignal) => {
    if (counting?.of !== of) counting = { of, metrics: sqlOperatorMetrics({ ...of, retry }) };
    return await counting.metrics(nowMs, signal);
  };
  try {
    await database.current();
    const server = createServer();
    const port = await listen(server, values);
    const dashboard = createDashboard({
      load: (nowMs) =>
        database.use(async (opened) => {
          const stores = healthStores(opened, retry);
          return await loadPageData({ ...stores, nowMs, history: await history(nowMs) });
        }),
      readingsOf: (plantIds, nowMs) =>
        database.use((opened) =>
          healthStores(opened, retry).records.readings(nowMs - dayMs, nowMs + 1, plantIds),
        ),
      checkReady: () => database.use((opened) => requireMigrated(opened, target.name)),
      metrics: (nowMs, signal) =>
        database.use(async (opened) => ({
          ...(await operatorMetrics(opened, nowMs, signal)),
          build: { version },
        })),
      clock: host.clock,
      timeZone: values.timeZone,
      hint: "plant run",
      refreshMs: values.refresh,
      // Another site's name that points to this machine is refused.
      ...(!values.allowRemote && {
        allowedHosts: ["127.0.0.1", "localhost", "[::1]", hostInUrl(values.host)].map(
          // Without the port where it is that of the scheme.
          (name) => new URL(`http://${name}:${port}`).host,
        ),
      }),
      onError: warn,
    });
    server.on("request", getRequestListener(dashboard.fetch));
    return {
      url: `http://${hostInUrl(values.host)}:${port}/`,
      port,
      async close() {
        dashboard.close();
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        await closed;
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The port on which the server listens. */
async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new UserError(
      ExitCode.temporaryFailure,
      `The server cannot listen on ${host}:${port}: ${reasonOf(error)}. Choose another port with --port`,
    );
  }
  return (server.address() as AddressInfo).port;
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
