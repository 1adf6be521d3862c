import { type ArchiveCatalog, type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { type archiveSettings, type databaseSettings, ExitCode, UserError } from "@lmnh/plant-runtime";
import { type PlantDatabase, pendingMigrations } from "@lmnh/plant-schema";
import { archiveTarget } from "./archive-target.js";
import type { Task } from "./command.js";
import { type DatabaseTarget, databaseTarget } from "./database-target.js";
import { migrateDatabase } from "./migrate-database.js";
import { logRetry } from "./output/log-retry.js";
import type { Output } from "./output/output.js";
import { listenForStop } from "./shutdown-signal.js";

/** What a command does to database and archive; one that only looks makes and migrates nothing. */
export interface Access {
  /** `make`: one that is not there is made. */
  readonly database: "make" | "write" | "look";
  /** `pretend`: one that is not there is taken for an empty one. */
  readonly archive: "make" | "pretend" | "look";
}

/** What a command that reads only the database works on. */
export interface OpenedCatalog {
  readonly catalog: ArchiveCatalog;
  /** Without secrets. */
  readonly databaseName: string;
  readonly archiveName: string;
  /** Aborts with the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}

/** What the archive's commands work on. */
export interface OpenedArchive extends OpenedCatalog {
  readonly objects: ObjectStore;
}

type ArchiveTask = Task<typeof archiveSettings & typeof databaseSettings>;

/** Opens database and archive for a command, and closes them after it. */
export async function withArchive<Result>(
  task: ArchiveTask,
  access: Access,
  work: (opened: OpenedArchive) => Promise<Result>,
): Promise<Result> {
  // Before the database, which is made where it is not there: not for an archive that cannot be.
  const target = archiveTarget(task.values, task.resolved, task.host);
  const objects = await target.open(access.archive);
  return await withNamedCatalog(task, access.database, target.name, (opened) => work({ ...opened, objects }));
}

/** Opens the database for a command, and closes it after it. The archive is named and not opened. */
export async function withCatalog<Result>(
  task: ArchiveTask,
  access: Access["database"],
  work: (opened: OpenedCatalog) => Promise<Result>,
): Promise<Result> {
  const { name } = archiveTarget(task.values, task.resolved, task.host);
  return await withNamedCatalog(task, access, name, work);
}

async function withNamedCatalog<Result>(
  { values, host, output, resolved }: ArchiveTask,
  access: Access["database"],
  archiveName: string,
  work: (opened: OpenedCatalog) => Promise<Result>,
): Promise<Result> {
  const target = databaseTarget(values, resolved, output);
  const database = await openDatabase(target, access, output);
  try {
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping; once more to end at once`),
    );
    try {
      return await work({
        catalog: sqlArchiveCatalog({
          ...database,
          retry: { clock: host.clock, random: host.random, onRetry: logRetry(output) },
        }),
        databaseName: target.name,
        archiveName,
        signal: stop.signal,
      });
    } finally {
      stop.release();
    }
  } finally {
    output.progress("");
    await database.close();
  }
}

async function openDatabase(
  target: DatabaseTarget,
  access: Access["database"],
  output: Output,
): Promise<PlantDatabase> {
  if (access !== "make" && !target.exists())
    throw new UserError(
      ExitCode.configuration,
      `${target.name} is not there yet. Is its disk mounted? Where it is to be new, make it with a run: plant run`,
    );
  const database = await target.open({ readonly: access === "look" });
  try {
    if (access === "look") await requireMigrated(database, target.name);
    else await migrateDatabase(database, output);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function requireMigrated(database: PlantDatabase, name: string): Promise<void> {
  const pending = await pendingMigrations(database);
  if (pending.length > 0)
    throw new UserError(
      ExitCode.configuration,
      `${name} has an older structure (pending: ${pending.join(", ")}). Bring it up to date: plant migrate`,
    );
}
