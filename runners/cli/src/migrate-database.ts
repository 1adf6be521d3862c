import { migrate, type PlantDatabase } from "@lmnh/plant-schema";
import type { Output } from "./output/output.js";
import { pluralize } from "./output/pluralize.js";

/** Migrates where something is pending, and says what was done. */
export async function migrateDatabase(database: PlantDatabase, output: Output): Promise<void> {
  const { applied, quarantined } = await migrate(database);
  if (applied.length > 0) output.note(`migrated: ${applied.join(", ")}`);
  for (const { table, rows, reason } of quarantined)
    output.warn(`set aside ${pluralize(rows, "row")} of ${table} (${reason}), kept in quarantined_row`);
}
