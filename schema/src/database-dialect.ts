import type { Kysely, Transaction } from "kysely";
import type { PlantDatabase } from "./database.js";
import type { Migration } from "./migration/migration.js";
import type { MigrationReport } from "./migration/migration-report.js";
import type { AppliedMigration } from "./migration/plan-migrations.js";
import type { ReferenceRows } from "./reference-data/reference-rows.js";
import type { ShrinkReport } from "./shrink-report.js";
import type { PlantTables } from "./tables.js";
import type { BatchedTransaction } from "./transaction/batched-transaction.js";
import type { Outcome, Statement } from "./transaction/statement.js";

/** Everything that differs between the databases. Each has one implementation, `src/<dialect>/dialect.ts`. */
export interface DatabaseDialect {
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];

  /** The rows of `schema_migration`; empty if the table does not exist. */
  readHistory(db: Kysely<PlantTables>, schema: string | null): Promise<AppliedMigration[]>;

  /** Locks out other migrators, reads the history again and applies the pending migrations. */
  applyPending(
    database: PlantDatabase,
    known: readonly Migration[],
  ): Promise<Omit<MigrationReport, "present">>;

  /** Waits until the transaction is the only one that writes to the schema. */
  acquireWriteLock(transaction: Transaction<PlantTables>, schema: string | null): Promise<void>;

  executeBatch<Row>(
    database: Pick<PlantDatabase, "db" | "schema">,
    statements: readonly Statement[],
    outcome: Outcome,
    followUp: (rows: readonly Row[]) => readonly Statement[],
  ): Promise<Row[]>;

  inBatchedTransaction<Result>(
    database: Pick<PlantDatabase, "db" | "schema">,
    work: (transaction: BatchedTransaction) => Promise<Result>,
  ): Promise<Result>;

  /** Writes reference data; to be run in order, in one transaction. */
  referenceStatements(rows: ReferenceRows, schema: string | null): Statement[];

  /** Verifies the structure of the database's files. */
  checkContent(db: Kysely<PlantTables>): Promise<void>;

  /** See `shrinkDatabase`. */
  shrink(db: Kysely<PlantTables>, signal: AbortSignal | undefined): Promise<ShrinkReport>;

  /** See `vacuumDatabase`. */
  vacuum(db: Kysely<PlantTables>): Promise<ShrinkReport>;

  adviseOnSettings(db: Kysely<PlantTables>): Promise<string[]>;
}
