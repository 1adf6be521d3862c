// A service that pulls the museum's API every minute and serves its own health under /health. On SIGTERM it loads what it
// has received and ends.
//
//   PLANT_API_URL=… PLANT_DATABASE=sqlite:plants.db PORT=3000 node hono-service.mjs
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { lmnhTransform, outcomeReasonOf, parseRoster, runEtl } from "@lmnh/plant-etl";
import { httpPlantSource } from "@lmnh/plant-etl/http";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { Hono } from "hono";

const everyMs = 60_000;

/** Pulls until the signal aborts; a run that fails does not end it. */
async function pullEveryMinute(options, onEnd) {
  for (let startMs = Date.now(); !options.signal.aborted; startMs = Math.max(startMs + everyMs, Date.now())) {
    await sleep(startMs - Date.now(), undefined, { signal: options.signal }).catch(() => {});
    if (options.signal.aborted) return;
    try {
      const { outcome, reason, loaded, finishedAt } = await runEtl(options);
      onEnd({ outcome, reason, loaded, finishedAt });
    } catch (error) {
      onEnd({ outcome: "failed", reason: outcomeReasonOf(error) });
      console.error(error);
    }
  }
}

const { PLANT_API_URL, PLANT_DATABASE = "sqlite:plants.db", PORT = "3000" } = process.env;
const database = await openSqlite(PLANT_DATABASE);
await migrate(database);

const stop = new AbortController();
let health = { outcome: "starting" };
const pulling = pullEveryMinute(
  {
    source: httpPlantSource({
      baseUrl: PLANT_API_URL ?? "https://tools.sigmalabs.co.uk/api/plants",
      roster: parseRoster("1-50"),
    }),
    transform: lmnhTransform(),
    store: sqlPlantStore(database),
    deadlineMs: 50_000,
    signal: stop.signal,
  },
  (latest) => {
    health = latest;
  },
);

const app = new Hono();
app.get("/health", (context) => context.json(health, health.outcome === "failed" ? 503 : 200));
const server = serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => console.log(`port ${port}`));

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, async () => {
    stop.abort();
    // Requests in progress end first, and so does the run, which loads what it has received.
    await Promise.all([new Promise((closed) => server.close(closed)), pulling]);
    await database.close();
    console.log("stopped");
  });
