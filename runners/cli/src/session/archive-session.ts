import {
  type ArchiveCatalog,
  archiveIdKey,
  type ObjectStore,
  PlantArchiveError,
  requireMatchingArchive,
  sqlArchiveCatalog,
} from "@lmnh/plant-archive";
import {
  type archiveSettings,
  boolean,
  type databaseSettings,
  ExitCode,
  resolveArchive,
  resolveDatabase,
  setting,
  UserError,
} from "@lmnh/plant-runtime";
import {
  type DatabaseAccess,
  databaseExists,
  type OpenArchiveOptions,
  openArchive,
} from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Task } from "../command.js";
import { logRetry } from "../output/log-retry.js";
import { listenForStop } from "./shutdown-signal.js";
import { openDatabase } from "./with-database.js";

/** How a command uses the database and the archive. */
export interface Access {
  readonly database: DatabaseAccess;
  readonly missingFolder: OpenArchiveOptions["missingFolder"];
  /** Printed if the database cannot be opened. */
  readonly advice?: string | undefined;
}

/** The catalog of the opened database. */
export interface OpenedCatalog {
  readonly catalog: ArchiveCatalog;
  readonly database: PlantDatabase;
  /** Without secrets. */
  readonly databaseName: string;
}

/** The catalog and the opened archive. */
export interface OpenedArchive extends OpenedCatalog {
  readonly objects: ObjectStore;
  /** Without secrets. */
  readonly archiveName: string;
  /** Aborts with the first Ctrl-C, SIGTERM or SIGHUP, or is the caller's. */
  readonly signal: AbortSignal;
}

type ArchiveTask = Task<typeof archiveSettings & typeof databaseSettings>;

/**
 * Opens the database and the archive for a command, and closes them after it.
 *
 * @param signal ends the work in place of Ctrl-C, SIGTERM and SIGHUP, to which the caller listens
 */
export async function withArchive<Result>(
  task: ArchiveTask,
  access: Access,
  work: (opened: OpenedArchive) => Promise<Result>,
  signal?: AbortSignal | undefined,
): Promise<Result> {
  const archive = resolveArchive(task.values, task.resolved);
  return await untilStopped(task, signal, async (stopped) => {
    // Before the database, so that no database is created for an archive that cannot be opened.
    const objects = await openArchive(archive, {
      newId: task.host.newId,
      missingFolder: access.missingFolder,
      limits: { signal: stopped },
    });
    if (access.database === "create") await objects.head(archiveIdKey);
    return await withNamedCatalog(task, access, (opened) =>
      work({ ...opened, objects, archiveName: archive.name, signal: stopped }),
    );
  });
}

/** Stops with the first Ctrl-C, SIGTERM or SIGHUP, or with the caller's signal, whose reason it then throws. */
async function untilStopped<Result>(
  { host, output }: Pick<ArchiveTask, "host" | "output">,
  given: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { signal, release } =
    given === undefined
      ? listenForStop(host, (name) => output.note(`${name}: stopping; once more to end at once`))
      : { signal: given, release: () => {} };
  try {
    return await work(signal);
  } catch (error) {
    if (given !== undefined || !signal.aborted || error !== signal.reason) throw error;
    throw new UserError(ExitCode.temporaryFailure, "The command was stopped. Run it again.");
  } finally {
    release();
    output.progress("");
  }
}

export const withoutDatabase = {
  withoutDatabase: setting({
    flag: "--without-database",
    fallback: "false",
    description: "Read the archive alone",
    parse: boolean,
    excludes: ["database"],
  }),
};

/** The opened archive without its database. */
export type ArchiveAlone = Pick<OpenedArchive, "archiveName" | "objects" | "signal">;

/** Opens the archive for a command, without a database. */
export async function withArchiveAlone<Result>(
  task: ArchiveTask,
  work: (opened: ArchiveAlone) => Promise<Result>,
): Promise<Result> {
  const archive = resolveArchive(task.values, task.resolved);
  return await untilStopped(task, undefined, async (signal) => {
    const { newId } = task.host;
    const objects = await openArchive(archive, { newId, missingFolder: "refuse", limits: { signal } });
    return await work({ archiveName: archive.name, objects, signal });
  });
}

/** The catalog of the archive's database, or why there is none. */
export type FoundCatalog =
  | { readonly catalog: ArchiveCatalog; readonly databaseName: string }
  | { readonly catalog: null; readonly reason: string };

/** Opens the archive, and its database if there is one. */
export async function withArchiveAndCatalog<Result>(
  task: Task<typeof archiveSettings & typeof databaseSettings & typeof withoutDatabase>,
  work: (opened: ArchiveAlone, found: FoundCatalog) => Promise<Result>,
): Promise<Result> {
  const alone = (reason: string) =>
    withArchiveAlone(task, (opened) => work(opened, { catalog: null, reason }));
  if (task.values.withoutDatabase) return await alone("no database was read");
  const database = resolveDatabase(task.values, task.resolved);
  if (!(await databaseExists(database))) return await alone(`${database.name} does not exist`);
  return await withArchive(
    task,
    { database: "read", missingFolder: "refuse", advice: readAlone },
    async (opened) => {
      const { catalog, databaseName } = opened;
      try {
        await requireMatchingArchive(opened);
      } catch (error) {
        if (!(error instanceof PlantArchiveError && /^ARCHIVE_/.test(error.code))) throw error;
        return await work(opened, {
          catalog: null,
          reason: `${databaseName} is not the database of this archive`,
        });
      }
      return await work(opened, { catalog, databaseName });
    },
  );
}

/** For a command that also runs without the database. */
export const readAlone =
  "To make a lost database again from the archive: plant archive restore --all. To read the archive without one: --without-database";

async function withNamedCatalog<Result>(
  task: ArchiveTask,
  access: Pick<Access, "database" | "advice">,
  work: (opened: OpenedCatalog) => Promise<Result>,
): Promise<Result> {
  const { values, host, output, resolved } = task;
  const database = await openDatabase(task, access.database).catch((error: unknown) => {
    if (access.advice !== undefined) output.note(access.advice);
    throw error;
  });
  try {
    return await work({
      catalog: sqlArchiveCatalog({
        ...database,
        retry: { clock: host.clock, random: host.random, onRetry: logRetry(output) },
      }),
      database,
      databaseName: resolveDatabase(values, resolved).name,
    });
  } finally {
    output.progress("");
    await database.close();
  }
}
