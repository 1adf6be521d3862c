import { dayOfKey } from "../model/object-keys.js";
import { type Partition, partitionEnd } from "../model/partition.js";
import type { ObjectStore } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { readSnapshotFile, snapshotKey } from "./read-snapshots.js";
import type { SnapshotTable } from "./snapshot-codec.js";

/**
 * Snapshots that are unreadable, of another day than their folder, or missing. One is missing if another table has one of
 * the day, because a run writes all tables, or if files were archived later, because a run writes it after its files.
 *
 * @throws the signal's reason
 */
export async function checkSnapshots(
  tables: ReadonlyMap<SnapshotTable, readonly string[]>,
  archivedHours: readonly Partition[],
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  for (const [table, keys] of tables)
    for (const key of keys) {
      signal?.throwIfAborted();
      const file = await readSnapshotFile(objects, table, key, signal);
      if (file.kind === "unreadable") problems.push({ key, reason: file.reason });
      const day = dayOfKey(key);
      if (file.kind === "read" && day !== null && file.snapshotAt?.slice(0, 10) !== day)
        problems.push({ key, reason: `is the snapshot of another day. ${advice}` });
    }
  const days = new Set<string>();
  for (const keys of tables.values())
    for (const key of keys) {
      const day = dayOfKey(key);
      if (day !== null) days.add(day);
    }
  const newest = [...days].sort().at(-1) ?? "";
  const archived = archivedHours
    .map((partition) => new Date(partitionEnd(partition)).toISOString().slice(0, 10))
    .sort()
    .at(-1);
  for (const [table, keys] of tables) {
    const present = new Set(keys);
    for (const day of days)
      if (!present.has(snapshotKey(table, day)))
        problems.push({
          key: snapshotKey(table, day),
          reason: `is missing, though other tables have a snapshot of this day. ${advice}`,
        });
    if (archived !== undefined && newest < archived)
      problems.push({
        key: snapshotKey(table, archived),
        reason:
          "is missing, and so are later ones, though readings were archived on that day. The next archive run writes one from the database",
      });
  }
  return problems;
}

const advice =
  "Restore it from a backup or an older version of the object; if there is none, move the snapshots of all tables of this day away: later ones include them";
