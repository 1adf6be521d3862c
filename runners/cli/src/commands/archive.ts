import { type ArchivePlan, archive, type PlanOptions, planArchive } from "@lmnh/plant-archive";
import {
  archiveOutcome,
  archiveSettings,
  boolean,
  databaseSettings,
  ExitCode,
  pick,
  plantSettings,
  setting,
} from "@lmnh/plant-runtime";
import { type Access, withArchive } from "../archive-session.js";
import { defineCommand } from "../command.js";
import { createArchiveProgress } from "../output/archive-progress.js";
import { completeCommands } from "../output/complete-commands.js";
import { archivePlanLines } from "../output/format-archive-plan.js";
import { archiveLines } from "../output/format-archive-report.js";

const writing: Access = { database: "write", missingFolder: "create" };
const planning: Access = { database: "read", missingFolder: "empty" };

export const archiveCommand = defineCommand({
  description: [
    "Writes every closed hour to a Parquet file, reads the file back from where it was put, and compares number and digest of its readings with what the database gave. Only then, and only what is older than --retention, leaves the database, in the same transaction that notes it.",
    "Summaries of complete days and a snapshot of plants, botanists and origins go beside the readings; the snapshot keeps what earlier ones have. A run that was stopped or killed is finished by the next one; two at once do no harm.",
    "Database and archive belong together: the first run notes it in both, and an archive that is not this database's is refused, as is a database that is not there. With --adopt the files that this database does not know are named before anything is written, with the plant restore that enters them.",
    "With --dry-run it prints the plan and writes nothing: per hour the readings to archive, the files to write, and the files whose readings are deleted from the database after the retention.",
  ],
  examples: [
    ["plant archive", "from plant-data/plants.db into plant-data/archive"],
    ["plant archive --dry-run", "print the plan"],
    [
      "plant archive --archive 's3://museum-plants/archive?region=eu-west-2'",
      "to S3, with the credentials that AWS's tools find",
    ],
    ["plant archive --no-prune", "write and verify, delete nothing"],
  ],
  exits: [
    [ExitCode.done, "everything is archived, verified and pruned"],
    [
      ExitCode.dataError,
      "a file was not what was written, and is set aside; or the archive has files that the database does not know. Nothing was deleted because of them",
    ],
    [ExitCode.temporaryFailure, "it was stopped, or database or store cannot be reached now"],
    [ExitCode.configuration, "a setting, the database or the store is wrong"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    ...pick(plantSettings, ["retention"]),
    dryRun: setting({
      flag: "--dry-run",
      fallback: "false",
      description: "Print the plan and write nothing",
      schema: boolean,
    }),
    adopt: setting({
      flag: "--adopt",
      fallback: "false",
      description:
        "Make the archive this database's, and no other one's any more: after a database was lost, or for a new archive",
      schema: boolean,
      excludes: ["dryRun"],
    }),
    prune: setting({
      flag: "--no-prune",
      fallback: "true",
      description: "Delete nothing from the database",
      schema: boolean,
    }),
  },
  act: (task) =>
    withArchive(
      task,
      task.values.dryRun ? planning : writing,
      async ({ catalog, objects, databaseName, archiveName, signal }) => {
        const { values, host, output } = task;
        output.note(`${databaseName} → ${archiveName}`);
        const complete = (text: string) => completeCommands(text, task.resolved);
        const retentionMs = values.prune ? values.retention : null;
        if (values.dryRun) {
          const found = await plan({ catalog, objects, clock: host.clock, retentionMs, signal });
          const problems = found.problems.map(({ key, reason }) => ({ key, reason: complete(reason) }));
          const outcome = archiveOutcome({ quarantined: [], problems, complete: !signal.aborted });
          output.result({ ...found, problems }, archivePlanLines(found, outcome), outcome);
          if (outcome.problem !== null) output.error(outcome.problem);
          return outcome.exitCode;
        }
        const done = await archive({
          catalog,
          objects,
          clock: host.clock,
          runId: host.newId(),
          newId: host.newId,
          retentionMs,
          adopt: values.adopt,
          signal,
          observer: createArchiveProgress(host, { ...output, warn: (text) => output.warn(complete(text)) }),
        });
        const problems = done.problems.map(({ key, reason }) => ({ key, reason: complete(reason) }));
        const report = { ...done, problems };
        const verdict = archiveOutcome(report);
        output.result(report, archiveLines(report, verdict), verdict);
        if (verdict.problem !== null) output.error(verdict.problem);
        return verdict.exitCode;
      },
    ),
});

/** The plan; an empty one if it was stopped before its end. */
async function plan(options: PlanOptions): Promise<ArchivePlan> {
  try {
    return await planArchive(options);
  } catch (error) {
    if (!options.signal?.aborted || error !== options.signal.reason) throw error;
    return { partitions: [], quarantined: [], problems: [] };
  }
}
