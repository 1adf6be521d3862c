import { type Unchecked, verify } from "@lmnh/plant-archive";
import {
  archiveSettings,
  boolean,
  databaseSettings,
  ExitCode,
  setting,
  verifyOutcome,
} from "@lmnh/plant-runtime";
import { withArchive } from "../archive-session.js";
import { defineCommand } from "../command.js";
import { completeCommands } from "../output/complete-commands.js";
import { describeBytes } from "../output/format-archive-report.js";
import { describeFindings } from "../output/format-findings.js";
import { pluralize } from "../output/pluralize.js";

const uncheckedNames: Readonly<Record<Unchecked, string>> = {
  readings: "the readings inside the files",
  database: "whether the database still has the same",
  snapshots: "snapshots of the plants",
  summaries: "daily summaries",
};

export const verifyCommand = defineCommand({
  description: [
    "Looks at every file that the database has in its ledger: whether it is there, has its size, and says of itself what the ledger says. Names files that nobody knows. Changes nothing.",
    "With --deep every file is read back, snapshots and summaries included, and what is still in the database is compared with it, to the bit; snapshots and summaries that are missing or of another day are named too. Without it the output names what was not checked.",
  ],
  examples: [
    ["plant verify", "the quick look"],
    ["plant verify --deep", "every reading of every file"],
  ],
  exits: [
    [ExitCode.done, "everything is as it should be"],
    [ExitCode.dataError, "something is not; each finding is named"],
    [ExitCode.temporaryFailure, "it was stopped, or database or store cannot be reached now"],
    [ExitCode.configuration, "a setting, the database or the store is wrong"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    deep: setting({
      flag: "--deep",
      fallback: "false",
      description: "Read every file back",
      schema: boolean,
    }),
  },
  act: (task) =>
    withArchive(
      task,
      { database: "read", missingFolder: "refuse" },
      async ({ catalog, objects, archiveName, signal }) => {
        const { values, output } = task;
        let looked = 0;
        const done = await verify({
          catalog,
          objects,
          deep: values.deep,
          signal,
          onFile: (number, of) => {
            looked = number;
            output.progress(`verifying: ${looked} of ${pluralize(of, "file")}`);
          },
        });
        const findings = done.findings.map(({ key, problem }) => ({
          key,
          problem: completeCommands(problem, task.resolved),
        }));
        const report = { ...done, findings };
        const { files, rows, bytes, unfinished, unchecked, complete } = report;
        const how = complete ? (values.deep ? ", read back whole" : "") : `; ${looked} of them looked at`;
        const verdict = verifyOutcome(report, looked);
        output.result(
          { ...report, looked },
          [
            `${archiveName}: ${pluralize(files, "file")} with ${pluralize(rows, "reading")}, ${describeBytes(bytes)}${how}`,
            ...(unfinished > 0
              ? [`${pluralize(unfinished, "file")} not finished yet; the next plant archive does it`]
              : []),
            ...(unchecked.length > 0
              ? [`not checked: ${unchecked.map((each) => uncheckedNames[each]).join(", ")}; that does --deep`]
              : []),
            ...(findings.length === 0 && complete
              ? [unchecked.length > 0 ? "what was checked is right" : "everything is right"]
              : []),
          ],
          verdict,
        );
        for (const line of describeFindings(findings)) output.error(line);
        if (verdict.problem !== null) output.error(verdict.problem);
        return verdict.exitCode;
      },
    ),
});
