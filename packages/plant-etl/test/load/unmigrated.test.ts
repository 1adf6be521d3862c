import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, test } from "vitest";
import { buildBatch, lmnhTransform } from "../../src/index.js";

test("each call of the sqlPlantStore of a database that has not been migrated is SCHEMA_MISSING", async () => {
  const database = await openSqlite("sqlite::memory:");
  const run = { runId: "8f8c7f3a-0d6e-4a53-9d5a-0a3c5f1f6a11", startedAt: "2026-01-01T00:00:00.000Z" };
  try {
    const store = sqlPlantStore(database);
    const missing = { code: "SCHEMA_MISSING", recovery: "abort" };
    await expect(store.beginRun(run)).rejects.toMatchObject(missing);
    await expect(
      store.failRun(run, { failedAt: run.startedAt, reason: "x", exitCode: null }),
    ).rejects.toMatchObject(missing);
    const response = {
      plantId: 1,
      receivedAt: run.startedAt,
      attempts: 1,
      outcome: { kind: "received", status: 200, body: "{}", cut: false },
    } as const;
    await expect(store.load(buildBatch([response], lmnhTransform()).batch, run)).rejects.toMatchObject(
      missing,
    );
  } finally {
    await database.close();
  }
});
