import { isConstraintViolation, type PlantTables } from "@lmnh/plant-schema";
import { executeStatement, inWriteTransaction } from "@lmnh/plant-schema/internal/sql";
import type { Transaction } from "kysely";
import { type ArchiveFile, type IdRange, isInFile, type Manifest } from "../model/archive-file.js";
import { type ArchivedTable, idOf, rowsOf } from "../model/archived-table.js";
import { startDigest } from "../model/page-digest.js";
import type { TablePage } from "../model/table-page.js";
import type { RestoredRows } from "../ports.js";
import { partsOf } from "./keyset-pagination.js";
import { findDuplicates, resolveDuplicates } from "./resolve-duplicates.js";
import {
  digestMismatch,
  inOtherFile,
  insertedMeanwhile,
  isCopy,
  rejectedByDatabase,
  wasQuarantined,
} from "./restore-errors.js";
import { type FileRow, toFile } from "./row-mapping.js";
import type { TableStatements } from "./statements.js";
import { type CatalogDatabase, findFile } from "./transactions.js";

type Ids = "own" | "new";

/** A higher id would leave few ids for the rows of this database, of at most 2^53 − 1. */
const maxOwnId = 2 ** 52;

/** Thrown to roll back: the rows cannot have their own ids. */
const idsTaken = new Error("the ids of the rows are taken");

/** Inserts what the rows refer to. */
export type PrepareRows = (transaction: Transaction<PlantTables>, rows: readonly object[]) => Promise<void>;

/** @param startAttempt called at the start of each transaction; of several, the last one is committed */
export async function restoreFile(
  database: CatalogDatabase,
  table: ArchivedTable,
  statements: TableStatements,
  manifest: Manifest,
  rows: () => AsyncIterable<TablePage<object>>,
  startAttempt: () => PrepareRows,
): Promise<RestoredRows> {
  const restoreWith = (ids: Ids) =>
    inWriteTransaction(database, (transaction) =>
      restoreInTransaction(
        { transaction, table, statements, manifest, ids, prepare: startAttempt() },
        rows(),
      ),
    );
  try {
    return await restoreWith("own").catch((error: unknown) => {
      if (error !== idsTaken) throw error;
      return restoreWith("new");
    });
  } catch (error) {
    throw isConstraintViolation(error) ? rejectedByDatabase(manifest.key, table, error) : error;
  }
}

interface Restoration {
  readonly transaction: Transaction<PlantTables>;
  readonly table: ArchivedTable;
  readonly statements: TableStatements;
  readonly manifest: Manifest;
  readonly ids: Ids;
  readonly prepare: PrepareRows;
}

async function restoreInTransaction(
  restoration: Restoration,
  pages: AsyncIterable<TablePage<object>>,
): Promise<RestoredRows> {
  const { transaction, table, statements, manifest } = restoration;
  const known = await requireRestorable(restoration);
  if (known === "present") return { restored: 0, present: manifest.rows };
  const { rows: files } = await executeStatement<FileRow>(
    transaction,
    statements.files({ states: ["claimed", "verified"], partition: manifest.partition }),
  );
  const covering = files.map(toFile);
  const [last] = (await executeStatement<{ id: number | string }>(transaction, statements.lastId())).rows;
  const ids = { first: Number.POSITIVE_INFINITY, last: 0 };
  const digest = startDigest(table);
  for await (const page of pages)
    for (const part of partsOf(page)) {
      digest.add(part);
      const rows = [...part];
      for (const row of rows) {
        ids.first = Math.min(ids.first, idOf(table, row));
        ids.last = Math.max(ids.last, idOf(table, row));
      }
      await restoration.prepare(transaction, rows);
      await insertRows(restoration, covering, rows);
    }
  const sum = digest.sum();
  if (sum.rows !== manifest.rows || sum.digest !== manifest.digest) throw digestMismatch(manifest.key, table);
  const range =
    restoration.ids === "own"
      ? { after: ids.first - 1, through: ids.last }
      : { after: Number(last?.id ?? 0), through: Number.MAX_SAFE_INTEGER };
  const stored = await coveredRange(restoration, covering, range);
  const statement =
    known === null
      ? statements.insertRestored(manifest, stored)
      : statements.markRestored(known.fileId, stored);
  await executeStatement(transaction, statement);
  return { restored: sum.rows, present: 0 };
}

/** The range of the inserted rows, which has no other rows of the hour and overlaps with that of no other file. */
async function coveredRange(
  { transaction, table, statements, manifest: { key, partition, rows }, ids }: Restoration,
  covering: readonly ArchiveFile[],
  range: IdRange,
): Promise<IdRange> {
  const [found] = (
    await executeStatement<{ row_count: number; first_id: number | string; last_id: number | string }>(
      transaction,
      statements.idsInRange({ partition, range }),
    )
  ).rows;
  const stored = { after: Number(found?.first_id) - 1, through: Number(found?.last_id) };
  const overlaps = covering.some(
    (file) => file.range.after < stored.through && stored.after < file.range.through,
  );
  if (found?.row_count === rows && !overlaps) return stored;
  throw ids === "own" ? idsTaken : insertedMeanwhile(key, table);
}

/** The file in the catalog, or `null`; `present` if its rows are in the database. Throws if it cannot be restored. */
async function requireRestorable({
  transaction,
  table,
  statements,
  manifest: { key, partition, rows, digest },
}: Restoration): Promise<ArchiveFile | "present" | null> {
  const known = await findFile(transaction, statements.lockFile({ key }));
  if (known?.state === "claimed" || known?.state === "verified") return "present";
  if (known?.state === "quarantined") throw wasQuarantined(key, table);
  if (known !== null && (known.rows !== rows || known.digest !== digest)) throw digestMismatch(key, table);
  if (known === null) {
    const files = statements.files({ states: ["verified", "pruned"], partition });
    const { rows: ofHour } = await executeStatement<FileRow>(transaction, files);
    const original = ofHour.map(toFile).find((file) => file.rows === rows && file.digest === digest);
    if (original !== undefined) throw isCopy(key, original.key, table);
  }
  return known;
}

async function insertRows(
  { transaction, table, statements, manifest, ids }: Restoration,
  covering: ArchiveFile[],
  rows: readonly object[],
): Promise<void> {
  const duplicates = await findDuplicates(transaction, table, statements, rows);
  for (const { stored } of duplicates) {
    const other = covering.find((file) => isInFile(table, stored, file));
    if (other?.state === "verified") throw inOtherFile(manifest.key, table, stored);
    // Nobody has verified its object, and this file has the row.
    if (other?.state === "claimed")
      await quarantineClaimed(other, covering, { transaction, table, statements, manifest });
  }
  await resolveDuplicates(transaction, table, statements, duplicates);
  if (ids === "own") {
    // Before it is inserted: SQL Server does not roll its identity back.
    if (rows.some((row) => idOf(table, row) > maxOwnId)) throw idsTaken;
    const used = statements.usedIds(rows.map((row) => idOf(table, row)));
    if ((await executeStatement(transaction, used)).rows.length > 0) throw idsTaken;
  }
  for (const statement of statements.insertRows(rows, ids)) await executeStatement(transaction, statement);
}

/** Its rows are unarchived then. */
async function quarantineClaimed(
  file: ArchiveFile,
  covering: ArchiveFile[],
  { transaction, table, statements, manifest }: Omit<Restoration, "ids" | "prepare">,
): Promise<void> {
  const reason = `${manifest.key}, which was restored, has ${rowsOf(table)} of it`;
  await executeStatement(transaction, statements.markQuarantined(file.fileId, reason));
  covering.splice(covering.indexOf(file), 1);
}
