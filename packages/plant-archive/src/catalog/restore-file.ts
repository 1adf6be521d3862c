import {
  executeStatement,
  inWriteTransaction,
  isConstraintViolation,
  type PlantTables,
  referenceStatements,
} from "@lmnh/plant-schema";
import type { Transaction } from "kysely";
import type { Manifest } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { startDigest } from "../model/reading-digest.js";
import type { RestoredReadings } from "../ports.js";
import { barePlants } from "./bare-plants.js";
import { chunksOf } from "./keyset-pagination.js";
import { findDuplicates, resolveDuplicates } from "./resolve-duplicates.js";
import { digestMismatch, inOtherFile, isCopy, rejectedByDatabase, wasQuarantined } from "./restore-errors.js";
import { type FileRow, toFile } from "./row-mapping.js";
import type { CatalogStatements } from "./statements.js";
import { type CatalogDatabase, findFile } from "./transactions.js";

export async function restoreFile(
  database: CatalogDatabase,
  statements: CatalogStatements,
  manifest: Manifest,
  readings: AsyncIterable<readonly ArchivedReading[]>,
): Promise<RestoredReadings> {
  try {
    return await inWriteTransaction(database, async (transaction) => {
      const fileId = await commitFile(transaction, statements, manifest);
      if (fileId === null) return { restored: 0, present: manifest.rows, barePlants: 0 };
      const digest = startDigest();
      let insertedPlants = 0;
      for await (const page of readings)
        for (const chunk of chunksOf(page)) {
          for (const reading of chunk) digest.add(reading);
          insertedPlants += await insertBarePlants(transaction, database, statements, chunk);
          await insertReadings(transaction, statements, manifest.key, fileId, chunk);
        }
      if (digest.rows !== manifest.rows || digest.hex() !== manifest.digest)
        throw digestMismatch(manifest.key);
      return { restored: digest.rows, present: 0, barePlants: insertedPlants };
    });
  } catch (error) {
    throw isConstraintViolation(error) ? rejectedByDatabase(manifest.key, error) : error;
  }
}

/** Makes the file `verified` and returns its id; `null` if its readings are in the database already. */
async function commitFile(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  { key, partition, rows, bytes, digest, runId }: Manifest,
): Promise<number | null> {
  const known = await findFile(transaction, statements.lockFile({ key }));
  if (known?.state === "claimed" || known?.state === "verified") return null;
  if (known?.state === "quarantined") throw wasQuarantined(key);
  if (known !== null && (known.rows !== rows || known.digest !== digest)) throw digestMismatch(key);
  if (known === null) {
    const files = statements.files({ states: ["verified", "pruned"], partition });
    const { rows: ofHour } = await executeStatement<FileRow>(transaction, files);
    const original = ofHour.map(toFile).find((file) => file.rows === rows && file.digest === digest);
    if (original !== undefined) throw isCopy(key, original.key);
  }
  const statement =
    known === null
      ? statements.insertFile({
          key,
          partition,
          state: "verified",
          rows,
          bytes,
          digest,
          runId,
          claimedAt: null,
        })
      : statements.markRestored(known.fileId);
  return (await findFile(transaction, statement))?.fileId ?? null;
}

/** Inserts unknown plants of the readings and returns how many there were. */
async function insertBarePlants(
  transaction: Transaction<PlantTables>,
  database: CatalogDatabase,
  statements: CatalogStatements,
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
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  key: string,
  fileId: number,
  readings: readonly ArchivedReading[],
): Promise<void> {
  const duplicates = await findDuplicates(transaction, statements, readings);
  const otherFile = duplicates.find((one) => one.fileId !== null);
  if (otherFile !== undefined) throw inOtherFile(key, otherFile.stored);
  await resolveDuplicates(transaction, statements, duplicates);

  const used = await executeStatement<{ plant_reading_id: number | string }>(
    transaction,
    statements.usedIds(readings.map(({ readingId }) => readingId)),
  );
  const usedIds = new Set(used.rows.map(({ plant_reading_id }) => Number(plant_reading_id)));
  // Readings with their own ids first: a new id is above all others.
  for (const ids of ["own", "new"] as const) {
    const rows = readings.filter(({ readingId }) => usedIds.has(readingId) === (ids === "new"));
    for (const statement of statements.insertReadings(fileId, rows, ids))
      await executeStatement(transaction, statement);
  }
}
