import type { PlantArchiveError } from "../errors.js";
import type { FileState } from "../model/archive-file.js";

/** The problem of a file's object, and what the next run does about it. */
export function describeStored({ fact, message }: PlantArchiveError, state: FileState | undefined): string {
  if (state === "verified") return `${fact}. ${stillInDatabase}`;
  return state === "quarantined" ? `${fact}, and ${quarantinedButPresent}` : message;
}

/** For a verified file: its readings are not pruned yet. */
export const stillInDatabase =
  "Its readings are still in the database; the run that is to prune them quarantines this file and writes a new one";

export const quarantinedButPresent =
  "is quarantined and still among the readings; the next archive run moves it";
