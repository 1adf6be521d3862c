import { type ArchivePlan, type PlanOptions, planArchive } from "@lmnh/plant-archive";
import {
  archiveOutcome,
  archiveSettings,
  boolean,
  databaseSettings,
  ExitCode,
  pick,
  plantSettings,
  quoteForShell,
  type ResolvedArchive,
  resolveArchive,
  setting,
  UserError,
} from "@lmnh/plant-runtime";
import { archiveExists } from "@lmnh/plant-runtime/open";
import { runArchive } from "../archive/run-archive.js";
import { defineCommand } from "../command.js";
import { completeCommands } from "../output/complete-commands.js";
import { archivePlanLines } from "../output/format-archive-plan.js";
import { type Access, withArchive } from "../session/archive-session.js";
import { lsCommand } from "./archive/ls.js";
import { restoreCommand } from "./archive/restore.js";
import { verifyCommand } from "./archive/verify.js";

const writing: Access = { database: "write", missingFolder: "create" };
const planning: Access = { database: "read", missingFolder: "empty" };

export const archiveCommand = defineCommand({
  actions: { ls: lsCommand, verify: verifyCommand, restore: restoreCommand },
  description: [
    "Writes the readings of each closed hour to a Parquet file, reads the file back, and compares the number and the digest of its readings with the database. Readings older than --retention are then deleted from the database, in the transaction that records the deletion.",
    "Also writes a summary of each complete day, and a snapshot of plants, botanists and origins. The next run finishes a run that was stopped or killed; two runs at once are safe.",
    "The first run binds the archive to the database. Later runs refuse the archive of another database, and a database that does not exist. With --adopt, files that are missing from the archive catalog are listed before anything is written, with the plant archive restore command that adds them.",
    "With --dry-run it prints the plan and writes nothing: per hour the readings to archive, the files to write, and the files whose readings are deleted from the database after the retention.",
  ],
  examples: [
    ["plant archive", "from plant-data/plants.db into plant-data/archive"],
    ["plant archive --dry-run", "print the plan"],
    [
      "plant archive --archive 's3://museum-plants/archive?region=eu-west-2'",
      "to S3, with the default AWS credentials",
    ],
    ["plant archive --no-prune", "write and verify, prune nothing"],
  ],
  exits: [
    [ExitCode.done, "everything is archived, verified and pruned"],
    [
      ExitCode.dataError,
      "a file differs from what was written and is quarantined, or the archive has files that are missing from the catalog; no reading of these files was deleted",
    ],
    [ExitCode.temporaryFailure, "the run was stopped, or the database or the object store is unavailable"],
    [ExitCode.configuration, "a setting, the database or the object store is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    ...pick(plantSettings, ["retention"]),
    dryRun: setting({
      flag: "--dry-run",
      fallback: "false",
      description: "Print the plan and write nothing",
      parse: boolean,
    }),
    adopt: setting({
      flag: "--adopt",
      fallback: "false",
      description:
        "Bind the archive to this database instead of another one: after the loss of a database, or for a new archive, whose folder has to exist",
      parse: boolean,
      excludes: ["dryRun"],
    }),
    prune: setting({
      flag: "--no-prune",
      fallback: "true",
      description:
        "Delete no reading from the database, except late ones that are in a file already: those are duplicates",
      parse: boolean,
    }),
  },
  async act(task) {
    if (task.values.adopt) requireFolder(resolveArchive(task.values, task.resolved));
    return await withArchive(
      task,
      task.values.dryRun ? planning : writing,
      async ({ catalog, objects, database, databaseName, archiveName, signal }) => {
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
        const { report, outcome, lines } = await runArchive(
          { ...task, retentionMs, adopt: values.adopt },
          { catalog, objects, database, signal },
        );
        output.result(report, lines, outcome);
        if (outcome.problem !== null) output.error(outcome.problem);
        return outcome.exitCode;
      },
    );
  },
});

/** A path that is mistyped or not mounted would become a new archive. */
function requireFolder(archive: ResolvedArchive): void {
  if (archive.kind === "directory" && !archiveExists(archive))
    throw new UserError(
      ExitCode.configuration,
      `The archive ${archive.name} does not exist, and --adopt does not create it. Is its disk mounted? If the archive is to be new, create its folder: mkdir -p ${quoteForShell(archive.directory)}`,
    );
}

/** The plan; an empty one if it was stopped before its end. */
async function plan(options: PlanOptions): Promise<ArchivePlan> {
  try {
    return await planArchive(options);
  } catch (error) {
    if (!options.signal?.aborted || error !== options.signal.reason) throw error;
    return { partitions: [], quarantined: [], problems: [] };
  }
}
