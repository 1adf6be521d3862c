import type { DayProfile } from "../model/day-profile.js";
import type { HabitStore } from "../ports.js";
import { chunk } from "./chunk.js";
import { type HealthDatabase, reading, writing } from "./health-database.js";

/** The usual days of each plant, in SQLite or SQL Server. */
export function sqlHabitStore(database: HealthDatabase): HabitStore {
  return {
    async profiles(sinceDay) {
      const rows = await reading(database, (db) =>
        db
          .selectFrom("plant_day_profile")
          .select("profile")
          .where("profile_date", ">=", sinceDay)
          .orderBy("plant_id")
          .orderBy("profile_date")
          .execute(),
      );
      return rows.map(({ profile }) => JSON.parse(profile) as DayProfile);
    },

    async saveProfiles(profiles, keepFromDay) {
      await writing(database, async (db) => {
        await db.deleteFrom("plant_day_profile").where("profile_date", "<", keepFromDay).execute();
        for (const group of chunk(profiles, profilesPerStatement)) {
          for (const [day, ids] of plantsByDay(group))
            await db
              .deleteFrom("plant_day_profile")
              .where("profile_date", "=", day)
              .where("plant_id", "in", ids)
              .execute();
          await db
            .insertInto("plant_day_profile")
            .values(
              group.map((profile) => ({
                plant_id: profile.plantId,
                profile_date: profile.day,
                profile: JSON.stringify(profile),
              })),
            )
            .execute();
        }
      });
    },
  };
}

const profilesPerStatement = 200;

function plantsByDay(profiles: readonly DayProfile[]): Map<string, number[]> {
  const days = new Map<string, number[]>();
  for (const { day, plantId } of profiles) {
    const ids = days.get(day);
    if (ids === undefined) days.set(day, [plantId]);
    else ids.push(plantId);
  }
  return days;
}
