import type { Kysely, Transaction } from "kysely";
import type { PlantTables } from "../tables.js";

/**
 * Runs work in one transaction and throws its first error: some errors end the transaction on the server, and then the
 * rollback fails with an error of its own.
 */
export async function inTransaction<Result>(
  db: Kysely<PlantTables>,
  work: (transaction: Transaction<PlantTables>) => Promise<Result>,
): Promise<Result> {
  let first: { readonly error: unknown } | undefined;
  try {
    return await db.transaction().execute(async (transaction) => {
      try {
        return await work(transaction);
      } catch (error) {
        first = { error };
        throw error;
      }
    });
  } catch (error) {
    throw first === undefined ? error : first.error;
  }
}
