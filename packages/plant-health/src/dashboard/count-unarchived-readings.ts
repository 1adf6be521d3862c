import { type HealthDatabase, reading } from "../store/health-database.js";

/** A database that was never archived has any number of readings; more are not counted. */
export const maxUnarchivedReadings = 1_000_000;

/** How many readings are in no file of the archive, at most `maxUnarchivedReadings`. */
export async function countUnarchivedReadings(database: HealthDatabase): Promise<number> {
  const { count } = await reading(database, (db) =>
    db
      .selectFrom((from) =>
        from
          .selectFrom("plant_reading")
          .select("plant_reading_id")
          .where("archive_file_id", "is", null)
          .$call((query) =>
            database.dialect === "mssql"
              ? query.top(maxUnarchivedReadings)
              : query.limit(maxUnarchivedReadings),
          )
          .as("unarchived"),
      )
      .select(({ fn }) => fn.countAll().as("count"))
      .executeTakeFirstOrThrow(),
  );
  return Number(count);
}
