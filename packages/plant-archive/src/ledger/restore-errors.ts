import { PlantArchiveError } from "../errors.js";
import type { ArchivedReading } from "../reading.js";
import { isoTime } from "./instants.js";

export function wasSetAside(key: string): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_REFUSED",
    "skip",
    `The file ${key} was set aside, and its readings went on into other files. Restore those.`,
  );
}

export function plantUnknown(key: string, plantId: number): PlantArchiveError {
  return new PlantArchiveError(
    "PLANT_UNKNOWN",
    "abort",
    `The file ${key} has readings of plant ${plantId}, which the database does not know. Restore the plants first, then this file again.`,
  );
}

export function countedTwice(key: string, { plantId, recordingTaken }: ArchivedReading): PlantArchiveError {
  return new PlantArchiveError(
    "RESTORE_REFUSED",
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
