import { CompiledQuery, type Kysely } from "kysely";
import { takeAppLock } from "./app-lock.js";
import { PlantSchemaError, reasonOf } from "./errors.js";
import { inTransaction } from "./in-transaction.js";
import type { MigrationReport } from "./migration-report.js";
import { type Migration, migrationChecksum } from "./migrations.js";
import { ownErrorNumbers } from "./mssql-error-numbers.js";
import type { TimedQuery } from "./mssql-request.js";
import type { OpenedDatabase } from "./opened-database.js";
import { type LedgerEntry, planMigrations } from "./plan-migrations.js";
import { quoteSchema } from "./quote-schema.js";
import { countSetAside, highestSetAside } from "./set-aside-counts.js";
import { splitBatches } from "./split-sql.js";
import type { PlantDatabase } from "./tables.js";

type Connection = Kysely<PlantDatabase>;

/** A migration's batches for one schema: `$(schema)`, sqlcmd's notation for a variable, becomes its quoted name. */
export function migrationBatches({ sql }: Migration, schema: string | null): string[] {
  return splitBatches(sql.replaceAll("$(schema)", () => quoteSchema(schema)));
}

/** One round trip, because every run begins with it. */
export async function readLedgerMssql(db: Connection, schema: string | null): Promise<LedgerEntry[]> {
  const query = CompiledQuery.raw(ledger(schema), [schema ?? "dbo", ledgerName(schema)]);
  return (await db.executeQuery<LedgerEntry>(query)).rows;
}

/** Applies what is pending, a transaction a file, under a lock that the server gives back when the connection ends. */
export async function migrateMssql(
  { db, schema }: OpenedDatabase,
  known: readonly Migration[],
): Promise<Omit<MigrationReport, "present">> {
  return await db.connection().execute(async (connection) => {
    const lock = `plant-schema ${quoteSchema(schema)}`;
    await takeAppLock(connection, { name: lock, owner: "Session", timeoutMs: lockTimeoutMs });
    try {
      const pending = planMigrations(known, await readLedgerMssql(connection, schema));
      const highest = (await hasTable(connection, schema, "set_aside_row"))
        ? await highestSetAside(connection)
        : 0;
      for (const migration of pending) await apply(connection, schema, migration);
      const setAside = (await hasTable(connection, schema, "set_aside_row"))
        ? await countSetAside(connection, highest)
        : [];
      return { applied: pending.map(({ name }) => name), setAside };
    } finally {
      // Where the connection is gone, so is the lock.
      await run(connection, releaseLock, [lock]).catch(() => undefined);
    }
  });
}

const lockTimeoutMs = 60_000;

/** A batch may copy all readings that the museum ever took. */
const batchTimeoutMs = 3_600_000;

const releaseLock = "EXEC sp_releaseapplock @Resource = @1, @LockOwner = 'Session';";

async function apply(connection: Connection, schema: string | null, migration: Migration): Promise<void> {
  try {
    await inTransaction(connection, async (transaction) => {
      for (const batch of migrationBatches(migration, schema)) await run(transaction, batch);
      await run(transaction, ledgerTable(schema), [ledgerName(schema)]);
      await run(transaction, ledgerEntry(schema), [migration.name, migrationChecksum(migration)]);
    });
  } catch (cause) {
    if (cause instanceof PlantSchemaError && cause.code === "RIGHTS_MISSING")
      throw new PlantSchemaError(
        "RIGHTS_MISSING",
        "abort",
        `The migration ${migration.name} is pending, and this login may not apply it: ${reasonOf(cause.cause ?? cause).replace(/\.$/, "")}. Nothing was changed; run plant migrate as the database's owner.`,
        { cause },
      );
    throw new PlantSchemaError(
      "MIGRATION_FAILED",
      cause instanceof PlantSchemaError ? cause.recovery : "abort",
      `The migration ${migration.name} failed and changed nothing: ${reasonOf(cause)}. See "Adoption" in the README of @lmnh/plant-schema.`,
      { cause },
    );
  }
}

const ledgerName = (schema: string | null) => `${quoteSchema(schema)}.[schema_migration]`;

// A name that is mistyped would else be a second, empty set of tables.
const ledger = (schema: string | null) => `
IF SCHEMA_ID(@1) IS NULL
  THROW ${ownErrorNumbers.schemaMissing}, N'${quoteSchema(schema)} is no schema of this database; CREATE SCHEMA ${quoteSchema(schema)} makes it', 1;
IF OBJECT_ID(@2) IS NOT NULL
  SELECT name, checksum FROM ${ledgerName(schema)} ORDER BY name;`;

const ledgerTable = (schema: string | null) => `
IF OBJECT_ID(@1) IS NULL
  CREATE TABLE ${ledgerName(schema)} (
    name NVARCHAR(128) NOT NULL,
    checksum NVARCHAR(64) NOT NULL,
    applied_at DATETIME2(3) NOT NULL,
    CONSTRAINT pk_schema_migration PRIMARY KEY (name)
  );`;

const ledgerEntry = (schema: string | null) => `
INSERT INTO ${ledgerName(schema)} (name, checksum, applied_at) VALUES (@1, @2, SYSUTCDATETIME());`;

async function hasTable(db: Connection, schema: string | null, name: string): Promise<boolean> {
  const query = CompiledQuery.raw("SELECT OBJECT_ID(@1) AS id", [`${quoteSchema(schema)}.[${name}]`]);
  const [row] = (await db.executeQuery<{ id: number | null }>(query)).rows;
  return (row?.id ?? null) !== null;
}

async function run(db: Connection, sql: string, parameters: readonly unknown[] = []): Promise<void> {
  const query: TimedQuery = { ...CompiledQuery.raw(sql, [...parameters]), timeoutMs: batchTimeoutMs };
  await db.executeQuery(query);
}
