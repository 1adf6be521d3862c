import { type databaseSettings, resolveDatabase } from "@lmnh/plant-runtime";
import { type DatabaseAccess, openMigratedDatabase } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Task } from "../command.js";
import { reportMigrations } from "../output/report-migrations.js";

/** Opens the database for a command, and closes it after it. */
export async function withDatabase<Result>(
  { values, resolved, output }: Task<typeof databaseSettings>,
  access: DatabaseAccess,
  work: (database: PlantDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openMigratedDatabase(
    resolveDatabase(values, resolved),
    access,
    (report) => reportMigrations(report, output),
    { onRisk: (risk) => output.warn(risk) },
  );
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
