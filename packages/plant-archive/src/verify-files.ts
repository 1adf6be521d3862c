import { callSafely } from "@lmnh/plant-schema/internal";
import { checkSummaries } from "./daily-summary/check-summaries.js";
import { summaryPrefix } from "./daily-summary/summary-codec.js";
import { isObjectError, isPlantArchiveError } from "./errors.js";
import { archiveIdKey, readArchiveId } from "./lifecycle/archive-id.js";
import { copyOf, describeOrphan, explainOrphan, misplaced } from "./lifecycle/find-orphan-files.js";
import { type ArchivedTable, keyOf, rowsOf } from "./model/archived-table.js";
import { partitionOfKey, tablePrefix } from "./model/object-keys.js";
import { startDigest } from "./model/page-digest.js";
import type { Partition } from "./model/partition.js";
import { readingTable } from "./model/reading-table.js";
import { otherEntryProblem } from "./object-store/other-entry-problem.js";
import { type ByteSource, objectSource } from "./parquet/byte-source.js";
import { decodePages, readManifest } from "./parquet/decode-pages.js";
import type { ObjectStore, OtherEntry } from "./ports.js";
import { checkSnapshots } from "./reference-snapshot/check-snapshots.js";
import { snapshotPrefix } from "./reference-snapshot/read-snapshots.js";
import { type SnapshotTable, snapshotTables } from "./reference-snapshot/snapshot-codec.js";
import type { FileProblem } from "./report/archive-report.js";
import { forEachConcurrently } from "./streams/for-each-concurrently.js";
import { nullOnAbort } from "./streams/null-on-abort.js";
import { listKeys, type TableVerifyOptions, type VerifyReport } from "./verify-table.js";

/** Which archive to verify, how thoroughly, and how it can be observed and stopped. */
export type VerifyFilesOptions = Omit<TableVerifyOptions, "catalog" | "clock">;

const table: ArchivedTable = readingTable;
const hoursAtOnce = 4;

/**
 * Checks the files of an archive without its database: names, footers and manifests, and with `deep` every reading, every
 * snapshot and every summary; that no two files of an hour have the same reading, and that the files of a day have no
 * fewer readings than its summary. Whether files are missing of which no summary is left, only the database knows.
 * Changes nothing. With `deep`, the keys of the readings of an hour that has several files are in memory.
 *
 * @throws PlantArchiveError `STORE_…`
 */
export async function verifyFiles(options: VerifyFilesOptions): Promise<VerifyReport> {
  const { objects, deep = false, signal, onFile = () => {} } = options;
  const others = new Map<string, OtherEntry>();
  const keys = (await nullOnAbort(listKeys(objects, tablePrefix(table), others, signal), signal)) ?? [];
  const hours = new Map<Partition, string[]>();
  const outside: string[] = [];
  for (const key of keys) {
    const partition = partitionOfKey(key);
    if (partition === null) outside.push(key);
    else hours.set(partition, [...(hours.get(partition) ?? []), key]);
  }
  const total = keys.length - outside.length;
  const problems: FileProblem[] = [];
  const rowsByDay = new Map<string, number>();
  let [checked, rows, bytes] = [0, 0, 0];
  await forEachConcurrently(
    [...hours],
    hoursAtOnce,
    async ([partition, ofHour]) => {
      const hour = startHour(partition, ofHour.length > 1);
      // The name of a copy is longer than that of its original.
      for (const key of ofHour.sort((a, b) => a.length - b.length)) {
        const found = await nullOnAbort(hour.check(key, options), signal);
        if (found === null) return;
        if (found.problem !== null) problems.push({ key, reason: found.problem });
        const day = partition.slice(0, 10);
        // The summary of a day with an unreadable file cannot be compared.
        rowsByDay.set(day, (rowsByDay.get(day) ?? 0) + (found.rows ?? Number.POSITIVE_INFINITY));
        rows += found.rows ?? 0;
        bytes += found.bytes;
        checked += 1;
        callSafely(() => onFile(checked, total));
      }
    },
    signal,
  );
  const more = await nullOnAbort(
    (async () => [
      ...(await explainOutside(outside, options)),
      ...(await checkId(objects, total)),
      ...(deep ? await checkDays({ hours: [...hours.keys()], rowsByDay, others }, options) : []),
    ])(),
    signal,
  );
  problems.push(...[...others.values()].map(otherEntryProblem), ...(more ?? []));
  return {
    deep,
    files: total,
    rows,
    bytes,
    unfinished: 0,
    unchecked: deep ? ["catalog", "database"] : ["catalog", "readings", "database", "snapshots", "summaries"],
    problems: problems.sort((a, b) => (a.key < b.key ? -1 : 1)),
    complete: checked === total && more !== null && !signal?.aborted,
    verifiedAt: null,
  };
}

