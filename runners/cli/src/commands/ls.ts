import { archiveSettings, databaseSettings, ExitCode } from "@lmnh/plant-composition";
import { defineCommand } from "../command.js";
import { describeBytes } from "../output/describe-archive.js";
import { formatTable } from "../output/table.js";
import { withArchive } from "../with-archive.js";

export const lsCommand = defineCommand({
  name: "ls",
  summary: "List the archive's files, with what the ledger says of each",
  description: [
    "A line a file, by hour: its state, readings, bytes and name. Verified files are in the database as well, pruned ones only in the archive.",
  ],
  examples: [
    ["plant ls", "every file"],
    ["plant ls --json", "for a program"],
  ],
  exits: [
    [ExitCode.done, "they are listed"],
    [ExitCode.tryAgain, "the database cannot be reached now"],
    [ExitCode.configuration, "a setting or the database is wrong"],
  ],
  settings: { ...databaseSettings, ...archiveSettings },
  act: (task) =>
    withArchive(task, { database: "look", archive: "pretend" }, async ({ ledger, archiveName }) => {
      const files = await ledger.files();
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      task.output.result({ archive: archiveName, files }, [
        ...formatTable(
          files.map((file) => [
            file.partition,
            file.state,
            file.rows,
            file.bytes === null ? null : describeBytes(file.bytes),
            file.key,
          ]),
        ),
        `${archiveName}: ${files.length} files, ${rows} readings`,
      ]);
      return ExitCode.done;
    }),
});
