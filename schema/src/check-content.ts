import type { PlantDatabase } from "./database.js";
import { dialects } from "./dialects.js";

/**
 * Runs SQLite's `quick_check`, which reads the whole file and verifies the structure of every page. Does nothing on SQL
 * Server, where it is the administrator's task (DBCC CHECKDB).
 *
 * @throws PlantSchemaError `DATABASE_DAMAGED`, `DISK_FAILED`
 */
export async function checkContent({ db, dialect }: Pick<PlantDatabase, "db" | "dialect">): Promise<void> {
  await dialects[dialect].checkContent(db);
}
