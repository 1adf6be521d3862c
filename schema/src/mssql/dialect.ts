import type { DatabaseDialect } from "../database-dialect.js";
import { adviseOnMssqlSettings } from "./advise-on-settings.js";
import { inMssqlBatchedTransaction } from "./batched-transaction.js";
import { executeMssqlBatch } from "./execute-batch.js";
import { migrateMssql, readMssqlHistory } from "./migrate.js";
import { mssqlMigrations } from "./migrations.js";
import { quoteSchema } from "./quote-identifier.js";
import { mssqlReferenceStatements } from "./reference-statements.js";
import { acquireMssqlWriteLock } from "./write-lock.js";

export const mssqlDialect: DatabaseDialect = {
  migrations: mssqlMigrations,
  readHistory: readMssqlHistory,
  applyPending: migrateMssql,
  acquireWriteLock: acquireMssqlWriteLock,
  executeBatch: executeMssqlBatch,
  inBatchedTransaction: inMssqlBatchedTransaction,
  referenceStatements: (rows, schema) => mssqlReferenceStatements(quoteSchema(schema), rows),
  checkContent: async () => {},
  // SQL Server uses the space of deleted rows again, and an administrator decides the size of its files.
  shrink: async () => ({ bytesBefore: null, bytesAfter: null }),
  vacuum: async () => ({ bytesBefore: null, bytesAfter: null }),
  adviseOnSettings: adviseOnMssqlSettings,
};
