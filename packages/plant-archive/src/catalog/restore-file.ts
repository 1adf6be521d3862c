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
import { countedTwice, isCopy, notPromised, refusedByDatabase, wasQuarantined } from "./restore-errors.js";
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
      const fileId = await enterFile(transaction, statements, manifest);
      if (fileId === null) return { restored: 0, present: manifest.rows, barePlants: 0 };
      const digest = startDigest();
      let enteredPlants = 0;
      for await (const page of readings)
        for (const portion of chunksOf(page)) {
          for (const reading of portion) digest.add(reading);
          enteredPlants += await enterPlants(transaction, database, statements, portion);
          await putBack(transaction, statements, manifest.key, fileId, portion);
        }
      if (digest.rows !== manifest.rows || digest.hex() !== manifest.digest) throw notPromised(manifest.key);
      return { restored: digest.rows, present: 0, barePlants: enteredPlants };
    });
  } catch (error) {
    throw isConstraintViolation(error) ? refusedByDatabase(manifest.key, error) : error;
  }
}

/** The number of the file, which is `verified` now; `null` where its readings are in the database already. */
async function enterFile(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  { key, partition, rows, bytes, digest, runId }: Manifest,
): Promise<number | null> {
  const known = await findFile(transaction, statements.lockFile({ key }));
  if (known?.state === "claimed" || known?.state === "verified") return null;
  if (known?.state === "quarantined") throw wasQuarantined(key);
  if (known !== null && (known.rows !== rows || known.digest !== digest)) throw notPromised(key);
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

/** Enters the plants of readings that are not known, and gives their number. */
async function enterPlants(
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

async function putBack(
  transaction: Transaction<PlantTables>,
  statements: CatalogStatements,
  key: string,
  fileId: number,
  readings: readonly ArchivedReading[],
): Promise<void> {
  const twice = await findDuplicates(transaction, statements, readings);
  const counted = twice.find((one) => one.fileId !== null);
  if (counted !== undefined) throw countedTwice(key, counted.stored);
  await resolveDuplicates(transaction, statements, twice);

  const numbers = await executeStatement<{ plant_reading_id: number | string }>(
    transaction,
    statements.takenNumbers(readings.map(({ readingId }) => readingId)),
  );
  const taken = new Set(numbers.rows.map(({ plant_reading_id }) => Number(plant_reading_id)));
  // Own numbers first: a new one is above all that there are.
  for (const numbering of ["own", "new"] as const) {
    const rows = readings.filter(({ readingId }) => taken.has(readingId) === (numbering === "new"));
    for (const statement of statements.insertReadings(fileId, rows, numbering))
      await executeStatement(transaction, statement);
  }
}
