import { describe, expect, test } from "vitest";
import type { FileQuery } from "../../ports.js";
import { buildPlants, buildReading } from "../reading-builders.js";
import { at, claimAll, claimOf, collect, hour, insert, ten, type Under } from "./fixtures.js";

export function describeClaims(under: Under): void {
  describe("claims", () => {
    const eleven = hour("2026-01-28T11");
    const edges = [
      buildReading(1, "2026-01-28T09:59:59.999Z"),
      buildReading(1, "2026-01-28T10:00:00.000Z"),
      buildReading(2, "2026-01-28T10:59:59.999Z"),
      buildReading(2, "2026-01-28T11:00:00.000Z"),
    ];

    test("unarchived: closed hours with unarchived readings, the oldest first", async () => {
      await insert(under(), edges);
      const unarchived = (until: string) => under().catalog.unarchived(Date.parse(until));
      const nine = { partition: hour("2026-01-28T09"), rows: 1 };
      expect(await unarchived("2026-01-28T09:59:59.999Z")).toEqual([]);
      expect(await unarchived("2026-01-28T10:00:00.000Z")).toEqual([nine]);
      expect(await unarchived("2026-01-28T10:59:59.999Z")).toEqual([nine]);
      expect(await unarchived("2026-01-28T12:00:00.000Z")).toEqual([
        nine,
        { partition: ten, rows: 2 },
        { partition: eleven, rows: 1 },
      ]);
    });

    test("claim takes an hour from its first millisecond to its last", async () => {
      await insert(under(), edges);
      const file = await claimAll(under(), "a");
      expect(file).toEqual({
        fileId: file.fileId,
        key: "a",
        partition: ten,
        state: "claimed",
        range: { after: expect.any(Number), through: expect.any(Number) },
        rows: 2,
        bytes: null,
        digest: null,
        runId: "archiver",
      });
      expect(await collect(under().catalog.rows(file))).toMatchObject([edges[1], edges[2]]);
      const { readings, files } = await under().tables.state();
      expect(readings.map(({ key }) => key)).toEqual([null, "a", "a", null]);
      expect(files).toMatchObject([{ claimedAt: claimOf("a").at, verifiedAt: null, prunedAt: null }]);
    });

    test("rows reads the readings of a claim whose ids are 0 and below", async () => {
      await under().catalog.loadReferenceData(buildPlants(1, 2, 3));
      const readings = [-5, 0, 1].map((readingId, place) => ({
        ...buildReading(place + 1, "2026-01-28T10:00:00.000Z"),
        readingId,
      }));
      await under().tables.insertWithIds(readings);
      const file = await claimAll(under(), "a");
      expect(file).toMatchObject({ range: { after: -6, through: 1 }, rows: 3 });
      expect(await collect(under().catalog.rows(file))).toEqual(readings);
    });

    test("claim takes the first readings by id, up to its limit; they are read by id", async () => {
      await insert(
        under(),
        [3, 1, 2].flatMap((plantId) =>
          ["10:30", "10:10", "10:20"].map((time) => buildReading(plantId, `2026-01-28T${time}:00.000Z`)),
        ),
      );
      const names = (readings: readonly { plantId: number; recordingTaken: number }[]) =>
        readings.map(
          ({ plantId, recordingTaken }) =>
            `${plantId} ${new Date(recordingTaken).toISOString().slice(11, 16)}`,
        );
      const first = await under().catalog.claim(claimOf("a"), 4);
      const second = await under().catalog.claim(claimOf("b"), 4);
      const third = await under().catalog.claim(claimOf("c"), 4);
      const readings = [first, second, third].map(async (file) =>
        file === null ? [] : names(await collect(under().catalog.rows(file))),
      );
      expect(await Promise.all(readings)).toEqual([
        ["3 10:30", "3 10:10", "3 10:20", "1 10:30"],
        ["1 10:10", "1 10:20", "2 10:30", "2 10:10"],
        ["2 10:20"],
      ]);
      expect([first, second, third].map((file) => file?.rows)).toEqual([4, 4, 1]);
    });

    test("claim covers late readings by another file", async () => {
      await insert(under(), [buildReading(1, "2026-01-28T10:00:00.000Z")]);
      const file = await claimAll(under(), "a");
      const late = [buildReading(1, "2026-01-28T10:00:00.001Z"), buildReading(0, "2026-01-28T10:30:00.000Z")];
      await insert(under(), late);
      expect(await collect(under().catalog.rows(file))).toHaveLength(1);
      const noon = Date.parse("2026-01-28T12:00:00.000Z");
      expect(await under().catalog.unarchived(noon)).toEqual([{ partition: ten, rows: 2 }]);
      const other = await claimAll(under(), "b");
      expect(await collect(under().catalog.rows(other))).toMatchObject([late[0], late[1]]);
      expect(await under().catalog.unarchived(noon)).toEqual([]);
    });

    test("claim covers what a quarantined file covered, and no reading of the files beside it", async () => {
      const minutes = Array.from({ length: 8 }, (_, minute) =>
        buildReading(1, `2026-01-28T10:0${minute}:00.000Z`),
      );
      await insert(under(), minutes);
      const claim = (key: string) => under().catalog.claim(claimOf(key), 3);
      await claim("a");
      const middle = await claim("b");
      await claim("c");
      if (middle === null) throw new Error("there is nothing to claim");
      await under().catalog.quarantine(middle, "a try");
      await insert(under(), [buildReading(1, "2026-01-28T10:30:00.000Z")]);
      expect(await under().catalog.unarchived(at)).toEqual([{ partition: ten, rows: 4 }]);
      expect(await under().catalog.claim(claimOf("d"), 100)).toMatchObject({ rows: 3, range: middle.range });
      expect(await under().catalog.claim(claimOf("e"), 100)).toMatchObject({ rows: 1 });
      expect(await under().catalog.claim(claimOf("f"), 100)).toBeNull();
      const { readings } = await under().tables.state();
      expect(readings.map(({ key }) => key)).toEqual(["a", "a", "a", "d", "d", "d", "c", "c", "e"]);
    });

    test("claim of nothing creates no file", async () => {
      await insert(under(), edges);
      expect(await under().catalog.claim(claimOf("a", hour("2026-01-28T13")), 10)).toBeNull();
      await claimAll(under(), "b");
      expect(await under().catalog.claim(claimOf("c"), 10)).toBeNull();
      expect((await under().catalog.files()).map(({ key }) => key)).toEqual(["b"]);
    });

    test("claim rejects a used key; keys are case-sensitive", async () => {
      await insert(under(), edges);
      await claimAll(under(), "a");
      await expect(under().catalog.claim(claimOf("a", eleven), 10)).rejects.toThrow();
      expect(await claimAll(under(), "A", eleven)).toMatchObject({ key: "A", rows: 1 });
    });

    test("claim by two at once covers each reading once", async () => {
      const all = Array.from({ length: 40 }, (_, plantId) =>
        buildReading(plantId, "2026-01-28T10:00:00.000Z"),
      );
      await insert(under(), all);
      const claims = await Promise.all([
        under().catalog.claim(claimOf("a"), 25),
        under().other.claim(claimOf("b"), 25),
      ]);
      expect(claims.map((file) => file?.rows ?? 0).sort((a, b) => a - b)).toEqual([15, 25]);
      const { readings } = await under().tables.state();
      expect(readings.map(({ key }) => key).sort()).toEqual(
        [...claims.flatMap((file) => Array.from({ length: file?.rows ?? 0 }, () => file?.key))].sort(),
      );
    });

    test("files: by partition and key, filtered by state, hour, day and key", async () => {
      await insert(under(), [...edges, buildReading(3, "2026-01-28T10:30:00.000Z")]);
      await under().catalog.claim(claimOf("0", eleven), 1);
      const quarantine = await under().catalog.claim(claimOf("b"), 1);
      await under().catalog.claim(claimOf("a"), 2);
      if (quarantine !== null) await under().catalog.quarantine(quarantine, "a try");
      const keys = async (which?: FileQuery) => (await under().catalog.files(which)).map(({ key }) => key);
      expect(await keys()).toEqual(["a", "b", "0"]);
      expect(await keys({ states: ["claimed"] })).toEqual(["a", "0"]);
      expect(await keys({ states: ["claimed", "quarantined"] })).toEqual(["a", "b", "0"]);
      expect(await keys({ states: ["claimed"], partition: eleven })).toEqual(["0"]);
      expect(await keys({ partition: ten })).toEqual(["a", "b"]);
      expect(await keys({ day: "2026-01-28" })).toEqual(["a", "b", "0"]);
      expect(await keys({ day: "2026-01-27" })).toEqual([]);
      expect(await keys({ key: "b" })).toEqual(["b"]);
      expect(await keys({ states: ["claimed"], key: "b" })).toEqual([]);
      expect(await keys({ states: ["pruned"] })).toEqual([]);
    });

    test("readings: exact to the bit and to the millisecond", async () => {
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
      await insert(under(), odd);
      const readings = await collect(under().catalog.rows(await claimAll(under(), "a")));
      expect(readings.map(({ readingId: _readingId, ...reading }) => reading)).toEqual(odd);
    });
  });
}
