import { reasonOf } from "@lmnh/plant-schema/internal";
import { PlantArchiveError } from "../errors.js";
import { copyOf, describeOrphan } from "../lifecycle/find-orphan-files.js";
import { type ArchivedTable, cellOf, columnOf, rowsOf } from "../model/archived-table.js";
import { toSql } from "./row-mapping.js";

export function wasQuarantined(key: string, table: ArchivedTable): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The file ${key} is quarantined, and its ${rowsOf(table)} are in other files. Restore those.`,
  );
}

/** Another file of the hour has the same rows. */
export function isCopy(key: string, original: string, table: ArchivedTable): PlantArchiveError {
  return new PlantArchiveError("RESTORE_CONFLICT", "skip", describeOrphan(key, copyOf(original, table)));
}

/** A value violates a type, check or key of the database. */
export function rejectedByDatabase(key: string, table: ArchivedTable, cause: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The database rejects the ${rowsOf(table)} of the file ${key}, and none was restored: ${reasonOf(cause)}. Compare the file with an older version of the object.`,
    { cause },
  );
}

export function inOtherFile(key: string, table: ArchivedTable, row: object): PlantArchiveError {
  const name = table.key.map((field) => {
    const column = table.columns[columnOf(table, field)];
    return `${column?.name} ${toSql(column, cellOf(row, field))}`;
  });
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The file ${key} and another file both have the ${table.rowNoun} with ${name.join(" and ")}, which would count twice. Restore only one of them.`,
  );
}

/** A writer that does not take the lock of loads inserted rows of the hour. */
export function insertedMeanwhile(key: string, table: ArchivedTable): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `Another program inserted ${rowsOf(table)} while those of the file ${key} were restored, and none was restored. Restore it again.`,
  );
}

export function digestMismatch(key: string, table: ArchivedTable): PlantArchiveError {
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `The ${rowsOf(table)} of the file ${key} do not match its manifest and the catalog, and none was restored. Verify the archive.`,
  );
}
