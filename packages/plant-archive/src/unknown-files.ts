import { readingsPrefix } from "./archive-keys.js";
import { type Partition, partitionEnd, partitionPath, partitionStart } from "./partition.js";
import type { ObjectStore, ReadingLedger } from "./ports.js";
import type { FileProblem } from "./report.js";

/**
 * Files of an hour that the ledger does not know: of a database that is older than its archive, such as one that was
 * made again from a backup. It may have readings that are in them, and would archive those a second time.
 */
export async function findUnknownFiles(
  partition: Partition,
  { ledger, objects }: { readonly ledger: ReadingLedger; readonly objects: ObjectStore },
): Promise<FileProblem[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(`${readingsPrefix}${partitionPath(partition)}/`)) keys.push(key);
  if (keys.length === 0) return [];
  // After the list: a file is entered in the ledger before it is written.
  const known = new Set((await ledger.files({ partition })).map(({ key }) => key));
  return keys.filter((key) => !known.has(key)).map((key) => ({ key, reason: explain(key, partition) }));
}

function explain(key: string, partition: Partition): string {
  const [from, to] = [partitionStart(partition), partitionEnd(partition)].map(
    (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`,
  );
  return `${key} is in the archive and not in this database's ledger, which is older than its archive, or took it over. Nothing of ${partition} was archived, lest a reading be there twice. Let the ledger know the file: plant restore --from ${from} --to ${to}`;
}
