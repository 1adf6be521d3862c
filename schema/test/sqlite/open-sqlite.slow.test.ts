import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import fc from "fast-check";
import { sql } from "kysely";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PlantSchemaError } from "../../src/errors.js";
import { type OpenSqliteOptions, openSqlite, type SqliteDriver, sqlitePath } from "../../src/sqlite/index.js";
import { buildChild, driverPath, runChild } from "../support/child-process.js";
import { readRows } from "../support/museum-database.js";
import { temporaryDirectory } from "../support/temporary-directory.js";

async function open(url: string, options?: OpenSqliteOptions) {
  const opened = await openSqlite(url, options);
  onTestFinished(() => opened.close());
  return opened;
}

async function errorOf(promise: Promise<unknown>): Promise<PlantSchemaError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlantSchemaError))
    throw new Error(`expected a PlantSchemaError, got ${String(error)}`);
  expect(error.message).not.toContain("\n");
  return error;
}

describe("sqlitePath", () => {
  it("is the text after the colon, without unescaping", () => {
    const path = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => !/[\0]|^\/\/\/|^:memory:$/.test(text));
    fc.assert(fc.property(path, (text) => sqlitePath(`sqlite:${text}`) === resolve(text)));
  });

  it("accepts two slashes before an absolute path", () => {
    expect(sqlitePath("sqlite:///var/lib/plants.db")).toBe("/var/lib/plants.db");
    expect(sqlitePath("sqlite:/var/lib/plants.db")).toBe("/var/lib/plants.db");
  });

  it("is absolute, so that libsql does not treat it as a web address", () => {
    expect(sqlitePath("sqlite:http://plants.example")).toBe(resolve("http:/plants.example"));
  });

  it.each(["", "sqlite:", "plants.db", "mssql://host/plants", "sqlite:a\0b"])("rejects %j", async (url) => {
    expect(await errorOf(openSqlite(url))).toMatchObject({ code: "URL_INVALID", recovery: "abort" });
  });
});

