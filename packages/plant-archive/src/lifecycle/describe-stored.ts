import type { PlantArchiveError } from "../errors.js";
import type { FileState } from "../model/archive-file.js";
import { type ArchivedTable, rowsOf } from "../model/archived-table.js";

/** The problem of a file's object, and what the next run does about it. */
export function describeStored(
  { fact, message }: PlantArchiveError,
  state: FileState | undefined,
  table: ArchivedTable,
): string {
  if (state === "verified") return `${fact}. ${stillInDatabase(table)}`;
  return state === "quarantined" ? `${fact}, and ${quarantinedButPresent(table)}` : message;
}

/** For a verified file: its rows are not pruned yet. */
export function stillInDatabase(table: ArchivedTable): string {
  return `Its ${rowsOf(table)} are still in the database; the run that is to prune them quarantines this file and writes a new one`;
}

export function quarantinedButPresent(table: ArchivedTable): string {
  return `is quarantined and still among the ${rowsOf(table)}; the next archive run moves it`;
}
