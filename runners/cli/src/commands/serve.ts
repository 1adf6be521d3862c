import { once } from "node:events";
import { archiveSettings, databaseSettings, ExitCode, plantSettings } from "@lmnh/plant-runtime";
import { defineCommand } from "../command.js";
import { refuseUnwantedRemote, startDashboardServer } from "../dashboard/dashboard-server.js";
import { dashboardSettings } from "../dashboard/dashboard-settings.js";
import { listenForStop } from "../session/shutdown-signal.js";

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
    ...dashboardSettings,
  },
  async act(task) {
    const { values, host, output } = task;
    refuseUnwantedRemote(values);
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping; once more to end at once`),
    );
    try {
      const { url, port, close } = await startDashboardServer(task);
      output.result({ url, port }, [`The plants: ${url}`, "Stop: Ctrl-C"], null);
      if (!stop.signal.aborted) await once(stop.signal, "abort");
      await close();
      return ExitCode.done;
    } finally {
      stop.release();
    }
  },
});