describe("openSqlite", () => {
  it("creates the file and its directories, with any name", async () => {
    const path = join(await temporaryDirectory(), "a b", "50%20 ü", "plants.db");
    const { db } = await open(`sqlite:${path}`);
    await sql`CREATE TABLE leaf (id INTEGER)`.execute(db);
    expect((await stat(path)).isFile()).toBe(true);
    expect(await readdir(dirname(path))).toContain("plants.db");
  });

  it("opens a new database in memory each time", async () => {
    const first = await open("sqlite::memory:");
    const second = await open("sqlite::memory:");
    await sql`CREATE TABLE leaf (id INTEGER)`.execute(first.db);
    await sql`CREATE TABLE leaf (id INTEGER)`.execute(second.db);
    expect(first).toMatchObject({ dialect: "sqlite", schema: null });
  });

  it("sets WAL, synchronous FULL, foreign keys and temporary files on disk", async () => {
    const { db } = await open(`sqlite:${join(await temporaryDirectory(), "plants.db")}`);
    const pragma = async (name: string) => (await sql.raw(`PRAGMA ${name}`).execute(db)).rows;
    expect(await pragma("journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(await pragma("synchronous")).toEqual([{ synchronous: 2 }]);
    expect(await pragma("foreign_keys")).toEqual([{ foreign_keys: 1 }]);
    expect(await pragma("temp_store")).toEqual([{ temp_store: 1 }]);
  });

  it("waits ten seconds for a lock in both threads, and then is DATABASE_BUSY", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    const holder = new Libsql(path);
    onTestFinished(() => void holder.close());
    holder.exec("CREATE TABLE leaf (id INTEGER)");
    const inOwnThread = await open(`sqlite:${path}`);
    const inThisThread = await open(`sqlite:${path}`, { driver: Libsql });
    holder.exec("BEGIN IMMEDIATE");
    const errors = await Promise.all(
      [inOwnThread, inThisThread].map(({ db }) => errorOf(sql`INSERT INTO leaf VALUES (1)`.execute(db))),
    );
    for (const error of errors) expect(error).toMatchObject({ code: "DATABASE_BUSY", recovery: "retry" });
    const writing = [inOwnThread, inThisThread].map(({ db }) => sql`INSERT INTO leaf VALUES (1)`.execute(db));
    holder.exec("COMMIT");
    await Promise.all(writing);
    // A statement that was refused must not keep the transactions after it from being committed.
    for (const { db } of [inOwnThread, inThisThread])
      await db.transaction().execute((transaction) => sql`INSERT INTO leaf VALUES (1)`.execute(transaction));
    expect(readRows(path, "SELECT count(*) AS leaves FROM leaf")).toEqual([{ leaves: 4 }]);
  });

  describe("after it has waited for a lock to read", () => {
    /** A file in the old journal mode, in which a writer keeps readers out, and a driver that counts attempts to read. */
    async function lockedFile() {
      const path = join(await temporaryDirectory(), "plants.db");
      const holder = new Libsql(path);
      onTestFinished(() => void holder.close());
      holder.exec("CREATE TABLE leaf (id INTEGER)");
      const attempts = { count: 0 };
      class Counting extends (Libsql as SqliteDriver) {
        override exec(text: string) {
          if (/schema_version/i.test(text)) attempts.count += 1;
          return super.exec(text);
        }
        override prepare(text: string) {
          attempts.count += 1;
          return super.prepare(text);
        }
      }
      const whileLocked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
        holder.exec("BEGIN EXCLUSIVE");
        const before = attempts.count;
        const result = work();
        while (attempts.count < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
        holder.exec("COMMIT");
        return await result;
      };
      return { path, holder, driver: Counting, whileLocked };
    }

    it("drops a table, which an active statement would keep it from", async () => {
      const { path, driver, whileLocked } = await lockedFile();
      const { db } = await whileLocked(() => open(`sqlite:${path}`, { driver }));
      await db.transaction().execute((transaction) => sql`DROP TABLE leaf`.execute(transaction));
      expect(readRows(path, "SELECT name FROM sqlite_master")).toEqual([]);
    });

    it("holds no lock, which would keep other connections from writing", async () => {
      const { path, holder, driver, whileLocked } = await lockedFile();
      const { db } = await open(`sqlite:${path}`, { driver, readonly: true });
      const read = () => sql`SELECT id FROM leaf`.execute(db);
      await whileLocked(read);
      await read();
      holder.exec("INSERT INTO leaf VALUES (1)");
      expect((await read()).rows).toEqual([{ id: 1 }]);
    });
  });

  it("counts the wait of the driver itself as wait for the lock", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    const holder = new Libsql(path);
    onTestFinished(() => void holder.close());
    holder.exec("CREATE TABLE leaf (id INTEGER)");
    let attempts = 0;
    class Counting extends Libsql {
      override exec(text: string) {
        if (text === "begin immediate") attempts += 1;
        if (attempts > 20) throw new Error("The driver was called again after twenty seconds.");
        return super.exec(text);
      }
    }
    const { db } = await open(`sqlite:${path}`, { driver: Counting });
    await sql.raw("PRAGMA busy_timeout = 1000").execute(db);
    holder.exec("BEGIN IMMEDIATE");
    expect(await errorOf(sql`INSERT INTO leaf VALUES (1)`.execute(db))).toMatchObject({
      code: "DATABASE_BUSY",
    });
    // At most: each takes a second, and longer on a busy machine.
    expect(attempts).toBeLessThanOrEqual(11);
  });

  it("turns off the wait of the driver, so that a lock does not block the caller's thread", async () => {
    class Waiting extends Libsql {
      constructor(path: string) {
        super(path, { timeout: 5_000 });
      }
    }
    const { db } = await open(`sqlite:${join(await temporaryDirectory(), "plants.db")}`, { driver: Waiting });
    expect((await sql`PRAGMA busy_timeout`.execute(db)).rows).toEqual([{ timeout: 0 }]);
  });

  it("accepts another driver with the same API", async () => {
    const seen: string[] = [];
    class Spy extends Libsql {
      constructor(path: string) {
        super(path);
        seen.push(path);
      }
    }
    await open("sqlite::memory:", { driver: Spy });
    expect(seen).toEqual([":memory:"]);
  });

  it("rejects writes with readonly", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    const writer = await open(`sqlite:${path}`);
    await sql`CREATE TABLE leaf (id INTEGER)`.execute(writer.db);
    const { db } = await open(`sqlite:${path}`, { readonly: true });
    expect((await sql`SELECT * FROM leaf`.execute(db)).rows).toEqual([]);
    await expect(sql`INSERT INTO leaf VALUES (1)`.execute(db)).rejects.toThrow(/readonly/);
  });

  it("creates nothing with readonly", async () => {
    const directory = await temporaryDirectory();
    const error = await errorOf(openSqlite(`sqlite:${join(directory, "none.db")}`, { readonly: true }));
    expect(error.code).toBe("DATABASE_UNREACHABLE");
    expect(await readdir(directory)).toEqual([]);
  });

  it("is DATABASE_INVALID for a file of another kind", async () => {
    const path = join(await temporaryDirectory(), "notes.txt");
    await writeFile(path, "Water the orchids. ".repeat(100));
    const error = await errorOf(openSqlite(`sqlite:${path}`));
    expect(error).toMatchObject({ code: "DATABASE_INVALID", recovery: "abort" });
    expect(error.message).toContain(path);
  });

  it("is DATABASE_UNREACHABLE if the path is a directory, or contains a file", async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, "plants.db"));
    await writeFile(join(directory, "file"), "");
    for (const path of ["plants.db", "file/plants.db"])
      for (const readonly of [false, true]) {
        const error = await errorOf(openSqlite(`sqlite:${join(directory, path)}`, { readonly }));
        expect(error).toMatchObject({ code: "DATABASE_UNREACHABLE", recovery: "abort" });
        expect(error.message).toContain(`${join(directory, path)} cannot be opened: `);
        expect(error.message).toMatch(
          path === "plants.db" ? /it is a folder, not a file. Name a file in it.$/ : /ENOTDIR|EEXIST/,
        );
      }
  });
});

