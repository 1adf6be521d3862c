import { PlantSchemaError } from "@lmnh/plant-schema";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import type { CatalogDatabase } from "../../src/catalog/transactions.js";
import type { ArchiveCatalog } from "../../src/ports.js";
import { archiveAll, at, claimAll, claimOf, collect, insert } from "../../src/testing/catalog/fixtures.js";
import { fakeVerifiedFile } from "../../src/testing/fake-verified-file.js";
import { buildReading } from "../../src/testing/reading-builders.js";
import { openSqliteCatalog } from "../support/sqlite-catalog.js";

const readings = [1, 2, 3].map((plant) => buildReading(plant, "2026-01-28T10:00:00.000Z"));

let under: Awaited<ReturnType<typeof openSqliteCatalog>>;
/** The number of commits of `unlucky`. */
let commits: number;
/** Does not get the response of its first commit. */
let unlucky: ArchiveCatalog;

beforeEach(async () => {
  under = await openSqliteCatalog();
  await insert(under, readings);
  commits = 0;
  const retry = { clock: { sleep: async () => undefined }, random: Math.random };
  unlucky = sqlArchiveCatalog({ ...under.database, db: losingCommits(under.database.db), retry });
});
afterEach(() => under.close());

function losingCommits(db: CatalogDatabase["db"]): CatalogDatabase["db"] {
  const transaction = () => ({
    execute: async (work: Parameters<ReturnType<typeof db.transaction>["execute"]>[0]) => {
      const result = await db.transaction().execute(work);
      if (++commits === 1) throw new PlantSchemaError("CONNECTION_LOST", "retry", "lost after the commit");
      return result;
    },
  });
  return new Proxy(db, {
    get(target, name) {
      if (name === "transaction") return transaction;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Runs a change of which the response of the first commit is lost. */
async function losing<Result>(change: () => Promise<Result>): Promise<Result> {
  commits = 0;
  const result = await change();
  expect(commits).toBe(2);
  return result;
}

test("claim returns the file that its lost commit has inserted", async () => {
  const file = await losing(() => unlucky.claim(claimOf("a"), 100));
  expect(file).toMatchObject({ key: "a", state: "claimed", rows: 3 });
  expect(await under.catalog.files()).toHaveLength(1);
  expect(await under.catalog.claim(claimOf("b"), 100)).toBeNull();
});

test("claim of a key that another run has used fails", async () => {
  await under.catalog.claim({ ...claimOf("a"), runId: "another" }, 1);
  await expect(under.catalog.claim(claimOf("a"), 100)).rejects.toThrow(/UNIQUE/);
});

test("markVerified succeeds by its lost commit", async () => {
  const claimed = await claimAll(under, "a");
  const file = fakeVerifiedFile(claimed, await collect(under.catalog.rows(claimed)));
  expect(await losing(() => unlucky.markVerified(file, at))).toBe(true);
  expect(await under.catalog.markVerified(file, at)).toBe(false);
});

test("prune deletes the readings once, and succeeds by its lost commit", async () => {
  const { file } = await archiveAll(under, "a");
  // The second transaction finds no readings and is rolled back.
  expect(await unlucky.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
  expect(await under.tables.state()).toMatchObject({ readings: [], files: [{ state: "pruned" }] });
  expect(await under.catalog.prune(file, at)).toEqual({ kind: "elsewhere" });
});

test("quarantine succeeds by its lost commit", async () => {
  const { file } = await archiveAll(under, "a");
  expect(await losing(() => unlucky.quarantine(file, "damaged"))).toBe(true);
  expect(await under.catalog.quarantine(file, "damaged")).toBe(false);
});

test("saveArchiveId keeps the id of its lost commit", async () => {
  expect(await losing(() => unlucky.saveArchiveId("first", { replacing: false }))).toBe("first");
  expect(await unlucky.saveArchiveId("second", { replacing: false })).toBe("first");
});
