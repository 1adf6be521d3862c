import { CompiledQuery, type Kysely } from "kysely";
import { PlantSchemaError } from "../errors.js";
import type { PlantTables } from "../tables.js";
import { damaged } from "./errors.js";

export async function checkSqliteContent(db: Kysely<PlantTables>): Promise<void> {
  const query = async <Row>(sql: string) => (await db.executeQuery<Row>(CompiledQuery.raw(sql))).rows;
  const [result] = await query<{ quick_check: string }>("PRAGMA quick_check(1)");
  if (result?.quick_check === "ok") return;
  const [main] = await query<{ file: string }>("PRAGMA database_list");
  const finding = (result?.quick_check ?? "no result").replace(/\s+/g, " ");
  throw new PlantSchemaError(...damaged(main?.file ?? "", `quick_check: ${finding}`));
}
