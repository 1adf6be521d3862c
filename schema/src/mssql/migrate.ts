import { CompiledQuery, type Kysely } from "kysely";
import type { PlantDatabase } from "../database.js";
import { isPlantSchemaError, PlantSchemaError, reasonOf } from "../errors.js";
import { type Migration, migrationChecksum } from "../migration/migration.js";
import type { MigrationReport } from "../migration/migration-report.js";
import { type AppliedMigration, planMigrations } from "../migration/plan-migrations.js";
import { countQuarantined, highestQuarantinedId } from "../migration/quarantine-counts.js";
import { splitBatches } from "../migration/split-statements.js";
import type { PlantTables } from "../tables.js";
import { inTransaction } from "../transaction/in-transaction.js";
import { acquireAppLock } from "./app-lock.js";
import { ownErrorNumbers } from "./error-numbers.js";
import { quoteSchema } from "./quote-identifier.js";
import type { MssqlQuery } from "./request.js";

type Connection = Kysely<PlantTables>;

/** The batches of a migration, with the quoted schema in place of `$(schema)`, sqlcmd's notation for a variable. */
export function migrationBatches({ sql }: Migration, schema: string | null): string[] {
  return splitBatches(sql.replaceAll("$(schema)", () => quoteSchema(schema)));
}

/** One round trip, because every run starts with it. */
export async function readMssqlHistory(db: Connection, schema: string | null): Promise<AppliedMigration[]> {
  const query = CompiledQuery.raw(history(schema), [schema ?? "dbo", historyName(schema)]);
  return (await db.executeQuery<AppliedMigration>(query)).rows;
}

/** Applies each pending migration in a transaction, under a lock that the server releases when the connection ends. */
export async function migrateMssql(
  { db, schema }: PlantDatabase,
  known: readonly Migration[],
): Promise<Omit<MigrationReport, "present">> {
  return await db.connection().execute(async (connection) => {
    const lock = `plant-schema ${quoteSchema(schema)}`;
    await acquireAppLock(connection, { name: lock, owner: "Session", timeoutMs: lockTimeoutMs });
    try {
      const pending = planMigrations(known, await readMssqlHistory(connection, schema));
      const highest = (await hasTable(connection, schema, "quarantined_row"))
        ? await highestQuarantinedId(connection)
        : 0;
      for (const migration of pending) await apply(connection, schema, migration);
      const quarantined = (await hasTable(connection, schema, "quarantined_row"))
        ? await countQuarantined(connection, highest)
        : [];
      return { applied: pending.map(({ name }) => name), quarantined };
    } finally {
      // A lost connection has released the lock.
      await run(connection, releaseLock, [lock]).catch(() => undefined);
    }
  });
}

const lockTimeoutMs = 60_000;

/** A batch copies all of the museum's readings. */
const batchTimeoutMs = 3_600_000;

const releaseLock = "EXEC sp_releaseapplock @Resource = @1, @LockOwner = 'Session';";

async function apply(connection: Connection, schema: string | null, migration: Migration): Promise<void> {
  try {
    await inTransaction(connection, async (transaction) => {
      for (const batch of migrationBatches(migration, schema)) await run(transaction, batch);
      await run(transaction, historyTable(schema), [historyName(schema)]);
      await run(transaction, appliedMigration(schema), [migration.name, migrationChecksum(migration)]);
    });
  } catch (cause) {
    if (isPlantSchemaError(cause) && cause.code === "PERMISSION_DENIED")
      throw new PlantSchemaError(
        "PERMISSION_DENIED",
        "abort",
        `The migration ${migration.name} is pending, and this login may not apply it: ${reasonOf(cause.cause ?? cause).replace(/\.$/, "")}. Nothing was changed. Apply it as the owner of the database.`,
        { cause },
      );
    throw new PlantSchemaError(
      "MIGRATION_FAILED",
      isPlantSchemaError(cause) ? cause.recovery : "abort",
      `The migration ${migration.name} failed, and nothing was changed: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

const historyName = (schema: string | null) => `${quoteSchema(schema)}.[schema_migration]`;

// Without the check, a mistyped name would create a second, empty set of tables.
const history = (schema: string | null) => `
IF SCHEMA_ID(@1) IS NULL
  THROW ${ownErrorNumbers.schemaMissing}, N'the database has no schema ${quoteSchema(schema)}; CREATE SCHEMA ${quoteSchema(schema)} creates it', 1;
IF OBJECT_ID(@2) IS NOT NULL
  SELECT name, checksum FROM ${historyName(schema)} ORDER BY name;`;

const historyTable = (schema: string | null) => `
IF OBJECT_ID(@1) IS NULL
  CREATE TABLE ${historyName(schema)} (
    name NVARCHAR(128) NOT NULL,
    checksum NVARCHAR(64) NOT NULL,
    applied_at DATETIME2(3) NOT NULL,
    CONSTRAINT pk_schema_migration PRIMARY KEY (name)
  );`;

const appliedMigration = (schema: string | null) => `
INSERT INTO ${historyName(schema)} (name, checksum, applied_at) VALUES (@1, @2, SYSUTCDATETIME());`;

async function hasTable(db: Connection, schema: string | null, name: string): Promise<boolean> {
  const query = CompiledQuery.raw("SELECT OBJECT_ID(@1) AS id", [`${quoteSchema(schema)}.[${name}]`]);
  const [row] = (await db.executeQuery<{ id: number | null }>(query)).rows;
  return (row?.id ?? null) !== null;
}

async function run(db: Connection, sql: string, parameters: readonly unknown[] = []): Promise<void> {
  const query: MssqlQuery = { ...CompiledQuery.raw(sql, [...parameters]), timeoutMs: batchTimeoutMs };
  await db.executeQuery(query);
}
