import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import { isPlantSchemaError, PlantSchemaError, reasonOf } from "../errors.js";
import type { Migration } from "./migration.js";
import type { MigrationReport } from "./migration-report.js";
import { planMigrations } from "./plan-migrations.js";

/**
 * Applies the pending migrations in order: on SQLite all of them in one transaction, on SQL Server each in its own. Other
 * processes wait for it, up to a minute. An existing database of the museum is adopted. If no migration is pending, it only
 * reads, so it can be called at every start and from many processes at once.
 *
 * @throws PlantSchemaError `SCHEMA_UNKNOWN`, `MIGRATION_FAILED`, `PERMISSION_DENIED`, `DATABASE_BUSY`
 *
 * @example
 * ```ts
 * const database = await openSqlite("sqlite:plants.db");
 * const { quarantined } = await migrate(database);
 * for (const { table, reason, rows } of quarantined) console.warn(`${rows} rows of ${table}: ${reason}`);
 * ```
 */
export async function migrate(opened: PlantDatabase): Promise<MigrationReport> {
  return await migrateTo(opened, dialects[opened.dialect].migrations);
}

/** The names of the migrations that `migrate` would apply, in order. It only reads, and throws the errors of `migrate`. */
export async function pendingMigrations(opened: PlantDatabase): Promise<string[]> {
  return (await readPending(opened, dialects[opened.dialect].migrations)).map(({ name }) => name);
}

/** `migrate` with another list of migrations, for tests. */
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
    if (isPlantSchemaError(cause)) throw cause;
    throw new PlantSchemaError(
      "DATABASE_UNREACHABLE",
      "retry",
      `The database cannot be read: ${reasonOf(cause)}. Check that it can be reached, and the permissions in it.`,
      { cause },
    );
  }
}
