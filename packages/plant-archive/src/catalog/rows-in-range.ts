import type { Statement } from "@lmnh/plant-schema/internal/sql";
import type { IdRange } from "../model/archive-file.js";
import { type ArchivedTable, idOf } from "../model/archived-table.js";
import type { Pagination } from "./keyset-pagination.js";
import type { IdPage } from "./statements.js";

/** The rows of a range, by id. */
export function rowsInRange(
  table: ArchivedTable,
  { after }: IdRange,
  statement: (page: IdPage) => Statement,
): Pagination<object, number> {
  return { order: [table.id], start: after, positionOf: (last) => idOf(table, last), statement };
}
