import { PlantArchiveError } from "./errors.js";
import { maxRowsPerFile } from "./parquet/limits.js";

/** How long rows stay in the database, how large files are, and how much is done at once. */
export interface ArchiveSettings {
  /**
   * Milliseconds from the end of an hour until its readings are deleted from the database; `null` for never. 86,400,000,
   * a day, by default. Late readings that a file of deleted ones has already are deleted in any case.
   */
  readonly retentionMs?: number | null | undefined;
  /**
   * Maximum of rows per file, 1 to 1,000,000. 100,000 by default, some 2 MB of readings: claiming and pruning a file take
   * one transaction each, which a loader waits for, and while a file is encoded its rows are in memory, some 200 bytes a
   * reading.
   */
  readonly rowsPerFile?: number | undefined;
  /** Hours that are archived at once, 1 to 16. 2 by default: one is written while the other is verified. */
  readonly maxConcurrentPartitions?: number | undefined;
}

/** Settings in which each default is filled in. */
export interface CheckedArchiveSettings {
  readonly retentionMs: number | null;
  readonly rowsPerFile: number;
  readonly maxConcurrentPartitions: number;
}

/** @throws PlantArchiveError `OPTION_INVALID` */
export function checkArchiveSettings(settings: ArchiveSettings): CheckedArchiveSettings {
  const { retentionMs = 86_400_000, rowsPerFile = 100_000, maxConcurrentPartitions = 2 } = settings;
  if (retentionMs !== null) checkInteger("retentionMs", retentionMs, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("rowsPerFile", rowsPerFile, 1, maxRowsPerFile);
  checkInteger("maxConcurrentPartitions", maxConcurrentPartitions, 1, 16);
  return { retentionMs, rowsPerFile, maxConcurrentPartitions };
}

/** @throws PlantArchiveError `OPTION_INVALID` */
export function checkRunId(runId: string): void {
  if (typeof runId !== "string" || !/^[!-~]{1,64}$/.test(runId))
    throw new PlantArchiveError(
      "OPTION_INVALID",
      "abort",
      `runId must be a text of 1 to 64 ASCII characters without spaces, such as a UUID, not ${JSON.stringify(String(runId).slice(0, 100))}`,
    );
}

function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new PlantArchiveError(
      "OPTION_INVALID",
      "abort",
      `${name} must be a whole number from ${low} to ${high}, not ${value}`,
    );
}
