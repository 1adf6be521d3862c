import {
  executeStatement,
  inWriteTransaction,
  isConstraintViolation,
  type PlantTables,
  referenceStatements,
} from "@lmnh/plant-schema";
import type { Transaction } from "kysely";
import { type ArchiveFile, type IdRange, isInFile, type Manifest } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { startDigest } from "../model/page-digest.js";
import { type ReadingPage, readingTable } from "../model/reading-table.js";
import type { RestoredReadings } from "../ports.js";
import { barePlants } from "./bare-plants.js";
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
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile } from "./transactions.js";

type Ids = "own" | "new";

/** A higher id would leave few ids for the readings of this database, of at most 2^53 − 1. */
const maxOwnId = 2 ** 52;

/** Thrown to roll back: the readings cannot have their own ids. */
const idsTaken = new Error("the ids of the readings are taken");

export async function restoreFile(
  database: CatalogDatabase,
  statements: CatalogStatements,
  manifest: Manifest,
  readings: () => AsyncIterable<ReadingPage>,
): Promise<RestoredReadings> {
  const restoreWith = (ids: Ids) =>
    inWriteTransaction(database, (transaction) =>
      restoreInTransaction({ transaction, database, statements, manifest, ids }, readings()),
    );
  try {
    return await restoreWith("own").catch((error: unknown) => {
      if (error !== idsTaken) throw error;
      return restoreWith("new");
    });
  } catch (error) {
    throw isConstraintViolation(error) ? rejectedByDatabase(manifest.key, error) : error;
  }
}

interface Restoration {
  readonly transaction: Transaction<PlantTables>;
  readonly database: CatalogDatabase;
  readonly statements: CatalogStatements;
  readonly manifest: Manifest;
  readonly ids: Ids;
}

async function restoreInTransaction(
  restoration: Restoration,
  readings: AsyncIterable<ReadingPage>,
): Promise<RestoredReadings> {
  const { transaction, statements, manifest } = restoration;
  const known = await requireRestorable(restoration);
  if (known === "present") return { restored: 0, present: manifest.rows, barePlants: 0 };
  const { rows: files } = await executeStatement<FileRow>(
    transaction,
    statements.files({ states: ["claimed", "verified"], partition: manifest.partition }),
  );
  const covering = files.map(toFile);
  const [last] = (await executeStatement<{ id: number | string }>(transaction, statements.lastId())).rows;
  const ids = { first: Number.POSITIVE_INFINITY, last: 0 };
  const digest = startDigest(readingTable);
  let insertedPlants = 0;
  for await (const page of readings)
    for (const part of partsOf(page)) {
      digest.add(part);
      const chunk = [...part];
      for (const reading of chunk) {
        ids.first = Math.min(ids.first, reading.readingId);
        ids.last = Math.max(ids.last, reading.readingId);
      }
      insertedPlants += await insertBarePlants(restoration, chunk);
      await insertReadings(restoration, covering, chunk);
    }
  const sum = digest.sum();
  if (sum.rows !== manifest.rows || sum.digest !== manifest.digest) throw digestMismatch(manifest.key);
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
  return { restored: sum.rows, present: 0, barePlants: insertedPlants };
}

/** The range of the inserted readings, which has no other readings of the hour and overlaps with that of no other file. */
async function coveredRange(
  { transaction, statements, manifest: { key, partition, rows }, ids }: Restoration,
  covering: readonly ArchiveFile[],
  range: IdRange,
): Promise<IdRange> {
  const [found] = (
    await executeStatement<{ readings: number; first: number | string; last: number | string }>(
      transaction,
      statements.idsInRange({ partition, range }),
    )
  ).rows;
  const stored = { after: Number(found?.first) - 1, through: Number(found?.last) };
  const overlaps = covering.some(
    (file) => file.range.after < stored.through && stored.after < file.range.through,
  );
  if (found?.readings === rows && !overlaps) return stored;
  throw ids === "own" ? idsTaken : insertedMeanwhile(key);
}

/** The file in the catalog, or `null`; `present` if its readings are in the database. Throws if it cannot be restored. */
async function requireRestorable({
  transaction,
  statements,
  manifest: { key, partition, rows, digest },
}: Restoration): Promise<ArchiveFile | "present" | null> {
  const known = await findFile(transaction, statements.lockFile({ key }));
  if (known?.state === "claimed" || known?.state === "verified") return "present";
  if (known?.state === "quarantined") throw wasQuarantined(key);
  if (known !== null && (known.rows !== rows || known.digest !== digest)) throw digestMismatch(key);
  if (known === null) {
    const files = statements.files({ states: ["verified", "pruned"], partition });
    const { rows: ofHour } = await executeStatement<FileRow>(transaction, files);
    const original = ofHour.map(toFile).find((file) => file.rows === rows && file.digest === digest);
    if (original !== undefined) throw isCopy(key, original.key);
  }
  return known;
}

/** Inserts unknown plants of the readings and returns how many there were. */
async function insertBarePlants(
  { transaction, database, statements }: Restoration,
  readings: readonly ArchivedReading[],
): Promise<number> {
  const plantIds = [...new Set(readings.map(({ plantId }) => plantId))];
  const plants = await executeStatement<{ plant_id: number }>(transaction, statements.knownPlants(plantIds));
  const known = new Set(plants.rows.map(({ plant_id }) => plant_id));
  const unknown = plantIds.filter((plantId) => !known.has(plantId));
  if (unknown.length === 0) return 0;
  for (const statement of referenceStatements(database, barePlants(unknown)))
    await executeStatement(transaction, statement);
  return unknown.length;
}

async function insertReadings(
  { transaction, statements, manifest, ids }: Restoration,
  covering: ArchiveFile[],
  readings: readonly ArchivedReading[],
): Promise<void> {
  const duplicates = await findDuplicates(transaction, statements, readings);
  for (const { stored } of duplicates) {
    const other = covering.find((file) => isInFile(stored, file));
    if (other?.state === "verified") throw inOtherFile(manifest.key, stored);
    // Nobody has verified its object, and this file has the reading.
    if (other?.state === "claimed")
      await quarantineClaimed(other, covering, { transaction, statements, manifest });
  }
  await resolveDuplicates(transaction, statements, duplicates);
  if (ids === "own") {
    // Before it is inserted: SQL Server does not roll its identity back.
    if (readings.some(({ readingId }) => readingId > maxOwnId)) throw idsTaken;
    const used = statements.usedIds(readings.map(({ readingId }) => readingId));
    if ((await executeStatement(transaction, used)).rows.length > 0) throw idsTaken;
  }
  for (const statement of statements.insertReadings(readings, ids))
    await executeStatement(transaction, statement);
}

/** Its readings are unarchived then. */
async function quarantineClaimed(
  file: ArchiveFile,
  covering: ArchiveFile[],
  { transaction, statements, manifest }: Pick<Restoration, "transaction" | "statements" | "manifest">,
): Promise<void> {
  const reason = `${manifest.key}, which was restored, has readings of it`;
  await executeStatement(transaction, statements.markQuarantined(file.fileId, reason));
  covering.splice(covering.indexOf(file), 1);
}
