import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  open as openFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { noSmallDisk, smallDisk } from "@lmnh/testing/small-disk";
import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import Libsql from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkContent } from "../../src/check-content.js";
import type { PlantDatabase } from "../../src/database.js";
import { PlantSchemaError } from "../../src/errors.js";
import { migrate } from "../../src/migration/migrate.js";
import { openSqlite, type SqliteDriver } from "../../src/sqlite/index.js";
import type { PlantTables } from "../../src/tables.js";
import { isTransient } from "../../src/transaction/classify-error.js";
import { inWriteTransaction } from "../../src/transaction/write-transaction.js";
import { temporaryDirectory } from "../support/temporary-directory.js";

async function open(path: string, driver?: SqliteDriver): Promise<PlantDatabase> {
  const opened = await openSqlite(`sqlite:${path}`, driver === undefined ? {} : { driver });
  onTestFinished(() => opened.close().catch(() => undefined));
  return opened;
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (error: unknown) => error,
  );
}

const createTable = (db: Kysely<PlantTables>) => sql`CREATE TABLE leaf (text TEXT)`.execute(db);
const insertLeaf = (database: PlantDatabase, text: string) =>
  inWriteTransaction(database, (transaction) => sql`INSERT INTO leaf VALUES (${text})`.execute(transaction));
const countLeaves = async ({ db }: PlantDatabase) =>
  (await sql<{ leaves: number }>`SELECT count(*) AS leaves FROM leaf`.execute(db)).rows[0]?.leaves;

describe.each([
  ["in a thread of its own", undefined],
  ["in this thread", Libsql],
])("SQLite %s", (_name, driver) => {
  describe.skipIf(noSmallDisk !== undefined)(
    `on a full disk${noSmallDisk ? ` (skipped: ${noSmallDisk})` : ""}`,
    () => {
      // Different amounts of room make different statements fail: INSERT, COMMIT, or growing the index of the log.
      it.each([0, 4, 8, 12, 16, 20, 28, 36, 44, 60, 76, 100, 140, 200])(
        "reports DATABASE_FULL for a transaction that runs out of %i KiB, and writes again when there is room",
        async (kibibytes) => {
          const disk = smallDisk();
          const database = await open(join(disk.folder, "plants.db"), driver);
          await createTable(database.db);
          disk.leave(kibibytes * 1024);
          let written = 0;
          let error: unknown = null;
          while (error === null && written < 500) {
            error = await errorOf(insertLeaf(database, "x".repeat(3000)));
            if (error === null) written += 1;
          }
          expect(error).toMatchObject({
            code: "DATABASE_FULL",
            recovery: "retry",
            message: expect.stringMatching(/plants\.db is full .*Free space and try again\.$/),
          });
          expect(isTransient(error)).toBe(false);
          disk.makeRoom();
          await insertLeaf(database, "y");
          expect(await countLeaves(database)).toBe(written + 1);
        },
      );

      it.each([0, 4, 8, 16, 24, 32])(
        "reports DATABASE_FULL when it is opened with %i KiB left",
        async (kibibytes) => {
          const disk = smallDisk();
          disk.leave(kibibytes * 1024);
          const path = join(disk.folder, "plants.db");
          const error = await errorOf(open(path, driver).then(({ db }) => createTable(db)));
          expect(error).toMatchObject({ code: "DATABASE_FULL", recovery: "retry" });
          disk.makeRoom();
          await createTable((await open(path, driver)).db);
        },
      );

      it("reports DATABASE_FULL for a migration, and changes nothing", async () => {
        const disk = smallDisk();
        const database = await open(join(disk.folder, "plants.db"), driver);
        disk.leave(50 * 1024);
        expect(await errorOf(migrate(database))).toMatchObject({ code: "DATABASE_FULL", recovery: "retry" });
        disk.makeRoom();
        expect((await migrate(database)).present).toEqual([]);
      });
    },
  );

  it("throws the error that caused the rollback, and not that of the rollback", async () => {
    const database = await open(join(await temporaryDirectory(), "plants.db"), driver);
    await createTable(database.db);
    // Without a disk that is full: the greatest number of pages is the one that there is.
    const [row] = (await sql<{ page_count: number }>`PRAGMA page_count`.execute(database.db)).rows;
    await sql.raw(`PRAGMA max_page_count = ${row?.page_count}`).execute(database.db);
    const error = await errorOf(insertLeaf(database, "x".repeat(100_000)));
    expect(error).toMatchObject({ code: "DATABASE_FULL", cause: { code: "SQLITE_FULL" } });
    await sql.raw("PRAGMA max_page_count = 1000000").execute(database.db);
    await insertLeaf(database, "y");
    expect(await countLeaves(database)).toBe(1);
  });
});

