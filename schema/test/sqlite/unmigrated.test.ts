import { loadReferenceData, readReferenceData } from "@lmnh/plant-schema";
import { museumSeed } from "@lmnh/plant-schema/seed";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, test } from "vitest";

test("a database that has not been migrated is SCHEMA_MISSING from loadReferenceData, readReferenceData and db", async () => {
  const database = await openSqlite("sqlite::memory:");
  try {
    const missing = {
      code: "SCHEMA_MISSING",
      recovery: "abort",
      message: expect.stringContaining("no such table"),
    };
    await expect(loadReferenceData(database, museumSeed())).rejects.toMatchObject(missing);
    await expect(readReferenceData(database.db)).rejects.toMatchObject(missing);
    await expect(database.db.selectFrom("plant").selectAll().execute()).rejects.toMatchObject(missing);
  } finally {
    await database.close();
  }
});
