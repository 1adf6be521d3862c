import { realpath, rename, stat } from "node:fs/promises";
import { driverCodeOf, PlantSchemaError } from "../errors.js";
import { explainFileError } from "./errors.js";

/** The files of an open SQLite database: the database itself, its write-ahead log and the index of that log. */
export interface SqliteFiles {
  /**
   * Compares the device and inode of each file with those of the files that were opened. SQLite continues to write to a
   * file that was deleted or replaced, and reports success.
   *
   * @throws PlantSchemaError `DATABASE_REPLACED`, `DATABASE_FILES_LOST`; `DISK_FAILED`, `PERMISSION_DENIED` or
   *   `DATABASE_UNREACHABLE` if the file system returns an error
   */
  check(): Promise<void>;
}

const suffixes = ["", "-wal", "-shm"] as const;
type Suffix = (typeof suffixes)[number];

/** For `:memory:`, which has no files. */
export const noSqliteFiles: SqliteFiles = { check: async () => {} };

/** Records the identity of the files at `path`. Call it after the database was opened and read. */
export async function watchSqliteFiles(path: string): Promise<SqliteFiles> {
  // SQLite follows links: its log is beside the target of a link.
  const target = await realpath(path);
  const opened = await identify(path, target);
  return {
    async check() {
      const found = await identify(path, target);
      const changed = suffixes.filter(
        (suffix) => opened[suffix] !== undefined && opened[suffix] !== found[suffix],
      );
      if (changed.length > 0) {
        const [first = ""] = changed;
        const stale = suffixes.filter(
          (suffix) => suffix !== "" && !changed.includes(suffix) && opened[suffix],
        );
        if (first === "" && found[""] !== undefined && stale.length > 0)
          throw await moveLogAway(target, stale, opened);
        throw explainChange(path, found, first);
      }
      // The log and its index appear with the first write to a database that was not in WAL mode.
      Object.assign(opened, found);
    },
  };
}

type Identities = Partial<Record<Suffix, string>>;

async function identify(path: string, target: string): Promise<Identities> {
  const found: Identities = {};
  await Promise.all(
    suffixes.map(async (suffix) => {
      try {
        const { dev, ino } = await stat(suffix === "" ? path : target + suffix, { bigint: true });
        found[suffix] = `${dev}:${ino}`;
      } catch (cause) {
        if (/^(ENOENT|ENOTDIR)$/.test(driverCodeOf(cause))) return;
        throw new PlantSchemaError(...explainFileError(path, cause), { cause });
      }
    }),
  );
  return found;
}

/**
 * Renames the log of the old file: the next program that opens the new file would write that log into it. This connection
 * keeps the log open under its new name, and SQLite does not delete it.
 */
async function moveLogAway(
  path: string,
  stale: readonly Suffix[],
  opened: Identities,
): Promise<PlantSchemaError> {
  const newName = (suffix: Suffix) => `${path}${suffix}.${opened[suffix]?.split(":")[1]}`;
  try {
    for (const suffix of stale) await rename(path + suffix, newName(suffix));
  } catch (cause) {
    return lost(
      `The database file ${path} was replaced while it was open, and its write-ahead log, which would damage the new one, could not be moved away (${driverCodeOf(cause) || "unknown error"}). Nothing was written to the new one. Before you open it: stop every program that uses it, move ${path}-wal and ${path}-shm away, then start again.`,
    );
  }
  return lost(
    `The database file ${path} was replaced while it was open. Nothing was written to the new one. The write-ahead log of the old one, which would have damaged it, is now ${stale.map(newName).join(" and ")}. The next connection uses the new file.`,
  );
}

function explainChange(path: string, found: Identities, first: Suffix): PlantSchemaError {
  if (first !== "")
    return lost(
      `${path}${first} was deleted or replaced while the database was open. Nothing more is written to it. Never delete this file on its own: it is a part of ${path}. Check the database, then start again.`,
    );
  if (found[""] === undefined)
    return lost(
      `The database file ${path} does not exist any more: it was deleted or moved while it was open, or its disk was unmounted. Nothing more is written to it. Mount the disk or put the file back; to create a new file, start again.`,
    );
  return new PlantSchemaError(
    "DATABASE_REPLACED",
    "abort",
    `The database file ${path} was replaced by another file while it was open. Nothing was written to the new one, which the next connection uses.`,
  );
}

function lost(message: string): PlantSchemaError {
  return new PlantSchemaError("DATABASE_FILES_LOST", "abort", message);
}
