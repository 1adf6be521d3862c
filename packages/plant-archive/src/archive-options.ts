import { PlantArchiveError } from "./errors.js";
import { maxRowsPerFile } from "./parquet/limits.js";

export interface ArchiveSettings {
  /**
   * Milliseconds after which an hour's readings leave the database, counted from the hour's end; `null` for never.
   * 86,400,000, a day, by default.
   */
  readonly retentionMs?: number | null;
  /**
   * Readings a file at most, 1…1,000,000. 100,000 by default, some 2 MB: a file is claimed and pruned in one transaction
   * each, for which a loader has to wait.
   */
  readonly rowsPerFile?: number;
  /** Hours under way at once, 1…16. 2 by default: one is written while the other is read back. */
  readonly maxConcurrentPartitions?: number;
}

/** @throws PlantArchiveError `OPTION_INVALID` */
export function checkArchiveSettings(settings: ArchiveSettings): Required<ArchiveSettings> {
  const { retentionMs = 86_400_000, rowsPerFile = 100_000, maxConcurrentPartitions = 2 } = settings;
  if (retentionMs !== null) check("retentionMs", retentionMs, 0, Number.MAX_SAFE_INTEGER);
  check("rowsPerFile", rowsPerFile, 1, maxRowsPerFile);
  check("maxConcurrentPartitions", maxConcurrentPartitions, 1, 16);
  return { retentionMs, rowsPerFile, maxConcurrentPartitions };
}

function check(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new PlantArchiveError(
      "OPTION_INVALID",
      "abort",
      `${name} must be a whole number from ${low} to ${high}, not ${value}`,
    );
}
