import type { Kysely } from "kysely";
import type { PlantTables } from "../tables.js";
import type { QuarantinedCount } from "./migration-report.js";

/** The highest id in `quarantined_row`, 0 if it is empty. */
export async function highestQuarantinedId(db: Kysely<PlantTables>): Promise<number> {
  const row = await db
    .selectFrom("quarantined_row")
    .select((expression) => expression.fn.max("quarantined_row_id").as("highest"))
    .executeTakeFirst();
  return Number(row?.highest ?? 0);
}

/** The number of rows with a higher id, by table and reason. */
export async function countQuarantined(db: Kysely<PlantTables>, after: number): Promise<QuarantinedCount[]> {
  const rows = await db
    .selectFrom("quarantined_row")
    .select(["table_name", "reason", (expression) => expression.fn.countAll().as("rows")])
    .where("quarantined_row_id", ">", after)
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
