import type { MigrationReport } from "@lmnh/plant-schema";
import type { Output } from "./output.js";
import { pluralize } from "./pluralize.js";

/** Writes which migrations were applied, and which rows they moved to quarantine. */
export function reportMigrations({ applied, quarantined }: MigrationReport, output: Output): void {
  if (applied.length > 0) output.note(`migrated: ${applied.join(", ")}`);
  for (const { table, rows, reason } of quarantined)
    output.warn(`moved ${pluralize(rows, "row")} of ${table} to quarantined_row (${reason})`);
}
