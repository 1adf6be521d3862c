import type { BaseReading, Batch } from "./batch.js";
import { PlantEtlError } from "./errors.js";
import type { LoadCounts } from "./report.js";

/** @throws PlantEtlError `ADAPTER_INVALID` for a store that has not counted each reading once */
export function checkLoadCounts(counts: LoadCounts, { readings }: Batch<BaseReading>): LoadCounts {
  const { loaded, duplicates, conflicts } = counts;
  const areCounts = [loaded, duplicates, conflicts].every((count) => Number.isInteger(count) && count >= 0);
  if (areCounts && loaded + duplicates + conflicts === readings.length) return counts;
  throw new PlantEtlError(
    "ADAPTER_INVALID",
    "abort",
    `The store loaded a batch of ${readings.length} readings and counted ${loaded} loaded, ${duplicates} duplicates and ${conflicts} conflicts. The sum must be ${readings.length}.`,
  );
}
