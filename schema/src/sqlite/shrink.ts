import { CompiledQuery, type Kysely } from "kysely";
import type { ShrinkReport } from "../shrink-report.js";
import type { PlantTables } from "../tables.js";

type Connection = Kysely<PlantTables>;

/** 1 MiB with SQLite's page size of 4 KiB. */
const pagesPerStep = 256;

export async function shrinkSqlite(db: Connection, signal: AbortSignal | undefined): Promise<ShrinkReport> {
  const before = await readSize(db);
  let size = before;
  while (!signal?.aborted) {
    const excess = 2 * size.freePages - size.pages;
    if (excess <= 0) break;
    await run(db, `PRAGMA incremental_vacuum(${Math.min(excess, pagesPerStep)})`);
    const { pages } = size;
    size = await readSize(db);
    // A file without incremental vacuum stays as it is.
    if (size.pages >= pages) break;
  }
  if (size.pages < before.pages) await truncateLog(db);
  return { bytesBefore: before.bytes, bytesAfter: size.bytes };
}

export async function vacuumSqlite(db: Connection): Promise<ShrinkReport> {
  const before = await readSize(db);
  // Has an effect with the next VACUUM.
  await run(db, "PRAGMA auto_vacuum = INCREMENTAL");
  await run(db, "VACUUM");
  await truncateLog(db);
  return { bytesBefore: before.bytes, bytesAfter: (await readSize(db)).bytes };
}

interface Size {
  readonly pages: number;
  readonly freePages: number;
  readonly bytes: number;
}

async function readSize(db: Connection): Promise<Size> {
  const number = async (name: string) => {
    const [row] = await run(db, `PRAGMA ${name}`);
    return Number(Object.values(row ?? {})[0]);
  };
  const pages = await number("page_count");
  return { pages, freePages: await number("freelist_count"), bytes: pages * (await number("page_size")) };
}

/** The file itself shrinks with the checkpoint. While a reader needs the log, the next checkpoint does it. */
async function truncateLog(db: Connection): Promise<void> {
  await run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

async function run(db: Connection, sql: string): Promise<Record<string, unknown>[]> {
  return (await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(sql))).rows;
}