/** A closed database of some 130 pages. */
async function filledFile(): Promise<string> {
  const path = join(await temporaryDirectory(), "plants.db");
  const database = await openSqlite(`sqlite:${path}`);
  await createTable(database.db);
  await sql`CREATE INDEX leaf_by_text ON leaf (text)`.execute(database.db);
  for (let number = 0; number < 60; number++) await insertLeaf(database, `${number}`.padEnd(4000, "leaf"));
  await database.close();
  return path;
}

async function overwrite(path: string, at: number, bytes: Uint8Array): Promise<void> {
  const file = await openFile(path, "r+");
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}

describe("a damaged file", () => {
  it("is DATABASE_DAMAGED when a damaged page is read", async () => {
    const path = await filledFile();
    await overwrite(path, 4096, new Uint8Array(40 * 4096).fill(0xa5));
    const error = await errorOf(
      open(path).then(({ db }) => sql`SELECT sum(length(text)) FROM leaf`.execute(db)),
    );
    expect(error).toMatchObject({
      code: "DATABASE_DAMAGED",
      recovery: "abort",
      message: expect.stringMatching(/plants\.db is damaged .* with a backup\.$/),
    });
  });

  it("is DATABASE_INVALID if its header is damaged", async () => {
    const path = await filledFile();
    await overwrite(path, 0, new Uint8Array(64).fill(0xa5));
    expect(await errorOf(open(path))).toMatchObject({
      code: "DATABASE_INVALID",
      recovery: "abort",
      message: expect.stringMatching(/put a backup of this one in its place/),
    });
  });

  it("is DATABASE_DAMAGED if an index contradicts its table, which libsql reports without a name", async () => {
    const path = await filledFile();
    const before = await open(path);
    const [row] = (
      await sql<{ rootpage: number }>`SELECT rootpage FROM sqlite_master WHERE name = 'leaf_by_text'`.execute(
        before.db,
      )
    ).rows;
    await before.close();
    // A page of an index without entries.
    await overwrite(path, ((row?.rootpage ?? 0) - 1) * 4096, Uint8Array.of(0x0a, 0, 0, 0, 0, 0x10, 0, 0));
    const { db } = await open(path);
    expect(await errorOf(sql`DELETE FROM leaf WHERE text LIKE '1%'`.execute(db))).toMatchObject({
      code: "DATABASE_DAMAGED",
      recovery: "abort",
    });
  });

  it.each([100, 4096, 4097, 60 * 4096])(
    "is DATABASE_DAMAGED if its last %i bytes are missing",
    async (bytes) => {
      const path = await filledFile();
      const { size } = await stat(path);
      await truncate(path, size - bytes);
      for (const readonly of [true, false])
        expect(await errorOf(openSqlite(`sqlite:${path}`, { readonly }))).toMatchObject({
          code: "DATABASE_DAMAGED",
          recovery: "abort",
          message: expect.stringMatching(/plants\.db is damaged .* with a backup\.$/),
        });
      expect((await stat(path)).size).toBe(size - bytes);
    },
  );

  it("is DATABASE_DAMAGED if it is empty beside a log, which is kept, and a new database without one", async () => {
    const path = await filledFile();
    await truncate(path, 0);
    await writeFile(`${path}-wal`, new Uint8Array(4152));
    expect(await errorOf(open(path))).toMatchObject({
      code: "DATABASE_DAMAGED",
      message: expect.stringMatching(/is empty, and its write-ahead log is not/),
    });
    expect((await stat(`${path}-wal`)).size).toBe(4152);
    await rm(`${path}-wal`);
    const database = await open(path);
    await createTable(database.db);
    expect(await countLeaves(database)).toBe(0);
  });

  it("fails checkContent, which accepts an intact file", async () => {
    const path = await filledFile();
    const sound = await open(path);
    await checkContent(sound);
    await sound.close();
    await overwrite(path, 20 * 4096, new Uint8Array(8 * 4096).fill(0xa5));
    const damaged = await open(path);
    expect(await errorOf(checkContent(damaged))).toMatchObject({
      code: "DATABASE_DAMAGED",
      recovery: "abort",
    });
  });

  it("is never a transient error, wherever the damage is", async () => {
    const source = await filledFile();
    const pages = (await stat(source)).size / 4096;
    const damage = fc.record({
      at: fc.nat(pages * 4096 - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, bytes }) => {
        const path = `${source}.damaged`;
        for (const suffix of ["", "-wal", "-shm"]) await rm(path + suffix, { force: true });
        await copyFile(source, path);
        await overwrite(path, at, bytes);
        let database: PlantDatabase | undefined;
        const error = await errorOf(
          openSqlite(`sqlite:${path}`, { driver: Libsql }).then(async (opened) => {
            database = opened;
            await checkContent(opened);
            await countLeaves(opened);
            await insertLeaf(opened, "leaf");
          }),
        );
        await database?.close();
        if (error instanceof PlantSchemaError) expect(error.recovery).toBe("abort");
      }),
      { numRuns: 60 },
    );
  });
});

