import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import { PlantSchemaError, reasonOf } from "../errors.js";
import type { Migration } from "./migration.js";
import type { MigrationReport } from "./migration-report.js";
import { planMigrations } from "./plan-migrations.js";

/**
 * Brings a database to the newest structure, each migration once, in order and whole or not at all. An existing
 * database of the museum is adopted. Where nothing is pending nothing is written or locked: safe at every start, and
 * from many processes at once.
 *
 * @throws PlantSchemaError `SCHEMA_UNKNOWN`, `MIGRATION_FAILED`, `PERMISSION_DENIED`, `DATABASE_BUSY`
 */
export async function migrate(opened: PlantDatabase): Promise<MigrationReport> {
  return await migrateTo(opened, dialects[opened.dialect].migrations);
}

/** The names of the migrations that `migrate` would apply, in order. Writes nothing. Throws as `migrate` does. */
export async function pendingMigrations(opened: PlantDatabase): Promise<string[]> {
  return (await readPending(opened, dialects[opened.dialect].migrations)).map(({ name }) => name);
}

/** `migrate` with a list of one's own. */
export async function migrateTo(
  opened: PlantDatabase,
  known: readonly Migration[],
): Promise<MigrationReport> {
  const pending = await readPending(opened, known);
  const { applied, quarantined } =
    pending.length === 0
      ? { applied: [], quarantined: [] }
      : await dialects[opened.dialect].applyPending(opened, known);
  return {
    applied,
    present: known.map(({ name }) => name).filter((name) => !applied.includes(name)),
    quarantined,
  };
}

async function readPending(opened: PlantDatabase, known: readonly Migration[]): Promise<Migration[]> {
  try {
    return planMigrations(known, await dialects[opened.dialect].readHistory(opened.db, opened.schema));
  } catch (cause) {
    if (cause instanceof PlantSchemaError) throw cause;
    throw new PlantSchemaError(
      "DATABASE_UNREACHABLE",
      "retry",
      `The database cannot be read: ${reasonOf(cause)}. Check that it can be reached, and the rights in it.`,
      { cause },
    );
  }
}
