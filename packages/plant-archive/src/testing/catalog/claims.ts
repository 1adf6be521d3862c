import assert from "node:assert/strict";
import { assertEqual, assertMatches, rejectionOf } from "@lmnh/plant-schema/testing";
import type { FileQuery } from "../../ports.js";
import { buildPlants, buildReading } from "../reading-builders.js";
import { at, claimAll, claimOf, collect, hour, insert, type Suite, ten } from "./fixtures.js";

export function describeClaims(suite: Suite): void {
  suite.describe("claims", () => {
    const eleven = hour("2026-01-28T11");
    const edges = [
      buildReading(1, "2026-01-28T09:59:59.999Z"),
      buildReading(1, "2026-01-28T10:00:00.000Z"),
      buildReading(2, "2026-01-28T10:59:59.999Z"),
      buildReading(2, "2026-01-28T11:00:00.000Z"),
    ];

    suite.test("unarchived: closed hours with unarchived readings, the oldest first", async (under) => {
      await insert(under, edges);
      const unarchived = (until: string) => under.catalog.unarchived(Date.parse(until));
      const nine = { partition: hour("2026-01-28T09"), rows: 1 };
      assertEqual(await unarchived("2026-01-28T09:59:59.999Z"), []);
      assertEqual(await unarchived("2026-01-28T10:00:00.000Z"), [nine]);
      assertEqual(await unarchived("2026-01-28T10:59:59.999Z"), [nine]);
      assertEqual(await unarchived("2026-01-28T12:00:00.000Z"), [
        nine,
        { partition: ten, rows: 2 },
        { partition: eleven, rows: 1 },
      ]);
    });

    suite.test("claim takes an hour from its first millisecond to its last", async (under) => {
      await insert(under, edges);
      const file = await claimAll(under, "a");
      const ids = (await collect(under.catalog.rows(file))).map(({ readingId }) => readingId);
      assertEqual(file, {
        fileId: file.fileId,
        key: "a",
        partition: ten,
        state: "claimed",
        range: { after: Math.min(...ids) - 1, through: Math.max(...ids) },
        rows: 2,
        bytes: null,
        digest: null,
        runId: "archiver",
      });
      assertMatches(await collect(under.catalog.rows(file)), [edges[1], edges[2]]);
      const { readings, files } = await under.tables.state();
      assertEqual(
        readings.map(({ key }) => key),
        [null, "a", "a", null],
      );
      assertMatches(files, [{ claimedAt: claimOf("a").at, verifiedAt: null, prunedAt: null }]);
    });

    suite.test("rows reads the readings of a claim whose ids are 0 and below", async (under) => {
      await under.catalog.loadReferenceData(buildPlants(1, 2, 3));
      const readings = [-5, 0, 1].map((readingId, place) => ({
        ...buildReading(place + 1, "2026-01-28T10:00:00.000Z"),
        readingId,
      }));
      await under.tables.insertWithIds(readings);
      const file = await claimAll(under, "a");
      assertMatches(file, { range: { after: -6, through: 1 }, rows: 3 });
      assertEqual(await collect(under.catalog.rows(file)), readings);
    });

    suite.test(
      "claim takes the first readings by id, up to its limit; they are read by id",
      async (under) => {
        await insert(
          under,
          [3, 1, 2].flatMap((plantId) =>
            ["10:30", "10:10", "10:20"].map((time) => buildReading(plantId, `2026-01-28T${time}:00.000Z`)),
          ),
        );
        const names = (readings: readonly { plantId: number; recordingTaken: number }[]) =>
          readings.map(
            ({ plantId, recordingTaken }) =>
              `${plantId} ${new Date(recordingTaken).toISOString().slice(11, 16)}`,
          );
        const first = await under.catalog.claim(claimOf("a"), 4);
        const second = await under.catalog.claim(claimOf("b"), 4);
        const third = await under.catalog.claim(claimOf("c"), 4);
        const readings = [first, second, third].map(async (file) =>
          file === null ? [] : names(await collect(under.catalog.rows(file))),
        );
        assertEqual(await Promise.all(readings), [
          ["3 10:30", "3 10:10", "3 10:20", "1 10:30"],
          ["1 10:10", "1 10:20", "2 10:30", "2 10:10"],
          ["2 10:20"],
        ]);
        assertEqual(
          [first, second, third].map((file) => file?.rows),
          [4, 4, 1],
        );
      },
    );

    suite.test("claim covers late readings by another file", async (under) => {
      await insert(under, [buildReading(1, "2026-01-28T10:00:00.000Z")]);
      const file = await claimAll(under, "a");
      const late = [buildReading(1, "2026-01-28T10:00:00.001Z"), buildReading(0, "2026-01-28T10:30:00.000Z")];
      await insert(under, late);
      assert.equal((await collect(under.catalog.rows(file))).length, 1);
      const noon = Date.parse("2026-01-28T12:00:00.000Z");
      assertEqual(await under.catalog.unarchived(noon), [{ partition: ten, rows: 2 }]);
      const other = await claimAll(under, "b");
      assertMatches(await collect(under.catalog.rows(other)), [late[0], late[1]]);
      assertEqual(await under.catalog.unarchived(noon), []);
    });

    suite.test(
      "claim covers what a quarantined file covered, and no reading of the files beside it",
      async (under) => {
        const minutes = Array.from({ length: 8 }, (_, minute) =>
          buildReading(1, `2026-01-28T10:0${minute}:00.000Z`),
        );
        await insert(under, minutes);
        const claim = (key: string) => under.catalog.claim(claimOf(key), 3);
        await claim("a");
        const middle = await claim("b");
        await claim("c");
        if (middle === null) throw new Error("there is nothing to claim");
        await under.catalog.quarantine(middle, "a try");
        await insert(under, [buildReading(1, "2026-01-28T10:30:00.000Z")]);
        assertEqual(await under.catalog.unarchived(at), [{ partition: ten, rows: 4 }]);
        assertMatches(await under.catalog.claim(claimOf("d"), 100), { rows: 3, range: middle.range });
        assertMatches(await under.catalog.claim(claimOf("e"), 100), { rows: 1 });
        assert.equal(await under.catalog.claim(claimOf("f"), 100), null);
        const { readings } = await under.tables.state();
        assertEqual(
          readings.map(({ key }) => key),
          ["a", "a", "a", "d", "d", "d", "c", "c", "e"],
        );
      },
    );

    suite.test("claim of nothing creates no file", async (under) => {
      await insert(under, edges);
      assert.equal(await under.catalog.claim(claimOf("a", hour("2026-01-28T13")), 10), null);
      await claimAll(under, "b");
      assert.equal(await under.catalog.claim(claimOf("c"), 10), null);
      assertEqual(
        (await under.catalog.files()).map(({ key }) => key),
        ["b"],
      );
    });

    suite.test("claim rejects a used key; keys are case-sensitive", async (under) => {
      await insert(under, edges);
      await claimAll(under, "a");
      await rejectionOf(under.catalog.claim(claimOf("a", eleven), 10));
      assertMatches(await claimAll(under, "A", eleven), { key: "A", rows: 1 });
    });

    suite.test("claim by two at once covers each reading once", async (under) => {
      const all = Array.from({ length: 40 }, (_, plantId) =>
        buildReading(plantId, "2026-01-28T10:00:00.000Z"),
      );
      await insert(under, all);
      const claims = await Promise.all([
        under.catalog.claim(claimOf("a"), 25),
        under.other.claim(claimOf("b"), 25),
      ]);
      assertEqual(
        claims.map((file) => file?.rows ?? 0).sort((a, b) => a - b),
        [15, 25],
      );
      const { readings } = await under.tables.state();
      assertEqual(
        readings.map(({ key }) => key).sort(),
        [...claims.flatMap((file) => Array.from({ length: file?.rows ?? 0 }, () => file?.key))].sort(),
      );
    });

    suite.test("files: by partition and key, filtered by state, hour, day and key", async (under) => {
      await insert(under, [...edges, buildReading(3, "2026-01-28T10:30:00.000Z")]);
      await under.catalog.claim(claimOf("0", eleven), 1);
      const quarantine = await under.catalog.claim(claimOf("b"), 1);
      await under.catalog.claim(claimOf("a"), 2);
      if (quarantine !== null) await under.catalog.quarantine(quarantine, "a try");
      const keys = async (which?: FileQuery) => (await under.catalog.files(which)).map(({ key }) => key);
      assertEqual(await keys(), ["a", "b", "0"]);
      assertEqual(await keys({ states: ["claimed"] }), ["a", "0"]);
      assertEqual(await keys({ states: ["claimed", "quarantined"] }), ["a", "b", "0"]);
      assertEqual(await keys({ states: ["claimed"], partition: eleven }), ["0"]);
      assertEqual(await keys({ partition: ten }), ["a", "b"]);
      assertEqual(await keys({ day: "2026-01-28" }), ["a", "b", "0"]);
      assertEqual(await keys({ day: "2026-01-27" }), []);
      assertEqual(await keys({ key: "b" }), ["b"]);
      assertEqual(await keys({ states: ["claimed"], key: "b" }), []);
      assertEqual(await keys({ states: ["pruned"] }), []);
    });

    suite.test("readings: exact to the bit and to the millisecond", async (under) => {
      const values = [
        Math.PI,
        -23.27,
        0.1 + 0.2,
        1 / 3,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        12,
        0.1 + 0.7,
      ];
      const odd = values.map((value, plantId) =>
        buildReading(plantId, `2026-01-28T10:59:59.99${plantId}Z`, {
          temperature: value,
          soilMoisture: -value,
          lastWatered: plantId === 1 ? null : Date.parse(`2026-01-28T00:00:00.00${plantId}Z`),
          qualityFlag: plantId,
          ingestedAt: Date.parse(`2026-01-28T12:00:00.01${plantId}Z`),
          runId: plantId === 2 ? null : `Lauf Ω ${plantId}`,
        }),
      );
      await insert(under, odd);
      const readings = await collect(under.catalog.rows(await claimAll(under, "a")));
      assertEqual(
        readings.map(({ readingId: _readingId, ...reading }) => reading),
        odd,
      );
    });
  });
}
