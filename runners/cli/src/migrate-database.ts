import { type MigrationReport, migrate, type PlantDatabase } from "@lmnh/plant-schema";
import type { Output } from "./output/output.js";
import { pluralize } from "./output/pluralize.js";

export async function migrateDatabase(database: PlantDatabase, output: Output): Promise<void> {
  writeMigrations(await migrate(database), output);
}

/** What was migrated, if anything was. */
export function writeMigrations({ applied, quarantined }: MigrationReport, output: Output): void {
  if (applied.length > 0) output.note(`migrated: ${applied.join(", ")}`);
  for (const { table, rows, reason } of quarantined)
    output.warn(`moved ${pluralize(rows, "row")} of ${table} to quarantined_row (${reason})`);
}
