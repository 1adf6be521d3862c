import { describe, expect, test } from "vitest";
import { fakeVerifiedFile } from "../fake-verified-file.js";
import { buildPlants, buildReading, type NewReading } from "../reading-builders.js";
import { archiveAll, at, claimAll, hour, insert, pagesOf, type Under } from "./fixtures.js";

/** The way back. `renew` gives an empty database in place of the one before. */
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

    test("puts back into an empty database what it was, under the same numbers", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      await under().catalog.loadReferenceData(buildPlants(1, 2, 3));
      expect(await under().catalog.restore(manifest, pagesOf(readings))).toEqual({
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

    test("puts back into the same database what was pruned, so that it can be pruned again", async () => {
      const { file, manifest, readings } = await pruneFirst();
      expect(await under().catalog.restore(manifest, pagesOf(readings))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const state = await under().tables.state();
      expect(state.readings.slice(0, 3)).toEqual(readings.map((reading) => ({ ...reading, key: "a" })));
      expect(state.files).toMatchObject([{ key: "a", state: "verified", verifiedAt: at, prunedAt: null }]);
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
    });

    test("does nothing a second time, nor to a file whose readings have not left", async () => {
      const { manifest, readings } = await pruneFirst();
      await under().catalog.restore(manifest, pagesOf(readings));
      const claimed = await claimAll(under(), "b", hour("2026-01-28T09"));
      const before = await under().tables.state();
      expect(await under().catalog.restore(manifest, pagesOf(readings))).toEqual({
        restored: 0,
        present: 3,
        barePlants: 0,
      });
      expect(
        await under().catalog.restore({ ...manifest, key: claimed.key, rows: 1 }, pagesOf(readings)),
      ).toEqual({ restored: 0, present: 1, barePlants: 0 });
      expect(await under().tables.state()).toEqual(before);
    });

    test("takes the place of readings that were loaded again meanwhile", async () => {
      const { file, manifest, readings } = await pruneFirst();
      const alreadyArchived = three.map((reading) => ({ ...reading, runId: "replay", ingestedAt: at }));
      await insert(under(), [
        ...alreadyArchived.slice(0, 2),
        { ...alreadyArchived[2], temperature: -1 } as NewReading,
      ]);
      expect(await under().catalog.restore(manifest, pagesOf(readings))).toEqual({
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

    test("gives a reading a new number where its own is taken", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      await insert(
        under(),
        Array.from({ length: 3 }, (_, minute) => buildReading(1, `2026-01-28T11:0${minute}:00.000Z`)),
      );
      await under().catalog.loadReferenceData(buildPlants(2, 3));
      const taken = (await under().tables.state()).readings.map(({ readingId }) => readingId);
      const colliding = readings.map((reading, place) => ({
        ...reading,
        readingId: taken[place + 1] ?? 900,
      }));
      expect(await under().catalog.restore(manifest, pagesOf(colliding))).toEqual({
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const back = (await under().tables.state()).readings.filter(({ key }) => key === "a");
      expect(back.map(({ readingId: _readingId, key: _key, ...reading }) => reading)).toEqual(three);
      expect(back[2]?.readingId).toBe(900);
      expect(new Set([...taken, ...back.map(({ readingId }) => readingId)]).size).toBe(6);
      const file = fakeVerifiedFile({ ...manifest, fileId: await fileId("a"), state: "verified" }, back);
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
    });

    async function refused(restore: () => Promise<unknown>): Promise<unknown> {
      const before = await under().tables.state();
      const error = await restore().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(await under().tables.state()).toEqual(before);
      return error;
    }

    test("is refused for a file that was set aside", async () => {
      await insert(under(), three);
      const { file, manifest, readings } = await archiveAll(under(), "a");
      await under().catalog.quarantine(file, "damaged");
      expect(await refused(() => under().catalog.restore(manifest, pagesOf(readings)))).toMatchObject({
        code: "RESTORE_CONFLICT",
        recovery: "skip",
        message: expect.stringContaining("a was set aside"),
      });
    });

    test("is refused where another file has a reading as well, which is named", async () => {
      const { manifest, readings } = await pruneFirst();
      await insert(under(), three.slice(1, 2));
      await claimAll(under(), "b");
      expect(await refused(() => under().catalog.restore(manifest, pagesOf(readings)))).toMatchObject({
        code: "RESTORE_CONFLICT",
        message: expect.stringMatching(/plant 2 at 2026-01-28T10:00:00\.002Z/),
      });
    });

    test("enters a plant that is not known with its number alone, and whatever describes it is newer", async () => {
      const { manifest, readings } = await pruneFirst();
      await renew();
      const [first, second] = buildPlants(1, 2).plants;
      if (first === undefined || second === undefined) throw new Error("no plants");
      const described = [{ ...first, name: "Fern" }, second];
      await under().catalog.loadReferenceData({ ...buildPlants(), plants: described });
      expect(await under().catalog.restore(manifest, pagesOf(readings))).toEqual({
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

    test("is refused for a copy of a file that the ledger has, whether its readings have left or not", async () => {
      const { manifest, readings } = await pruneFirst();
      const copy = { ...manifest, key: "a (1)" };
      const error = {
        code: "RESTORE_CONFLICT",
        recovery: "skip",
        message: expect.stringMatching(/^a \(1\) is a copy of a:/),
      };
      expect(await refused(() => under().catalog.restore(copy, pagesOf(readings)))).toMatchObject(error);
      await under().catalog.restore(manifest, pagesOf(readings));
      expect(await refused(() => under().catalog.restore(copy, pagesOf(readings)))).toMatchObject(error);
    });

    test("is refused where the readings are not the manifest's, or the manifest not the ledger's", async () => {
      const { manifest, readings } = await pruneFirst();
      const changed = readings.map((reading) => ({ ...reading, qualityFlag: 8 }));
      const invalid = { code: "OBJECT_INVALID", recovery: "skip" };
      const { catalog } = under();
      expect(await refused(() => catalog.restore(manifest, pagesOf(changed)))).toMatchObject(invalid);
      expect(await refused(() => catalog.restore(manifest, pagesOf(readings.slice(1))))).toMatchObject(
        invalid,
      );
      const { rows, digest } = fakeVerifiedFile({ ...manifest, fileId: 0, state: "pruned" }, changed);
      expect(
        await refused(() => catalog.restore({ ...manifest, rows, digest }, pagesOf(changed))),
      ).toMatchObject(invalid);
    });

    test("is undone when the readings break off", async () => {
      const { manifest, readings } = await pruneFirst();
      const broken = (async function* () {
        yield readings.slice(0, 2);
        throw new Error("the store went away");
      })();
      expect(await refused(() => under().catalog.restore(manifest, broken))).toMatchObject({
        message: "the store went away",
      });
    });

    async function fileId(key: string): Promise<number> {
      return (await under().catalog.files()).find((file) => file.key === key)?.fileId ?? 0;
    }
  });
}
