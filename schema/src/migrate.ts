import { PlantSchemaError, reasonOf } from "./errors.js";
import { migrateMssql, readLedgerMssql } from "./migrate-mssql.js";
import { migrateSqlite, readLedgerSqlite } from "./migrate-sqlite.js";
import type { MigrationReport } from "./migration-report.js";
import { type Migration, migrations } from "./migrations.js";
import type { OpenedDatabase } from "./opened-database.js";
import { planMigrations } from "./plan-migrations.js";

/**
 * Brings a database to the newest structure, each migration once, in order and whole or not at all. An existing
 * database of the museum is adopted. Where nothing is pending nothing is written or locked: safe at every start, and
 * from many processes at once.
 *
 * @throws PlantSchemaError `MIGRATION_EDITED`, `MIGRATION_UNKNOWN`, `MIGRATION_FAILED`, `RIGHTS_MISSING`, `DATABASE_BUSY`
 */
export async function migrate(opened: OpenedDatabase): Promise<MigrationReport> {
  return await migrateTo(opened, migrations[opened.dialect]);
}

/** The names of the migrations that `migrate` would apply, in order. Writes nothing. Throws as `migrate` does. */
export async function pendingMigrations(opened: OpenedDatabase): Promise<string[]> {
  return (await readPending(opened, migrations[opened.dialect])).map(({ name }) => name);
}

/** `migrate` with a list of one's own. */
export async function migrateTo(
  opened: OpenedDatabase,
  known: readonly Migration[],
): Promise<MigrationReport> {
  const pending = await readPending(opened, known);
  const migrateDialect = opened.dialect === "sqlite" ? migrateSqlite : migrateMssql;
  const { applied, setAside } =
    pending.length === 0 ? { applied: [], setAside: [] } : await migrateDialect(opened, known);
  return {
    applied,
    present: known.map(({ name }) => name).filter((name) => !applied.includes(name)),
    setAside,
  };
}

async function readPending(opened: OpenedDatabase, known: readonly Migration[]): Promise<Migration[]> {
  const readLedger = opened.dialect === "sqlite" ? readLedgerSqlite : readLedgerMssql;
  try {
    return planMigrations(known, await readLedger(opened.db, opened.schema));
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
