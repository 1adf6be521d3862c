import {
  executeStatement,
  inWriteTransaction,
  type PlantDatabase,
  type PlantTables,
  type RetryOptions,
  retryTransaction,
} from "@lmnh/plant-schema";
import type { Kysely, Transaction } from "kysely";
import type { ArchiveFile } from "../model/archive-file.js";
import { type FileRow, toFile } from "./row-mapping.js";
import type { CatalogStatements } from "./statements.js";

/** A migrated database: what `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface CatalogDatabase extends Pick<PlantDatabase, "db" | "dialect" | "schema"> {
  /** Transactions and reads that fail for what passes are done again whole. None by default. */
  readonly retry?: RetryOptions;
}

/** Does what only reads, and again where it fails for what passes. */
export function retrying<Result>(
  { retry }: CatalogDatabase,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  return retry === undefined ? work(1) : retryTransaction(work, retry);
}

/** Writes in one transaction, and again whole where it fails for what passes. */
export function writing<Result>(
  database: CatalogDatabase,
  work: (transaction: Transaction<PlantTables>, attempt: number) => Promise<Result>,
): Promise<Result> {
  return retrying(database, (attempt) =>
    inWriteTransaction(database, (transaction) => work(transaction, attempt)),
  );
}

/**
 * Whether a move is there already when it is tried again: then it was this one's, whose commit went well and whose
 * answer was lost.
 */
export async function wasDone(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  attempt: number,
  { fileId }: Pick<ArchiveFile, "fileId">,
  state: ArchiveFile["state"],
): Promise<boolean> {
  if (attempt === 1) return false;
  return (await findFile(transaction, statements.lockFile({ fileId })))?.state === state;
}

type FileStatement = ReturnType<CatalogStatements["lockFile"]>;

/** Runs a statement that returns a file's row; `null` where there is none. */
export async function findFile(
  db: Kysely<PlantTables>,
  statement: FileStatement,
): Promise<ArchiveFile | null> {
  const [row] = (await executeStatement<FileRow>(db, statement)).rows;
  return row === undefined ? null : toFile(row);
}
