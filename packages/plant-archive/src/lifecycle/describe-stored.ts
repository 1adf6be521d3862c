import type { PlantArchiveError } from "../errors.js";
import type { FileState } from "../model/archive-file.js";

/** What is wrong with the object of a file, and what becomes of it: in some states the archive itself does the next step. */
export function describeStored({ fact, message }: PlantArchiveError, state: FileState | undefined): string {
  if (state === "verified") return `${fact}. ${stillHeld}`;
  return state === "quarantined" ? `${fact}, and ${wasSetAsideHere}` : message;
}

/** Of a file whose readings have not left the database. */
export const stillHeld =
  "Its readings are still in the database; before they are to leave it, plant archive sets this file aside and writes another one";

export const wasSetAsideHere = "was set aside and is still here; the next plant archive moves it";
