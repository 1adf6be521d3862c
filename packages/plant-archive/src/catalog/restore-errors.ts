import { reasonOf } from "@lmnh/plant-schema";
import { PlantArchiveError } from "../errors.js";
import { copyOf, describeOrphan } from "../lifecycle/find-orphan-files.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { readingTable } from "../model/reading-table.js";
import { isoTime } from "./iso-time.js";

export function wasQuarantined(key: string): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The file ${key} is quarantined, and its readings are in other files. Restore those.`,
  );
}

/** Another file of the hour has the same readings. */
export function isCopy(key: string, original: string): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    describeOrphan(key, copyOf(original, readingTable)),
  );
}

/** A value violates a type, check or key of the database. */
export function rejectedByDatabase(key: string, cause: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The database rejects the readings of the file ${key}, and none was restored: ${reasonOf(cause)}. Compare the file with an older version of the object.`,
    { cause },
  );
}

export function inOtherFile(key: string, { plantId, recordingTaken }: ArchivedReading): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The file ${key} and another file both have the reading of plant ${plantId} at ${isoTime(recordingTaken)}, which would count twice. Restore only one of them.`,
  );
}

/** A writer that does not take the lock of loads inserted readings of the hour. */
export function insertedMeanwhile(key: string): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `Another program inserted readings while those of the file ${key} were restored, and none was restored. Restore it again.`,
  );
}

export function digestMismatch(key: string): PlantArchiveError {
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `The readings of the file ${key} do not match its manifest and the catalog, and none was restored. Verify the archive.`,
  );
}
