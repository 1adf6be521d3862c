import { realpath, rename, stat } from "node:fs/promises";
import { driverCodeOf, PlantSchemaError } from "../errors.js";
import { explainFileError } from "./errors.js";

/** The files of an open SQLite database: the database itself, its write-ahead log and the index of that log. */
export interface SqliteFiles {
  /**
   * Compares each file's device and inode with those of the files that were opened. SQLite goes on writing to a file that
   * was deleted or replaced, and reports success.
   *
   * @throws PlantSchemaError `DATABASE_REPLACED`, `DATABASE_FILES_LOST`; `DISK_FAILED`, `PERMISSION_DENIED` or
   *   `DATABASE_UNREACHABLE` where the file system does not return whether a file exists
   */
  check(): Promise<void>;
}

const suffixes = ["", "-wal", "-shm"] as const;
type Suffix = (typeof suffixes)[number];

/** Of `:memory:`, and of anything else that has no files. */
export const noSqliteFiles: SqliteFiles = { check: async () => {} };

/** Remembers the files at `path` as they are now; call it when the database has been opened and read. */
export async function watchSqliteFiles(path: string): Promise<SqliteFiles> {
  // SQLite follows links: its log lies beside the file that a link leads to.
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
      // The log and its index come with the first write to a database that was not in WAL mode before.
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
 * Moves the log of the old file out of the new one's way: whoever opened that next, a restarted process or `doctor`, would
 * write the log into it. This connection keeps the log open under its new name, and SQLite does not delete it.
 */
async function moveLogAway(
  path: string,
  stale: readonly Suffix[],
  opened: Identities,
): Promise<PlantSchemaError> {
  const quarantinedOf = (suffix: Suffix) => `${path}${suffix}.${opened[suffix]?.split(":")[1]}`;
  try {
    for (const suffix of stale) await rename(path + suffix, quarantinedOf(suffix));
  } catch (cause) {
    return lost(
      `The database file ${path} was replaced while it was open, and its write-ahead log, which would damage the new one, could not be moved away (${driverCodeOf(cause) || "unknown error"}). Nothing was written to the new one. Before anything opens it: end every program that uses it, move ${path}-wal and ${path}-shm away, then start again.`,
    );
  }
  return lost(
    `The database file ${path} was replaced while it was open. Nothing was written to the new one. The write-ahead log of the old one, which would have damaged it, is now ${stale.map(quarantinedOf).join(" and ")}. Start again to use the new file.`,
  );
}

function explainChange(path: string, found: Identities, first: Suffix): PlantSchemaError {
  if (first !== "")
    return lost(
      `${path}${first} was deleted or replaced while the database was open. Nothing more is written to it. Never delete this file on its own: it belongs to ${path}. Check the database (plant doctor), then start again.`,
    );
  if (found[""] === undefined)
    return lost(
      `The database file ${path} is gone: it was deleted or moved while it was open, or its disk is not mounted any more. Nothing more is written to it. Mount the disk or put the file back; to begin with a new file, start again.`,
    );
  return new PlantSchemaError(
    "DATABASE_REPLACED",
    "abort",
    `The database file ${path} was replaced by another file while it was open. Nothing was written to the new one. Start again to use it.`,
  );
}

function lost(message: string): PlantSchemaError {
  return new PlantSchemaError("DATABASE_FILES_LOST", "abort", message);
}
