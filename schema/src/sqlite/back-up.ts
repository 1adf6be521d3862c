import { type FileHandle, link, lstat, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { driverCodeOf, isPlantSchemaError, PlantSchemaError } from "../errors.js";
import { type AppliedMigration, planMigrations } from "../migration/plan-migrations.js";
import type { SqliteConnection } from "./connection.js";
import { damaged, explainFileError, explainSqliteError } from "./errors.js";
import { sqliteMigrations } from "./migrations.js";
import { connectSqlite, sqlitePath } from "./open-sqlite.js";

/** The temporary name of a backup, and when it may replace a file or has to end. */
export interface SqliteBackupOptions {
  /** Part of the name of the temporary file beside the backup; unique, without slashes. */
  readonly id: string;
  /** Replaces an existing database, or an empty file. `false` by default. */
  readonly replace?: boolean | undefined;
  /** Ends the backup between two steps; the copy itself is one step. */
  readonly signal?: AbortSignal | undefined;
}

/** A backup that was written and checked. */
export interface SqliteBackup {
  /** The absolute path of the copy. */
  readonly file: string;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  /** The names of the migrations that the copy has, in order. */
  readonly migrations: readonly string[];
  /** The number of rows of the copy, by name of table. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Copies a database, which other programs may be writing to, as it is at one moment. The copy is written under a temporary
 * name, synced, checked (integrity, references, migration history) and then renamed; it is readable by its owner only. A
 * killed process leaves the temporary file, which the next backup of the same path deletes once it is an hour old.
 *
 * @param url of the database, which has to exist
 * @param file the path of the copy; its folder has to exist
 * @throws PlantSchemaError `BACKUP_EXISTS` if the file exists and `replace` is not set; `BACKUP_REFUSED` if it is in use, is
 *   neither empty nor a SQLite database, or has the name of a write-ahead log or journal; those of `openSqlite`, of the database or of the copy; `SCHEMA_UNKNOWN`; the signal's reason
 */
export async function backUpSqlite(
  url: string,
  file: string,
  { id, replace = false, signal }: SqliteBackupOptions,
): Promise<SqliteBackup> {
  const source = sqlitePath(url);
  const target = resolve(file);
  const temporary = join(dirname(target), `.${basename(target)}.${id}.part`);
  try {
    await refuseTarget(source, target, replace);
    // Before the copy, which would be readable by everyone.
    await withFile(temporary, "wx", async () => {});
    await removeAbandoned(target, temporary);
    signal?.throwIfAborted();
    await copy(source, temporary);
    signal?.throwIfAborted();
    const checked = await check(source, temporary);
    signal?.throwIfAborted();
    const { size: bytes } = await stat(temporary);
    await publish(temporary, target, replace);
    return { file: target, bytes, ...checked };
  } catch (error) {
    if (isPlantSchemaError(error) || error === signal?.reason) throw error;
    throw new PlantSchemaError(...explainFileError(target, error), { cause: error });
  } finally {
    for (const each of [temporary, `${temporary}-journal`]) await unlink(each).catch(() => undefined);
  }
}

/** A copy is written without a pause, and its check takes less. */
const abandonedAfterMs = 3_600_000;

/**
 * Deletes the temporary files of earlier backups of the same target that were killed. If one is of a backup that still runs,
 * that backup fails, because it cannot rename its file.
 */
async function removeAbandoned(target: string, temporary: string): Promise<void> {
  const prefix = `.${basename(target)}.`;
  const isTemporary = (name: string) =>
    name.startsWith(prefix) && /^[^.]+\.part(?:-journal)?$/.test(name.slice(prefix.length));
  // Of the file that was just created, so that both times are by the clock of the file system.
  const nowMs = (await stat(temporary)).mtimeMs;
  for (const name of (await readdir(dirname(target)).catch(() => [])).filter(isTemporary)) {
    const path = join(dirname(target), name);
    const found = await lstat(path).catch(() => null);
    if (found?.isFile() === true && nowMs - found.mtimeMs > abandonedAfterMs)
      await unlink(path).catch(() => undefined);
  }
}

/** The files that SQLite keeps beside a database. */
const companions = ["-wal", "-shm", "-journal"];

async function refuseTarget(source: string, target: string, replace: boolean): Promise<void> {
  const folder = await stat(dirname(target)).catch(() => null);
  if (folder?.isDirectory() !== true)
    throw refused(`The folder of the backup ${target} does not exist. Mount its disk, or create the folder.`);
  const suffix = companions.find((each) => target.toLowerCase().endsWith(each));
  if (suffix !== undefined)
    throw refused(
      `The backup ${target} ends with ${suffix}, as a file that SQLite keeps beside a database, and writes or deletes. Name another file.`,
    );
  const found = await lstat(target).catch(() => null);
  if (found !== null) {
    if (await areSameFile(source, target))
      throw refused(`The backup ${target} is the database itself. Name another file.`);
    if (found.isSymbolicLink())
      throw refused(`The backup ${target} is a symbolic link. Name the file that it leads to.`);
    if (found.isDirectory()) throw refused(`The backup ${target} is a folder. Name a file in it.`);
    if (!found.isFile())
      throw refused(`The backup ${target} is a device, pipe or socket, not a file. Name another file.`);
    if (found.size > 0 && !(await isDatabase(target)))
      throw refused(`The backup ${target} exists and is not a SQLite database. Name another file.`);
    if (!replace) throw exists(target);
  }
  for (const each of companions)
    if ((await lstat(target + each).catch(() => null)) !== null)
      throw refused(
        `The backup ${target} is a database in use, or was one: ${target}${each} is beside it, and would damage the new file. Name another file.`,
      );
}

/** The first bytes of each file of SQLite. */
const magic = Buffer.from("SQLite format 3\0");

async function isDatabase(path: string): Promise<boolean> {
  const start = Buffer.alloc(magic.length);
  await withFile(path, "r", (file) => file.read(start, 0, start.length, 0));
  return start.equals(magic);
}

async function areSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => null)),
  );
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino;
}

