import {
  boolean,
  databaseSettings,
  describeBytes,
  ExitCode,
  okOutcome,
  resolveDatabase,
  setting,
  UserError,
} from "@lmnh/plant-runtime";
import { backUpDatabase } from "@lmnh/plant-runtime/open";
import { defineCommand } from "../command.js";
import { pluralize } from "../output/pluralize.js";
import { formatTable } from "../output/table.js";
import { listenForStop } from "../session/shutdown-signal.js";

export const backupCommand = defineCommand({
  operands: [{ name: "<file>", description: "The file of the backup, in a folder that exists" }],
  description: [
    "Copies the SQLite database to a file while plant run and other programs use it. The copy is the database at one moment; it is checked (integrity, references, migrations) before it gets its name, and needs no -wal file.",
    "A backup does not contain the archive: readings that have left the database are only there. docs/operations.md explains how to come back to a backup. A SQL Server is backed up by its own means.",
  ],
  examples: [
    ["plant backup backups/plants-2026-01-28.db", "into a folder that exists"],
    ["plant backup /mnt/backup/plants.db --force", "replace the backup of yesterday"],
  ],
  exits: [
    [ExitCode.done, "the backup is written and checked"],
    [ExitCode.temporaryFailure, "the backup was stopped, or a disk fails or is full; no file was written"],
    [ExitCode.configuration, "a setting or the database is invalid, or the file exists"],
  ],
  settings: {
    ...databaseSettings,
    force: setting({
      flag: "--force",
      fallback: "false",
      description:
        "Replace a database that exists, once the new backup is checked; no other file is replaced",
      parse: boolean,
    }),
  },
  async act({ values, resolved, host, output, operands: [file = ""] }) {
    const database = resolveDatabase(values, resolved);
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping after this step; once more to end at once`),
    );
    try {
      const backup = await backUpDatabase(database, file, {
        id: host.newId(),
        replace: values.force,
        signal: stop.signal,
      });
      const rows = Object.values(backup.rows).reduce((sum, count) => sum + count, 0);
      output.result(
        { database: database.name, ...backup },
        [
          `backed up ${database.name} to ${backup.file}: ${describeBytes(backup.bytes)}, ${pluralize(rows, "row")}; integrity, references and migrations checked`,
          ...formatTable(
            Object.entries(backup.rows)
              .filter(([, count]) => count > 0)
              .map(([table, count]) => ["", table, count]),
          ),
          "Readings that have left the database are only in the archive: keep a copy of it, too.",
          "To come back: stop every program, put the backup in the place of the database, delete the -wal and -shm files of the old one, and run plant archive verify.",
        ],
        okOutcome,
      );
      return ExitCode.done;
    } catch (error) {
      if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
      throw new UserError(
        ExitCode.temporaryFailure,
        "The backup was stopped; no file was written. Run it again",
      );
    } finally {
      stop.release();
    }
  },
});
