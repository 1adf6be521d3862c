import type { DatabaseDialect } from "../database-dialect.js";
import { inSqliteBatchedTransaction } from "./batched-transaction.js";
import { checkSqliteContent } from "./check-content.js";
import { executeSqliteBatch } from "./execute-batch.js";
import { migrateSqlite, readSqliteHistory } from "./migrate.js";
import { sqliteMigrations } from "./migrations.js";
import { sqliteReferenceStatements } from "./reference-statements.js";
import { shrinkSqlite, vacuumSqlite } from "./shrink.js";

export const sqliteDialect: DatabaseDialect = {
  migrations: sqliteMigrations,
  readHistory: readSqliteHistory,
  applyPending: migrateSqlite,
  // BEGIN IMMEDIATE, with which every transaction starts, acquires SQLite's own write lock.
  acquireWriteLock: async () => {},
  executeBatch: executeSqliteBatch,
  inBatchedTransaction: inSqliteBatchedTransaction,
  referenceStatements: sqliteReferenceStatements,
  checkContent: checkSqliteContent,
  shrink: shrinkSqlite,
  vacuum: vacuumSqlite,
  adviseOnSettings: async () => [],
};
