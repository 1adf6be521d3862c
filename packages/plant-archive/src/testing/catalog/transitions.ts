import { describe, expect, test } from "vitest";
import { readingPage } from "../../model/reading-table.js";
import { fakeVerifiedFile } from "../fake-verified-file.js";
import { buildPlants, buildReading } from "../reading-builders.js";
import { archiveAll, at, claimAll, collect, insert, ten, type Under } from "./fixtures.js";

export function describeTransitions(under: Under): void {
  const three = [1, 2, 3].map((plantId) => buildReading(plantId, "2026-01-28T10:00:00.000Z"));

  describe("states", () => {
    test("markVerified succeeds once", async () => {
      await insert(under(), three);
      const file = await claimAll(under(), "a");
      const verified = fakeVerifiedFile(file, await collect(under().catalog.rows(file)), 5_000_000_000);
      const outcomes = await Promise.all([
        under().catalog.markVerified(verified, at),
        under().other.markVerified(verified, at + 1),
      ]);
      expect([...outcomes].sort()).toEqual([false, true]);
      expect(await under().catalog.files()).toEqual([{ ...verified, state: "verified" }]);
      const [stored] = (await under().tables.state()).files;
      expect(stored?.verifiedAt).toBe(outcomes[0] ? at : at + 1);
    });

    test("markVerified is false after readings were dropped", async () => {
      await insert(under(), three);
      const file = await claimAll(under(), "a");
      const readings = await collect(under().catalog.rows(file));
      const archived = (async function* () {
        yield readingPage(readings.slice(0, 1));
      })();
      await under().catalog.dropArchivedDuplicates(file, archived);
      expect(await under().catalog.markVerified(fakeVerifiedFile(file, readings), at)).toBe(false);
      expect(await under().catalog.files({ states: ["claimed"] })).toHaveLength(1);
    });

    test("quarantine succeeds once and releases the readings", async () => {
      await insert(under(), three);
      const file = await claimAll(under(), "a");
      const reason = `its digest is not the one … ${"x".repeat(3000)}`;
      const outcomes = await Promise.all([
        under().catalog.quarantine(file, reason),
        under().other.quarantine(file, reason),
      ]);
      expect([...outcomes].sort()).toEqual([false, true]);
      expect(await under().catalog.unarchived(at)).toEqual([{ partition: ten, rows: 3 }]);
      expect((await under().tables.state()).files).toMatchObject([
        { key: "a", state: "quarantined", reason },
      ]);
      expect(await under().catalog.markVerified(fakeVerifiedFile(file, []), at)).toBe(false);
      expect((await claimAll(under(), "b")).rows).toBe(3);
    });

    test("quarantine of a verified file, not of a pruned one", async () => {
      await insert(under(), three);
      const first = await archiveAll(under(), "a");
      expect(await under().catalog.quarantine(first.file, "damaged since")).toBe(true);
      expect(await under().catalog.prune(first.file, at)).toEqual({ kind: "elsewhere" });
      const second = await archiveAll(under(), "b");
      expect(await under().catalog.prune(second.file, at)).toEqual({ kind: "pruned", rows: 3 });
      expect(await under().catalog.quarantine(second.file, "too late")).toBe(false);
      expect((await under().catalog.files()).map(({ state }) => state)).toEqual(["quarantined", "pruned"]);
    });
  });

  describe("prune", () => {
    test("deletes the readings of the file alone", async () => {
      await insert(under(), three);
      const { file } = await archiveAll(under(), "a");
      await insert(under(), [
        buildReading(1, "2026-01-28T10:00:00.001Z"),
        buildReading(1, "2026-01-28T11:00:00.000Z"),
      ]);
      const other = await claimAll(under(), "b");
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 3 });
      const { readings, files } = await under().tables.state();
      expect(readings.map(({ key }) => key)).toEqual(["b", null]);
      expect(files).toMatchObject([
        { key: "a", state: "pruned", prunedAt: at, verifiedAt: at, rows: 3 },
        { key: "b", state: "claimed", prunedAt: null, rows: other.rows },
      ]);
    });

    test("succeeds once, and only for a verified file", async () => {
      await insert(under(), three);
      const claimed = await claimAll(under(), "a");
      const file = fakeVerifiedFile(claimed, await collect(under().catalog.rows(claimed)));
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "elsewhere" });
      expect((await under().tables.state()).readings).toHaveLength(3);
      await under().catalog.markVerified(file, at);
      const outcomes = await Promise.all([under().catalog.prune(file, at), under().other.prune(file, at)]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["elsewhere", "pruned"]);
    });

    test("changes nothing if a reading has another value than in the file", async () => {
      await insert(under(), three);
      const { file, readings } = await archiveAll(under(), "a");
      await under().tables.update(readings[1]?.readingId ?? 0, { temperature: 12.250000000000002 });
      const before = await under().tables.state();
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "changed", rows: 3 });
      expect(await under().tables.state()).toEqual(before);
    });

    test("changes nothing if a reading is missing", async () => {
      await insert(under(), three);
      const { file, readings } = await archiveAll(under(), "a");
      await under().tables.remove(readings[1]?.readingId ?? 0);
      const before = await under().tables.state();
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "changed", rows: 2 });
      expect(await under().tables.state()).toEqual(before);
    });

    test("changes nothing if a reading appeared in the range of the file since it was verified", async () => {
      const ids = [1, 3].map((readingId) => ({
        readingId,
        ...buildReading(readingId, "2026-01-28T10:00:00.000Z"),
      }));
      await under().catalog.loadReferenceData(buildPlants(1, 2, 3));
      await under().tables.insertWithIds(ids);
      const { file } = await archiveAll(under(), "a");
      const late = { readingId: 2, ...buildReading(2, "2026-01-28T10:00:00.000Z") };
      await under().tables.insertWithIds([late]);
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "changed", rows: 3 });
      expect(await under().catalog.quarantine(file, "it lacks a reading")).toBe(true);
      expect(await claimAll(under(), "b")).toMatchObject({ rows: 3, range: { after: 0, through: 3 } });
    });

    test("deletes no reading that appeared beside the range of the file, which is unarchived", async () => {
      const [first, ...others] = [1, 2, 3].map((readingId) => ({
        readingId,
        ...buildReading(readingId, "2026-01-28T10:00:00.000Z"),
      }));
      if (first === undefined) throw new Error("there is no reading");
      await under().catalog.loadReferenceData(buildPlants(1, 2, 3));
      await under().tables.insertWithIds(others);
      const { file } = await archiveAll(under(), "a");
      await under().tables.insertWithIds([first]);
      expect(await under().catalog.prune(file, at)).toEqual({ kind: "pruned", rows: 2 });
      expect(await under().catalog.unarchived(at)).toEqual([{ partition: ten, rows: 1 }]);
    });

    test("changes nothing if there is a reading that the file lacks", async () => {
      await insert(under(), three);
      const { file, readings } = await archiveAll(under(), "a");
      const before = await under().tables.state();
      const smaller = fakeVerifiedFile(file, readings.slice(1));
      expect(await under().catalog.prune(smaller, at)).toEqual({ kind: "changed", rows: 3 });
      expect(await under().tables.state()).toEqual(before);
    });
  });
}
