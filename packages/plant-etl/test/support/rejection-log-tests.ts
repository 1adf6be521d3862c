import type { PlantDatabase } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { sqlRejectionLog } from "../../src/load/sql-rejection-log.js";
import { retryRejections } from "../../src/retry-rejections.js";
import { buildPayload, buildResponse } from "../../src/testing/builders.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import type { Transform } from "../../src/transform/transform.js";
import { emptyTables } from "./empty-tables.js";
import { fakeClock } from "./fake-clock.js";

const run = { runId: "run", startedAt: "2026-01-28T12:00:00.000Z" };
const minute = (number: number) => `2026-01-28T12:0${number}:00.000Z`;

/** Declares tests of `sqlRejectionLog` over one dialect. */
export function rejectionLogTests(name: string, getDatabase: () => PlantDatabase): void {
  /** Rejected responses of the plants 1, 2 and 3, a minute apart, and rejected details of plant 3 a minute later. */
  const openLog = async () => {
    const database = getDatabase();
    await emptyTables(database.db);
    const responses = [
      { ...buildResponse(1, "<html>"), receivedAt: minute(1) },
      { ...buildResponse(2, "<hot>"), receivedAt: minute(2) },
      { ...buildResponse(3, "<hot>"), receivedAt: minute(3) },
      { ...buildResponse(3, buildPayload(3, { name: 5 })), receivedAt: minute(4) },
    ];
    const store = sqlPlantStore(database);
    await store.load(buildBatch(responses, lmnhTransform()).batch, run);
    return { database, store, log: sqlRejectionLog(database) };
  };

  describe(`${name}: sqlRejectionLog`, () => {
    test("newest returns the last received first, and filters by plant, time and kind", async () => {
      const { log } = await openLog();
      const newest = async (query: Parameters<typeof log.newest>[0], limit = 10) =>
        (await log.newest(query, limit)).map(({ plantId, receivedAt }) => [plantId, receivedAt]);
      const [first, second, third, details] = [
        [1, minute(1)],
        [2, minute(2)],
        [3, minute(3)],
        [3, minute(4)],
      ];
      expect(await newest({})).toEqual([details, third, second, first]);
      expect(await newest({}, 2)).toEqual([details, third]);
      expect(await newest({ plantId: 3, kind: "reading" })).toEqual([third]);
      expect(await newest({ kind: "details" })).toEqual([details]);
      expect(await newest({ since: minute(3) })).toEqual([details, third]);
      expect(await log.count({ since: minute(2), kind: "reading" })).toBe(2);
    });

    test("read returns the stored rejection, with times of milliseconds", async () => {
      const { log } = await openLog();
      const [newest] = await log.newest({ plantId: 1 }, 1);
      expect(newest).toEqual({
        rejectionId: expect.any(Number),
        plantId: 1,
        receivedAt: minute(1),
        httpStatus: 200,
        readingRejected: true,
        issues: [expect.objectContaining({ path: "" })],
        body: "<html>",
        bodyEncoding: "text",
        bodyBytes: 6,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        runId: "run",
        resolvedAt: null,
        resolvedBy: null,
      });
      expect(await log.read(newest?.rejectionId ?? 0)).toEqual(newest);
      expect(await log.read(2_147_483_647)).toBeNull();
    });

    test("page continues after an id, in the order of ids", async () => {
      const { log } = await openLog();
      const ids = (await log.page({}, 0, 10)).map(({ rejectionId }) => rejectionId);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      expect(ids).toHaveLength(4);
      const second = await log.page({}, ids[0] ?? 0, 2);
      expect(second.map(({ rejectionId }) => rejectionId)).toEqual(ids.slice(1, 3));
      expect(await log.page({}, ids[3] ?? 0, 2)).toEqual([]);
    });

    test("markResolved sets time and retry of the open ones, up to 1,000 ids, once", async () => {
      const { log } = await openLog();
      const ids = (await log.page({}, 0, 2)).map(({ rejectionId }) => rejectionId);
      const resolvedAt = "2026-01-28T13:00:00.007Z";
      const missing = Array.from({ length: 1_000 - ids.length }, (_, number) => 2_000_000_000 + number);
      expect(await log.markResolved([...ids, ...missing], { runId: "retry", resolvedAt })).toBe(2);
      const later = { runId: "later", resolvedAt: "2026-01-28T14:00:00.000Z" };
      expect(await log.markResolved(ids, later)).toBe(0);
      expect(await log.markResolved([], { runId: "none", resolvedAt })).toBe(0);
      const all = await log.page({ resolved: true }, 0, 10);
      expect(all.map((each) => [each.resolvedAt, each.resolvedBy])).toEqual([
        [resolvedAt, "retry"],
        [resolvedAt, "retry"],
        [null, null],
        [null, null],
      ]);
      expect([await log.count({}), await log.count({ resolved: true })]).toEqual([2, 4]);
    });

    test("markResolved by two retries at once returns each rejection to one of them", async () => {
      const database = getDatabase();
      await emptyTables(database.db);
      const responses = Array.from({ length: 100 }, (_, index) => ({
        ...buildResponse(index + 1, "<html>"),
        receivedAt: minute(1),
      }));
      await sqlPlantStore(database).load(buildBatch(responses, lmnhTransform()).batch, run);
      const log = sqlRejectionLog(database);
      const ids = (await log.page({}, 0, 1_000)).map(({ rejectionId }) => rejectionId);
      const retries = ["first", "second"];
      const resolved = new Map<string | null, number>();
      for (let start = 0; start < ids.length; start += 10) {
        const some = ids.slice(start, start + 10);
        const counts = await Promise.all(
          retries.map((runId) => log.markResolved(some, { runId, resolvedAt: minute(5) })),
        );
        expect(counts.reduce((sum, count) => sum + count)).toBe(10);
        retries.forEach((runId, index) => {
          resolved.set(runId, (resolved.get(runId) ?? 0) + (counts[index] ?? 0));
        });
      }
      const stored = await log.page({ resolved: true }, 0, 1_000);
      expect(stored).toHaveLength(100);
      for (const runId of retries)
        expect(stored.filter(({ resolvedBy }) => resolvedBy === runId)).toHaveLength(
          resolved.get(runId) ?? 0,
        );
    });

    test("retryRejections loads what another transform accepts, once", async () => {
      const { database, store, log } = await openLog();
      const today = lmnhTransform();
      const transform: Transform = (response) => {
        const { plantId, receivedAt, body } = response;
        const accepted = JSON.stringify(buildPayload(plantId, { recording_taken: receivedAt }));
        return today({ ...response, body: body === "<hot>" ? accepted : body });
      };
      const retry = (runId: string) => retryRejections({ log, store, transform, clock: fakeClock(), runId });
      const rejections = await log.page({}, 0, 10);
      expect(await retry("retry")).toMatchObject({ retried: 4, resolved: 2, stillRejected: 2, loaded: 2 });
      expect(await retry("again")).toMatchObject({ retried: 2, resolved: 0, loaded: 0 });
      // A retry that read the rejections before.
      expect(
        await retryRejections({ log, store, transform, clock: fakeClock(), runId: "at once", rejections }),
      ).toMatchObject({ retried: 2, resolved: 0, stillRejected: 2, loaded: 0, duplicates: 2 });
      const rows = await database.db
        .selectFrom("plant_reading")
        .select(["plant_id", "run_id"])
        .orderBy("plant_reading_id")
        .execute();
      expect(rows.map(({ plant_id, run_id }) => `${plant_id} ${run_id}`).sort()).toEqual([
        "2 retry",
        "3 retry",
        "3 run",
      ]);
    });
  });
}
