import { type databaseSettings, resolveDatabase } from "@lmnh/plant-runtime";
import { type DatabaseAccess, openMigratedDatabase } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Task } from "../command.js";
import { reportMigrations } from "../output/report-migrations.js";

type DatabaseTask = Pick<Task<typeof databaseSettings>, "values" | "resolved" | "output">;

/** Opens the database of a command. */
export async function openDatabase(
  { values, resolved, output }: DatabaseTask,
  access: DatabaseAccess,
): Promise<PlantDatabase> {
  return await openMigratedDatabase(
    resolveDatabase(values, resolved),
    access,
    (report) => reportMigrations(report, output),
    { onRisk: (risk) => output.warn(risk) },
  );
}

/** Opens the database of a command, and closes it after the work. */
export async function withDatabase<Result>(
  task: DatabaseTask,
  access: DatabaseAccess,
  work: (database: PlantDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(task, access);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
