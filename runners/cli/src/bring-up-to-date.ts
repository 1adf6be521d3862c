import { migrate, type OpenedDatabase } from "@lmnh/plant-schema";
import { counted } from "./output/counted.js";
import type { Output } from "./output/output.js";

/** Migrates where something is pending, and says what was done. */
export async function bringUpToDate(database: OpenedDatabase, output: Output): Promise<void> {
  const { applied, setAside } = await migrate(database);
  if (applied.length > 0) output.note(`migrated: ${applied.join(", ")}`);
  for (const { table, rows, reason } of setAside)
    output.warn(`set aside ${counted(rows, "row")} of ${table} (${reason}), kept in set_aside_row`);
}
