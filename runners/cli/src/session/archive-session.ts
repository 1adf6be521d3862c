import { type ArchiveCatalog, type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import {
  type archiveSettings,
  type databaseSettings,
  resolveArchive,
  resolveDatabase,
} from "@lmnh/plant-runtime";
import {
  type DatabaseAccess,
  type OpenArchiveOptions,
  openArchive,
  openMigratedDatabase,
} from "@lmnh/plant-runtime/open";
import type { Task } from "../command.js";
import { logRetry } from "../output/log-retry.js";
import { reportMigrations } from "../output/report-migrations.js";
import { listenForStop } from "./shutdown-signal.js";

/** How a command uses the database and the archive. */
export interface Access {
  readonly database: DatabaseAccess;
  readonly missingFolder: OpenArchiveOptions["missingFolder"];
}

/** The catalog of the opened database. */
export interface OpenedCatalog {
  readonly catalog: ArchiveCatalog;
  /** Without secrets. */
  readonly databaseName: string;
  readonly archiveName: string;
  /** Aborts with the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}

/** The catalog and the opened archive. */
export interface OpenedArchive extends OpenedCatalog {
  readonly objects: ObjectStore;
}

type ArchiveTask = Task<typeof archiveSettings & typeof databaseSettings>;

/** Opens the database and the archive for a command, and closes them after it. */
export async function withArchive<Result>(
  task: ArchiveTask,
  access: Access,
  work: (opened: OpenedArchive) => Promise<Result>,
): Promise<Result> {
  const archive = resolveArchive(task.values, task.resolved);
  // Before the database, so that no database is created for an archive that cannot be opened.
  const objects = await openArchive(archive, {
    newId: task.host.newId,
    missingFolder: access.missingFolder,
  });
  return await withNamedCatalog(task, access.database, archive.name, (opened) =>
    work({ ...opened, objects }),
  );
}

/** Opens the database for a command, and closes it after it. The archive is not opened. */
export async function withCatalog<Result>(
  task: ArchiveTask,
  access: Access["database"],
  work: (opened: OpenedCatalog) => Promise<Result>,
): Promise<Result> {
  const { name } = resolveArchive(task.values, task.resolved);
  return await withNamedCatalog(task, access, name, work);
}

async function withNamedCatalog<Result>(
  { values, host, output, resolved }: ArchiveTask,
  access: Access["database"],
  archiveName: string,
  work: (opened: OpenedCatalog) => Promise<Result>,
): Promise<Result> {
  const resolvedDatabase = resolveDatabase(values, resolved);
  const database = await openMigratedDatabase(
    resolvedDatabase,
    access,
    (report) => reportMigrations(report, output),
    { onRisk: (risk) => output.warn(risk) },
  );
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
        databaseName: resolvedDatabase.name,
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
