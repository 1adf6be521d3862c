import {
  type HourRange,
  newestArchivedHour,
  type ObjectStore,
  type Partition,
  parseHours,
  partitionEnd,
  partitionStart,
  restore,
} from "@lmnh/plant-archive";
import {
  archiveSettings,
  boolean,
  databaseSettings,
  describeInvalidValue,
  ExitCode,
  restoreOutcome,
  setting,
  UserError,
  type Values,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { describeProblems } from "../../output/format-file-problems.js";
import { describeMs } from "../../output/format-run-report.js";
import { pluralize } from "../../output/pluralize.js";
import { withArchive } from "../../session/archive-session.js";
import { everyHour, hoursForm, rangeOf, rangeSettings } from "../../settings/hours.js";

const settings = {
  ...databaseSettings,
  ...archiveSettings,
  ...rangeSettings,
  all: setting({
    flag: "--all",
    fallback: "false",
    description: "Every hour of the archive",
    parse: boolean,
    excludes: ["from", "to", "latest"],
  }),
  latest: setting({
    flag: "--latest",
    fallback: "false",
    description: "The newest hour of the archive",
    parse: boolean,
    excludes: ["from", "to"],
  }),
};

export const restoreCommand = defineCommand({
  operands: [{ name: "[hours...]", description: `What to restore: each is ${hoursForm}` }],
  description: [
    "Loads the newest snapshots of plants, botanists and origins, and every file of the given hours and UTC days, of a range (--from, --to), or of the whole archive (--all). A database that does not exist is created. Newer data in the database is not overwritten.",
    "Each file is loaded in one transaction, which is rolled back if the file is damaged. Ctrl-C ends the restore after the file in progress; a second restore changes nothing and loads what is left.",
    "Restored readings stay in their files: the next plant archive deletes them from the original database again when they are older than --retention. plant archive refuses any other database unless it replaces the original one (--adopt).",
    "Another database gets the files that the archive has. To check that no file is missing, run plant archive verify against the original database.",
  ],
  examples: [
    ["plant archive restore 2026-01-28T14 2026-01-30", "an hour and a day"],
    [
      "plant archive restore --from 2026-01-01 --to 2026-01-31 --database sqlite:january.db",
      "a month, into a database of its own",
    ],
    ["plant archive restore --latest --database sqlite:try.db", "the newest hour, to try a restore"],
    ["plant archive restore --all", "everything, after the loss of the database"],
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
  settings,
  async act(task) {
    const choose = choiceOf(task.values, task.operands);
    return await withArchive(
      task,
      { database: "create", missingFolder: "refuse" },
      async ({ catalog, objects, databaseName, signal }) => {
        const { output, host } = task;
        const startedMs = host.elapsedMs();
        const ranges = await choose(objects);
        const isWanted = (partition: Partition) =>
          ranges.some(({ first, last }) => partition >= first && partition <= last);
        let [found, done, readings] = [0, 0, 0];
        const report = await restore({
          catalog,
          objects,
          from: Math.min(...ranges.map(({ first }) => partitionStart(first))),
          to: Math.max(...ranges.map(({ last }) => partitionEnd(last))),
          isWanted,
          signal,
          observer: (event) => {
            if (event.type === "found") found = event.files;
            else {
              done += 1;
              readings += event.file.restored;
              output.progress(
                `restoring: ${done} of ${pluralize(found, "file")}, ${pluralize(readings, "reading")}, ${describeMs(host.elapsedMs() - startedMs)}`,
              );
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

/** The hours that the options and the operands choose in exactly one way. */
function choiceOf(
  values: Pick<Values<typeof settings>, "from" | "to" | "all" | "latest">,
  operands: readonly string[],
): (objects: ObjectStore) => Promise<readonly HourRange[]> {
  const hasRange = values.from !== undefined || values.to !== undefined;
  const ways = [operands.length > 0, hasRange, values.all, values.latest].filter(Boolean).length;
  if (ways !== 1)
    throw new UserError(
      ExitCode.usage,
      `${ways === 0 ? "The hours are missing" : "The hours are given in several ways"}. Give ${hoursForm}, or --from and --to, or --latest, or --all`,
    );
  if (values.latest)
    return async (objects) => {
      const newest = await newestArchivedHour(objects);
      return newest === null ? [everyHour] : [{ first: newest, last: newest }];
    };
  if (operands.length === 0) {
    const range = rangeOf(values);
    return async () => [range];
  }
  const ranges = operands.map((operand) => {
    const hours = parseHours(operand);
    if (hours === null) {
      const shown = describeInvalidValue(operand);
      throw new UserError(
        ExitCode.usage,
        `${shown === null ? "An operand" : `"${shown}"`} is not ${hoursForm}. Times are UTC`,
      );
    }
    return hours;
  });
  return async () => ranges;
}
