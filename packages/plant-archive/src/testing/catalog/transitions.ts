import assert from "node:assert/strict";
import { assertEqual, assertMatches } from "@lmnh/plant-schema/testing";
import { readingPage } from "../../model/reading-table.js";
import { fakeVerifiedFile } from "../fake-verified-file.js";
import { buildPlants, buildReading } from "../reading-builders.js";
import { archiveAll, at, claimAll, collect, insert, type Suite, ten } from "./fixtures.js";

export function describeTransitions(suite: Suite): void {
  const three = [1, 2, 3].map((plantId) => buildReading(plantId, "2026-01-28T10:00:00.000Z"));

  suite.describe("states", () => {
    suite.test("markVerified succeeds once", async (under) => {
      await insert(under, three);
      const file = await claimAll(under, "a");
      const verified = fakeVerifiedFile(file, await collect(under.catalog.rows(file)), 5_000_000_000);
      const outcomes = await Promise.all([
        under.catalog.markVerified(verified, at),
        under.other.markVerified(verified, at + 1),
      ]);
      assertEqual([...outcomes].sort(), [false, true]);
      assertEqual(await under.catalog.files(), [{ ...verified, state: "verified" }]);
      const [stored] = (await under.tables.state()).files;
      assert.equal(stored?.verifiedAt, outcomes[0] ? at : at + 1);
    });

    suite.test("markVerified is false after readings were dropped", async (under) => {
      await insert(under, three);
      const file = await claimAll(under, "a");
      const readings = await collect(under.catalog.rows(file));
      const archived = (async function* () {
        yield readingPage(readings.slice(0, 1));
      })();
      await under.catalog.dropArchivedDuplicates(file, archived);
      assert.equal(await under.catalog.markVerified(fakeVerifiedFile(file, readings), at), false);
      assert.equal((await under.catalog.files({ states: ["claimed"] })).length, 1);
    });

    suite.test("quarantine succeeds once and releases the readings", async (under) => {
      await insert(under, three);
      const file = await claimAll(under, "a");
      const reason = `its digest is not the one … ${"x".repeat(3000)}`;
      const outcomes = await Promise.all([
        under.catalog.quarantine(file, reason),
        under.other.quarantine(file, reason),
      ]);
      assertEqual([...outcomes].sort(), [false, true]);
      assertEqual(await under.catalog.unarchived(at), [{ partition: ten, rows: 3 }]);
      assertMatches((await under.tables.state()).files, [{ key: "a", state: "quarantined", reason }]);
      assert.equal(await under.catalog.markVerified(fakeVerifiedFile(file, []), at), false);
      assert.equal((await claimAll(under, "b")).rows, 3);
    });

    suite.test("quarantine of a verified file, not of a pruned one", async (under) => {
      await insert(under, three);
      const first = await archiveAll(under, "a");
      assert.equal(await under.catalog.quarantine(first.file, "damaged since"), true);
      assertEqual(await under.catalog.prune(first.file, at), { kind: "elsewhere" });
      const second = await archiveAll(under, "b");
      assertEqual(await under.catalog.prune(second.file, at), { kind: "pruned", rows: 3 });
      assert.equal(await under.catalog.quarantine(second.file, "too late"), false);
      assertEqual(
        (await under.catalog.files()).map(({ state }) => state),
        ["quarantined", "pruned"],
      );
    });
  });

  suite.describe("prune", () => {
    suite.test("deletes the readings of the file alone", async (under) => {
      await insert(under, three);
      const { file } = await archiveAll(under, "a");
      await insert(under, [
        buildReading(1, "2026-01-28T10:00:00.001Z"),
        buildReading(1, "2026-01-28T11:00:00.000Z"),
      ]);
      const other = await claimAll(under, "b");
      assertEqual(await under.catalog.prune(file, at), { kind: "pruned", rows: 3 });
      const { readings, files } = await under.tables.state();
      assertEqual(
        readings.map(({ key }) => key),
        ["b", null],
      );
      assertMatches(files, [
        { key: "a", state: "pruned", prunedAt: at, verifiedAt: at, rows: 3 },
        { key: "b", state: "claimed", prunedAt: null, rows: other.rows },
      ]);
    });

    suite.test("succeeds once, and only for a verified file", async (under) => {
      await insert(under, three);
      const claimed = await claimAll(under, "a");
      const file = fakeVerifiedFile(claimed, await collect(under.catalog.rows(claimed)));
      assertEqual(await under.catalog.prune(file, at), { kind: "elsewhere" });
      assert.equal((await under.tables.state()).readings.length, 3);
      await under.catalog.markVerified(file, at);
      const outcomes = await Promise.all([under.catalog.prune(file, at), under.other.prune(file, at)]);
      assertEqual(outcomes.map(({ kind }) => kind).sort(), ["elsewhere", "pruned"]);
    });

    suite.test("changes nothing if a reading has another value than in the file", async (under) => {
      await insert(under, three);
      const { file, readings } = await archiveAll(under, "a");
      await under.tables.update(readings[1]?.readingId ?? 0, { temperature: 12.250000000000002 });
      const before = await under.tables.state();
      assertEqual(await under.catalog.prune(file, at), { kind: "changed", rows: 3 });
      assertEqual(await under.tables.state(), before);
    });

    suite.test("changes nothing if a reading is missing", async (under) => {
      await insert(under, three);
      const { file, readings } = await archiveAll(under, "a");
      await under.tables.remove(readings[1]?.readingId ?? 0);
      const before = await under.tables.state();
      assertEqual(await under.catalog.prune(file, at), { kind: "changed", rows: 2 });
      assertEqual(await under.tables.state(), before);
    });

    suite.test(
      "changes nothing if a reading appeared in the range of the file since it was verified",
      async (under) => {
        const ids = [1, 3].map((readingId) => ({
          readingId,
          ...buildReading(readingId, "2026-01-28T10:00:00.000Z"),
        }));
        await under.catalog.loadReferenceData(buildPlants(1, 2, 3));
        await under.tables.insertWithIds(ids);
        const { file } = await archiveAll(under, "a");
        const late = { readingId: 2, ...buildReading(2, "2026-01-28T10:00:00.000Z") };
        await under.tables.insertWithIds([late]);
        assertEqual(await under.catalog.prune(file, at), { kind: "changed", rows: 3 });
        assert.equal(await under.catalog.quarantine(file, "it lacks a reading"), true);
        assertMatches(await claimAll(under, "b"), { rows: 3, range: { after: 0, through: 3 } });
      },
    );

    suite.test(
      "deletes no reading that appeared beside the range of the file, which is unarchived",
      async (under) => {
        const [first, ...others] = [1, 2, 3].map((readingId) => ({
          readingId,
          ...buildReading(readingId, "2026-01-28T10:00:00.000Z"),
        }));
        if (first === undefined) throw new Error("there is no reading");
        await under.catalog.loadReferenceData(buildPlants(1, 2, 3));
        await under.tables.insertWithIds(others);
        const { file } = await archiveAll(under, "a");
        await under.tables.insertWithIds([first]);
        assertEqual(await under.catalog.prune(file, at), { kind: "pruned", rows: 2 });
        assertEqual(await under.catalog.unarchived(at), [{ partition: ten, rows: 1 }]);
      },
    );

    suite.test("changes nothing if there is a reading that the file lacks", async (under) => {
      await insert(under, three);
      const { file, readings } = await archiveAll(under, "a");
      const before = await under.tables.state();
      const smaller = fakeVerifiedFile(file, readings.slice(1));
      assertEqual(await under.catalog.prune(smaller, at), { kind: "changed", rows: 3 });
      assertEqual(await under.tables.state(), before);
    });
  });
}
