import type { PlantDatabase } from "../database.js";
import { dialects } from "../dialects.js";
import { executeBatch } from "../transaction/execute-batch.js";
import type { Statement } from "../transaction/statement.js";
import type { ReferenceData } from "./reference-data.js";
import { toReferenceRows } from "./reference-rows.js";

/** The statements that write reference data, to be run in order in one transaction. */
export function referenceStatements(
  { dialect, schema }: Pick<PlantDatabase, "dialect" | "schema">,
  data: ReferenceData,
): Statement[] {
  return dialects[dialect].referenceStatements(toReferenceRows(data), schema);
}

/**
 * Writes reference data in one transaction: inserts missing rows, updates older ones, and changes no other row.
 *
 * @throws the error of the database; the transaction is rolled back then
 *
 * @example
 * ```ts
 * const { data, issues } = parseSeed(files);
 * if (issues.length > 0) throw new Error(issues.map(describeSeedIssue).join("\n"));
 * await loadReferenceData(database, data);
 * ```
 */
export async function loadReferenceData(database: PlantDatabase, data: ReferenceData): Promise<void> {
  await executeBatch(database, referenceStatements(database, data));
}
