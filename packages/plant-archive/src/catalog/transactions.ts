import {
  type PlantDatabase,
  type PlantTables,
  type RetryOptions,
  retryTransaction,
} from "@lmnh/plant-schema";
import { executeStatement, inWriteTransaction } from "@lmnh/plant-schema/internal/sql";
import type { Kysely, Transaction } from "kysely";
import type { ArchiveFile } from "../model/archive-file.js";
import { type FileRow, toFile } from "./row-mapping.js";
import type { TableStatements } from "./statements.js";

/** A migrated database: what `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface CatalogDatabase extends Pick<PlantDatabase, "db" | "dialect" | "schema"> {
  /** Retries transactions and reads after transient errors. No retries by default. */
  readonly retry?: RetryOptions | undefined;
}

/** Runs a read, and retries it after a transient error. */
export function retrying<Result>(
  { retry }: CatalogDatabase,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  return retry === undefined ? work(1) : retryTransaction(work, retry);
}

/** Runs a write transaction, and retries it after a transient error. */
export function writing<Result>(
  database: CatalogDatabase,
  work: (transaction: Transaction<PlantTables>) => Promise<Result>,
): Promise<Result> {
  return retrying(database, () => inWriteTransaction(database, work));
}

type FileStatement = ReturnType<TableStatements["lockFile"]>;

/** Runs a statement that returns the row of a file; `null` if there is none. */
export async function findFile(
  db: Kysely<PlantTables>,
  statement: FileStatement,
): Promise<ArchiveFile | null> {
  const [row] = (await executeStatement<FileRow>(db, statement)).rows;
  return row === undefined ? null : toFile(row);
}