describe("the file of an open database", () => {
  async function opened() {
    const path = join(await temporaryDirectory(), "plants.db");
    const database = await open(path);
    await createTable(database.db);
    await insertLeaf(database, "old");
    return { path, database };
  }

  it("that was deleted is DATABASE_FILES_LOST for reads and writes", async () => {
    const { path, database } = await opened();
    for (const suffix of ["", "-wal", "-shm"]) await rm(path + suffix);
    for (const use of [() => insertLeaf(database, "lost"), () => countLeaves(database)])
      expect(await errorOf(use())).toMatchObject({
        code: expect.stringMatching("DATABASE_FILES_LOST"),
        recovery: "abort",
        message: expect.stringMatching(/plants\.db/),
      });
    await database.close();
    expect(await readdir(join(path, ".."))).toEqual([]);
  });

  it("that was replaced beside its old log is DATABASE_FILES_LOST, and the new file is not changed", async () => {
    const { path, database } = await opened();
    const backup = await filledFile();
    const { size } = await stat(backup);
    await rename(backup, path);
    expect(await errorOf(insertLeaf(database, "lost"))).toMatchObject({
      code: "DATABASE_FILES_LOST",
      recovery: "abort",
      message: expect.stringMatching(
        /was replaced .* is now .*plants\.db-wal\.\d+ and .*plants\.db-shm\.\d+\. The next connection uses/,
      ),
    });
    await database.close();
    expect((await readdir(join(path, ".."))).filter((name) => /^plants\.db-(wal|shm)$/.test(name))).toEqual(
      [],
    );
    expect((await stat(path)).size).toBe(size);
    const restored = await open(path);
    await checkContent(restored);
    expect(await countLeaves(restored)).toBe(60);
  });

  it.each(["-wal", "-shm"])(
    "that a link leads to is DATABASE_FILES_LOST if its %s was deleted",
    async (suffix) => {
      const folder = await temporaryDirectory();
      const path = join(folder, "plants.db");
      await (await open(path)).close();
      await symlink(path, join(folder, "link.db"));
      const database = await open(join(folder, "link.db"));
      await createTable(database.db);
      await rm(path + suffix);
      expect(await errorOf(insertLeaf(database, "lost"))).toMatchObject({ code: "DATABASE_FILES_LOST" });
      await database.close();
    },
  );

  it("that was replaced together with its log is DATABASE_REPLACED, and opens again", async () => {
    const { path, database } = await opened();
    for (const suffix of ["-wal", "-shm"]) await rm(path + suffix);
    await rename(await filledFile(), path);
    // The log is named first, because SQLite's own check does not see that it is gone.
    expect(await errorOf(insertLeaf(database, "lost"))).toMatchObject({ code: "DATABASE_REPLACED" });
    await database.close();
    expect(await countLeaves(await open(path))).toBe(60);
  });

  it.each(["-wal", "-shm"])(
    "whose %s was deleted is DATABASE_FILES_LOST, and loses no commit",
    async (suffix) => {
      const { path, database } = await opened();
      await rm(path + suffix);
      expect(await errorOf(insertLeaf(database, "lost"))).toMatchObject({
        code: "DATABASE_FILES_LOST",
        message: expect.stringContaining(`plants.db${suffix} was deleted or replaced`),
      });
      await database.close();
      expect(await countLeaves(await open(path))).toBe(1);
    },
  );

  it("that is replaced during a transaction makes the commit fail", async () => {
    const { path, database } = await opened();
    const work = inWriteTransaction(database, async (transaction) => {
      await sql`INSERT INTO leaf VALUES ('lost')`.execute(transaction);
      await rename(path, `${path}.moved`);
    });
    expect(await errorOf(work)).toMatchObject({ code: "DATABASE_FILES_LOST" });
  });
});

