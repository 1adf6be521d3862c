import { CompiledQuery, type Kysely } from "kysely";
import type { PlantTables } from "../tables.js";
import { quoteSchema } from "./quote-identifier.js";

/** Every login sees the database that it is connected to in `sys.databases`. */
const locksReaders = `
SELECT name FROM sys.databases WHERE database_id = DB_ID() AND is_read_committed_snapshot_on = 0`;

export async function adviseOnMssqlSettings(db: Kysely<PlantTables>): Promise<string[]> {
  const { rows } = await db.executeQuery<{ readonly name: string }>(CompiledQuery.raw(locksReaders));
  return rows.map(({ name }) => {
    const database = quoteSchema(name);
    return `READ_COMMITTED_SNAPSHOT is off in ${database}: dashboards wait for every load, and while the archive prunes a file. An administrator turns it on: ALTER DATABASE ${database} SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE`;
  });
}
