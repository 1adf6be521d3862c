import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { buildPlants } from "../src/testing/builders.js";
import { claimAll, collect, ten } from "../src/testing/ledger/under-test.js";
import { readingLedgerContract } from "../src/testing/reading-ledger-contract.js";
import { openSqliteLedger } from "./helpers/sqlite-ledger.js";

readingLedgerContract({ name: "The SQLite ledger", make: openSqliteLedger });

describe("a row that no file can hold as it is", () => {
  test.each([
    [5, "2026-01-28 09:00:00", 'its last_watered is "2026-01-28 09:00:00"'],
    [5, "2026-02-30T09:00:00.000Z", 'its last_watered is "2026-02-30T09:00:00.000Z"'],
    [2 ** 53, null, "its number is above 2^53"],
  ])(
    "stops the reading of its hour, with its number and what is wrong: %i, %j",
    async (id, lastWatered, problem) => {
      const under = await openSqliteLedger();
      await under.ledger.loadReferenceData(buildPlants(1));
      await sql`INSERT INTO plant_reading VALUES
      (${id}, 1, 30.5, 12.5, '2026-01-28T10:00:00.000Z', ${lastWatered}, 0, '2026-01-28T10:00:01.000Z', NULL, NULL)`.execute(
        under.database.db,
      );
      const stopped = {
        code: "READING_INVALID",
        recovery: "abort",
        message: expect.stringContaining(
          `The row ${id} of plant_reading cannot be archived as it is: ${problem}`,
        ),
      };
      await expect(collect(under.ledger.readings(ten))).rejects.toMatchObject(stopped);
      await expect(collect(under.ledger.readings(await claimAll(under, "a")))).rejects.toMatchObject(stopped);
      await under.close();
    },
  );
});
