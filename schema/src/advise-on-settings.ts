import type { PlantDatabase } from "./database.js";
import { dialects } from "./dialects.js";

/**
 * Settings of the database with which the pipeline works, but not well: each as a line with the reason and the statement
 * that changes it. None for SQLite.
 */
export async function adviseOnSettings({
  db,
  dialect,
}: Pick<PlantDatabase, "db" | "dialect">): Promise<string[]> {
  return await dialects[dialect].adviseOnSettings(db);
}
