import type { Statement } from "@lmnh/plant-schema";
import type { ArchivedReading } from "../model/archived-reading.js";
import type { Page } from "./statements.js";

/** Readings in memory at a time: a few megabytes. */
export const pageRows = 10_000;

/**
 * Reads page by page, each after the last reading of the previous one. No cursor is open between pages, and inserts
 * meanwhile neither repeat nor skip a reading.
 */
export async function* readPages(
  execute: (statement: Statement) => Promise<readonly ArchivedReading[]>,
  statement: (page: Page) => Statement,
): AsyncIterable<readonly ArchivedReading[]> {
  let after: Page["after"] = beforeAll;
  for (;;) {
    const readings = await execute(statement({ after, limit: pageRows }));
    const last = readings.at(-1);
    if (last === undefined) return;
    yield readings;
    if (readings.length < pageRows) return;
    after = last;
  }
}

/** Before every reading: the lowest INT, and SQL Server's first instant. */
const beforeAll = { plantId: -2_147_483_648, recordingTaken: Date.parse("0001-01-01T00:00:00.000Z") };

/** Items in chunks of the size that one statement takes. */
export function* chunksOf<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += pageRows) yield items.slice(start, start + pageRows);
}
