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
import { withArchive } from "../archive-session.js";
import { defineCommand } from "../command.js";
import { describeFindings } from "../output/format-findings.js";
import { pluralize } from "../output/pluralize.js";

export const restoreCommand = defineCommand({
  description: [
    "Loads what the snapshots of plants, botanists and origins contain, the newest of each, and every file of the hours from --from up to --to. What is newer in the database stays. Each file is one transaction, which is undone unless the file holds what it says. A second time changes nothing.",
    "Restored readings are in their files all the same: a plant archive on the database that they came from takes them out again once they are older than --retention. Another database is for looking: plant archive refuses it, unless it takes the first one's place (--adopt).",
    "Only the database that they came from knows which files there should be: another one gets those that the archive has. Whether it has all of them says plant verify, on the first one.",
  ],
  examples: [
    ["plant restore --from 2026-01-28T00:00:00Z --to 2026-01-29T00:00:00Z", "a day"],
    [
      "plant restore --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --database sqlite:january.db",
      "a month, into a database of its own",
    ],
  ],
  exits: [
    [ExitCode.done, "every reading that the archive has of these hours is in the database"],
    [
      ExitCode.dataError,
      "a file is missing, damaged, a copy, in the wrong folder or no file of readings; each is named, and all others are restored",
    ],
    [ExitCode.temporaryFailure, "it was stopped, or database or store cannot be reached now"],
    [ExitCode.configuration, "a setting, the database or the store is wrong"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    from: setting({
      flag: "--from <time>",
      description: "The first hour, by an instant in it",
      schema: instant,
    }),
    to: setting({
      flag: "--to <time>",
      description: "The instant at which no hour begins any more",
      schema: instant,
    }),
  },
  act: async (task) => {
    const { from, to } = task.values;
    if (from === undefined || to === undefined)
      throw new UserError(
        ExitCode.usage,
        "Which hours? Give --from and --to, such as --from 2026-01-28T00:00:00Z --to 2026-01-29T00:00:00Z",
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
        const verdict = restoreOutcome(report);
        output.result(
          report,
          [
            `back in ${databaseName}: ${pluralize(restored, "reading")} of ${pluralize(files, "file")}; there already: ${present}; plants described: ${plants}`,
            ...(barePlants > 0
              ? [
                  `without a description: ${pluralize(barePlants, "plant")}, which no snapshot has; a run describes them: plant run`,
                ]
              : []),
          ],
          verdict,
        );
        for (const line of describeFindings(problems.map(({ key, reason }) => ({ key, problem: reason }))))
          output.error(line);
        if (found === 0 && problems.length === 0)
          output.warn("the archive has no file of these hours; see: plant ls");
        if (verdict.problem !== null) output.error(verdict.problem);
        return verdict.exitCode;
      },
    );
  },
});
