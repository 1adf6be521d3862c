import { type Unchecked, verify } from "@lmnh/plant-archive";
import {
  archiveSettings,
  boolean,
  databaseSettings,
  ExitCode,
  setting,
  verifyOutcome,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { completeCommands } from "../../output/complete-commands.js";
import { describeBytes } from "../../output/format-archive-report.js";
import { describeProblems } from "../../output/format-file-problems.js";
import { pluralize } from "../../output/pluralize.js";
import { withArchive } from "../../session/archive-session.js";

const uncheckedNames: Readonly<Record<Unchecked, string>> = {
  readings: "the content of the files",
  database: "the readings that are still in the database",
  snapshots: "the snapshots",
  summaries: "the daily summaries",
};

export const verifyCommand = defineCommand({
  description: [
    "Checks that every file of the archive catalog exists, and that its size and its metadata match the catalog. Lists files that are missing from the catalog. Changes nothing.",
    "With --deep, reads every file, including snapshots and summaries, and compares the readings with those that are still in the database. Without it, the output lists what was not checked.",
  ],
  examples: [
    ["plant archive verify", "check names, sizes and metadata"],
    ["plant archive verify --deep", "every reading of every file"],
  ],
  exits: [
    [ExitCode.done, "all checks passed"],
    [ExitCode.dataError, "a check failed; each problem is listed"],
    [ExitCode.temporaryFailure, "the check was stopped, or the database or the object store is unavailable"],
    [ExitCode.configuration, "a setting, the database or the object store is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    deep: setting({
      flag: "--deep",
      fallback: "false",
      description: "Read every file",
      schema: boolean,
    }),
  },
  act: (task) =>
    withArchive(
      task,
      { database: "read", missingFolder: "refuse" },
      async ({ catalog, objects, archiveName, signal }) => {
        const { values, output } = task;
        let checked = 0;
        const done = await verify({
          catalog,
          objects,
          deep: values.deep,
          signal,
          onFile: (number, of) => {
            checked = number;
            output.progress(`verifying: ${checked} of ${pluralize(of, "file")}`);
          },
        });
        const problems = done.problems.map(({ key, reason }) => ({
          key,
          reason: completeCommands(reason, task.resolved),
        }));
        const report = { ...done, problems };
        const { files, rows, bytes, unfinished, unchecked, complete } = report;
        const scope = complete ? (values.deep ? ", content verified" : "") : `; ${checked} of them checked`;
        const outcome = verifyOutcome(report, checked);
        output.result(
          { ...report, checked },
          [
            `${archiveName}: ${pluralize(files, "file")} with ${pluralize(rows, "reading")}, ${describeBytes(bytes)}${scope}`,
            ...(unfinished > 0
              ? [`${pluralize(unfinished, "file")} unfinished; the next run finishes them: plant archive`]
              : []),
            ...(unchecked.length > 0
              ? [
                  `not checked: ${unchecked.map((each) => uncheckedNames[each]).join(", ")}; check all with --deep`,
                ]
              : []),
            ...(problems.length === 0 && complete
              ? [unchecked.length > 0 ? "no problem found in what was checked" : "no problem found"]
              : []),
          ],
          outcome,
        );
        for (const line of describeProblems(problems)) output.error(line);
        if (outcome.problem !== null) output.error(outcome.problem);
        return outcome.exitCode;
      },
    ),
});
