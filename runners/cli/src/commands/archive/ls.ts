import { archiveSettings, databaseSettings, ExitCode } from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { describeBytes } from "../../output/format-archive-report.js";
import { pluralize } from "../../output/pluralize.js";
import { formatTable } from "../../output/table.js";
import { withCatalog } from "../../session/archive-session.js";

export const lsCommand = defineCommand({
  description: [
    "Prints a line per file, by hour: state, number of readings, size and name. The readings of a verified file are also in the database; those of a pruned file are only in the archive. The content of a quarantined file differs from what was written; its readings are archived again.",
    "Reads the database only, so that it works while the archive is unavailable. To compare the catalog with the archive, run plant archive verify.",
  ],
  examples: [
    ["plant archive ls", "every file"],
    ["plant archive ls --json", "for a program"],
  ],
  exits: [
    [ExitCode.done, "the files are listed"],
    [ExitCode.temporaryFailure, "the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
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
        `the archive catalog of ${databaseName}: ${pluralize(kept.length, "file")}, ${pluralize(rows, "reading")}${quarantine === 0 ? "" : `; ${quarantine} quarantined`}`,
      ]);
      return ExitCode.done;
    }),
});
