import { CompiledQuery, type Kysely } from "kysely";
import type { PlantDatabase } from "../database.js";
import { codeOf, isPlantSchemaError, PlantSchemaError, reasonOf } from "../errors.js";
import { type Migration, migrationChecksum } from "../migration/migration.js";
import type { MigrationReport } from "../migration/migration-report.js";
import { type AppliedMigration, planMigrations } from "../migration/plan-migrations.js";
import { countQuarantined, highestQuarantinedId } from "../migration/quarantine-counts.js";
import { splitStatements } from "../migration/split-statements.js";
import type { PlantTables } from "../tables.js";

type Connection = Kysely<PlantTables>;

export async function readSqliteHistory(db: Connection): Promise<AppliedMigration[]> {
  if (!(await hasTable(db, "schema_migration"))) return [];
  return await db.selectFrom("schema_migration").select(["name", "checksum"]).orderBy("name").execute();
}

/** Applies all pending migrations in one transaction, which acquires the write lock and then reads the history again. */
export async function migrateSqlite(
  { db }: PlantDatabase,
  known: readonly Migration[],
): Promise<Omit<MigrationReport, "present">> {
  return await db.connection().execute(async (connection) => {
    // Tables are dropped and created again. With foreign keys on, the drop would delete the rows that refer to them. The
    // setting has no effect inside a transaction.
    await run(connection, "PRAGMA foreign_keys = OFF");
    try {
      await begin(connection);
      try {
        const report = await applyPending(connection, known);
        await run(connection, "COMMIT");
        return report;
      } catch (error) {
        // Fails if the error has rolled back already.
        await run(connection, "ROLLBACK").catch(() => undefined);
        throw error;
      }
    } finally {
      await run(connection, "PRAGMA foreign_keys = ON");
    }
  });
}

/** Each waits ten seconds for the lock: a minute, as on SQL Server. Another process may be adopting many readings. */
const maxAttempts = 6;

async function begin(connection: Connection): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run(connection, "BEGIN IMMEDIATE");
      return;
    } catch (error) {
      if (attempt === maxAttempts || codeOf(error) !== "DATABASE_BUSY") throw error;
    }
  }
}

async function applyPending(
  connection: Connection,
  known: readonly Migration[],
): Promise<Omit<MigrationReport, "present">> {
  const pending = planMigrations(known, await readSqliteHistory(connection));
  const highest = (await hasTable(connection, "quarantined_row"))
    ? await highestQuarantinedId(connection)
    : 0;
  for (const migration of pending) await apply(connection, migration);
  const quarantined = (await hasTable(connection, "quarantined_row"))
    ? await countQuarantined(connection, highest)
    : [];
  return { applied: pending.map(({ name }) => name), quarantined };
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  try {
    const before = new Set(await danglingReferences(connection));
    for (const statement of splitStatements(migration.sql)) await run(connection, statement);
    const dangling = (await danglingReferences(connection)).find((reference) => !before.has(reference));
    if (dangling !== undefined) throw new Error(`it would leave a reference to a missing row: ${dangling}`);
    await run(connection, historyTable);
    await run(connection, appliedMigration, [migration.name, migrationChecksum(migration)]);
  } catch (error) {
    const isMissingTable = isPlantSchemaError(error) && error.code === "SCHEMA_MISSING";
    // An error of the disk or the file, not of the migration.
    if (isPlantSchemaError(error) && !isMissingTable) throw error;
    const cause = isMissingTable ? error.cause : error;
    throw new PlantSchemaError(
      "MIGRATION_FAILED",
      "abort",
      `The migration ${migration.name} failed, and nothing was changed: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

const historyTable = `
CREATE TABLE IF NOT EXISTS schema_migration (
  name TEXT NOT NULL PRIMARY KEY,
  checksum TEXT NOT NULL,
  applied_at TEXT NOT NULL
)`;

const appliedMigration = `
INSERT INTO schema_migration (name, checksum, applied_at)
VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`;

/** The references to missing rows in all tables, those of the museum included; one text for each. */
async function danglingReferences(connection: Connection): Promise<string[]> {
  return (await run(connection, "PRAGMA foreign_key_check")).map((row) => JSON.stringify(row));
}

async function hasTable(db: Connection, name: string): Promise<boolean> {
  return (await run(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name])).length > 0;
}

async function run(db: Connection, sql: string, parameters: readonly unknown[] = []): Promise<unknown[]> {
  return (await db.executeQuery(CompiledQuery.raw(sql, [...parameters]))).rows;
}
