import type { ArchiveFile } from "../model/archive-file.js";
import { dayOfKey } from "../model/object-keys.js";
import { partitionEnd } from "../model/partition.js";
import type { ObjectStore } from "../ports.js";
import type { Finding } from "../verify.js";
import { readSnapshotFile, snapshotKey } from "./read-snapshots.js";
import type { SnapshotTable } from "./snapshot-codec.js";

/**
 * Snapshots that cannot be read, are of another day than their folder, or are missing. That one is missing is known by
 * the other tables, which a run writes together, and by the files: the run that wrote one wrote a snapshot after it.
 *
 * @throws the signal's reason
 */
export async function checkSnapshots(
  tables: ReadonlyMap<SnapshotTable, readonly string[]>,
  files: readonly ArchiveFile[],
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [table, keys] of tables)
    for (const key of keys) {
      signal?.throwIfAborted();
      const file = await readSnapshotFile(objects, table, key, signal);
      if (file.kind === "unreadable") findings.push({ key, problem: file.reason });
      const day = dayOfKey(key);
      if (file.kind === "read" && day !== null && file.madeAt?.slice(0, 10) !== day)
        findings.push({ key, problem: `is not the snapshot of this day, but of another one. ${advice}` });
    }
  const days = new Set<string>();
  for (const keys of tables.values())
    for (const key of keys) {
      const day = dayOfKey(key);
      if (day !== null) days.add(day);
    }
  const newest = [...days].sort().at(-1) ?? "";
  const archived = files
    .filter(({ state }) => state === "verified" || state === "pruned")
    .map(({ partition }) => new Date(partitionEnd(partition)).toISOString().slice(0, 10))
    .sort()
    .at(-1);
  for (const [table, keys] of tables) {
    const present = new Set(keys);
    for (const day of days)
      if (!present.has(snapshotKey(table, day)))
        findings.push({
          key: snapshotKey(table, day),
          problem: `is missing, though other tables have a snapshot of this day. ${advice}`,
        });
    if (archived !== undefined && newest < archived)
      findings.push({
        key: snapshotKey(table, archived),
        problem:
          "is missing, and so is every later one, though readings were archived then. The next plant archive writes what the database has",
      });
  }
  return findings;
}

const advice =
  "Bring the day's own back from a backup or an older version of the object; where there is none, move the snapshots of all tables of this day away: later ones have what they had";
