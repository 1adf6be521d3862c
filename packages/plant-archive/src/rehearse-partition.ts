import { heldReadings } from "./held-readings.js";
import { measuredAlike } from "./ledger/rows.js";
import { encodeReadings } from "./parquet/encode-readings.js";
import type { PartitionPlan } from "./plan/plan-archive.js";
import type { ArchivedReading } from "./reading.js";
import type { ArchiveTools } from "./settle-file.js";
import { splitPages } from "./split-pages.js";
import type { ArchiveTally } from "./tally.js";

type Pages = AsyncIterable<readonly ArchivedReading[]>;

/** Does for one hour what a run would do, and keeps nothing of it: the files are made and counted, and thrown away. */
export async function rehearsePartition(
  { partition, claimed, prune, verified }: PartitionPlan,
  { ledger, objects, signal, onRead = () => {} }: ArchiveTools,
  runId: string,
  rowsPerFile: number,
  tally: ArchiveTally,
): Promise<void> {
  const held = new Map<string, ArchivedReading>();
  for (const older of await ledger.files({ states: ["pruned"], partition })) {
    const found = await heldReadings(objects, older, signal);
    if (found.kind === "mismatch") return tally.problem(older, found.reason);
    for await (const page of found.readings()) for (const reading of page) held.set(nameOf(reading), reading);
  }

  /** Readings that no older file holds. */
  async function* fresh(pages: Pages): Pages {
    for await (const page of pages) {
      onRead(page.length);
      const again = page.filter((reading) => held.has(nameOf(reading)));
      const conflicts = again.filter((reading) => {
        const older = held.get(nameOf(reading));
        return older !== undefined && !measuredAlike(reading, older);
      });
      tally.again(again.length - conflicts.length, conflicts.length);
      const rest = again.length === 0 ? page : page.filter((reading) => !held.has(nameOf(reading)));
      if (rest.length > 0) yield rest;
    }
  }

  async function rehearse(pages: Pages, ofRun: string, present: number | null): Promise<void> {
    const { bytes, sum } = encodeReadings(fresh(pages), { partition, runId: ofRun, rows: null });
    for await (const _ of bytes);
    const { rows, bytes: made } = sum();
    if (rows === 0) return;
    tally.rehearsed(partition, { rows, bytes: present ?? made });
    if (prune) tally.rehearsedPrune(partition, rows);
  }

  for (const file of claimed) {
    const object = await objects.head(file.key);
    await rehearse(ledger.readings(file), file.runId, object?.bytes ?? null);
  }
  for await (const pages of splitPages(ledger.readings(partition), rowsPerFile))
    await rehearse(pages, runId, null);
  for (const { rows } of verified) tally.rehearsedPrune(partition, rows);
}

function nameOf({ plantId, recordingTaken }: ArchivedReading): string {
  return `${plantId} ${recordingTaken}`;
}
