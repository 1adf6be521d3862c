import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";

/** Removes every row that a load can write, what refers before what is referred to. */
export async function emptyTables(db: Kysely<PlantDatabase>): Promise<void> {
  for (const table of tables) await db.deleteFrom(table).execute();
}

const tables = [
  "set_aside_row",
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
