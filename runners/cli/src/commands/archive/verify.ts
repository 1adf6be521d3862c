import { type Unchecked, type VerifyReport, verify, verifyFiles } from "@lmnh/plant-archive";
import {
  archiveSettings,
  boolean,
  databaseSettings,
  describeBytes,
  ExitCode,
  setting,
  verifyOutcome,
} from "@lmnh/plant-runtime";
import { defineCommand, type Task } from "../../command.js";
import { completeCommands } from "../../output/complete-commands.js";
import { describeProblems } from "../../output/format-file-problems.js";
import { pluralize } from "../../output/pluralize.js";
import {
  type ArchiveAlone,
  readAlone,
  withArchive,
  withArchiveAlone,
  withoutDatabase,
} from "../../session/archive-session.js";

const uncheckedNames: Readonly<Record<Unchecked, string>> = {
  catalog: "whether files are missing",
  readings: "the content of the files",
  database: "the readings that are still in the database",
  snapshots: "the snapshots",
  summaries: "the daily summaries",
};

const settings = {
  ...databaseSettings,
  ...archiveSettings,
  ...withoutDatabase,
  deep: setting({
    flag: "--deep",
    fallback: "false",
    description: "Read every file",
    parse: boolean,
  }),
};

export const verifyCommand = defineCommand({
  description: [
    "Checks that every file of the archive catalog exists, and that its size and its metadata match the catalog. Lists files that are missing from the catalog. Changes no file and no reading.",
    "With --deep, reads every file, including snapshots and summaries, and compares the readings with those that are still in the database. Without it, the output lists what was not checked. The database keeps the time of the last deep verification that found no problem.",
    "With --without-database, checks the files by themselves: names, folders, footers and metadata; with --deep also that the readings of each file are those of its metadata, that no two files have the same reading, and that the files of a day have the readings of its summary. Only the database knows whether other files are missing.",
  ],
  examples: [
    ["plant archive verify", "check names, sizes and metadata"],
    ["plant archive verify --deep", "every reading of every file"],
    ["plant archive verify --deep --without-database", "after the loss of the database"],
  ],
  exits: [
    [ExitCode.done, "all checks passed"],
    [ExitCode.dataError, "a check failed; each problem is listed"],
    [ExitCode.temporaryFailure, "the check was stopped, or the database or the object store is unavailable"],
    [ExitCode.configuration, "a setting, the database or the object store is invalid"],
  ],
  settings,
  async act(task) {
    const { deep, withoutDatabase: isAlone } = task.values;
    let checked = 0;
    const options = {
      deep,
      onFile: (number: number, of: number) => {
        checked = number;
        task.output.progress(`verifying: ${checked} of ${pluralize(of, "file")}`);
      },
    };
    if (isAlone)
      return await withArchiveAlone(task, async (opened) =>
        showReport(task, opened, await verifyFiles({ ...opened, ...options }), checked),
      );
    const database = deep ? "update" : "read";
    return await withArchive(task, { database, missingFolder: "refuse", advice: readAlone }, async (opened) =>
      showReport(task, opened, await verify({ ...opened, ...options, clock: task.host.clock }), checked),
    );
  },
});

function showReport(
  { values, output, resolved }: Task<typeof settings>,
  { archiveName }: Pick<ArchiveAlone, "archiveName">,
  done: VerifyReport,
  checked: number,
): ExitCode {
  const problems = done.problems.map(({ key, reason }) => ({
    key,
    reason: completeCommands(reason, resolved),
  }));
  const verifiedAt = done.verifiedAt === null ? null : new Date(done.verifiedAt).toISOString();
  const report = { ...done, problems, verifiedAt };
  const { files, rows, bytes, unfinished, unchecked, complete } = report;
  const scope = complete
    ? values.deep
      ? problems.length === 0
        ? ", content verified"
        : ", content read"
      : ""
    : `; ${checked} of them checked`;
  const outcome = verifyOutcome(done, checked);
  const names = unchecked.map((each) => uncheckedNames[each]).join(", ");
  const remedy = values.withoutDatabase
    ? values.deep
      ? ""
      : "; check the content with --deep"
    : "; check all with --deep";
  output.result(
    { ...report, checked },
    [
      `${archiveName}: ${pluralize(files, "file")} with ${pluralize(rows, "reading")}, ${describeBytes(bytes)}${scope}`,
      ...(unfinished > 0
        ? [`${pluralize(unfinished, "file")} unfinished; the next run finishes them: plant archive`]
        : []),
      ...(unchecked.length > 0 ? [`not checked: ${names}${remedy}`] : []),
      ...(values.withoutDatabase || values.deep
        ? []
        : [`last deep verification without a problem: ${verifiedAt ?? "never"}`]),
      ...(problems.length === 0 && complete
        ? [unchecked.length > 0 ? "no problem found in what was checked" : "no problem found"]
        : []),
    ],
    outcome,
  );
  for (const line of describeProblems(problems)) output.error(line);
  const lacking = done.problems.flatMap(({ reason }) => /: restore (\S+)$/.exec(reason)?.[1] ?? []).sort();
  const [first, last] = [lacking[0], lacking.at(-1)];
  if (first !== undefined && last !== undefined && first !== last)
    output.note(completeCommands(`To add all of them at once: restore from ${first} to ${last}`, resolved));
  if (outcome.problem !== null) output.error(outcome.problem);
  return outcome.exitCode;
}
