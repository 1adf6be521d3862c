import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { archiveCatalogContract } from "../../src/testing/archive-catalog-contract.js";
import { archiveAll, claimAll, collect, insert, pagesOf } from "../../src/testing/catalog/fixtures.js";
import { fakeVerifiedFile } from "../../src/testing/fake-verified-file.js";
import { buildPlants, buildReading } from "../../src/testing/reading-builders.js";
import { openSqliteCatalog } from "../support/sqlite-catalog.js";

archiveCatalogContract({ describe, test }, { name: "SQLite", open: openSqliteCatalog });

describe("a row with a value that no file can represent", () => {
  test.each([
    [5, "2026-01-28 09:00:00", 'its last_watered is "2026-01-28 09:00:00"'],
    [5, "2026-02-30T09:00:00.000Z", 'its last_watered is "2026-02-30T09:00:00.000Z"'],
    [2 ** 53, null, "its plant_reading_id is 9007199254740992 and not a whole number up to 2^53"],
  ])(
    "stops the reading of its hour, with its number and what is wrong: %i, %j",
    async (id, lastWatered, problem) => {
      const under = await openSqliteCatalog();
      await under.catalog.loadReferenceData(buildPlants(1));
      await sql`INSERT INTO plant_reading VALUES
      (${id}, 1, 30.5, 12.5, '2026-01-28T10:00:00.000Z', ${lastWatered}, 0, '2026-01-28T10:00:01.000Z', NULL)`.execute(
        under.database.db,
      );
      const stopped = {
        code: "READING_INVALID",
        recovery: "abort",
        message: expect.stringContaining(`The row ${id} of plant_reading cannot be archived: ${problem}`),
      };
      await expect(collect(under.catalog.rows(await claimAll(under, "a")))).rejects.toMatchObject(stopped);
      await under.close();
    },
  );
});

test("unarchived rejects a time of no hour, with the table, the column and the number of rows", async () => {
  const under = await openSqliteCatalog();
  await insert(under, [buildReading(1, "2026-01-28T10:00:00.000Z")]);
  await sql`UPDATE plant_reading SET recording_taken = '2026-01-28T24:00:00.000Z'`.execute(under.database.db);
  await expect(under.catalog.unarchived(Date.parse("2026-01-30T00:00:00.000Z"))).rejects.toMatchObject({
    code: "READING_INVALID",
    message:
      'plant_reading cannot be archived: 1 of its rows have a recording_taken that begins with "2026-01-28T24", which is no hour. Correct the rows.',
  });
  await under.close();
});

test("a file with a value that the database rejects is rejected by name, and nothing of it is restored", async () => {
  const under = await openSqliteCatalog();
  await insert(under, [
    buildReading(1, "2026-01-28T10:00:00.000Z"),
    buildReading(2, "2026-01-28T10:00:00.000Z"),
  ]);
  const { file, manifest, readings } = await archiveAll(under, "a");
  const key = "b";
  const invalid = readings.map((reading, index) =>
    index === 0
      ? { ...reading, recordingTaken: reading.recordingTaken + 1 }
      : { ...reading, recordingTaken: reading.recordingTaken + 1, temperature: Number.NaN },
  );
  const { rows, digest } = fakeVerifiedFile({ ...file, key }, invalid);
  const before = await under.tables.state();
  await expect(
    under.catalog.restore({ ...manifest, key, rows, digest }, () => pagesOf(invalid)),
  ).rejects.toMatchObject({
    code: "RESTORE_CONFLICT",
    recovery: "skip",
    message: expect.stringMatching(/rejects the readings of the file b, .*NOT NULL constraint failed/),
  });
  expect(await under.tables.state()).toEqual(before);
  await under.close();
});
