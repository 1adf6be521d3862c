import type { Statement } from "@lmnh/plant-schema";
import { type ArchivedTable, idOf } from "../model/archived-table.js";
import type { Pagination } from "./keyset-pagination.js";
import type { IdPage } from "./statements.js";

/** The rows of a range, by id. */
export function rowsInRange(
  table: ArchivedTable,
  statement: (page: IdPage) => Statement,
): Pagination<object, number> {
  return { order: [table.id], start: 0, positionOf: (last) => idOf(table, last), statement };
}
