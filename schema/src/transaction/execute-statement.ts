import { CompiledQuery, type Kysely, type QueryResult } from "kysely";
import type { PlantTables } from "../tables.js";
import type { Statement } from "./statement.js";

export async function executeStatement<Row>(
  db: Kysely<PlantTables>,
  { sql, parameters }: Statement,
): Promise<QueryResult<Row>> {
  return await db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
}
