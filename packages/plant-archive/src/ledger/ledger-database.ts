import { type DatabaseDialect, executeStatement, type PlantDatabase } from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import type { ArchiveFile } from "../archive-file.js";
import type { LedgerStatements } from "./ledger-statements.js";
import { type FileRow, toFile } from "./rows.js";

/** A migrated database: what `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface LedgerDatabase extends DatabaseDialect {
  readonly db: Kysely<PlantDatabase>;
}

type FileStatement = ReturnType<LedgerStatements["lockFile"]>;

/** Runs a statement that returns a file's row; `null` where there is none. */
export async function findFile(
  db: Kysely<PlantDatabase>,
  statement: FileStatement,
): Promise<ArchiveFile | null> {
  const [row] = (await executeStatement<FileRow>(db, statement)).rows;
  return row === undefined ? null : toFile(row);
}
