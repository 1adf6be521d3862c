import type { PlantDatabase } from "./database.js";
import { dialects } from "./dialects.js";
import type { ShrinkReport } from "./shrink-report.js";

/**
 * Returns unused space of a SQLite file to the disk, until the file is at most twice what it holds: the space of one day's
 * readings is used again the next day. Works in steps of 1 MiB, each in a transaction of its own, so that a load waits for
 * milliseconds. Does nothing for a file that was created without incremental vacuum, nor on SQL Server.
 *
 * @param options.signal ends it after the current step
 * @throws PlantSchemaError `DATABASE_BUSY`, and the errors of the file
 */
export async function shrinkDatabase(
  database: Pick<PlantDatabase, "db" | "dialect">,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ShrinkReport> {
  return await dialects[database.dialect].shrink(database.db, options.signal);
}

/**
 * Rewrites a SQLite file without unused space, after which `shrinkDatabase` has an effect on it. Other programs cannot write
 * meanwhile, and the disk needs room for twice the file. Does nothing on SQL Server.
 *
 * @throws PlantSchemaError `DATABASE_BUSY`, `DATABASE_FULL`, and the errors of the file
 */
export async function vacuumDatabase(database: Pick<PlantDatabase, "db" | "dialect">): Promise<ShrinkReport> {
  return await dialects[database.dialect].vacuum(database.db);
}
