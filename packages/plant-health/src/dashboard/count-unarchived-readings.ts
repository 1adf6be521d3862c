import { type HealthDatabase, reading } from "../store/health-database.js";

/** How many readings of the database are in no file of the archive. */
export async function countUnarchivedReadings(database: HealthDatabase): Promise<number> {
  const { readings, archived } = await reading(database, async (db) => ({
    ...(await db
      .selectFrom("plant_reading")
      .select(({ fn }) => fn.countAll().as("readings"))
      .executeTakeFirstOrThrow()),
    ...(await db
      .selectFrom("archive_file")
      .select(({ fn }) => fn.sum<number | null>("row_count").as("archived"))
      .where("state", "in", ["claimed", "verified"])
      .executeTakeFirstOrThrow()),
  }));
  return Math.max(0, Number(readings) - Number(archived ?? 0));
}
