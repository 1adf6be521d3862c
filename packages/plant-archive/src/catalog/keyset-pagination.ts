import type { Statement } from "@lmnh/plant-schema/internal/sql";
import type { TablePage } from "../model/table-page.js";

/** Rows in memory at a time: a few megabytes. */
export const pageRows = 10_000;

/** How rows are read page by page, each after the last row of the previous one. */
export interface Pagination<Row, Position> {
  /** The fields, numbers, in whose order the statement returns the rows. */
  readonly order: readonly string[];
  /** Before all rows. */
  readonly start: Position;
  positionOf(last: Row): Position;
  statement(page: { readonly after: Position; readonly limit: number }): Statement;
}

/**
 * Reads page by page. No cursor is open between pages, and inserts meanwhile neither repeat nor skip a row. The next page is
 * read while the consumer works on this one.
 */
export async function* readPages<Row, Position>(
  execute: (statement: Statement, order: readonly string[]) => Promise<TablePage<Row>>,
  { order, start, positionOf, statement }: Pagination<Row, Position>,
): AsyncGenerator<TablePage<Row>, void, void> {
  const readAfter = (after: Position) => {
    const read = execute(statement({ after, limit: pageRows }), order);
    // It is thrown where it is awaited.
    read.catch(() => undefined);
    return read;
  };
  let next: Promise<TablePage<Row>> | undefined = readAfter(start);
  try {
    while (next !== undefined) {
      const page: TablePage<Row> = await next;
      next = page.length < pageRows ? undefined : readAfter(positionOf(page.at(page.length - 1)));
      if (page.length > 0) yield page;
    }
  } finally {
    // The consumer has left; its transaction must not end before the statement.
    await next?.catch(() => undefined);
  }
}

/** A page in parts of the size that one statement takes. */
export function* partsOf<Row>(page: TablePage<Row>): Iterable<TablePage<Row>> {
  for (let start = 0; start < page.length; start += pageRows) yield page.slice(start, start + pageRows);
}
