import type { Kysely } from "kysely";
import type { SetAsideCount } from "./migration-report.js";
import type { PlantDatabase } from "./tables.js";

/** The highest number in `set_aside_row`, 0 when it is empty. */
export async function highestSetAside(db: Kysely<PlantDatabase>): Promise<number> {
  const row = await db
    .selectFrom("set_aside_row")
    .select((expression) => expression.fn.max("set_aside_row_id").as("highest"))
    .executeTakeFirst();
  return Number(row?.highest ?? 0);
}

/** What was set aside after the row of that number, by table and reason. */
export async function countSetAside(db: Kysely<PlantDatabase>, after: number): Promise<SetAsideCount[]> {
  const rows = await db
    .selectFrom("set_aside_row")
    .select(["table_name", "reason", (expression) => expression.fn.countAll().as("rows")])
    .where("set_aside_row_id", ">", after)
    .groupBy(["table_name", "reason"])
    .orderBy("table_name")
    .orderBy("reason")
    .execute();
  return rows.map(({ table_name, reason, rows: count }) => ({
    table: table_name,
    reason,
    rows: Number(count),
  }));
}
