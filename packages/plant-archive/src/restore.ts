import { isConstraintViolation } from "@lmnh/plant-schema";
import { reasonOf } from "@lmnh/plant-schema/internal";
import type { ArchiveCatalog, RestoredReadings } from "./ports.js";
import { mergeReferenceData } from "./reference-snapshot/merge-reference-data.js";
import { readAllSnapshots } from "./reference-snapshot/read-snapshots.js";
import type { FileProblem } from "./report/archive-report.js";
import { runRestore, type TableRestoreOptions, type TableRestoreReport } from "./restore-table.js";

/** Which hours of readings to restore, from which archive and into which database. */
export interface RestoreOptions extends TableRestoreOptions {
  /** The database that readings and reference data are written to. */
  readonly catalog: ArchiveCatalog;
}

/** The result of a restore of readings. */
export interface RestoreReport extends TableRestoreReport {
  /** Number of plants in the snapshots. */
  readonly plants: number;
  /** Number of plants that are in no snapshot and were inserted with their id alone. */
  readonly barePlants: number;
}

/**
 * Loads the reference data of all snapshots and the readings of complete hours into a database, as `restoreTable`. Of each
 * row of the reference data the newest version wins, which may be the database's. A plant that is in no snapshot is
 * inserted with its id alone.
 *
 * @throws PlantArchiveError `OPTION_INVALID`; `STORE_…`
 *
 * @example
 * ```ts
 * const { restored, plants, problems } = await restore({
 *   catalog: sqlArchiveCatalog(database),
 *   objects,
 *   from: Date.parse("2026-01-28T00:00:00Z"),
 *   to: Date.parse("2026-01-29T00:00:00Z"),
 * });
 * ```
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  let plants = 0;
  const { report, files } = await runRestore<RestoredReadings>(options, async (add) => {
    plants = await restoreReferenceData(options, add);
  });
  return { ...report, plants, barePlants: files.reduce((sum, file) => sum + file.barePlants, 0) };
}

/** Returns the number of plants. Rows that the database rejects are a problem; the readings are restored nevertheless. */
async function restoreReferenceData(
  { catalog, objects, signal }: Pick<RestoreOptions, "catalog" | "objects" | "signal">,
  add: (problem: FileProblem) => void,
): Promise<number> {
  const { data, problems } = await readAllSnapshots(objects, signal);
  problems.forEach(add);
  if (data === null) return 0;
  // Including the database's own rows: newer ones are completed from the snapshots, not replaced.
  const merged = mergeReferenceData(data, await catalog.referenceData());
  try {
    await catalog.loadReferenceData(merged);
  } catch (error) {
    if (!isConstraintViolation(error)) throw error;
    add({
      key: "plant/",
      reason: `The database rejects the reference data: ${reasonOf(error)}. The readings are restored nevertheless; the next pull describes the plants.`,
    });
  }
  return new Set(data.plants.map(({ plantId }) => plantId)).size;
}
