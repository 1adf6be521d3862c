import { CompiledQuery } from "kysely";
import type { PlantDatabase } from "./database.js";
import { PlantSchemaError } from "./errors.js";
import { damaged } from "./sqlite/errors.js";

/**
 * Runs SQLite's `quick_check`, which reads the whole file and verifies the structure of every page. Does nothing on SQL
 * Server, whose administrators check it themselves (DBCC CHECKDB).
 *
 * @throws PlantSchemaError `DATABASE_DAMAGED`, `DISK_FAILED`
 */
export async function checkContent({ db, dialect }: Pick<PlantDatabase, "db" | "dialect">): Promise<void> {
  if (dialect !== "sqlite") return;
  const query = async <Row>(sql: string) => (await db.executeQuery<Row>(CompiledQuery.raw(sql))).rows;
  const [result] = await query<{ quick_check: string }>("PRAGMA quick_check(1)");
  if (result?.quick_check === "ok") return;
  const [main] = await query<{ file: string }>("PRAGMA database_list");
  const finding = (result?.quick_check ?? "no result").replace(/\s+/g, " ");
  throw new PlantSchemaError(...damaged(main?.file ?? "", `quick_check: ${finding}`));
}