interface CheckedFile {
  /** `null` if the manifest cannot be read. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly problem: string | null;
}

/** Checks the files of an hour, one after another. */
function startHour(partition: Partition, isShared: boolean) {
  const originals = new Map<string, string>();
  const places = new Map<string, string>();
  return {
    async check(key: string, { objects, deep = false, signal }: VerifyFilesOptions): Promise<CheckedFile> {
      let bytes = 0;
      let rows: number | null = null;
      try {
        const source = await objectSource(objects, key, signal);
        bytes = source.byteLength;
        const manifest = await readManifest(source);
        ({ rows } = manifest);
        const content = `${manifest.rows} ${manifest.digest}`;
        const original = originals.get(content);
        if (original !== undefined)
          return { rows: 0, bytes, problem: describeOrphan(key, copyOf(original, table)) };
        originals.set(content, key);
        if (manifest.partition !== partition)
          return { rows: 0, bytes, problem: describeOrphan(key, misplaced(manifest.partition, table)) };
        const problem = deep ? await checkRows(source, content, isShared ? places : null) : null;
        return { rows, bytes, problem };
      } catch (error) {
        if (!isObjectError(error)) throw error;
        return { rows, bytes, problem: error.message };
      }
    },
  };
}

/** @param places the file of each reading of the hour, by its key; `null` if there is one file */
async function checkRows(
  source: ByteSource,
  content: string,
  places: Map<string, string> | null,
): Promise<string | null> {
  const digest = startDigest(table);
  const shared = { rows: 0, other: "" };
  for await (const page of decodePages<object>(table, source)) {
    digest.add(page);
    if (places === null) continue;
    for (const row of page) {
      const key = keyOf(table, row);
      const other = places.get(key);
      if (other === undefined) places.set(key, source.key);
      else {
        shared.rows += 1;
        shared.other = other;
      }
    }
  }
  const found = digest.sum();
  if (`${found.rows} ${found.digest}` !== content)
    return `has ${found.rows} ${rowsOf(table)} that are not those of its manifest. Keep it, and compare it with a backup or an older version of the object`;
  return shared.rows === 0
    ? null
    : `has ${shared.rows} ${rowsOf(table)} that are in ${shared.other}, too: a query counts them twice. Restore only one of the two`;
}

async function explainOutside(
  keys: readonly string[],
  { objects, signal }: Pick<VerifyFilesOptions, "objects" | "signal">,
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  const catalog = { table, files: async () => [] };
  for (const key of keys) {
    signal?.throwIfAborted();
    const orphan = await explainOrphan(key, { catalog, objects, signal });
    problems.push({ key, reason: describeOrphan(key, orphan) });
  }
  return problems;
}

async function checkId(objects: ObjectStore, files: number): Promise<FileProblem[]> {
  try {
    if (files === 0 || (await readArchiveId(objects)) !== null) return [];
    return [
      {
        key: archiveIdKey,
        reason:
          "is missing: every archive run is refused until an older version of it is restored, or a database adopts the archive",
      },
    ];
  } catch (error) {
    if (!(isPlantArchiveError(error) && error.code === "ARCHIVE_ID_INVALID")) throw error;
    return [{ key: archiveIdKey, reason: error.message }];
  }
}

interface FoundFiles {
  readonly hours: readonly Partition[];
  readonly rowsByDay: ReadonlyMap<string, number>;
  readonly others: Map<string, OtherEntry>;
}

async function checkDays(
  { hours, rowsByDay, others }: FoundFiles,
  { objects, signal }: Pick<VerifyFilesOptions, "objects" | "signal">,
): Promise<FileProblem[]> {
  const snapshots = new Map<SnapshotTable, readonly string[]>();
  for (const name of snapshotTables)
    snapshots.set(name, await listKeys(objects, snapshotPrefix(name), others, signal));
  const summaries = await listKeys(objects, summaryPrefix, others, signal);
  return [
    ...(await checkSnapshots(snapshots, hours, objects, signal)),
    ...(await checkSummaries({ keys: summaries, days: [], rowsByDay }, objects, signal)),
  ];
}