describe("a statement outside a transaction", () => {
  /** Moves the database file away at the end of each statement that contains `moveAt`, while SQLite has it open. */
  function movingDriver(path: string, moveAt: string) {
    return class extends Libsql {
      override exec(text: string) {
        const result = super.exec(text);
        if (text.toLowerCase() === moveAt) renameSync(path, `${path}.moved`);
        return result;
      }
    };
  }

  it("that writes fails if the file is moved before its commit", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    await createTable((await open(path)).db);
    const { db } = await open(path, movingDriver(path, "begin immediate"));
    expect(await errorOf(sql`INSERT INTO leaf VALUES ('lost')`.execute(db))).toMatchObject({
      code: "DATABASE_FILES_LOST",
      recovery: "abort",
    });
  });

  it("that commits, as in migrate, fails if the file was moved", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    const database = await open(path, movingDriver(path, "begin immediate"));
    expect(await errorOf(migrate(database))).toMatchObject({
      code: "DATABASE_FILES_LOST",
      recovery: "abort",
    });
  });
});

const nobody = 65_534;

/** Root sees every folder, so it has to become another user, which not every container lets it. */
const canBeForbidden = (() => {
  if (process.platform === "win32") return false;
  if (process.geteuid?.() !== 0) return true;
  try {
    process.seteuid?.(nobody);
    process.seteuid?.(0);
    return true;
  } catch {
    return false;
  }
})();

describe("an error of the file system", () => {
  /** Takes the right to see what is in the folder from this process, whose threads have its user's rights. */
  async function forbid(folder: string): Promise<() => Promise<void>> {
    await chmod(folder, 0o000);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(nobody);
    let forbidden = true;
    const permit = async () => {
      if (!forbidden) return;
      forbidden = false;
      if (isRoot) process.seteuid?.(0);
      await chmod(folder, 0o700);
    };
    onTestFinished(permit);
    return permit;
  }

  it.skipIf(!canBeForbidden)(
    "is not DATABASE_FILES_LOST, and the database works again afterwards",
    async () => {
      const folder = await temporaryDirectory();
      const path = join(folder, "plants.db");
      const database = await open(path);
      await createTable(database.db);
      const permit = await forbid(folder);
      const error = await errorOf(insertLeaf(database, "x"));
      await permit();
      expect(error).toMatchObject({
        code: "PERMISSION_DENIED",
        message: expect.stringMatching(
          /plants\.db .*EACCES.*Check the permissions of the file and its folder/,
        ),
        cause: { code: "EACCES" },
      });
      await insertLeaf(database, "y");
      expect(await countLeaves(database)).toBe(1);
    },
  );

  it("is not transient", () => {
    for (const code of ["DISK_FAILED", "DATABASE_FULL"] as const)
      for (const cause of ["EIO", "ENOSPC", "SQLITE_IOERR"])
        expect(
          isTransient(
            new PlantSchemaError(code, "retry", "", { cause: Object.assign(new Error(), { code: cause }) }),
          ),
        ).toBe(false);
  });

  it.skipIf(process.platform === "win32")("is explained where the path is a link to itself", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    await symlink(path, path);
    for (const readonly of [false, true])
      expect(await errorOf(openSqlite(`sqlite:${path}`, { readonly }))).toMatchObject({
        name: "PlantSchemaError",
        code: "DATABASE_UNREACHABLE",
        recovery: "abort",
        message: expect.stringMatching(/plants\.db cannot be opened: .*ELOOP/),
      });
  });
});