describe("connectionInOwnThread", () => {
  it("does not block this thread while it waits for a lock", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    const waiter = await open(`sqlite:${path}`);
    await sql`CREATE TABLE leaf (id INTEGER)`.execute(waiter.db);
    const holder = new Libsql(path);
    onTestFinished(() => void holder.close());
    holder.exec("BEGIN IMMEDIATE");
    let written = false;
    const writing = sql`INSERT INTO leaf VALUES (1)`.execute(waiter.db).then(() => {
      written = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written).toBe(false);
    // In one thread nobody would get here to let go of the lock.
    holder.exec("COMMIT");
    await writing;
    expect(readRows(path, "SELECT id FROM leaf")).toEqual([{ id: 1 }]);
  });

  it("throws an error with the driver's code, and runs the next statement", async () => {
    const { db } = await open("sqlite::memory:");
    await sql`CREATE TABLE leaf (id INTEGER UNIQUE)`.execute(db);
    await sql`INSERT INTO leaf VALUES (1)`.execute(db);
    const error = await sql`INSERT INTO leaf VALUES (1)`.execute(db).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "SqliteError", code: "SQLITE_CONSTRAINT_UNIQUE" });
    expect((await sql`SELECT id FROM leaf`.execute(db)).rows).toEqual([{ id: 1 }]);
  });

  it("rolls back a failed transaction, or a savepoint with any name", async () => {
    const { db } = await open("sqlite::memory:");
    await sql`CREATE TABLE leaf (id INTEGER)`.execute(db);
    const failing = db.transaction().execute(async (transaction) => {
      await sql`INSERT INTO leaf VALUES (1)`.execute(transaction);
      throw new Error("blight");
    });
    await expect(failing).rejects.toThrow("blight");
    const transaction = await db.startTransaction().execute();
    await sql`INSERT INTO leaf VALUES (2)`.execute(transaction);
    const saved = await transaction.savepoint('a "leaf"' as "leaf").execute();
    await sql`INSERT INTO leaf VALUES (3)`.execute(saved);
    const undone = await saved.rollbackToSavepoint('a "leaf"' as "leaf").execute();
    await undone.commit().execute();
    expect((await sql`SELECT id FROM leaf`.execute(db)).rows).toEqual([{ id: 2 }]);
  });

  it("closes once, and then rejects statements", async () => {
    const opened = await openSqlite("sqlite::memory:");
    const query = opened.db.selectFrom("plant").selectAll();
    await opened.close();
    await opened.close();
    await expect(query.execute()).rejects.toThrow(/destroyed|closed/);
  });

  it("rejects streaming", async () => {
    const { db } = await open("sqlite::memory:");
    const rows = db.selectFrom("plant").selectAll().stream();
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toThrow("keyset pagination");
  });
});

describe("openSqlite in several processes", () => {
  let child = "";
  beforeAll(async () => {
    child = await buildChild();
  });
  afterAll(() => rm(dirname(child), { recursive: true, force: true }));

  it("runs transactions that read and then write, one after the other", async () => {
    const path = join(await temporaryDirectory(), "plants.db");
    const { db } = await open(`sqlite:${path}`);
    await sql`CREATE TABLE counter (value INTEGER)`.execute(db);
    await sql`INSERT INTO counter VALUES (0)`.execute(db);
    const children = await Promise.all(
      [1, 2, 3].map(() => runChild(child, ["count", `sqlite:${path}`, driverPath])),
    );
    expect(children.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      children.map(() => ({ code: 0, stderr: "" })),
    );
    expect(readRows(path, "SELECT value FROM counter")).toEqual([{ value: 150 }]);
  });

  it("reports which package to install if the driver is missing", async () => {
    const { code, stderr } = await runChild(child, ["open", "sqlite::memory:"]);
    expect({ code, lines: stderr.trim().split("\n").length }).toEqual({ code: 1, lines: 1 });
    expect(stderr).toContain("npm install libsql");
  });
});
