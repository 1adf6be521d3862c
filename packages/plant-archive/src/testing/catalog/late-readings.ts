import { describe, expect, test } from "vitest";
import { buildReading, type NewReading } from "../reading-builders.js";
import {
  type Archived,
  archiveAll,
  at,
  claimAll,
  collect,
  insert,
  pagesOf,
  ten,
  type Under,
} from "./fixtures.js";

/** Readings that are loaded again after they were pruned. */
export function describeLateReadings(under: Under): void {
  describe("dropArchivedDuplicates", () => {
    const three = [1, 2, 3].map((plantId) => buildReading(plantId, "2026-01-28T10:00:00.000Z"));

    async function pruneFirst(): Promise<Archived> {
      await insert(under(), three);
      const first = await archiveAll(under(), "a");
      await under().catalog.prune(first.file, at);
      return first;
    }
    async function dropFrom(late: readonly NewReading[]) {
      const { readings } = await pruneFirst();
      await insert(under(), late);
      return await under().catalog.dropArchivedDuplicates(await claimAll(under(), "b"), pagesOf(readings));
    }

    test("deletes readings with the same values, of any run", async () => {
      const again = three.map((reading) => ({
        ...reading,
        ingestedAt: at,
        runId: "replay",
        qualityFlag: 1,
      }));
      const fresh = buildReading(2, "2026-01-28T10:00:00.001Z");
      const dropped = await dropFrom([...again, fresh]);
      expect(dropped).toMatchObject({
        file: { key: "b", state: "claimed", rows: 1 },
        duplicates: 3,
        conflicts: 0,
      });
      expect(await under().catalog.files({ states: ["claimed"] })).toEqual([dropped.file]);
      expect((await under().tables.state()).readings).toMatchObject([{ ...fresh, key: "b" }]);
    });

    test("does not count a reading that appeared in the range since the claim", async () => {
      const { readings } = await pruneFirst();
      const ids = [101, 103].map((readingId, place) => ({
        readingId,
        ...buildReading(place + 1, "2026-01-28T10:00:00.000Z"),
      }));
      await under().tables.insertWithIds(ids);
      const claimed = await claimAll(under(), "b");
      await under().tables.insertWithIds([
        { readingId: 102, ...buildReading(3, "2026-01-28T10:30:00.000Z") },
      ]);
      const dropped = await under().catalog.dropArchivedDuplicates(claimed, pagesOf(readings.slice(0, 1)));
      expect(dropped).toMatchObject({ file: { rows: 1 }, duplicates: 1 });
      expect(await collect(under().catalog.rows(claimed))).toHaveLength(2);
    });

    test("moves readings with other values to quarantined_row", async () => {
      const [one, two, four] = [
        buildReading(1, "2026-01-28T10:00:00.000Z", { temperature: 12.250000000000002, runId: "replay" }),
        buildReading(2, "2026-01-28T10:00:00.000Z", { lastWatered: null }),
        buildReading(4, "2026-01-28T10:00:00.000Z"),
      ];
      const three = buildReading(3, "2026-01-28T10:00:00.000Z", { soilMoisture: -0.1, qualityFlag: 2 });
      const dropped = await dropFrom([one, two, three, four]);
      expect(dropped).toMatchObject({ file: { rows: 1 }, duplicates: 0, conflicts: 3 });
      const { readings, quarantined } = await under().tables.state();
      expect(readings.map(({ plantId }) => plantId)).toEqual([4]);
      expect(quarantined.map(({ reason }) => reason)).toEqual(Array(3).fill("conflicting reading"));
      const contents = quarantined.map(({ content }) => JSON.parse(content) as Record<string, unknown>);
      expect(contents.map(({ plant_reading_id }) => plant_reading_id)).toEqual(
        quarantined.map(({ rowId }) => rowId),
      );
      expect(contents.map(({ plant_reading_id: _, ...content }) => content)).toEqual(
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

    test("quarantines a conflicting reading once, however often it is loaded", async () => {
      const { readings } = await pruneFirst();
      const conflicting = buildReading(1, "2026-01-28T10:00:00.000Z", { temperature: 30 });
      for (const [key, runId] of Object.entries({ b: "first", c: "replay" })) {
        await insert(under(), [{ ...conflicting, runId }]);
        expect(
          await under().catalog.dropArchivedDuplicates(await claimAll(under(), key), pagesOf(readings)),
        ).toMatchObject({
          conflicts: 1,
        });
      }
      expect((await under().tables.state()).quarantined).toHaveLength(1);
    });

    test("deletes a file that becomes empty", async () => {
      expect(await dropFrom(three)).toEqual({ file: null, duplicates: 3, conflicts: 0 });
      expect((await under().catalog.files()).map(({ key }) => key)).toEqual(["a"]);
      expect((await under().tables.state()).readings).toEqual([]);
      expect(await under().catalog.unarchived(at)).toEqual([]);
    });

    test("concerns the readings of the one file", async () => {
      const { readings } = await pruneFirst();
      const [one, two, three_] = three;
      if (one === undefined || two === undefined || three_ === undefined) throw new Error("no readings");
      await insert(under(), [one]);
      await claimAll(under(), "b");
      await insert(under(), [two]);
      const file = await claimAll(under(), "c");
      await insert(under(), [three_]);
      expect(await under().catalog.dropArchivedDuplicates(file, pagesOf(readings))).toMatchObject({
        file: null,
        duplicates: 1,
      });
      expect((await under().tables.state()).readings.map(({ plantId, key }) => [plantId, key])).toEqual([
        [1, "b"],
        [3, null],
      ]);
    });

    test("changes nothing if the file is not claimed, or has none of them", async () => {
      const { readings } = await pruneFirst();
      await insert(under(), [buildReading(1, "2026-01-28T10:30:00.000Z")]);
      const none = await claimAll(under(), "b");
      const before = await under().tables.state();
      expect(await under().catalog.dropArchivedDuplicates(none, pagesOf(readings))).toEqual({
        file: none,
        duplicates: 0,
        conflicts: 0,
      });
      expect(await under().tables.state()).toEqual(before);
      await insert(under(), three);
      const { file } = await archiveAll(under(), "c");
      expect(await under().catalog.dropArchivedDuplicates(file, pagesOf(readings))).toEqual({
        file: { ...file, state: "verified" },
        duplicates: 0,
        conflicts: 0,
      });
      expect(await collect(under().catalog.rows(file))).toHaveLength(3);
    });

    test("drops readings once by two archivers at once", async () => {
      const { readings } = await pruneFirst();
      await insert(under(), [...three, buildReading(4, "2026-01-28T10:00:00.000Z")]);
      const file = await claimAll(under(), "b");
      const dropped = await Promise.all([
        under().catalog.dropArchivedDuplicates(file, pagesOf(readings)),
        under().other.dropArchivedDuplicates(file, pagesOf(readings)),
      ]);
      expect(dropped.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(3);
      expect(await under().catalog.files({ states: ["claimed"] })).toMatchObject([
        { key: "b", rows: 1, partition: ten },
      ]);
    });
  });
}
