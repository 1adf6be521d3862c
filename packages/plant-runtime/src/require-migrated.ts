import { type PlantDatabase, PlantSchemaError, pendingMigrations } from "@lmnh/plant-schema";

/**
 * For programs that may not change the structure of the database.
 *
 * @throws PlantSchemaError `MIGRATION_PENDING`
 */
export async function requireMigrated(database: PlantDatabase, name: string): Promise<void> {
  const pending = await pendingMigrations(database);
  if (pending.length > 0)
    throw new PlantSchemaError(
      "MIGRATION_PENDING",
      "abort",
      `${name} has an older structure (pending: ${pending.join(", ")}).`,
    );
}