describe.skipIf(process.platform === "win32")("a symbolic link to a missing file", () => {
  it("creates the file, for its owner only, if its folder exists", async () => {
    const folder = await temporaryDirectory();
    await mkdir(join(folder, "disk", "data"), { recursive: true });
    await mkdir(join(folder, "links"));
    // Relative to where the folder of the link really is.
    await symlink(join(folder, "disk", "data"), join(folder, "links", "data"));
    await symlink("../second.db", join(folder, "disk", "data", "plants.db"));
    await symlink("third.db", join(folder, "disk", "second.db"));
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const database = await open(join(folder, "links", "data", "plants.db"));
    await createTable(database.db);
    await insertLeaf(database, "x");
    const { mode } = await stat(join(folder, "disk", "third.db"));
    expect((mode & 0o777).toString(8)).toBe("600");
    await database.close();
    expect(await countLeaves(await open(join(folder, "disk", "third.db")))).toBe(1);
  });

  it("is DATABASE_UNREACHABLE if the folder does not exist, and creates nothing", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "plants.db");
    await symlink(join(folder, "disk", "plants.db"), path);
    expect(await errorOf(open(path))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      recovery: "abort",
      message: expect.stringMatching(
        /symbolic link to .*disk\/plants\.db, whose folder does not exist\. Mount the disk/,
      ),
    });
    expect(await readdir(folder)).toEqual(["plants.db"]);
  });
});

describe("permissions", () => {
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  it.skipIf(process.platform === "win32").each([0o000, 0o022, 0o077])(
    "are for the owner only on new files with umask %i, and do not change on existing ones",
    async (umask) => {
      const before = process.umask(umask);
      onTestFinished(() => void process.umask(before));
      const folder = await temporaryDirectory();
      const path = join(folder, "a", "b", "plants.db");
      const database = await open(path);
      await createTable(database.db);
      const modes = async () =>
        await Promise.all(["", "-wal", "-shm"].map((suffix) => modeOf(path + suffix)));
      expect(await modes()).toEqual(["600", "600", "600"]);
      expect([await modeOf(join(folder, "a")), await modeOf(join(folder, "a", "b"))]).toEqual(["700", "700"]);
      await database.close();
      await chmod(path, 0o640);
      const alreadyArchived = await open(path);
      await insertLeaf(alreadyArchived, "x");
      expect(await modes()).toEqual(["640", "640", "640"]);
    },
  );
});

describe("a folder or a file that cannot be used", () => {
  it("is DATABASE_UNREACHABLE for a folder", async () => {
    const folder = await temporaryDirectory();
    await mkdir(join(folder, "plants.db"));
    expect(await errorOf(open(join(folder, "plants.db")))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      message: expect.stringMatching(/it is a folder, not a file\. Name a file in it\.$/),
    });
  });

  it.skipIf(process.platform === "win32")(
    "is DATABASE_UNREACHABLE if the process has no free file descriptors, without a panic of the driver",
    async () => {
      const folder = await temporaryDirectory();
      const script = join(folder, "open.mjs");
      const library = new URL("../../dist/sqlite.js", import.meta.url).href;
      // With each number of free descriptors from none to enough.
      await writeFile(
        script,
        `import { closeSync, openSync } from "node:fs";
import { openSqlite } from ${JSON.stringify(library)};
const seen = new Set();
for (let free = 0; free < 40; free += 3) {
  const taken = [];
  try { for (;;) taken.push(openSync(process.execPath, "r")); } catch {}
  for (let each = 0; each < free; each++) closeSync(taken.pop());
  const result = await openSqlite(${JSON.stringify(`sqlite:${folder}/`)} + free + ".db").catch((error) => error);
  for (const descriptor of taken) closeSync(descriptor);
  if (result instanceof Error) seen.add([result.code, result.recovery, /too many open files/.test(result.message)].join(" "));
  else { seen.add("opened"); await result.close(); }
}
console.log([...seen].join(", "));`,
      );
      const output = execFileSync("sh", ["-c", `ulimit -n 600 && exec "$0" "$1"`, process.execPath, script], {
        encoding: "utf8",
      });
      expect(output.trim()).toBe("DATABASE_UNREACHABLE retry true, opened");
    },
  );
});
