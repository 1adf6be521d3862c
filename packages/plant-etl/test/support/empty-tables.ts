import type { PlantTables } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";

/** Removes every row that a load can write, what refers before what is referred to. */
export async function emptyTables(db: Kysely<PlantTables>): Promise<void> {
  for (const table of tables) await db.deleteFrom(table).execute();
}

const tables = [
  "quarantined_row",
  "plant_reading",
  "plant_notice",
  "plant_rejection",
  "plant",
  "origin",
  "city",
  "country",
  "botanist",
  "etl_run",
] as const;
