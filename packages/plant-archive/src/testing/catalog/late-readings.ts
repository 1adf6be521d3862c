import assert from "node:assert/strict";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { buildReading, type NewReading } from "../reading-builders.js";
import {
  type Archived,
  archiveAll,
  at,
  type CatalogUnderTest,
  claimAll,
  collect,
  insert,
  pagesOf,
  type Suite,
  ten,
} from "./fixtures.js";

/** Readings that are loaded again after they were pruned. */
export function describeLateReadings(suite: Suite): void {
  suite.describe("dropArchivedDuplicates", () => {
    const three = [1, 2, 3].map((plantId) => buildReading(plantId, "2026-01-28T10:00:00.000Z"));

    async function pruneFirst(under: CatalogUnderTest): Promise<Archived> {
      await insert(under, three);
      const first = await archiveAll(under, "a");
      await under.catalog.prune(first.file, at);
      return first;
    }
    async function dropFrom(under: CatalogUnderTest, late: readonly NewReading[]) {
      const { readings } = await pruneFirst(under);
      await insert(under, late);
      return await under.catalog.dropArchivedDuplicates(await claimAll(under, "b"), pagesOf(readings));
    }

    suite.test("deletes readings with the same values, of any run", async (under) => {
      const again = three.map((reading) => ({
        ...reading,
        ingestedAt: at,
        runId: "replay",
        qualityFlag: 1,
      }));
      const fresh = buildReading(2, "2026-01-28T10:00:00.001Z");
      const dropped = await dropFrom(under, [...again, fresh]);
      assertMatches(dropped, {
        file: { key: "b", state: "claimed", rows: 1 },
        duplicates: 3,
        conflicts: 0,
      });
      assertEqual(await under.catalog.files({ states: ["claimed"] }), [dropped.file]);
      assertMatches((await under.tables.state()).readings, [{ ...fresh, key: "b" }]);
    });

    suite.test("does not count a reading that appeared in the range since the claim", async (under) => {
      const { readings } = await pruneFirst(under);
      const ids = [101, 103].map((readingId, place) => ({
        readingId,
        ...buildReading(place + 1, "2026-01-28T10:00:00.000Z"),
      }));
      await under.tables.insertWithIds(ids);
      const claimed = await claimAll(under, "b");
      await under.tables.insertWithIds([{ readingId: 102, ...buildReading(3, "2026-01-28T10:30:00.000Z") }]);
      const dropped = await under.catalog.dropArchivedDuplicates(claimed, pagesOf(readings.slice(0, 1)));
      assertMatches(dropped, { file: { rows: 1 }, duplicates: 1 });
      assert.equal((await collect(under.catalog.rows(claimed))).length, 2);
    });

    suite.test("moves readings with other values to quarantined_row", async (under) => {
      const [one, two, four] = [
        buildReading(1, "2026-01-28T10:00:00.000Z", { temperature: 12.250000000000002, runId: "replay" }),
        buildReading(2, "2026-01-28T10:00:00.000Z", { lastWatered: null }),
        buildReading(4, "2026-01-28T10:00:00.000Z"),
      ];
      const three = buildReading(3, "2026-01-28T10:00:00.000Z", { soilMoisture: -0.1, qualityFlag: 2 });
      const dropped = await dropFrom(under, [one, two, three, four]);
      assertMatches(dropped, { file: { rows: 1 }, duplicates: 0, conflicts: 3 });
      const { readings, quarantined } = await under.tables.state();
      assertEqual(
        readings.map(({ plantId }) => plantId),
        [4],
      );
      assertEqual(
        quarantined.map(({ reason }) => reason),
        Array(3).fill("conflicting reading"),
      );
      const contents = quarantined.map(({ content }) => JSON.parse(content) as Record<string, unknown>);
      assertEqual(
        contents.map(({ plant_reading_id }) => plant_reading_id),
        quarantined.map(({ rowId }) => rowId),
      );
      assertEqual(
        contents.map(({ plant_reading_id: _, ...content }) => content),
        [one, two, three].map((reading) => ({
          plant_id: reading.plantId,
          soil_moisture: reading.soilMoisture,
          temperature: reading.temperature,
          recording_taken: "2026-01-28T10:00:00.000Z",
          last_watered: reading.lastWatered === null ? null : "2026-01-27T13:54:32.000Z",
          quality_flag: reading.qualityFlag,
          ingested_at: "2026-01-28T12:00:00.123Z",
          run_id: reading.runId,
        })),
      );
    });

    suite.test("quarantines a conflicting reading once, however often it is loaded", async (under) => {
      const { readings } = await pruneFirst(under);
      const conflicting = buildReading(1, "2026-01-28T10:00:00.000Z", { temperature: 30 });
      for (const [key, runId] of Object.entries({ b: "first", c: "replay" })) {
        await insert(under, [{ ...conflicting, runId }]);
        assertMatches(
          await under.catalog.dropArchivedDuplicates(await claimAll(under, key), pagesOf(readings)),
          {
            conflicts: 1,
          },
        );
      }
      assert.equal((await under.tables.state()).quarantined.length, 1);
    });

    suite.test("deletes a file that becomes empty", async (under) => {
      assertEqual(await dropFrom(under, three), { file: null, duplicates: 3, conflicts: 0 });
      assertEqual(
        (await under.catalog.files()).map(({ key }) => key),
        ["a"],
      );
      assertEqual((await under.tables.state()).readings, []);
      assertEqual(await under.catalog.unarchived(at), []);
    });

    suite.test("concerns the readings of the one file", async (under) => {
      const { readings } = await pruneFirst(under);
      const [one, two, three_] = three;
      if (one === undefined || two === undefined || three_ === undefined) throw new Error("no readings");
      await insert(under, [one]);
      await claimAll(under, "b");
      await insert(under, [two]);
      const file = await claimAll(under, "c");
      await insert(under, [three_]);
      assertMatches(await under.catalog.dropArchivedDuplicates(file, pagesOf(readings)), {
        file: null,
        duplicates: 1,
      });
      assertEqual(
        (await under.tables.state()).readings.map(({ plantId, key }) => [plantId, key]),
        [
          [1, "b"],
          [3, null],
        ],
      );
    });

    suite.test("changes nothing if the file is not claimed, or has none of them", async (under) => {
      const { readings } = await pruneFirst(under);
      await insert(under, [buildReading(1, "2026-01-28T10:30:00.000Z")]);
      const none = await claimAll(under, "b");
      const before = await under.tables.state();
      assertEqual(await under.catalog.dropArchivedDuplicates(none, pagesOf(readings)), {
        file: none,
        duplicates: 0,
        conflicts: 0,
      });
      assertEqual(await under.tables.state(), before);
      await insert(under, three);
      const { file } = await archiveAll(under, "c");
      assertEqual(await under.catalog.dropArchivedDuplicates(file, pagesOf(readings)), {
        file: { ...file, state: "verified" },
        duplicates: 0,
        conflicts: 0,
      });
      assert.equal((await collect(under.catalog.rows(file))).length, 3);
    });

    suite.test("drops readings once by two archivers at once", async (under) => {
      const { readings } = await pruneFirst(under);
      await insert(under, [...three, buildReading(4, "2026-01-28T10:00:00.000Z")]);
      const file = await claimAll(under, "b");
      const dropped = await Promise.all([
        under.catalog.dropArchivedDuplicates(file, pagesOf(readings)),
        under.other.dropArchivedDuplicates(file, pagesOf(readings)),
      ]);
      assert.equal(
        dropped.reduce((sum, { duplicates }) => sum + duplicates, 0),
        3,
      );
      assertMatches(await under.catalog.files({ states: ["claimed"] }), [
        { key: "b", rows: 1, partition: ten },
      ]);
    });
  });
}
