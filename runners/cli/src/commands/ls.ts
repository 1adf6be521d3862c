import { archiveSettings, databaseSettings, ExitCode } from "@lmnh/plant-runtime";
import { withCatalog } from "../archive-session.js";
import { defineCommand } from "../command.js";
import { describeBytes } from "../output/format-archive-report.js";
import { pluralize } from "../output/pluralize.js";
import { formatTable } from "../output/table.js";

export const lsCommand = defineCommand({
  description: [
    "A line a file, by hour: its state, readings, bytes and name. The readings of verified files are in the database as well, those of pruned ones only in the archive. Files that were set aside were not what was written: their readings have no file again, or another one.",
    "The list is the database's own, also where the archive cannot be reached: it is not opened. plant verify compares the two.",
  ],
  examples: [
    ["plant ls", "every file"],
    ["plant ls --json", "for a program"],
  ],
  exits: [
    [ExitCode.done, "they are listed"],
    [ExitCode.temporaryFailure, "the database cannot be reached now"],
    [ExitCode.configuration, "a setting or the database is wrong"],
  ],
  settings: { ...databaseSettings, ...archiveSettings },
  act: (task) =>
    withCatalog(task, "read", async ({ catalog, databaseName, archiveName }) => {
      const files = await catalog.files();
      const kept = files.filter(({ state }) => state !== "quarantined");
      const rows = kept.reduce((sum, file) => sum + file.rows, 0);
      const quarantine = files.length - kept.length;
      task.output.result({ database: databaseName, archive: archiveName, files }, [
        ...formatTable(
          files.map((file) => [
            file.partition,
            file.state,
            file.rows,
            file.bytes === null ? null : describeBytes(file.bytes),
            file.key,
          ]),
        ),
        `the ledger of ${databaseName}: ${pluralize(kept.length, "file")}, ${pluralize(rows, "reading")}${quarantine === 0 ? "" : `; ${quarantine} more set aside`}`,
      ]);
      return ExitCode.done;
    }),
});
