// One run in its own process, for tests that kill it: pull-once.mjs URL DATABASE RUN_ID
import { setTimeout as sleep } from "node:timers/promises";
import { lmnhTransform, runEtl } from "@lmnh/plant-etl";
import { httpPlantSource } from "@lmnh/plant-etl/http";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const [, , baseUrl, databaseUrl, runId] = process.argv;
const clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const database = await openSqlite(databaseUrl);
const source = httpPlantSource({
  baseUrl,
  roster: { kind: "list", ranges: [[1, 50]] },
  clock,
  random: Math.random,
  retry: { baseDelayMs: 1 },
});
process.stdout.write("started\n");
const report = await runEtl({
  source,
  transform: lmnhTransform(),
  store: sqlPlantStore(database),
  clock,
  runId,
  batchSize: 10,
});
await database.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
