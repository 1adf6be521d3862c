import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { isLoopbackHost } from "@lmnh/plant-health";
import { createDashboard, sqlOperatorMetrics } from "@lmnh/plant-health/dashboard";
import { loadPageData } from "@lmnh/plant-health/page";
import {
  archiveSettings,
  boolean,
  dailyHistory,
  databaseSettings,
  duration,
  ExitCode,
  formatError,
  healthStores,
  hostName,
  integer,
  plantSettings,
  requireMigrated,
  resolveArchive,
  resolveDatabase,
  setting,
  UserError,
} from "@lmnh/plant-runtime";
import { openArchive, openMigratedDatabase } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { version } from "../../package.json";
import { defineCommand } from "../command.js";
import { logRetry } from "../output/log-retry.js";
import { reopenable } from "../run/reopenable.js";
import { listenForStop } from "../session/shutdown-signal.js";

const dayMs = 24 * 3_600_000;

export const serveCommand = defineCommand({
  description: [
    "Serves the page that shows which plant needs whom, and renews it in open browsers while readings arrive. /status.json and /metrics have the same for programs, /healthz and /readyz are for a load balancer.",
    "The page shows names and telephone numbers, and has no login. It is served on this machine only, unless --allow-remote is given with another --host; put a proxy with a login in front of it then.",
    "A page that cannot be renewed stays, with its time, and is tried again.",
  ],
  examples: [
    ["plant serve", "the page at http://127.0.0.1:8081/"],
    ["plant serve --host 0.0.0.0 --allow-remote", "for other machines, behind a proxy"],
  ],
  exits: [
    [ExitCode.done, "the server was stopped by Ctrl-C, SIGTERM or SIGHUP"],
    [ExitCode.temporaryFailure, "the port is in use, or the database is unavailable at the start"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    timeZone: plantSettings.timeZone,
    host: setting({
      flag: "--host <host>",
      fallback: "127.0.0.1",
      description: "The address to listen on",
      schema: hostName,
    }),
    port: setting({
      flag: "--port <number>",
      fallback: "8081",
      description: "The port; 0 selects a free one",
      schema: integer(0, 65_535, 8081),
    }),
    allowRemote: setting({
      flag: "--allow-remote",
      fallback: "false",
      description: "Serve other machines too",
      schema: boolean,
    }),
    refresh: setting({
      flag: "--refresh <duration>",
      fallback: "30s",
      description: "How often the page is made anew while somebody looks, 1s to 1h",
      schema: duration("1s", "1h", "30s"),
    }),
  },
  async act({ values, resolved, host, output }) {
    if (!isLoopbackHost(values.host) && !values.allowRemote)
      throw new UserError(
        ExitCode.usage,
        `${values.host} can be reached from other machines, and the page shows names and telephone numbers without a login. If a proxy with a login is in front of it, add --allow-remote`,
      );
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
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping; once more to end at once`),
    );
    try {
      await database.current();
      const server = createServer();
      const port = await listen(server, values);
      const dashboard = createDashboard({
        async load(nowMs) {
          try {
            const stores = healthStores(await database.current(), retry);
            return await loadPageData({ ...stores, nowMs, history: await history(nowMs) });
          } catch (error) {
            // The file may have been replaced, or the server restarted.
            await database.close().catch(() => {});
            throw error;
          }
        },
        readingsOf: async (plantIds, nowMs) =>
          healthStores(await database.current(), retry).records.readings(nowMs - dayMs, nowMs + 1, plantIds),
        checkReady: async () => requireMigrated(await database.current(), target.name),
        metrics: async (nowMs, signal) => ({
          ...(await operatorMetrics(await database.current(), nowMs, signal)),
          build: { version },
        }),
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
      const url = `http://${hostInUrl(values.host)}:${port}/`;
      output.result({ url, port }, [`The plants: ${url}`, "Stop: Ctrl-C"], null);
      if (!stop.signal.aborted) await once(stop.signal, "abort");
      dashboard.close();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      return ExitCode.done;
    } finally {
      stop.release();
      await database.close();
    }
  },
});

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
