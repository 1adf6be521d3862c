// One run over bodies of 1 MiB that are not JSON, in its own process: reject-pages.mjs PLANTS DATABASE
import { lmnhTransform, runEtl } from "@lmnh/plant-etl";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const [, , plants, databaseUrl] = process.argv;
const database = await openSqlite(databaseUrl);
await migrate(database);
const source = {
  async *responses() {
    for (let plantId = 0; plantId < Number(plants); plantId++) {
      // Decoded from bytes, as a body is. A character beyond Latin-1 makes V8 use two bytes per character.
      const body = Buffer.from(`<html>${plantId} 🌵${"x".repeat(1_048_550)}`).toString();
      const outcome = { kind: "received", status: 200, body, cut: false };
      yield { plantId, receivedAt: "2026-01-28T12:00:01.000Z", attempts: 1, outcome };
    }
  },
};
const clock = { now: Date.now, sleep: () => new Promise(() => {}) };
const report = await runEtl({
  source,
  transform: lmnhTransform(),
  store: sqlPlantStore(database),
  clock,
  runId: "pages",
});
await database.close();
const maxRssBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ report, maxRssBytes }));
