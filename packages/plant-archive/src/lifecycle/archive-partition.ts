import { fileKey } from "../model/object-keys.js";
import type { PartitionPlan } from "../plan/plan-partitions.js";
import type { ArchiveTools } from "./archive-tools.js";
import { type FinalizedFile, finalizeFile } from "./finalize-file.js";

/**
 * Finalizes the claimed files of an hour, then claims and finalizes new ones. Yields each file.
 *
 * @throws the signal's reason; the file stays claimed and the next run finalizes it
 */
export async function* archivePartition(
  { partition, claimed, unarchived }: PartitionPlan,
  tools: ArchiveTools,
): AsyncGenerator<FinalizedFile, void, void> {
  const { catalog, now, newId, runId, rowsPerFile, signal } = tools;
  for (const file of claimed) {
    if (signal?.aborted) return;
    yield await finalizeFile(file, tools, { resumed: true });
  }
  // Bounded by the plan: a loader that fills the hour meanwhile cannot keep the run here.
  for (let remaining = unarchived; remaining > 0; ) {
    if (signal?.aborted) return;
    const key = fileKey(catalog.table, partition, newId());
    const file = await catalog.claim({ key, partition, runId, at: now() }, rowsPerFile);
    if (file === null) return;
    remaining -= file.rows;
    const finalized = await finalizeFile(file, tools, { resumed: false });
    yield finalized;
    // Its rows are unarchived again and would be claimed at once; the next run tries again.
    if (finalized.outcome.kind === "quarantined" || finalized.outcome.kind === "damaged") return;
  }
}
