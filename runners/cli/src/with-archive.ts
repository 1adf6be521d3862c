import { kyselyReadingLedger, type ObjectStore, type ReadingLedger } from "@lmnh/plant-archive";
import { type archiveSettings, type databaseSettings, ExitCode, UserError } from "@lmnh/plant-composition";
import { type OpenedDatabase, pendingMigrations } from "@lmnh/plant-schema";
import { bringUpToDate } from "./bring-up-to-date.js";
import type { Task } from "./command.js";
import { chooseArchive } from "./compose-archive.js";
import { chooseDatabase, type DatabaseTarget } from "./compose-database.js";
import type { Output } from "./output/output.js";
import { tellRetry } from "./output/tell-retry.js";
import { listenForStop } from "./stop.js";

/** What a command does to database and archive; one that only looks makes and migrates nothing. */
export interface Access {
  /** `make`: one that is not there is made. */
  readonly database: "make" | "write" | "look";
  /** `pretend`: one that is not there is taken for an empty one. */
  readonly archive: "make" | "pretend" | "look";
}

/** What a command that reads only the database works on. */
export interface OpenedLedger {
  readonly ledger: ReadingLedger;
  /** Without secrets. */
  readonly databaseName: string;
  readonly archiveName: string;
  /** Aborts with the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}

/** What the archive's commands work on. */
export interface OpenedArchive extends OpenedLedger {
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
  const target = chooseArchive(task.values, task.resolved, task.host);
  const objects = await target.open(access.archive);
  return await withNamedLedger(task, access.database, target.name, (opened) => work({ ...opened, objects }));
}

/** Opens the database for a command, and closes it after it. The archive is named and not opened. */
export async function withLedger<Result>(
  task: ArchiveTask,
  access: Access["database"],
  work: (opened: OpenedLedger) => Promise<Result>,
): Promise<Result> {
  const { name } = chooseArchive(task.values, task.resolved, task.host);
  return await withNamedLedger(task, access, name, work);
}

async function withNamedLedger<Result>(
  { values, host, output, resolved }: ArchiveTask,
  access: Access["database"],
  archiveName: string,
  work: (opened: OpenedLedger) => Promise<Result>,
): Promise<Result> {
  const target = chooseDatabase(values, resolved, output);
  const database = await openDatabase(target, access, output);
  try {
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping; once more to end at once`),
    );
    try {
      return await work({
        ledger: kyselyReadingLedger({
          ...database,
          retry: { clock: host.clock, random: host.random, onRetry: tellRetry(output) },
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
): Promise<OpenedDatabase> {
  if (access !== "make" && !target.exists())
    throw new UserError(
      ExitCode.configuration,
      `${target.name} is not there yet. Is its disk mounted? Where it is to be new, make it with a run: plant run`,
    );
  const database = await target.open({ readonly: access === "look" });
  try {
    if (access === "look") await requireMigrated(database, target.name);
    else await bringUpToDate(database, output);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function requireMigrated(database: OpenedDatabase, name: string): Promise<void> {
  const pending = await pendingMigrations(database);
  if (pending.length > 0)
    throw new UserError(
      ExitCode.configuration,
      `${name} has an older structure (pending: ${pending.join(", ")}). Bring it up to date: plant migrate`,
    );
}
