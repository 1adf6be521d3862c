import { restore } from "@lmnh/plant-archive";
import {
  archiveSettings,
  databaseSettings,
  ExitCode,
  instant,
  restoreOutcome,
  setting,
  UserError,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { describeProblems } from "../../output/format-file-problems.js";
import { pluralize } from "../../output/pluralize.js";
import { withArchive } from "../../session/archive-session.js";

export const restoreCommand = defineCommand({
  description: [
    "Loads the newest snapshots of plants, botanists and origins, and every file of the hours from --from up to --to. Newer data in the database is not overwritten. Each file is loaded in one transaction, which is rolled back if the file is damaged. A second restore changes nothing.",
    "Restored readings stay in their files: the next plant archive deletes them from the original database again when they are older than --retention. plant archive refuses any other database unless it replaces the original one (--adopt).",
    "Another database gets the files that the archive has. To check that no file is missing, run plant archive verify against the original database.",
  ],
  examples: [
    ["plant archive restore --from 2026-01-28T00:00:00Z --to 2026-01-29T00:00:00Z", "a day"],
    [
      "plant archive restore --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --database sqlite:january.db",
      "a month, into a database of its own",
    ],
  ],
  exits: [
    [ExitCode.done, "every archived reading of these hours is in the database"],
    [
      ExitCode.dataError,
      "a file is missing, damaged, a copy, in the wrong folder or not a file of readings; each is listed, and all others are restored",
    ],
    [ExitCode.temporaryFailure, "the run was stopped, or the database or the object store is unavailable"],
    [ExitCode.configuration, "a setting, the database or the object store is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    from: setting({
      flag: "--from <time>",
      description: "Start of the range: a time in the first hour",
      schema: instant,
    }),
    to: setting({
      flag: "--to <time>",
      description: "End of the range, exclusive",
      schema: instant,
    }),
  },
  act: async (task) => {
    const { from, to } = task.values;
    if (from === undefined || to === undefined)
      throw new UserError(
        ExitCode.usage,
        "The range of hours is missing. Give --from and --to, such as --from 2026-01-28T00:00:00Z --to 2026-01-29T00:00:00Z",
      );
    if (from >= to)
      throw new UserError(ExitCode.usage, "--from has to be before --to. Give an earlier --from");
    return await withArchive(
      task,
      { database: "create", missingFolder: "refuse" },
      async ({ catalog, objects, databaseName, signal }) => {
        const { output } = task;
        let found = 0;
        let done = 0;
        const report = await restore({
          catalog,
          objects,
          from,
          to,
          signal,
          observer: (event) => {
            if (event.type === "found") found = event.files;
            else {
              done += 1;
              output.progress(`restoring: ${done} of ${pluralize(found, "file")}`);
              output.detail(`restored ${pluralize(event.file.restored, "reading")} of ${event.file.key}`);
            }
          },
        });
        const { files, restored, present, plants, barePlants, problems } = report;
        const outcome = restoreOutcome(report);
        output.result(
          report,
          [
            `restored to ${databaseName}: ${pluralize(restored, "reading")} of ${pluralize(files, "file")}; already present: ${present}; plants described: ${plants}`,
            ...(barePlants > 0
              ? [
                  `${pluralize(barePlants, "plant")} without a description: no snapshot contains one. The next run adds it: plant run`,
                ]
              : []),
          ],
          outcome,
        );
        for (const line of describeProblems(problems)) output.error(line);
        if (found === 0 && problems.length === 0)
          output.warn("the archive has no file of these hours; see: plant archive ls");
        if (outcome.problem !== null) output.error(outcome.problem);
        return outcome.exitCode;
      },
    );
  },
});
