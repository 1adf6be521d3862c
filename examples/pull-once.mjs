import { lmnhTransform, parseRoster, runEtl } from "@lmnh/plant-etl";
import { httpPlantSource } from "@lmnh/plant-etl/http";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const database = await openSqlite("sqlite:plants.db");
await migrate(database);

const report = await runEtl({
  source: httpPlantSource({
    baseUrl: process.env.PLANT_API_URL ?? "https://tools.sigmalabs.co.uk/api/plants",
    roster: parseRoster("1-50"),
  }),
  transform: lmnhTransform(),
  store: sqlPlantStore(database),
  deadlineMs: 50_000,
});

console.log(`${report.loaded} loaded, ${report.flagged} of them flagged, ${report.failed} failed`);
await database.close();
