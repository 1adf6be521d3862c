import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectStore } from "@lmnh/plant-archive";
import { directoryObjectStore } from "@lmnh/plant-archive";
import { migrate } from "@lmnh/plant-schema";
import { systemClock } from "@lmnh/plant-schema/model";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";
import { assessStatus, gatherStatus } from "../../src/index.js";
import { nowMs } from "./facts.js";

test("gatherStatus names the archive that could not be read in time", async () => {
  let isReached = () => {};
  const reached = new Promise<void>((resolve) => {
    isReached = resolve;
  });
  const objects: Partial<ObjectStore> = {
    name: "s3://slow/plants",
    head: () => {
      isReached();
      return new Promise<never>(() => {});
    },
  };
  const facts = await gatherStatus(
    {
      databaseName: "sqlite:plants.db",
      openDatabase: async () => await Promise.reject(new Error("no database")),
      databaseBytes: async () => null,
      databaseFiles: async () => null,
      openArchive: async () => ({ objects: objects as ObjectStore, exists: true }),
      disks: async () => [],
    },
    // No part is late before the archive is.
    { clock: { now: () => nowMs, sleep: () => reached }, limitMs: 5_000 },
  );
  expect(facts.store).toMatchObject({
    kind: "failed",
    problem: expect.stringContaining("The archive s3://slow/plants could not be read within 5 s"),
  });
});

describe("gatherStatus discards what it has read from a database that is damaged in:", () => {
  test.each(["etl_run_started_at", "archive_file", "archive_metadata"])("%s", async (table) => {
    const folder = mkdtempSync(join(tmpdir(), "plant-damaged-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "plants.db");
    await overwriteTable(file, table);
    const objects = directoryObjectStore({ directory: folder });
    const facts = await gatherStatus(
      {
        databaseName: `sqlite:${file}`,
        openDatabase: () => openSqlite(`sqlite:${file}`, { readonly: true }),
        databaseBytes: async () => 1,
        databaseFiles: async () => ({
          ...{ path: file, folder, isFolderMissing: false, existing: [file], isEmpty: false },
        }),
        openArchive: async () => ({ objects, exists: true }),
        disks: async () => [],
      },
      { clock: systemClock, limitMs: 60_000 },
    );
    const { lines, exitCode } = assessStatus(facts, nowMs);
    expect(exitCode).toBe(78);
    expect(
      lines.flatMap(({ topic, problems }) => problems.map(({ reason }) => `${topic} ${reason}`)),
    ).toEqual(["database DATABASE_DAMAGED"]);
    const [database, ...others] = lines;
    expect(database?.problems[0]).toMatchObject({
      text: expect.stringContaining("is damaged"),
      next: expect.stringMatching(/^mkdir .* && plant run$/),
    });
    const notRead = others.filter(({ text }) => text === "not known: the database is damaged");
    expect(notRead.map(({ topic }) => topic)).toEqual([
      ...["runs", "readings", "plants", "rejections", "alerts", "archive"],
    ]);
  });
});

/** Makes a database, and overwrites the first page of a table or an index. */
async function overwriteTable(file: string, table: string): Promise<void> {
  const database = await openSqlite(`sqlite:${file}`);
  await migrate(database);
  const { rows: tables } = await sql<{
    rootpage: number;
  }>`SELECT rootpage FROM sqlite_master WHERE name = ${table}`.execute(database.db);
  const { rows: sizes } = await sql<{ page_size: number }>`PRAGMA page_size`.execute(database.db);
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(database.db);
  await database.close();
  const pageBytes = sizes[0]?.page_size ?? 0;
  const descriptor = openSync(file, "r+");
  writeSync(
    descriptor,
    Buffer.alloc(pageBytes, 0x55),
    0,
    pageBytes,
    ((tables[0]?.rootpage ?? 0) - 1) * pageBytes,
  );
  closeSync(descriptor);
}
