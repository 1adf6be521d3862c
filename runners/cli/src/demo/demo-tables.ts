import { describeQuality } from "@lmnh/plant-etl";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { sql } from "kysely";
import { formatTable } from "../output/table.js";
import { query, type Totals } from "./totals.js";

/** Tables of the database's content after the demo. */
export async function demoTables({ db }: Pick<PlantDatabase, "db">, totals: Totals): Promise<string[]> {
  const tables = await query<{ name: string; rows: number }>(
    db,
    sql`
SELECT 'plant' AS name, count(*) AS rows FROM plant
UNION ALL SELECT 'botanist', count(*) FROM botanist
UNION ALL SELECT 'origin', count(*) FROM origin
UNION ALL SELECT 'city', count(*) FROM city
UNION ALL SELECT 'country', count(*) FROM country
UNION ALL SELECT 'plant_reading', count(*) FROM plant_reading
UNION ALL SELECT 'plant_notice', count(*) FROM plant_notice
UNION ALL SELECT 'plant_rejection', count(*) FROM plant_rejection
UNION ALL SELECT 'etl_run', count(*) FROM etl_run`,
  );
  const flags = await query<{ quality_flag: number; readings: number }>(
    db,
    sql`SELECT quality_flag, count(*) AS readings FROM plant_reading GROUP BY quality_flag ORDER BY quality_flag`,
  );
  const hottest = await query<PlantRow>(db, sql`${lastDay} ORDER BY "meanTemperature" DESC LIMIT 5`);
  const driest = await query<PlantRow>(db, sql`${lastDay} ORDER BY "meanMoisture" LIMIT 5`);

  return [
    `What ${totals.runs} pulls loaded into the database, before pruning`,
    ...formatTable(tables.map(({ name, rows }) => ["", name, rows, "rows"])),
    "",
    "Quality of the readings: all are kept, anomalies are flagged",
    ...formatTable(
      flags.map(({ quality_flag, readings }) => [
        "",
        quality_flag === 0 ? "no flag" : describeQuality(quality_flag).join(" + "),
        readings,
      ]),
    ),
    "",
    "Hottest plants of the last 24 hours: mean °C of readings without a flag",
    ...formatTable(hottest.map((row) => ["", row.plantId, row.name, fixed(row.meanTemperature)])),
    "",
    "Driest plants of the last 24 hours: mean soil moisture in %",
    ...formatTable(driest.map((row) => ["", row.plantId, row.name, fixed(row.meanMoisture)])),
  ];
}

interface PlantRow {
  readonly plantId: number;
  readonly name: string | null;
  readonly meanTemperature: number;
  readonly meanMoisture: number;
}

const lastDay = sql<PlantRow>`
SELECT plant_id AS "plantId", coalesce(name, '?') AS name,
       avg(CASE WHEN quality_flag & 1 = 0 THEN temperature END) AS "meanTemperature",
       avg(soil_moisture) AS "meanMoisture"
FROM plant_reading JOIN plant USING (plant_id)
WHERE recording_taken > (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(recording_taken), '-1 day') FROM plant_reading)
GROUP BY plant_id, name`;

/** Right-aligned text. */
function fixed(value: number): string {
  return value.toFixed(1).padStart(6);
}
