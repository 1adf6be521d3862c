import { reasonOf } from "@lmnh/plant-schema";
import { PlantArchiveError } from "../errors.js";
import { copyOf, describeOrphan } from "../lifecycle/find-orphan-files.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { isoTime } from "./parse-columns.js";

export function wasQuarantined(key: string): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The file ${key} was set aside, and its readings went on into other files. Restore those.`,
  );
}

/** The readings of a file are all in another file of its hour. */
export function isCopy(key: string, original: string): PlantArchiveError {
  return new PlantArchiveError("RESTORE_CONFLICT", "skip", describeOrphan(key, copyOf(original)));
}

/** The database has no room for a value of a file: its type, a check or a key refuses it. */
export function refusedByDatabase(key: string, cause: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The database refuses the readings of the file ${key}, and none was restored: ${reasonOf(cause)}. Compare the file with an older version of the object.`,
    { cause },
  );
}

export function countedTwice(key: string, { plantId, recordingTaken }: ArchivedReading): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_CONFLICT",
    "skip",
    `The file ${key} and another one in the database both have the reading of plant ${plantId} at ${isoTime(recordingTaken)}, which would be counted twice. Restore only one of them.`,
  );
}

export function notPromised(key: string): PlantArchiveError {
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `The readings of the file ${key} are not those that its manifest and the ledger promise, and none was restored. Verify the archive.`,
  );
}
