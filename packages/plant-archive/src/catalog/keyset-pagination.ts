import type { Statement } from "@lmnh/plant-schema";
import type { ReadingPage } from "../model/reading-table.js";
import type { Page } from "./statements.js";

/** Readings in memory at a time: a few megabytes. */
export const pageRows = 10_000;

/**
 * Reads page by page, each after the last reading of the previous one. No cursor is open between pages, and inserts
 * meanwhile neither repeat nor skip a reading. The next page is read while the consumer works on this one.
 */
export async function* readPages(
  execute: (statement: Statement) => Promise<ReadingPage>,
  statement: (page: Page) => Statement,
): AsyncGenerator<ReadingPage, void, void> {
  const readAfter = (after: Page["after"]) => {
    const read = execute(statement({ after, limit: pageRows }));
    // It is thrown where it is awaited.
    read.catch(() => undefined);
    return read;
  };
  let next: Promise<ReadingPage> | undefined = readAfter(beforeAll);
  try {
    while (next !== undefined) {
      const page: ReadingPage = await next;
      next = page.length < pageRows ? undefined : readAfter(page.at(page.length - 1));
      if (page.length > 0) yield page;
    }
  } finally {
    // The consumer has left; its transaction must not end before the statement.
    await next?.catch(() => undefined);
  }
}

/** Before every reading: the lowest INT, and SQL Server's first instant. */
const beforeAll = { plantId: -2_147_483_648, recordingTaken: Date.parse("0001-01-01T00:00:00.000Z") };

/** A page in parts of the size that one statement takes. */
export function* partsOf(page: ReadingPage): Iterable<ReadingPage> {
  for (let start = 0; start < page.length; start += pageRows) yield page.slice(start, start + pageRows);
}
