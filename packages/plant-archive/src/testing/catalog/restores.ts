import assert from "node:assert/strict";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { readingPage } from "../../model/reading-table.js";
import { fakeVerifiedFile } from "../fake-verified-file.js";
import { buildPlants, buildReading, type NewReading } from "../reading-builders.js";
import {
  archiveAll,
  at,
  type CatalogUnderTest,
  claimAll,
  hour,
  insert,
  pagesOf,
  type Suite,
} from "./fixtures.js";

export function describeRestores(suite: Suite): void {
  suite.describe("restore", () => {
    const three = [1, 2, 3].map((plantId) =>
      buildReading(plantId, `2026-01-28T10:00:00.00${plantId}Z`, {
        temperature: plantId / 3,
        soilMoisture: Math.PI * plantId,
        lastWatered: plantId === 2 ? null : Date.parse("2026-01-27T00:00:00.007Z"),
        qualityFlag: plantId,
        runId: plantId === 3 ? null : `Lauf Ω ${plantId}`,
      }),
    );

    async function pruneFirst(under: CatalogUnderTest) {
      await insert(under, [buildReading(9, "2026-01-28T09:00:00.000Z"), ...three]);
      const first = await archiveAll(under, "a");
      await under.catalog.prune(first.file, at);
      return first;
    }

    suite.test("inserts into an empty database, with the same ids", async (before, reopen) => {
      const { manifest, readings } = await pruneFirst(before);
      const under = await reopen();
      await under.catalog.loadReferenceData(buildPlants(1, 2, 3));
      assertEqual(await under.catalog.restore(manifest, () => pagesOf(readings)), {
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      assertEqual(await under.tables.state(), {
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
      await insert(under, [buildReading(1, "2026-01-28T10:30:00.000Z")]);
      assert.equal(new Set((await under.tables.state()).readings.map(({ readingId }) => readingId)).size, 4);
    });

    suite.test("inserts pruned readings into the same database, which can be pruned again", async (under) => {
      const { file, manifest, readings } = await pruneFirst(under);
      assertEqual(await under.catalog.restore(manifest, () => pagesOf(readings)), {
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const state = await under.tables.state();
      assertEqual(
        state.readings.slice(0, 3),
        readings.map((reading) => ({ ...reading, key: "a" })),
      );
      assertMatches(state.files, [{ key: "a", state: "verified", verifiedAt: at, prunedAt: null }]);
      assertEqual(await under.catalog.prune(file, at), { kind: "pruned", rows: 3 });
    });

    suite.test("does nothing a second time, or for a file that is not pruned", async (under) => {
      const { manifest, readings } = await pruneFirst(under);
      await under.catalog.restore(manifest, () => pagesOf(readings));
      const claimed = await claimAll(under, "b", hour("2026-01-28T09"));
      const before = await under.tables.state();
      assertEqual(await under.catalog.restore(manifest, () => pagesOf(readings)), {
        restored: 0,
        present: 3,
        barePlants: 0,
      });
      assertEqual(
        await under.catalog.restore({ ...manifest, key: claimed.key, rows: 1 }, () => pagesOf(readings)),
        { restored: 0, present: 1, barePlants: 0 },
      );
      assertEqual(await under.tables.state(), before);
    });

    suite.test("replaces readings that were loaded again meanwhile", async (under) => {
      const { file, manifest, readings } = await pruneFirst(under);
      const again = three.map((reading) => ({ ...reading, runId: "replay", ingestedAt: at }));
      await insert(under, [...again.slice(0, 2), { ...again[2], temperature: -1 } as NewReading]);
      assertEqual(await under.catalog.restore(manifest, () => pagesOf(readings)), {
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const state = await under.tables.state();
      assertEqual(
        state.readings.slice(0, 3),
        readings.map((reading) => ({ ...reading, key: "a" })),
      );
      assert.equal(state.quarantined.length, 1);
      assertMatches(JSON.parse(state.quarantined[0]?.content ?? ""), { plant_id: 3, temperature: -1 });
      assertEqual(await under.catalog.prune(file, at), { kind: "pruned", rows: 3 });
    });

    suite.test("assigns new ids if that of a reading is used", async (before, reopen) => {
      const { manifest, readings } = await pruneFirst(before);
      const under = await reopen();
      await insert(
        under,
        Array.from({ length: 3 }, (_, minute) => buildReading(1, `2026-01-28T11:0${minute}:00.000Z`)),
      );
      await under.catalog.loadReferenceData(buildPlants(2, 3));
      const usedIds = (await under.tables.state()).readings.map(({ readingId }) => readingId);
      const colliding = readings.map((reading, place) => ({
        ...reading,
        readingId: usedIds[place + 1] ?? 900,
      }));
      assertEqual(await under.catalog.restore(manifest, () => pagesOf(colliding)), {
        restored: 3,
        present: 0,
        barePlants: 0,
      });
      const back = (await under.tables.state()).readings.filter(({ key }) => key === "a");
      assertEqual(
        back.map(({ readingId: _readingId, key: _key, ...reading }) => reading),
        three,
      );
      assert.equal(new Set([...usedIds, ...back.map(({ readingId }) => readingId)]).size, 6);
      const [restored] = await under.catalog.files();
      if (restored === undefined) throw new Error("there is no file");
      const file = fakeVerifiedFile(restored, back);
      assertEqual(await under.catalog.prune(file, at), { kind: "pruned", rows: 3 });
    });

    suite.test(
      "assigns new ids if a reading of the hour is between them, which stays unarchived",
      async (before, reopen) => {
        await insert(before, three.slice(0, 1));
        await insert(before, [buildReading(9, "2026-01-28T09:00:00.000Z")]);
        await insert(before, three.slice(1));
        const { manifest, readings } = await archiveAll(before, "a");
        const between = (readings[0]?.readingId ?? 0) + 1;
        const under = await reopen();
        const own = { readingId: between, ...buildReading(9, "2026-01-28T10:59:00.000Z") };
        await under.catalog.loadReferenceData(buildPlants(9));
        await under.tables.insertWithIds([own]);
        await under.catalog.restore(manifest, () => pagesOf(readings));
        const state = await under.tables.state();
        assertEqual(
          state.readings.map(({ plantId, key }) => [plantId, key]),
          [
            [1, "a"],
            [2, "a"],
            [3, "a"],
            [9, null],
          ],
        );
        assertEqual(await under.catalog.unarchived(at), [{ partition: manifest.partition, rows: 1 }]);
        assertMatches(await claimAll(under, "b"), { rows: 1 });
      },
    );

    async function rejected(under: CatalogUnderTest, restore: () => Promise<unknown>): Promise<unknown> {
      const before = await under.tables.state();
      const error = await restore().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assertEqual(await under.tables.state(), before);
      return error;
    }

    suite.test("rejects a quarantined file", async (under) => {
      await insert(under, three);
      const { file, manifest, readings } = await archiveAll(under, "a");
      await under.catalog.quarantine(file, "damaged");
      assertMatches(await rejected(under, () => under.catalog.restore(manifest, () => pagesOf(readings))), {
        code: "RESTORE_CONFLICT",
        recovery: "skip",
      });
    });

    suite.test("rejects a reading that another file has, and names it", async (under) => {
      const { manifest, readings } = await pruneFirst(under);
      await insert(under, three.slice(1, 2));
      await archiveAll(under, "b");
      assertMatches(await rejected(under, () => under.catalog.restore(manifest, () => pagesOf(readings))), {
        code: "RESTORE_CONFLICT",
        message: /2026-01-28T10:00:00\.002Z/,
      });
    });

    suite.test("replaces readings of a claimed file, which is quarantined", async (under) => {
      const { manifest, readings } = await pruneFirst(under);
      await insert(under, [...three.slice(1, 2), buildReading(9, "2026-01-28T10:59:00.000Z")]);
      await claimAll(under, "b");
      await under.catalog.restore(manifest, () => pagesOf(readings));
      const state = await under.tables.state();
      assertMatches(state.files, [
        { key: "a", state: "verified" },
        { key: "b", state: "quarantined" },
      ]);
      assertEqual(
        state.readings.map(({ plantId, key }) => [plantId, key]),
        [
          [1, "a"],
          [2, "a"],
          [3, "a"],
          [9, null],
          [9, null],
        ],
      );
    });

    suite.test("assigns new ids if one is above 2^52", async (before, reopen) => {
      const { manifest, readings } = await pruneFirst(before);
      const under = await reopen();
      const high = readings.map((reading, place) => ({
        ...reading,
        readingId: Number.MAX_SAFE_INTEGER - place,
      }));
      await under.catalog.restore(manifest, () => pagesOf(high));
      for (const { readingId } of (await under.tables.state()).readings) assert.ok(readingId < 2 ** 52);
    });

    suite.test(
      "inserts an unknown plant with its id alone, older than any description",
      async (before, reopen) => {
        const { manifest, readings } = await pruneFirst(before);
        const under = await reopen();
        const [first, second] = buildPlants(1, 2).plants;
        if (first === undefined || second === undefined) throw new Error("no plants");
        const described = [{ ...first, name: "Fern" }, second];
        await under.catalog.loadReferenceData({ ...buildPlants(), plants: described });
        assertEqual(await under.catalog.restore(manifest, () => pagesOf(readings)), {
          restored: 3,
          present: 0,
          barePlants: 1,
        });
        const { plants } = await under.catalog.referenceData();
        assertEqual(
          plants.map(({ plantId, name }) => [plantId, name]),
          [
            [1, "Fern"],
            [2, null],
            [3, null],
          ],
        );
        const observedAt = "1970-01-01T00:00:00.001Z";
        await under.catalog.loadReferenceData({
          ...buildPlants(),
          plants: [{ ...first, plantId: 3, name: "Moss", observedAt }],
        });
        assertMatches(
          (await under.catalog.referenceData()).plants.find(({ plantId }) => plantId === 3),
          { name: "Moss", observedAt },
        );
      },
    );

    suite.test("rejects a copy of a cataloged file, pruned or not", async (under) => {
      const { manifest, readings } = await pruneFirst(under);
      const copy = { ...manifest, key: "a (1)" };
      const error = {
        code: "RESTORE_CONFLICT",
        recovery: "skip",
      };
      assertMatches(await rejected(under, () => under.catalog.restore(copy, () => pagesOf(readings))), error);
      await under.catalog.restore(manifest, () => pagesOf(readings));
      assertMatches(await rejected(under, () => under.catalog.restore(copy, () => pagesOf(readings))), error);
    });

    suite.test(
      "rejects readings that do not match the manifest, and a manifest that does not match the catalog",
      async (under) => {
        const { manifest, readings } = await pruneFirst(under);
        const changed = readings.map((reading) => ({ ...reading, qualityFlag: 8 }));
        const invalid = { code: "OBJECT_INVALID", recovery: "skip" };
        const { catalog } = under;
        assertMatches(
          await rejected(under, () => catalog.restore(manifest, () => pagesOf(changed))),
          invalid,
        );
        assertMatches(
          await rejected(under, () => catalog.restore(manifest, () => pagesOf(readings.slice(1)))),
          invalid,
        );
        const { rows, digest } = fakeVerifiedFile(
          { ...manifest, fileId: 0, range: { after: 0, through: 0 }, state: "pruned" },
          changed,
        );
        assertMatches(
          await rejected(under, () => catalog.restore({ ...manifest, rows, digest }, () => pagesOf(changed))),
          invalid,
        );
      },
    );

    suite.test("is rolled back if the readings fail", async (under) => {
      const { manifest, readings } = await pruneFirst(under);
      const broken = (async function* () {
        yield readingPage(readings.slice(0, 2));
        throw new Error("the store went away");
      })();
      assertMatches(await rejected(under, () => under.catalog.restore(manifest, () => broken)), {
        message: "the store went away",
      });
    });
  });
}
