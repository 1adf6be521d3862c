import { migrate, type PlantDatabase } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { deleteRuns, pruneRunLog } from "../../src/load/prune-run-log.js";

const dayMs = 24 * 3_600_000;
const nowMs = Date.parse("2026-03-01T12:00:00Z");

async function openWithRuns(startedAt: readonly string[]): Promise<PlantDatabase> {
  const database = await openSqlite("sqlite::memory:");
  onTestFinished(() => database.close());
  await migrate(database);
  for (let start = 0; start < startedAt.length; start += 1000)
    await database.db
      .insertInto("etl_run")
      .values(
        startedAt
          .slice(start, start + 1000)
          .map((started_at, index) => ({ run_id: `${start + index}`, started_at, state: "complete" })),
      )
      .execute();
  return database;
}

const startsIn = async ({ db }: PlantDatabase) =>
  (await db.selectFrom("etl_run").select("started_at").orderBy("started_at").execute()).map(
    ({ started_at }) => started_at,
  );

test("pruneRunLog deletes the runs of whole UTC days before the retention", async () => {
  const kept = ["2026-02-27T00:00:00.000Z", "2026-03-01T11:59:00.000Z"];
  const database = await openWithRuns(["2026-02-26T23:59:59.999Z", ...kept]);
  expect(await pruneRunLog({ ...database, retentionMs: 2 * dayMs, nowMs })).toBe(1);
  expect(await startsIn(database)).toEqual(kept);
  expect(await pruneRunLog({ ...database, retentionMs: 2 * dayMs, nowMs })).toBe(0);
});

test("pruneRunLog deletes at most 10,000 runs a call, the oldest first, and stops at its signal", async () => {
  const starts = Array.from({ length: 10_400 }, (_, number) =>
    new Date(nowMs - 10 * dayMs + number * 1_000).toISOString(),
  );
  const database = await openWithRuns(starts.toReversed());
  const options = { ...database, retentionMs: 2 * dayMs, nowMs };
  expect(await pruneRunLog({ ...options, signal: AbortSignal.abort() })).toBe(0);
  expect(await pruneRunLog(options)).toBe(10_000);
  expect(await startsIn(database)).toEqual(starts.slice(10_000));
  expect(await pruneRunLog(options)).toBe(400);
});

test("deleteRuns on SQL Server skips the rows that another call deletes", () => {
  expect(deleteRuns.mssql("2026-02-26T00:00:00.000Z", "my]schema")).toMatchInlineSnapshot(`
    {
      "parameters": [
        "2026-02-26T00:00:00.000Z",
      ],
      "sql": "
    DELETE TOP (500) FROM [my]]schema].[etl_run] WITH (READPAST)
    WHERE started_at < CONVERT(DATETIME2(3), @1, 127)",
    }
  `);
});
