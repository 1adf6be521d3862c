import type { PlantDatabase } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import { keptCounts, maxDeletedRuns } from "../../src/load/load-statements.js";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import { runEtl } from "../../src/run-etl.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { emptyTables } from "./empty-tables.js";
import { fakeClock } from "./fake-clock.js";
import { frozenSource } from "./frozen-source.js";

const dayMs = 24 * 3_600_000;

/** Declares tests of `runLogRetentionMs` over one dialect. */
export function runLogRetentionTests(name: string, getDatabase: () => PlantDatabase): void {
  describe(`${name}: runLogRetentionMs`, () => {
    test("the end of a run deletes the runs of whole UTC days before the retention", async () => {
      const database = getDatabase();
      await emptyTables(database.db);
      const kept = [startOfDay - 2 * dayMs, startOfDay - 1];
      await insertRuns(database, [startOfDay - 2 * dayMs - 1, ...kept]);
      await runOnce(database, 2 * dayMs);
      expect(await startsIn(database)).toEqual([...kept, nowMs].map(iso));
    });

    test("the counts of the deleted runs are added to pruned_run_total", async () => {
      const database = getDatabase();
      await emptyTables(database.db);
      const before = await keptCountsOf(database);
      const counts = [
        { loaded: 2_000_000_000, duplicates: 1, conflicts: 2, not_found: 3 },
        { loaded: 2_000_000_000, on_loan: 4, sensor_fault: 5, rejected: 6, failed: 7 },
        {},
      ];
      for (const [day, each] of counts.entries())
        await database.db
          .insertInto("etl_run")
          .values({
            run_id: `${day}`,
            started_at: iso(startOfDay - (9 - day) * dayMs),
            state: "complete",
            ...each,
          })
          .execute();
      await runOnce(database, 2 * dayMs);
      const added = [4_000_000_000, 1, 2, 3, 4, 5, 6, 7];
      expect(await keptCountsOf(database)).toEqual(before.map((count, index) => count + (added[index] ?? 0)));
      await runOnce(database, 2 * dayMs);
      expect(await keptCountsOf(database)).toEqual(before.map((count, index) => count + (added[index] ?? 0)));
    });

    test("a run deletes some of many old runs; without a retention it deletes none", async () => {
      const database = getDatabase();
      await emptyTables(database.db);
      const old = Array.from({ length: maxDeletedRuns + 1 }, (_, number) => startOfDay - 9 * dayMs + number);
      await insertRuns(database, old);
      await runOnce(database, undefined);
      expect(await startsIn(database)).toHaveLength(old.length + 1);
      await emptyTables(database.db);
      await insertRuns(database, old);
      await runOnce(database, 2 * dayMs);
      expect(await startsIn(database)).toHaveLength(2);
    });
  });
}

const nowMs = fakeClock().now();
const startOfDay = Math.floor(nowMs / dayMs) * dayMs;
const iso = (ms: number) => new Date(ms).toISOString();

async function runOnce(database: PlantDatabase, runLogRetentionMs: number | undefined): Promise<void> {
  await runEtl({
    source: frozenSource("2026-01-28T12:00:00.000", 1),
    transform: lmnhTransform(),
    clock: fakeClock(),
    runId: "now",
    store: sqlPlantStore({ ...database, runLogRetentionMs }),
  });
}

async function insertRuns({ db }: PlantDatabase, starts: readonly number[]): Promise<void> {
  for (let start = 0; start < starts.length; start += 500)
    await db
      .insertInto("etl_run")
      .values(
        starts
          .slice(start, start + 500)
          .map((ms, index) => ({ run_id: `${start + index}`, started_at: iso(ms), state: "complete" })),
      )
      .execute();
}

async function keptCountsOf({ db }: PlantDatabase): Promise<number[]> {
  const row = await db.selectFrom("pruned_run_total").select(keptCounts).executeTakeFirstOrThrow();
  return keptCounts.map((count) => Number(row[count]));
}

async function startsIn({ db }: PlantDatabase): Promise<string[]> {
  const rows = await db.selectFrom("etl_run").select("started_at").orderBy("started_at").execute();
  return rows.map(({ started_at }) => started_at);
}
