import { existsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { codeOf } from "@lmnh/plant-schema/internal";
import type { ResolvedArchive } from "../resolve-archive.js";
import type { ResolvedDatabase } from "../resolve-database.js";
import type { DatabaseFilesFacts, DiskFacts } from "../status/status-facts.js";

/** The disks of a SQLite file and of an archive in a folder; one disk is listed once. Servers and buckets have none here. */
export async function diskSpace(
  database: ResolvedDatabase | null,
  archive: ResolvedArchive | null,
): Promise<readonly DiskFacts[]> {
  const places: (readonly [use: string, path: string])[] = [];
  if (database?.kind === "sqlite") {
    const file = await sqliteFile(database.url);
    if (file !== null) places.push(["database", dirname(file)]);
  }
  if (archive?.kind === "directory") places.push(["archive", resolve(archive.directory)]);
  const disks = new Map<number, DiskFacts>();
  for (const [use, path] of places) {
    const folder = await nearestExisting(path);
    const device = (await stat(folder)).dev;
    const known = disks.get(device);
    if (known !== undefined) {
      disks.set(device, { ...known, use: `${known.use} and ${use}` });
      continue;
    }
    const { bavail, blocks, bsize, ffree, files } = await statfs(folder);
    disks.set(device, {
      use,
      folder,
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
      freeFiles: ffree,
      totalFiles: files,
    });
  }
  return [...disks.values()];
}

/** Bytes of a SQLite database with its write-ahead log; `null` for a server. */
export async function sqliteBytes(database: ResolvedDatabase): Promise<number | null> {
  if (database.kind !== "sqlite") return null;
  const file = await sqliteFile(database.url);
  if (file === null) return null;
  const sizes = await Promise.all([file, `${file}-wal`].map(bytesOf));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** The files of a SQLite database, whether they can be read or not; `null` for a server and a database in memory. */
export async function sqliteFiles(database: ResolvedDatabase): Promise<DatabaseFilesFacts | null> {
  const path = database.kind === "sqlite" ? await sqliteFile(database.url) : null;
  if (path === null) return null;
  const folder = dirname(path);
  const existing = [path, `${path}-wal`, `${path}-shm`].filter((each) => existsSync(each));
  return {
    path,
    folder,
    isFolderMissing: !existsSync(folder),
    existing,
    isEmpty: existing[0] === path && (await bytesOf(path)) === 0,
  };
}

async function sqliteFile(url: string): Promise<string | null> {
  const { sqlitePath } = await import("@lmnh/plant-schema/sqlite");
  const file = sqlitePath(url);
  return file === ":memory:" ? null : file;
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}

/** The path or its nearest ancestor that exists. */
async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== "ENOENT" || parent === path) throw error;
    return await nearestExisting(parent);
  }
}
