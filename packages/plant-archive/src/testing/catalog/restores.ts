import { describe, expect, test } from "vitest";
import { readingPage } from "../../model/reading-table.js";
import { fakeVerifiedFile } from "../fake-verified-file.js";
import { buildPlants, buildReading, type NewReading } from "../reading-builders.js";
import { archiveAll, at, claimAll, hour, insert, pagesOf, type Under } from "./fixtures.js";

/** @param renew replaces the database by an empty one */
export function describeRestores(under: Under, renew: () => Promise<void>): void {
  describe("restore", () => {
    const three = [1, 2, 3].map((plantId) =>
      buildReading(plantId, `2026-01-28T10:00:00.00${plantId}Z`, {
        temperature: plantId / 3,
        soilMoisture: Math.PI * plantId,
        lastWatered: plantId === 2 ? null : Date.parse("2026-01-27T00:00:00.007Z"),
        qualityFlag: plantId,
        runId: plantId === 3 ? null : `Lauf Ω ${plantId}`,
      }),
    );

    async function pruneFirst() {
      await insert(under(), [buildReading(9, "2026-01-28T09:00:00.000Z"), ...three]);
      const first = await archiveAll(under(), "a");
      await under().catalog.prune(first.file, at);
      return first;
    }

    test("inserts into an empty database, with the same ids", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      await under().catalog.loadReferenceData(buildPlants(1, 2, 3));
      expect(await under().catalog.restore(manifest, () => pagesOf(readings))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      expect(await under().tables.state()).toEqual({
        readings: readings.map((reading) => ({ ...reading, key: "a" })),
        files: [
          {
            key: "a",
            partition: manifest.partition,
            state: "verified",
            rows: 3,
            bytes: manifest.bytes,
            digest: manifest.digest,
            runId: manifest.runId,
            claimedAt: null,
            verifiedAt: null,
            prunedAt: null,
            reason: null,
          },
        ],
        quarantined: [],
      });
      await insert(under(), [buildReading(1, "2026-01-28T10:30:00.000Z")]);
      expect(new Set((await under().tables.state()).readings.map(({ readingId }) => readingId)).size).toBe(4);
    });

    test("inserts pruned readings into the same database, which can be pruned again", async () => {
      const { file, manifest, readings } = await pruneFirst();
      expect(await under().catalog.restore(manifest, () => pagesOf(readings))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const state = await under().tables.state();
      expect(state.readings.slice(0, 3)).toEqual(readings.map((reading) => ({ ...reading, key: "a" })));
      expect(state.files).toMatchObject([{ key: "a", state: "verified", verifiedAt: at, prunedAt: null }]);
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
    });

    test("does nothing a second time, or for a file that is not pruned", async () => {
      const { manifest, readings } = await pruneFirst();
      await under().catalog.restore(manifest, () => pagesOf(readings));
      const claimed = await claimAll(under(), "b", hour("2026-01-28T09"));
      const before = await under().tables.state();
      expect(await under().catalog.restore(manifest, () => pagesOf(readings))).toEqual({
        restored: 0,
        present: 3,
        barePlants: 0,
      });
      expect(
        await under().catalog.restore({ ...manifest, key: claimed.key, rows: 1 }, () => pagesOf(readings)),
      ).toEqual({ restored: 0, present: 1, barePlants: 0 });
      expect(await under().tables.state()).toEqual(before);
    });

    test("replaces readings that were loaded again meanwhile", async () => {
      const { file, manifest, readings } = await pruneFirst();
      const again = three.map((reading) => ({ ...reading, runId: "replay", ingestedAt: at }));
      await insert(under(), [...again.slice(0, 2), { ...again[2], temperature: -1 } as NewReading]);
      expect(await under().catalog.restore(manifest, () => pagesOf(readings))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const state = await under().tables.state();
      expect(state.readings.slice(0, 3)).toEqual(readings.map((reading) => ({ ...reading, key: "a" })));
      expect(state.quarantined).toHaveLength(1);
      expect(JSON.parse(state.quarantined[0]?.content ?? "")).toMatchObject({ plant_id: 3, temperature: -1 });
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
    });

    test("assigns new ids if that of a reading is used", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      await insert(
        under(),
        Array.from({ length: 3 }, (_, minute) => buildReading(1, `2026-01-28T11:0${minute}:00.000Z`)),
      );
      await under().catalog.loadReferenceData(buildPlants(2, 3));
      const usedIds = (await under().tables.state()).readings.map(({ readingId }) => readingId);
      const colliding = readings.map((reading, place) => ({
        ...reading,
        readingId: usedIds[place + 1] ?? 900,
      }));
      expect(await under().catalog.restore(manifest, () => pagesOf(colliding))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const back = (await under().tables.state()).readings.filter(({ key }) => key === "a");
      expect(back.map(({ readingId: _readingId, key: _key, ...reading }) => reading)).toEqual(three);
      expect(new Set([...usedIds, ...back.map(({ readingId }) => readingId)]).size).toBe(6);
      const [restored] = await under().catalog.files();
      if (restored === undefined) throw new Error("there is no file");
      const file = fakeVerifiedFile(restored, back);
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
    });

    test("assigns new ids if a reading of the hour is between them, which stays unarchived", async () => {
      await insert(under(), three.slice(0, 1));
      await insert(under(), [buildReading(9, "2026-01-28T09:00:00.000Z")]);
      await insert(under(), three.slice(1));
      const { manifest, readings } = await archiveAll(under(), "a");
      const between = (readings[0]?.readingId ?? 0) + 1;
      await renew();
      const own = { readingId: between, ...buildReading(9, "2026-01-28T10:59:00.000Z") };
      await under().catalog.loadReferenceData(buildPlants(9));
      await under().tables.insertWithIds([own]);
      await under().catalog.restore(manifest, () => pagesOf(readings));
      const state = await under().tables.state();
      expect(state.readings.map(({ plantId, key }) => [plantId, key])).toEqual([
        [1, "a"],
        [2, "a"],
        [3, "a"],
        [9, null],
      ]);
      expect(await under().catalog.unarchived(at)).toEqual([{ partition: manifest.partition, rows: 1 }]);
      expect(await claimAll(under(), "b")).toMatchObject({ rows: 1 });
    });

    async function rejected(restore: () => Promise<unknown>): Promise<unknown> {
      const before = await under().tables.state();
      const error = await restore().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(await under().tables.state()).toEqual(before);
      return error;
    }

    test("rejects a quarantined file", async () => {
      await insert(under(), three);
      const { file, manifest, readings } = await archiveAll(under(), "a");
      await under().catalog.quarantine(file, "damaged");
      expect(await rejected(() => under().catalog.restore(manifest, () => pagesOf(readings)))).toMatchObject({
        code: "RESTORE_CONFLICT",
        recovery: "skip",
        message: expect.stringContaining("a is quarantined"),
      });
    });

    test("rejects a reading that another file has, and names it", async () => {
      const { manifest, readings } = await pruneFirst();
      await insert(under(), three.slice(1, 2));
      await archiveAll(under(), "b");
      expect(await rejected(() => under().catalog.restore(manifest, () => pagesOf(readings)))).toMatchObject({
        code: "RESTORE_CONFLICT",
        message: expect.stringMatching(
          /reading with plant_id 2 and recording_taken 2026-01-28T10:00:00\.002Z/,
        ),
      });
    });

    test("replaces readings of a claimed file, which is quarantined", async () => {
      const { manifest, readings } = await pruneFirst();
      await insert(under(), [...three.slice(1, 2), buildReading(9, "2026-01-28T10:59:00.000Z")]);
      await claimAll(under(), "b");
      await under().catalog.restore(manifest, () => pagesOf(readings));
      const state = await under().tables.state();
      expect(state.files).toMatchObject([
        { key: "a", state: "verified" },
        { key: "b", state: "quarantined" },
      ]);
      expect(state.readings.map(({ plantId, key }) => [plantId, key])).toEqual([
        [1, "a"],
        [2, "a"],
        [3, "a"],
        [9, null],
        [9, null],
      ]);
    });

    test("assigns new ids if one is above 2^52", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      const high = readings.map((reading, place) => ({
        ...reading,
        readingId: Number.MAX_SAFE_INTEGER - place,
      }));
      await under().catalog.restore(manifest, () => pagesOf(high));
      for (const { readingId } of (await under().tables.state()).readings)
        expect(readingId).toBeLessThan(2 ** 52);
    });

    test("inserts an unknown plant with its id alone, older than any description", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      const [first, second] = buildPlants(1, 2).plants;
      if (first === undefined || second === undefined) throw new Error("no plants");
      const described = [{ ...first, name: "Fern" }, second];
      await under().catalog.loadReferenceData({ ...buildPlants(), plants: described });
      expect(await under().catalog.restore(manifest, () => pagesOf(readings))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 1,
      });
      const { plants } = await under().catalog.referenceData();
      expect(plants.map(({ plantId, name }) => [plantId, name])).toEqual([
        [1, "Fern"],
        [2, null],
        [3, null],
      ]);
      const observedAt = "1970-01-01T00:00:00.001Z";
      await under().catalog.loadReferenceData({
        ...buildPlants(),
        plants: [{ ...first, plantId: 3, name: "Moss", observedAt }],
      });
      expect((await under().catalog.referenceData()).plants).toContainEqual(
        expect.objectContaining({ plantId: 3, name: "Moss", observedAt }),
      );
    });

    test("rejects a copy of a cataloged file, pruned or not", async () => {
      const { manifest, readings } = await pruneFirst();
      const copy = { ...manifest, key: "a (1)" };
      const error = {
        code: "RESTORE_CONFLICT",
        recovery: "skip",
        message: expect.stringMatching(/^a \(1\) is a copy of a:/),
      };
      expect(await rejected(() => under().catalog.restore(copy, () => pagesOf(readings)))).toMatchObject(
        error,
      );
      await under().catalog.restore(manifest, () => pagesOf(readings));
      expect(await rejected(() => under().catalog.restore(copy, () => pagesOf(readings)))).toMatchObject(
        error,
      );
    });

    test("rejects readings that do not match the manifest, and a manifest that does not match the catalog", async () => {
      const { manifest, readings } = await pruneFirst();
      const changed = readings.map((reading) => ({ ...reading, qualityFlag: 8 }));
      const invalid = { code: "OBJECT_INVALID", recovery: "skip" };
      const { catalog } = under();
      expect(await rejected(() => catalog.restore(manifest, () => pagesOf(changed)))).toMatchObject(invalid);
      expect(await rejected(() => catalog.restore(manifest, () => pagesOf(readings.slice(1))))).toMatchObject(
        invalid,
      );
      const { rows, digest } = fakeVerifiedFile(
        { ...manifest, fileId: 0, range: { after: 0, through: 0 }, state: "pruned" },
        changed,
      );
      expect(
        await rejected(() => catalog.restore({ ...manifest, rows, digest }, () => pagesOf(changed))),
      ).toMatchObject(invalid);
    });

    test("is rolled back if the readings fail", async () => {
      const { manifest, readings } = await pruneFirst();
      const broken = (async function* () {
        yield readingPage(readings.slice(0, 2));
        throw new Error("the store went away");
      })();
      expect(await rejected(() => under().catalog.restore(manifest, () => broken))).toMatchObject({
        message: "the store went away",
      });
    });
  });
}