function exists(target: string): PlantSchemaError {
  return new PlantSchemaError("BACKUP_EXISTS", "abort", `The backup ${target} exists. Nothing was written.`);
}

function refused(message: string): PlantSchemaError {
  return new PlantSchemaError("BACKUP_REFUSED", "abort", message);
}

async function copy(source: string, temporary: string): Promise<void> {
  const connection = await connectSqlite(source, { readonly: true });
  try {
    // SQLite counts the copy as a write.
    await connection.execute("PRAGMA query_only = OFF", []);
    await connection.execute(`VACUUM INTO '${temporary.replaceAll("'", "''")}'`, []);
  } catch (error) {
    const isOfSource = /^SQLITE_(?:CORRUPT|NOTADB|BUSY|LOCKED|PROTOCOL|IOERR_READ)/.test(driverCodeOf(error));
    throw await explainSqliteError(isOfSource ? source : temporary, error);
  } finally {
    await connection.close();
  }
  // SQLite does not sync the copy.
  await withFile(temporary, "r+", (file) => file.sync());
}

async function check(source: string, temporary: string): Promise<Pick<SqliteBackup, "migrations" | "rows">> {
  const connection = await connectSqlite(temporary, { readonly: true });
  try {
    const query = queryOf(connection);
    const findings = [
      ...(await query<object>("PRAGMA integrity_check(1)")),
      ...(await query<object>("PRAGMA foreign_key_check")),
    ].map((row) => JSON.stringify(row));
    if (findings.join() !== '{"integrity_check":"ok"}')
      throw new PlantSchemaError(...damaged(source, `its copy: ${findings.slice(0, 3).join(", ")}`));
    const tables = await query<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    );
    const history = tables.some(({ name }) => name === "schema_migration")
      ? await query<AppliedMigration>("SELECT name, checksum FROM schema_migration ORDER BY name")
      : [];
    planMigrations(sqliteMigrations, history);
    const rows: Record<string, number> = {};
    for (const { name } of tables) {
      const [counted] = await query<{ n: number }>(
        `SELECT count(*) AS n FROM "${name.replaceAll('"', '""')}"`,
      );
      rows[name] = counted?.n ?? 0;
    }
    return { migrations: history.map(({ name }) => name), rows };
  } finally {
    await connection.close();
  }
}

function queryOf(connection: SqliteConnection) {
  return async <Row>(sql: string): Promise<Row[]> => (await connection.execute(sql, [])).rows as Row[];
}

async function publish(temporary: string, target: string, replace: boolean): Promise<void> {
  if (replace) await rename(temporary, target);
  else
    await link(temporary, target).catch(async (error: unknown) => {
      if (driverCodeOf(error) === "EEXIST") throw exists(target);
      // A file system without hard links.
      if (!/^(?:EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/.test(driverCodeOf(error))) throw error;
      if ((await lstat(target).catch(() => null)) !== null) throw exists(target);
      await rename(temporary, target);
    });
  // Windows cannot open a folder.
  await withFile(dirname(target), "r", (folder) => folder.sync()).catch(() => undefined);
}

async function withFile(
  path: string,
  flags: string,
  work: (file: FileHandle) => Promise<unknown>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
