import { measuredAlike } from "../catalog/row-mapping.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { encodeReadings } from "../parquet/encode-readings.js";
import type { PartitionPlan } from "../plan/plan-archive.js";
import type { ArchiveReportBuilder } from "../report/report-builder.js";
import { rechunk } from "../streams/rechunk.js";
import type { ArchiveTools } from "./finalize-file.js";
import { readPrunedFile } from "./read-pruned-file.js";

type Pages = AsyncIterable<readonly ArchivedReading[]>;

/** Does for one hour what a run would do, and keeps nothing of it: the files are made and counted, and thrown away. */
export async function rehearsePartition(
  { partition, claimed, prune, verified }: PartitionPlan,
  { catalog, objects, signal, onRead = () => {} }: ArchiveTools,
  runId: string,
  rowsPerFile: number,
  builder: ArchiveReportBuilder,
): Promise<void> {
  const held = new Map<string, ArchivedReading>();
  for (const older of await catalog.files({ states: ["pruned"], partition })) {
    const found = await readPrunedFile(objects, older, signal);
    if (found.kind === "mismatch") return builder.problem(older, found.reason);
    for await (const page of found.readings()) for (const reading of page) held.set(nameOf(reading), reading);
  }

  /** Readings that no older file holds. */
  async function* fresh(pages: Pages): Pages {
    for await (const page of pages) {
      onRead(page.length);
      const alreadyArchived = page.filter((reading) => held.has(nameOf(reading)));
      const conflicts = alreadyArchived.filter((reading) => {
        const older = held.get(nameOf(reading));
        return older !== undefined && !measuredAlike(reading, older);
      });
      builder.alreadyArchived(alreadyArchived.length - conflicts.length, conflicts.length);
      const rest = alreadyArchived.length === 0 ? page : page.filter((reading) => !held.has(nameOf(reading)));
      if (rest.length > 0) yield rest;
    }
  }

  async function rehearse(pages: Pages, ofRun: string, present: number | null): Promise<void> {
    const { bytes, sum } = encodeReadings(fresh(pages), { partition, runId: ofRun, rows: null });
    for await (const _ of bytes);
    const { rows, bytes: made } = sum();
    if (rows === 0) return;
    builder.rehearsed(partition, { rows, bytes: present ?? made });
    if (prune) builder.rehearsedPrune(partition, rows);
  }

  for (const file of claimed) {
    const object = await objects.head(file.key);
    await rehearse(catalog.readings(file), file.runId, object?.bytes ?? null);
  }
  for await (const pages of rechunk(catalog.readings(partition), rowsPerFile))
    await rehearse(pages, runId, null);
  for (const { rows } of verified) builder.rehearsedPrune(partition, rows);
}

function nameOf({ plantId, recordingTaken }: ArchivedReading): string {
  return `${plantId} ${recordingTaken}`;
}
