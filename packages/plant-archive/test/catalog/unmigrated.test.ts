import { sqlArchiveCatalog } from "@lmnh/plant-archive";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, test } from "vitest";

test("each question to the sqlArchiveCatalog of a database that has not been migrated is SCHEMA_MISSING", async () => {
  const database = await openSqlite("sqlite::memory:");
  try {
    const catalog = sqlArchiveCatalog(database);
    const day = "2026-01-01";
    for (const question of [
      () => catalog.unarchived(0),
      () => catalog.files(),
      () => catalog.archiveId(),
      () => catalog.saveArchiveId("a", { replacing: false }),
      () => catalog.verifiedAt(),
      () => catalog.days(0),
      () => catalog.markSummarized(day, 1),
      () => catalog.referenceData(),
    ])
      await expect(question(), String(question)).rejects.toMatchObject({ code: "SCHEMA_MISSING" });
  } finally {
    await database.close();
  }
});
