import type { SqliteBackup, SqliteBackupOptions } from "@lmnh/plant-schema/sqlite";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";
import type { ResolvedDatabase } from "../resolve-database.js";
import { databaseExists } from "./open-database.js";

/**
 * Copies the database to a file while other programs write to it, and checks the copy. SQLite only.
 *
 * @throws UserError for SQL Server, and for a database that does not exist; PlantSchemaError as `backUpSqlite`
 */
export async function backUpDatabase(
  database: ResolvedDatabase,
  file: string,
  options: SqliteBackupOptions,
): Promise<SqliteBackup> {
  switch (database.kind) {
    case "mssql":
      throw new UserError(
        ExitCode.usage,
        `${database.name} is backed up by its server, not by this program. As its owner: BACKUP DATABASE [${database.config.database}] TO DISK = N'FILE.bak' WITH CHECKSUM; then RESTORE VERIFYONLY FROM DISK = N'FILE.bak' WITH CHECKSUM. On RDS: a snapshot. See docs/operations.md`,
      );
    case "sqlite": {
      if (!(await databaseExists(database)))
        throw new UserError(
          ExitCode.configuration,
          `${database.name} does not exist. Is its disk mounted? Name the database with --database`,
        );
      const { backUpSqlite } = await import("@lmnh/plant-schema/sqlite");
      return await backUpSqlite(database.url, file, options);
    }
  }
}
